import { isPassing } from "../aws/errors.ts";
import type { Clock } from "../core/clock.ts";
import { between, type Random } from "../core/random.ts";

interface Waiter<T> {
  key: string;
  test: (value: T | undefined) => boolean;
  resolve: (value: T | undefined) => void;
  reject: (reason: unknown) => void;
}

const MANY = 100;

/**
 * Waits for many things of one kind with one call at a time: all that are waited for are asked about together, every
 * few seconds, for as long as anyone waits.
 */
export class Poller<T> {
  readonly #read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #intervalMs: number;
  readonly #waiters = new Set<Waiter<T>>();
  #running = false;
  /** Aborted when nobody waits any more: a stopped run must not sleep on. */
  #idle = new AbortController();

  constructor(options: {
    /** Asks AWS about these; what it does not list is absent. */
    read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
    clock: Clock;
    random: Random;
    intervalMs: number;
  }) {
    this.#read = options.read;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#intervalMs = options.intervalMs;
  }

  /**
   * Resolves with the value of `key` (undefined: absent) as soon as `test` holds of it. Rejects with the signal's reason
   * when that is aborted, and with AWS's error when it refuses to answer.
   */
  until(key: string, test: (value: T | undefined) => boolean, signal: AbortSignal): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = (): void => {
        this.#leave(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter<T> = {
        key,
        test,
        resolve: (value) => {
          signal.removeEventListener("abort", stop);
          resolve(value);
        },
        reject: (reason) => {
          signal.removeEventListener("abort", stop);
          reject(reason);
        },
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiters.add(waiter);
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // The first look comes early: moto, and much of AWS, is done at once.
    let waitMs = Math.min(1000, this.#intervalMs);
    while (this.#waiters.size > 0) {
      // Jitter keeps many runs of one account from asking in step.
      try {
        await this.#clock.sleep(between(this.#random, 0.85, 1.15) * waitMs, this.#idle.signal);
      } catch {
        continue; // nobody waits any more, or only somebody who has come since
      } finally {
        if (this.#idle.signal.aborted) this.#idle = new AbortController();
      }
      // Of many things each call is several pages.
      waitMs = this.#intervalMs * (this.#waiters.size > MANY ? 2 : 1);
      await this.#look();
    }
    this.#running = false;
  }

  /** Whether it was there to leave. */
  #leave(waiter: Waiter<T>): boolean {
    const wasThere = this.#waiters.delete(waiter);
    if (this.#waiters.size === 0) this.#idle.abort();
    return wasThere;
  }

  async #look(): Promise<void> {
    const asked = [...this.#waiters];
    if (asked.length === 0) return;
    try {
      const values = await this.#read([...new Set(asked.map((waiter) => waiter.key))]);
      for (const waiter of asked) {
        const value = values.get(waiter.key);
        if (!this.#waiters.has(waiter) || !waiter.test(value)) continue;
        this.#leave(waiter);
        waiter.resolve(value);
      }
    } catch (error) {
      // Asking changes nothing, so it is asked again for as long as the waiters' deadlines allow.
      if (isPassing(error)) return;
      for (const waiter of asked) {
        if (this.#leave(waiter)) waiter.reject(error);
      }
    }
  }
}
