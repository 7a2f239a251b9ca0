import type { Clock } from "../core/clock.ts";

/** Waited for longer than anything of that kind should take. */
export class TimedOut extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TimedOut";
  }
}

/**
 * Runs work with a signal that is aborted when the outer one is, or after so many milliseconds of the Clock: then it
 * rejects with TimedOut.
 */
export async function withDeadline<T>(
  clock: Clock,
  outer: AbortSignal,
  limitMs: number,
  message: () => string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const over = new AbortController();
  const forward = (): void => over.abort(outer.reason);
  if (outer.aborted) forward();
  outer.addEventListener("abort", forward, { once: true });
  const countdown = clock.sleep(limitMs, timer.signal).then(
    () => over.abort(new TimedOut(message())),
    () => {}, // the work was done in time
  );
  try {
    return await work(over.signal);
  } finally {
    timer.abort();
    outer.removeEventListener("abort", forward);
    await countdown;
  }
}

/** How often is looked at what is waited for alone: AWS takes minutes for it, and each look is a call. */
const LOOK_MS = 5000;

/** Looks every five seconds, at once for the first time, until it is so. Rejects as `withDeadline` does, or with a look. */
export function lookUntil(
  clock: Clock,
  outer: AbortSignal,
  limitMs: number,
  message: () => string,
  isSo: () => Promise<boolean>,
): Promise<void> {
  return withDeadline(clock, outer, limitMs, message, async (signal) => {
    while (!(await isSo())) await clock.sleep(LOOK_MS, signal);
  });
}
