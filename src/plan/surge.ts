import type { WantedPool } from "../blueprint/blueprint.ts";
import type { Quota } from "../market/quota-codes.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";
import { orderOf } from "./rollout.ts";

/** How much more than now a pool has of a quota, when all pools together have most of it. */
export interface PeakDemand {
  pool: string;
  quota: Quota;
  amount: number;
}

/** How nodes count against quotas of one kind. */
export interface Measure {
  /** What each new node of a pool takes, and of which quota; undefined: not known. */
  takes(pool: WantedPool): { quota: Quota; amount: number } | undefined;
  /** What a node gives back when it is gone; one that takes nothing now gives nothing back. */
  frees(node: LiveNode, quota: Quota): number;
}

/** How a pool's share of one quota moves while a plan is carried out, as differences from now. */
interface Course {
  pool: string;
  /** It is rolled, which the plan does with one pool after the other. */
  rolls: boolean;
  /** With all that is missing launched, and nobody gone yet. */
  filled: number;
  /** At its highest. */
  peak: number;
  /** In the end. */
  net: number;
}

/**
 * The moment at which nodes take most of a quota: what is missing is launched at once everywhere, and then pools roll one
 * after the other, each with its surge. New nodes of another type take more or less than those that they replace.
 */
export function peakOf(verdicts: readonly PoolVerdict[], measure: Measure): PeakDemand[] {
  const quotas = new Map<string, Quota>();
  for (const { pool, launches } of verdicts) {
    const quota = pool === undefined || launches.length === 0 ? undefined : measure.takes(pool)?.quota;
    if (quota !== undefined) quotas.set(quota.code, quota);
  }
  return [...quotas.values()].flatMap((quota) => {
    const courses = verdicts.flatMap((verdict) => courseOf(verdict, quota, measure) ?? []);
    const rolling = courses.filter(({ rolls }) => rolls);
    const moments = (rolling.length === 0 ? [undefined] : rolling).map((now) => sharesAt(courses, now));
    const worst = moments.reduce((a, b) => (total(b) > total(a) ? b : a));
    return worst.flatMap(({ pool, amount }) => (amount === 0 ? [] : [{ pool, quota, amount }]));
  });
}

/** Each pool's share at the worst moment of one pool's roll, or with none rolling. */
function sharesAt(courses: readonly Course[], now: Course | undefined): { pool: string; amount: number }[] {
  const turn = now === undefined ? -1 : courses.indexOf(now);
  return courses.map((course, index) => {
    const isBefore = index < turn;
    const share = course === now || !course.rolls ? course.peak : isBefore ? course.net : course.filled;
    return { pool: course.pool, amount: Math.max(0, share) };
  });
}

function total(shares: readonly { amount: number }[]): number {
  return shares.reduce((sum, { amount }) => sum + amount, 0);
}

/** Undefined for a pool that launches nothing: it can only take less. */
function courseOf(verdict: PoolVerdict, quota: Quota, { takes, frees }: Measure): Course | undefined {
  const { name, pool, launches, removals } = verdict;
  if (pool === undefined || launches.length === 0) return undefined;
  const size = takes(pool);
  const each = size?.quota.code === quota.code ? size.amount : 0;
  /** What the first so many removals give back. */
  const freed = [0];
  for (const { node } of removals) freed.push((freed.at(-1) ?? 0) + frees(node, quota));
  const freedAfter = (gone: number): number => freed[Math.min(gone, removals.length)] ?? 0;
  const order = orderOf(verdict);
  const after = launches.map((_, index) => (index + 1) * each - freedAfter(order.removalsBeforeLaunch(index + 1)));
  const missing = launches.filter(({ replaces }) => replaces === undefined).length;
  return {
    pool: name,
    rolls: missing < launches.length,
    filled: missing * each,
    peak: Math.max(0, ...after),
    net: launches.length * each - freedAfter(removals.length),
  };
}
