import type { Clock } from "./clock.ts";
import { Heap } from "./heap.ts";

interface Timer {
  at: number;
  order: number;
  wake: () => void;
  cancelled: boolean;
}

/** A turn of the event loop takes as long as all else that a timer sets off: signals and messages wait for so many timers. */
const TIMERS_BETWEEN_EVENTS = 64;

const STOPPED = "virtual time has stopped: everything waits, and nothing can wake it";

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
 * "Anything can run" means promise chains. A call on its way through the SDK is nothing but promises when region,
 * credentials and endpoint are given, as they are for the twin (a test proves it); work that waits for the machine itself
 * must be held.
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
      await this.#wakeAll(() => settled);
      if (settled) return result;
      if (this.#held.size > 0) await Promise.allSettled(this.#held);
      await machinesEvents();
    }
  }

  /**
   * Wakes timer after timer, each when no promise chain can go on by itself: a tick that is asked for in a chain comes when
   * the queue of microtasks is empty (nodejs.org/api/process.html#when-to-use-queuemicrotask-vs-processnexttick). Resolves
   * when something else is to be waited for, or was kept waiting for some timers; rejects when time has stopped.
   */
  #wakeAll(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const chain = Promise.resolve();
      const atRest = (): void => process.nextTick(wakeNext);
      const wake = (timer: Timer): void => {
        this.#nowMs = Math.max(this.#nowMs, timer.at);
        timer.wake();
        void chain.then(atRest);
      };
      let timersLeft = TIMERS_BETWEEN_EVENTS;
      const wakeNext = (): void => {
        const isInterrupted = isOver() || this.#held.size > 0 || timersLeft === 0;
        timersLeft -= 1;
        const timer = isInterrupted ? undefined : this.#next();
        if (isInterrupted) resolve();
        else if (timer === undefined) reject(new Error(STOPPED));
        else if (this.#pace === undefined || timer.at <= this.#nowMs) wake(timer);
        else this.#pace(timer.at - this.#nowMs).then(() => wake(timer), reject);
      };
      void chain.then(atRest); // asked for in a chain, whoever calls this
    });
  }

  #next(): Timer | undefined {
    let timer = this.#timers.pop();
    while (timer?.cancelled) timer = this.#timers.pop();
    return timer;
  }
}

/** Resolves when whatever has come from outside was seen to. */
function machinesEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
