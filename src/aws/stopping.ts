/**
 * Tells whatever is on its way that the run is to stop. One listener for all, and only while there is something: a signal
 * that follows others is kept in memory for as long as anybody listens to it.
 */
export class Stopping {
  readonly signal: AbortSignal;
  readonly #waiting = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Calls `stop` when the run is to stop, at once if it is already, unless `forget` comes first. */
  tell(stop: () => void): void {
    if (this.signal.aborted) stop();
    else {
      if (this.#waiting.size === 0) this.signal.addEventListener("abort", this.#tellAll, { once: true });
      this.#waiting.add(stop);
    }
  }

  forget(stop: () => void): void {
    if (this.#waiting.delete(stop) && this.#waiting.size === 0) {
      this.signal.removeEventListener("abort", this.#tellAll);
    }
  }

  readonly #tellAll = (): void => {
    const stops = [...this.#waiting];
    this.#waiting.clear();
    for (const stop of stops) stop();
  };
}
