/** In which order nodes leave in one run: the control plane is rolled first, then one pool after the other. */
import type { Instance } from "../../src/twin/records.ts";
import { poolOf } from "./day2-nodes.ts";

/** A node that was asked to leave. */
interface Departure {
  id: string;
  pool: string;
  /** What it was born with. */
  born: string;
  /** Places in the order of all that happened. */
  askedAt: number;
  goneAt: number;
}

export class Departures {
  /** The pools in the order in which they are rolled. */
  readonly #pools: readonly string[];
  readonly #all = new Map<string, Departure>();
  #now = 0;

  constructor(pools: readonly string[]) {
    this.#pools = pools;
  }

  asked({ id, tags }: Instance): void {
    const born = bornWith(tags);
    const pool = poolOf(tags);
    this.#all.set(id, { id, pool, born, askedAt: this.#tick(), goneAt: Number.POSITIVE_INFINITY });
  }

  gone(id: string): void {
    const departure = this.#all.get(id);
    if (departure !== undefined) departure.goneAt = this.#tick();
  }

  /**
   * What was out of order, in words: of a pool that was rolled a node was asked to leave before the last one of a pool
   * that comes first had gone. A pool was rolled when what is there now was born otherwise than what has left; those that
   * were only too many may leave at any time.
   */
  disorder(there: readonly Instance[]): string[] {
    // In the order in which they were launched.
    const newest = new Map(there.map(({ tags }) => [poolOf(tags), bornWith(tags)]));
    const rolled = [...this.#all.values()].filter(({ pool, born }) => newest.has(pool) && newest.get(pool) !== born);
    const rank = ({ pool }: Departure): number => this.#pools.indexOf(pool);
    return rolled.flatMap((later) =>
      rolled
        .filter((first) => rank(first) < rank(later) && first.goneAt > later.askedAt)
        .slice(0, 1)
        .map((first) => `${later.id} of ${later.pool} is asked to leave before ${first.id} of ${first.pool} has gone`),
    );
  }

  #tick(): number {
    this.#now += 1;
    return this.#now;
  }
}

function bornWith(tags: Readonly<Record<string, string>>): string {
  return tags["slipway:config-hash"] ?? "";
}
