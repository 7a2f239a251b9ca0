import type { Cluster } from "../config/cluster.ts";
import { hasErrors } from "../core/findings.ts";
import type { Plan } from "../plan/change.ts";
import { assess } from "./assess.ts";
import { withPermissions } from "./check-permissions.ts";
import type { CommandContext } from "./context.ts";
import { eachCluster } from "./each.ts";
import { headerOf } from "./header.ts";
import { rehearsed } from "./rehearsal.ts";
import type { ClusterResult, CommandResult } from "./results.ts";

/** Shows what an apply would do. Reads, and changes nothing. */
export function plan(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  return eachCluster(context, "plan", clusterName, (cluster) => planOne(context, cluster));
}

async function planOne(context: CommandContext, cluster: Cluster): Promise<ClusterResult> {
  const aws = context.connect({
    region: cluster.region,
    roleArn: cluster.account.planRoleArn,
    signal: context.signal,
  });
  const assessment = await assess(context, cluster, aws);
  const header = headerOf(cluster);
  if (!("plan" in assessment)) return { ...header, result: "blocked", findings: assessment.findings };
  const permitted = await withPermissions(aws, cluster, assessment);
  const { plan, ...more } = await rehearsed(context, cluster, aws, { ...assessment, plan: permitted });
  return { ...header, result: planResult(plan), findings: plan.findings, plan, ...more };
}

export function planResult(plan: Plan): "blocked" | "no-changes" | "planned" {
  if (hasErrors(plan.findings)) return "blocked";
  return plan.changes.length === 0 ? "no-changes" : "planned";
}
