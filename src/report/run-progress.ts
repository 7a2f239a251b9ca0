import type { Event, PoolProgress } from "../core/events.ts";
import { progressLine } from "./progress.ts";
import { type RunningStep, Tally } from "./tally.ts";
import { noColours } from "./terminal.ts";

/** How far a run has come: what is left of one that is killed. All times are milliseconds since the Unix epoch. */
export interface RunProgress {
  schema: 1;
  command: string;
  startedAtMs: number;
  /** When this was known. */
  atMs: number;
  /** After how long without a sign of life the run's lease is another's to take. */
  leaseTtlMs: number;
  /** The cluster under way; absent: none yet, or none any more. */
  cluster?: string;
  /** Clusters that the run was done with. */
  ended: readonly { cluster: string; result: string }[];
  /** 0: nothing was begun to be changed. */
  steps: number;
  done: number;
  running: readonly RunningStep[];
  /** Pools whose nodes come and go. */
  pools: readonly PoolProgress[];
  /** The last events that a log has a line for. */
  recent: readonly { atMs: number; event: Event }[];
}

const RECENT = 10;

/** Keeps account of a run by its events. */
export class ProgressAccount {
  readonly #command: string;
  readonly #leaseTtlMs: number;
  readonly #startedAtMs: number;
  readonly #tally = new Tally();
  readonly #ended: { cluster: string; result: string }[] = [];
  readonly #recent: { atMs: number; event: Event }[] = [];
  #cluster: string | undefined;

  constructor(command: string, leaseTtlMs: number, startedAtMs: number) {
    this.#command = command;
    this.#leaseTtlMs = leaseTtlMs;
    this.#startedAtMs = startedAtMs;
  }

  handle(event: Event, nowMs: number): void {
    this.#tally.handle(event, nowMs);
    if (event.code === "cluster/start") this.#cluster = event.cluster;
    if (event.code === "cluster/end") {
      this.#cluster = undefined;
      this.#ended.push({ cluster: event.cluster, result: event.result });
    }
    if (progressLine(event, 0, noColours) === undefined) return;
    this.#recent.push({ atMs: nowMs, event });
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  at(nowMs: number): RunProgress {
    const { steps, done, running, pools } = this.#tally;
    return {
      schema: 1,
      command: this.#command,
      startedAtMs: this.#startedAtMs,
      atMs: nowMs,
      leaseTtlMs: this.#leaseTtlMs,
      ...(this.#cluster === undefined ? {} : { cluster: this.#cluster }),
      ended: this.#ended,
      steps,
      done,
      running: [...running.values()],
      pools: [...pools.values()],
      recent: this.#recent,
    };
  }
}
