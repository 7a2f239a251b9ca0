import { getState, saveState } from "@actions/core";

/** What the Action's main step leaves for its post step. */
export interface RunState {
  /** The file of its progress; empty: it had not begun. */
  progressFile: string;
  /** Whether it told itself how it ended. */
  isReported: boolean;
}

const PROGRESS_FILE = "progress-file";
const REPORTED = "reported";

export function readRunState(): RunState {
  return { progressFile: getState(PROGRESS_FILE), isReported: getState(REPORTED) === "true" };
}

export function saveProgressFile(file: string): void {
  saveState(PROGRESS_FILE, file);
}

export function saveReported(): void {
  saveState(REPORTED, "true");
}
