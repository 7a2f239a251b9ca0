import { AwsCallError, isPassing } from "../aws/errors.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Emit } from "../core/events.ts";
import type { Finding } from "../core/findings.ts";
import { hexDigits, type Random } from "../core/random.ts";
import type { RecordStore, Stored } from "../resources/records/store.ts";

/** Who works on a cluster, for people. */
export interface Holder {
  /** The run's address, or who it is on which machine. */
  by: string;
  command: string;
  /** The commit that is carried out; absent outside a repository. */
  commit?: string;
}

/**
 * The record `lease.json`: who may change the cluster. Its versions decide: it is taken, renewed and taken over by
 * conditional writes alone, so that of two runs one is always the loser.
 */
export interface LeaseRecord extends Holder {
  schema: 1;
  state: "held" | "released";
  /** Names this very run. */
  holder: string;
  /** RFC 3339, by the holder's clock; shown to people, never compared. */
  since: string;
  /** Counts renewals, so that every one makes another version. */
  beat: number;
  ttlMs: number;
  /** What the holder was at when it last renewed. */
  inFlight: readonly string[];
  /** Whether what was begun was brought to its end. A record that says held and is not renewed was not. */
  finished: boolean;
}

export const LEASE_KEY = "lease.json";

/** A lease that is not renewed for so long is dead. Longer than AWS takes to show what a dead run has made. */
export const LEASE_TTL_MS = 60_000;
/** Renewed so many times in each TTL. */
const BEATS = 4;
/**
 * What a run has left unfinished, and given back, may be taken up after this long: AWS takes seconds to list what was
 * made last (EC2's "Eventual consistency" page), and a change that was given up on its way arrives by then or never. Taken up at once, the
 * next run would make a second address.
 */
const LISTED_WITHIN_MS = 15_000;
/** How often a taker looks whether the holder is alive; with a short TTL as often as the holder renews it. */
const WATCH_MS = 3000;
/** How long a run that was told to stop tries to give its lease back. */
const RELEASE_WITHIN_MS = 1500;

/** The lease could not be had: somebody else works on the cluster. */
export interface Busy {
  busy: LeaseRecord;
}

export interface LeaseOptions {
  /** Renews the lease and gives it back, also after the run was told to stop. */
  keeper: RecordStore;
  clock: Clock;
  random: Random;
  emit: Emit;
  signal: AbortSignal;
  ttlMs: number;
}

/** The lease is not this run's any more, or will not be for long enough: nothing may be started. */
export class LeaseLost extends Error {
  constructor(because: string) {
    super(`this run may not change the cluster any more: ${because}. Run it again`);
    this.name = "LeaseLost";
  }
}

export function lostFinding(error: LeaseLost): Finding {
  return { level: "error", code: "lease/lost", message: error.message };
}

/** For how long a version of the lease must be seen unchanged before it may be taken over. */
function waitFor({ state, finished, ttlMs }: LeaseRecord): number {
  if (state === "held") return ttlMs;
  return finished ? 0 : Math.min(LISTED_WITHIN_MS, ttlMs);
}

/**
 * Takes the lease, or says who has it. A holder counts as dead when this taker has seen one version of the lease
 * unchanged for its whole TTL, on its own clock: no two clocks are ever compared.
 */
export async function takeLease(store: RecordStore, holder: Holder, options: LeaseOptions): Promise<Lease | Busy> {
  const { clock, random, emit, signal } = options;
  const id = hexDigits(random, 32);
  let watched: { etag: string; sinceMs: number } | undefined;
  let tried: { startedAtMs: number; before: LeaseRecord | undefined } | undefined;
  for (;;) {
    const seen = await store.read<LeaseRecord>(LEASE_KEY);
    if (seen === undefined) await store.ensureBucket();
    // Our own write, whose answer was lost: it counts from when it was sent.
    if (seen?.value.holder === id && tried !== undefined) {
      return new Lease(seen, tried.startedAtMs, tried.before, options);
    }
    const waitMs = seen === undefined ? 0 : waitFor(seen.value);
    const unchangedMs = watched !== undefined && seen?.etag === watched.etag ? clock.now() - watched.sinceMs : 0;
    if (seen === undefined || unchangedMs >= waitMs) {
      tried = { startedAtMs: clock.now(), before: seen?.value };
      const record = recordOf(id, holder, options);
      const etag =
        seen === undefined ? await store.create(LEASE_KEY, record) : await store.replace(LEASE_KEY, record, seen.etag);
      if (etag !== undefined) return new Lease({ value: record, etag }, tried.startedAtMs, tried.before, options);
      // Somebody was faster, or the answer to our own write was lost and the SDK sent it again: the next look tells.
      continue;
    }
    const { state, by, since } = seen.value;
    if (watched === undefined || (seen.etag !== watched.etag && state === "released")) {
      watched = { etag: seen.etag, sinceMs: clock.now() };
      emit({ code: state === "held" ? "lease/held" : "lease/unfinished", by, since, waitMs });
    } else if (seen.etag !== watched.etag) {
      return { busy: seen.value };
    }
    await clock.sleep(Math.min(WATCH_MS, seen.value.ttlMs / BEATS), signal);
  }
}

function recordOf(id: string, holder: Holder, { clock, ttlMs }: LeaseOptions): LeaseRecord {
  return {
    schema: 1,
    state: "held",
    ...holder,
    holder: id,
    since: new Date(clock.now()).toISOString(),
    beat: 0,
    ttlMs,
    inFlight: [],
    finished: false,
  };
}

/** A lease that this run holds, and renews until it is released or lost. */
export class Lease {
  /** What the one before left: undefined when it finished, or there was none. */
  readonly unfinished: LeaseRecord | undefined;
  /** Aborted, with LeaseLost, as soon as the lease is lost. */
  readonly lost: AbortSignal;
  /** What this run is at, for whoever reads the record. */
  describe: () => readonly string[] = () => [];

  readonly #options: LeaseOptions;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  #record: LeaseRecord;
  #etag: string;
  #deadlineMs: number;
  /** When the first renewal was sent that has not been answered. */
  #unansweredMs: number | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(taken: Stored<LeaseRecord>, startedAtMs: number, before: LeaseRecord | undefined, options: LeaseOptions) {
    this.#options = options;
    this.#record = taken.value;
    this.#etag = taken.etag;
    // Counted from before the write: a taker counts from after it.
    this.#deadlineMs = startedAtMs + options.ttlMs;
    this.unfinished = before === undefined || before.finished ? undefined : before;
    this.lost = this.#lost.signal;
    this.#beating = this.#beat();
  }

  /** Throws LeaseLost unless the lease is this run's for a while yet: asked before every call that changes something. */
  check(): void {
    if (this.lost.aborted) throw this.lost.reason;
    // The margin is for calls that are on their way: they must have arrived before anyone else may start.
    const marginMs = this.#options.ttlMs / BEATS;
    if (this.#options.clock.now() < this.#deadlineMs - marginMs) return;
    this.#lose("its lease could not be renewed in time");
    throw this.lost.reason;
  }

  /**
   * Gives the lease back; `finished` says whether all that was begun came to its end. Where AWS does not take it back any
   * more it runs out by itself, so that is no error.
   */
  async release(finished: boolean): Promise<void> {
    this.#stop.abort();
    const { clock, signal } = this.#options;
    const released = this.#release(finished);
    if (!signal.aborted) return released;
    // What comes after it must be told before the process is killed.
    const answered = new AbortController();
    const waited = clock.sleep(RELEASE_WITHIN_MS, answered.signal).catch(() => {}); // answered in time
    await Promise.race([released.finally(() => answered.abort()), waited]);
  }

  async #release(finished: boolean): Promise<void> {
    await this.#beating;
    if (this.lost.aborted) return;
    try {
      const { keeper } = this.#options;
      const record: LeaseRecord = {
        ...this.#record,
        state: "released",
        beat: this.#record.beat + 1,
        inFlight: [],
        finished,
      };
      if ((await keeper.replace(LEASE_KEY, record, this.#etag)) !== undefined) return;
      // A renewal whose answer was lost has made another version of ours.
      const seen = await keeper.read<LeaseRecord>(LEASE_KEY);
      if (seen?.value.holder === record.holder && seen.value.state === "held") {
        await keeper.replace(LEASE_KEY, record, seen.etag);
      }
    } catch (error) {
      if (!(error instanceof AwsCallError)) throw error;
    }
  }

  /** Deletes the record, after the last of the cluster is gone. */
  async dissolve(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
    if (!this.lost.aborted) await this.#options.keeper.remove(LEASE_KEY, this.#etag);
  }

  async #beat(): Promise<void> {
    const { clock, ttlMs } = this.#options;
    while (!this.lost.aborted) {
      try {
        await clock.sleep(ttlMs / BEATS, this.#stop.signal);
      } catch {
        return; // released
      }
      await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    const { clock } = this.#options;
    const startedAtMs = clock.now();
    this.#unansweredMs ??= startedAtMs;
    const record: LeaseRecord = { ...this.#record, beat: this.#record.beat + 1, inFlight: this.describe() };
    try {
      const etag = await this.#options.keeper.replace(LEASE_KEY, record, this.#etag);
      if (etag !== undefined) {
        this.#renewed(record, etag, startedAtMs);
        return;
      }
      const seen = await this.#options.keeper.read<LeaseRecord>(LEASE_KEY);
      // Our own write, whose answer was lost: a taker may have watched it since it was sent.
      if (seen?.value.holder === record.holder && seen.value.beat === record.beat) {
        this.#renewed(record, seen.etag, this.#unansweredMs);
        return;
      }
      this.#lose(lossBy(seen?.value));
    } catch (error) {
      // What passes may pass before the deadline does; `check` looks at that.
      if (!isPassing(error)) this.#lose(`its lease could not be renewed: ${messageOf(error)}`);
    }
  }

  #renewed(record: LeaseRecord, etag: string, startedAtMs: number): void {
    this.#record = record;
    this.#etag = etag;
    this.#deadlineMs = startedAtMs + this.#options.ttlMs;
    this.#unansweredMs = undefined;
  }

  #lose(because: string): void {
    if (!this.lost.aborted) this.#lost.abort(new LeaseLost(because));
  }
}

function lossBy(seen: LeaseRecord | undefined): string {
  if (seen === undefined) return "its lease was deleted";
  return seen.state === "released" ? "its lease was released with  slipway unlock" : `${seen.by} has taken it over`;
}

/** Whether somebody else has it. */
export function isBusy(taken: Lease | Busy): taken is Busy {
  return "busy" in taken;
}
