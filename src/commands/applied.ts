import type { Cluster } from "../config/cluster.ts";
import type { Plan } from "../plan/change.ts";
import type { CommandContext } from "./context.ts";

/** What was last fully applied to a cluster: the record `applied.json`. */
export interface AppliedRecord {
  schema: 1;
  /** Absent outside a repository. */
  commit?: string;
  by: string;
  /** RFC 3339. */
  at: string;
  /** What every resource and pool was to become, as hashes. */
  wanted: Readonly<Record<string, string>>;
  /** Keys of the tags that the file asked for: those that it asks for no more are ours to take off. */
  tagKeys: readonly string[];
}

export const APPLIED_KEY = "applied.json";

export function appliedRecord(context: CommandContext, cluster: Cluster, plan: Plan, nowMs: number): AppliedRecord {
  const { commits, by } = context;
  return {
    schema: 1,
    ...(commits.current === undefined ? {} : { commit: commits.current }),
    by,
    at: new Date(nowMs).toISOString(),
    wanted: plan.wanted,
    tagKeys: Object.keys(cluster.tags),
  };
}

/** Whether the record says what the plan wants: a run may have died between its last step and writing it down. */
export function isUpToDate(applied: AppliedRecord | undefined, plan: Plan): boolean {
  if (applied === undefined) return false;
  const ids = new Set([...Object.keys(applied.wanted), ...Object.keys(plan.wanted)]);
  return [...ids].every((id) => applied.wanted[id] === plan.wanted[id]);
}
