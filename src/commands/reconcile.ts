import { type Finding, hasErrors } from "../core/findings.ts";
import { listed } from "../core/words.ts";
import type { AppliedRecord } from "../plan/applied.ts";
import type { Change, Plan } from "../plan/change.ts";
import { NODES_LEFT } from "../plan/pool-report.ts";
import { repairOf } from "../plan/repair.ts";
import { titleOf } from "../plan/titles.ts";
import { differing } from "./applied.ts";
import type { CommandContext } from "./context.ts";
import { type Choice, converge, type Purpose } from "./converge.ts";
import { eachCluster } from "./each.ts";
import type { CommandResult } from "./results.ts";

/**
 * Brings clusters back to what was last applied: lost nodes, spot nodes whose price allows, and what somebody has changed
 * in AWS. Where the files ask for something else by now, that is the next apply's: it only tells.
 */
export function reconcile(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  return eachCluster(context, "reconcile", clusterName, (cluster) => converge(context, cluster, REPAIR));
}

const REPAIR: Purpose = {
  command: "reconcile",
  order: async () => ({ findings: [] }),
  choose: chooseRepairs,
  recordsApplied: false,
};

function chooseRepairs(plan: Plan, applied: AppliedRecord | undefined): Choice {
  const nothing = { ...plan, changes: [], steps: [] };
  if (applied === undefined) {
    const isDrifted = plan.changes.length > 0;
    return { plan: nothing, findings: isDrifted ? [NEVER_APPLIED] : [], isDrifted };
  }
  // A plan that could not be made asks for nothing, which is no difference.
  if (hasErrors(plan.findings) && Object.keys(plan.wanted).length === 0) {
    return { plan: nothing, findings: [], isDrifted: false };
  }
  const others = differing(applied, plan);
  if (others.length > 0) return { plan: nothing, findings: [ahead(applied, others)], isDrifted: true };
  const { plan: repair, left } = repairOf(plan);
  const isLeft = plan.findings.some(({ code }) => code === NODES_LEFT);
  return { plan: repair, findings: left.map(leftFinding), isDrifted: left.length > 0 || isLeft };
}

const NEVER_APPLIED: Finding = {
  level: "warning",
  code: "reconcile/never-applied",
  message: "no apply of this cluster has come to its end, so there is nothing to bring it back to",
  fix: "run apply",
};

function ahead({ commit, by, at }: AppliedRecord, ids: readonly string[]): Finding {
  const of = commit === undefined ? "" : ` of ${commit.slice(0, 9)}`;
  const what = listed(
    ids.map((id) => titleOf(id.replace(/^record\//, ""))),
    4,
  );
  return {
    level: "warning",
    code: "reconcile/not-applied",
    message: `the files ask for something else than what was last applied (${what}): the apply${of} by ${by}, ${at}. Nothing was repaired`,
    fix: "run apply; reconcile goes on from there",
  };
}

function leftFinding({ title, action, why }: Change): Finding {
  return {
    level: "warning",
    code: "reconcile/left",
    message: `${title}: ${why}. To ${action} it would disrupt or delete something, so it was left as it is`,
    fix: "look at the plan and run apply",
  };
}
