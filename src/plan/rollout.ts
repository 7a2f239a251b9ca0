import { isAvailable } from "./condition.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";

/**
 * What each launch and each removal of a pool waits for, so that at every moment
 * - no fewer nodes are ready than its size less `maxUnavailable`, unless there were fewer to begin with,
 * - there are no more nodes than its size and `maxSurge`, unless there were more,
 * - no more nodes are leaving than the two numbers allow together.
 * Numbers count from 1 in the order of the verdict; readies are those of nodes that start already, then of launches.
 */
export interface Order {
  /** How many removals must be done before the k-th launch. */
  removalsBeforeLaunch(k: number): number;
  /** How many nodes must have become ready before the k-th removal. */
  readiesBeforeRemoval(k: number): number;
  /** How many removals must be done before the k-th one. */
  removalsBeforeRemoval(k: number): number;
  /** Whether those that are shutting down must be gone before the k-th removal. */
  waitsForGoing(k: number): boolean;
}

/**
 * Each launch beyond the surge waits for a removal of its own, and each removal of a ready node, beyond those that may be
 * missing, for a node of its own to be ready. Since no two wait for the same one, the counts hold whatever takes longer.
 */
export function orderOf(verdict: PoolVerdict): Order {
  const { pool, rollout, present, available, starting, launches, removals, going, zones } = verdict;
  const size = pool?.size ?? 0;
  const waiting = zones.reduce((sum, zone) => sum + zone.waiting, 0);
  // What waits for its price can't be waited for by what is replaced meanwhile.
  const reachable = size - waiting;
  const most = Math.max(size + rollout.maxSurge, present);
  const free = removals.filter(({ node, kind }) => kind === "lost" || !isAvailable(node)).length;
  const atATime = Math.max(1, rollout.maxSurge + rollout.maxUnavailable);
  const readies = starting.length + launches.length;
  return {
    removalsBeforeLaunch: (k) => clamp(present + k - most, removals.length),
    readiesBeforeRemoval: (k) =>
      k <= free ? 0 : clamp(reachable - rollout.maxUnavailable - available + (k - free), readies),
    removalsBeforeRemoval: (k) => clamp(k - atATime, removals.length),
    waitsForGoing: (k) => going.length > 0 && going.length + k > atATime,
  };
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
