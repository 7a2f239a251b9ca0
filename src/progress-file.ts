import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Clock } from "./core/clock.ts";
import { messageOf } from "./core/errors.ts";
import type { Emit } from "./core/events.ts";
import type { ProgressAccount, RunProgress } from "./report/run-progress.ts";

/** The file is written at most once in this time. */
const INTERVAL_MS = 1000;

/**
 * Keeps a run's progress in a file, which is there at once and whole at every moment: each state is written beside it
 * and takes its place. A disk that can't be written costs only this, and is told of once. `end` must be called.
 */
export function keepProgress(
  file: string,
  account: ProgressAccount,
  clock: Clock,
  warn: (message: string) => void,
): { emit: Emit; end(): void } {
  const ended = new AbortController();
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let isDue = false;
  let isBroken = false;
  const write = (): void => {
    if (isBroken) return;
    try {
      writeFileSync(`${file}.new`, JSON.stringify(account.at(clock.now())));
      renameSync(`${file}.new`, file);
    } catch (error) {
      isBroken = true;
      warn(`the run's progress can't be written down (${messageOf(error)}): should it be killed, it leaves no report`);
    }
  };
  const writeNow = (): void => {
    isDue = false;
    writtenAtMs = clock.now();
    write();
  };
  write(); // the first event need not wait for this one's sake
  return {
    emit: (event) => {
      account.handle(event, clock.now());
      if (isDue) return;
      const waitMs = writtenAtMs + INTERVAL_MS - clock.now();
      if (waitMs <= 0) return writeNow();
      isDue = true;
      clock.sleep(waitMs, ended.signal).then(writeNow, () => {}); // ended
    },
    end: () => ended.abort(),
  };
}

/** What a run wrote last; undefined when it can't be read. */
export function readProgress(file: string): RunProgress | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunProgress;
  } catch {
    return undefined;
  }
}
