import { formatDuration } from "./core/durations.ts";

/**
 * Aborted by the first SIGINT or SIGTERM, or after so many milliseconds: the run then starts nothing more and says how far
 * it came. A second signal of the same name ends the process as it would any other.
 */
export function stopSignal(limitMs: number | undefined): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  if (limitMs !== undefined) {
    const reason = new Error(`stopped by its time limit of ${formatDuration(limitMs)}`);
    setTimeout(() => stop.abort(reason), limitMs).unref();
  }
  return stop.signal;
}

/** A call that was given up keeps the process for as long as its connection has patience: after this it does not. */
const LEAVE_WITHIN_MS = 200;

/** To be called when all is told: lets a run that was stopped end, whatever is still on its way. */
export function leaveWhenStopped(stop: AbortSignal): void {
  if (stop.aborted) setTimeout(() => process.exit(), LEAVE_WITHIN_MS).unref();
}
