import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Emit } from "../core/events.ts";
import type { ProgressAccount, RunProgress } from "../report/run-progress.ts";

/** A comment is edited at most once in this time: each edit is a call, and GitHub counts 1,000 an hour for a repository. */
const INTERVAL_MS = 15_000;

export interface LiveCommentOptions {
  clock: Clock;
  account: ProgressAccount;
  /** Makes the comment say it. Another edit is not begun while one is on its way. */
  write(progress: RunProgress): Promise<unknown>;
  /** Told once when an edit fails: a run goes on without its comment. */
  warn(message: string): void;
}

/**
 * Keeps a comment up to date with a run. Events come often and edits seldom: what came in between is in the next one. The
 * account is kept by this alone, or by others too; `end` must be called, and waits for an edit that is on its way, so that
 * none of them comes after the result.
 */
export function liveComment({ clock, account, write, warn }: LiveCommentOptions): { emit: Emit; end(): Promise<void> } {
  const ended = new AbortController();
  let isDirty = false;
  let isBroken = false;
  let isRunning = false;
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();

  const edit = async (): Promise<void> => {
    while (isDirty && !isBroken && !ended.signal.aborted) {
      const waitMs = writtenAtMs + INTERVAL_MS - clock.now();
      if (waitMs > 0) {
        try {
          await clock.sleep(waitMs, ended.signal);
        } catch {
          return; // ended
        }
      }
      isDirty = false;
      writtenAtMs = clock.now();
      try {
        await write(account.at(clock.now()));
      } catch (error) {
        isBroken = true;
        if (!ended.signal.aborted) warn(`the comment does not follow this run: ${messageOf(error)}`);
      }
    }
  };

  return {
    emit: () => {
      isDirty = true;
      if (isRunning || isBroken || ended.signal.aborted) return;
      isRunning = true;
      running = edit().finally(() => {
        isRunning = false;
      });
    },
    end: async () => {
      ended.abort();
      await running;
    },
  };
}
