import { getState, saveState } from "@actions/core";

/** What the Action's main step leaves for its post step. */
export interface RunState {
  /** The file of its progress; empty: it had not begun. */
  progressFile: string;
  /** Whether it told itself how it ended. */
  isReported: boolean;
  /** What GitHub was told of so far, as JSON; empty: nothing. */
  begun: string;
}

const PROGRESS_FILE = "progress-file";
const REPORTED = "reported";
const BEGUN = "begun";

export function readRunState(): RunState {
  return { progressFile: getState(PROGRESS_FILE), isReported: getState(REPORTED) === "true", begun: getState(BEGUN) };
}

export function saveProgressFile(file: string): void {
  saveState(PROGRESS_FILE, file);
}

export function saveReported(): void {
  saveState(REPORTED, "true");
}

export function saveBegun(begun: object): void {
  saveState(BEGUN, JSON.stringify(begun));
}
