/**
 * Aborted by the first SIGINT or SIGTERM, or after so many milliseconds: the run then starts nothing more and says how far
 * it came. A second signal of the same name ends the process as it would any other.
 */
export function stopSignal(limitMs: number | undefined): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  if (limitMs !== undefined) setTimeout(() => stop.abort(new Error("stopped by its time limit")), limitMs).unref();
  return stop.signal;
}
