import type { Cluster } from "../config/cluster.ts";
import type { AppliedRecord } from "../plan/applied.ts";
import type { Plan } from "../plan/change.ts";
import { appliedPacks } from "../plan/pack-diff.ts";
import type { CommandContext } from "./context.ts";

export function appliedRecord(context: CommandContext, cluster: Cluster, plan: Plan, nowMs: number): AppliedRecord {
  const { commits, by } = context;
  return {
    schema: 1,
    ...(commits.current === undefined ? {} : { commit: commits.current }),
    by,
    at: new Date(nowMs).toISOString(),
    wanted: plan.wanted,
    tagKeys: Object.keys(cluster.tags),
    packs: appliedPacks(cluster),
    pools: plan.pools,
  };
}

/** Whether the record says what the plan wants: a run may have died between its last step and writing it down. */
export function isUpToDate(applied: AppliedRecord | undefined, plan: Plan): boolean {
  return applied !== undefined && differing(applied, plan).length === 0;
}

/** Ids of what the plan wants otherwise than it was last applied. */
export function differing(applied: AppliedRecord, plan: Plan): string[] {
  const ids = new Set([...Object.keys(applied.wanted), ...Object.keys(plan.wanted)]);
  return [...ids].filter((id) => applied.wanted[id] !== plan.wanted[id]).sort();
}
