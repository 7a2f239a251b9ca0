import type { Clock } from "./clock.ts";
import { Heap } from "./heap.ts";

interface Timer {
  at: number;
  order: number;
  wake: () => void;
  cancelled: boolean;
}

export interface VirtualClockOptions {
  /** The first moment, in milliseconds since the epoch. */
  startMs?: number;
  /** Called before time jumps by that many milliseconds; a demo waits here so that people can watch. */
  pace?: (jumpMs: number) => Promise<void>;
}

/**
 * Time that stands still while anything can run and then jumps to the next timer, so that hours of AWS pass in
 * milliseconds and always in the same order.
 *
 * "Anything can run" means promise chains, which one `setImmediate` drains. A call on its way through the SDK is nothing
 * but promises when region, credentials and endpoint are given, as they are for the twin (a test proves it); work that
 * waits for the machine itself must not run on this clock.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #held = new Set<Promise<unknown>>();
  readonly #pace: ((jumpMs: number) => Promise<void>) | undefined;
  readonly #timers = new Heap<Timer>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));

  constructor(options: VirtualClockOptions = {}) {
    this.#nowMs = options.startMs ?? Date.UTC(2026, 0, 1);
    this.#pace = options.pace;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = (): void => {
        timer.cancelled = true;
        reject(signal?.reason);
      };
      const timer: Timer = {
        at: this.#nowMs + Math.max(0, milliseconds),
        order: this.#order++,
        cancelled: false,
        wake: () => {
          signal?.removeEventListener("abort", cancel);
          resolve();
        },
      };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#timers.push(timer);
    });
  }

  hold<T>(work: Promise<T>): Promise<T> {
    this.#held.add(work);
    return work.finally(() => this.#held.delete(work));
  }

  /**
   * Runs work in virtual time and gives its result.
   * Throws when nothing is left that could ever wake it: a deadlock is a failure, not a hang.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let settled = false;
    const result = work().finally(() => {
      settled = true;
    });
    result.catch(() => {}); // looked at below; without this a rejection counts as unhandled meanwhile
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return result;
      if (this.#held.size > 0) {
        await Promise.allSettled(this.#held);
        continue;
      }
      const timer = this.#next();
      if (timer === undefined) throw new Error("virtual time has stopped: everything waits, and nothing can wake it");
      if (timer.at > this.#nowMs) await this.#pace?.(timer.at - this.#nowMs);
      this.#nowMs = Math.max(this.#nowMs, timer.at);
      timer.wake();
    }
  }

  #next(): Timer | undefined {
    let timer = this.#timers.pop();
    while (timer?.cancelled) timer = this.#timers.pop();
    return timer;
  }
}
