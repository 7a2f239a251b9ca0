import type { PoolProgress } from "../core/events.ts";
import { count } from "../core/words.ts";

/** `2 of 5 nodes added, 1 of 3 removed`; of what a run does not do nothing is said. */
export function nodeCounts({ added, toAdd, removed, toRemove }: Omit<PoolProgress, "pool">): string {
  const of = (n: number, all: number, what: string): string => (all === 0 ? "" : `${n} of ${what}`);
  return [
    of(added, toAdd, `${count(toAdd, "node")} added`),
    of(removed, toRemove, toAdd > 0 ? `${toRemove} removed` : `${count(toRemove, "node")} removed`),
  ]
    .filter((text) => text !== "")
    .join(", ");
}

/** The counts of all pools together; empty: no node comes or goes. */
export function nodesInAll(pools: readonly PoolProgress[]): string {
  const sum = (what: "added" | "toAdd" | "removed" | "toRemove"): number =>
    pools.reduce((total, progress) => total + progress[what], 0);
  return nodeCounts({
    added: sum("added"),
    toAdd: sum("toAdd"),
    removed: sum("removed"),
    toRemove: sum("toRemove"),
  });
}

/** A log has a line for a pool's beginning and end, and about so many in between, however large the pool is. */
const MOST_LINES = 20;

/** Whether a log tells of it. */
export function isWorthALine({ added, toAdd, removed, toRemove }: PoolProgress): boolean {
  const done = added + removed;
  const all = toAdd + toRemove;
  return done > 0 && (done === all || done % Math.ceil(all / MOST_LINES) === 0);
}
