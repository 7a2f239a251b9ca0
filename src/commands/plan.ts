import type { Cluster } from "../config/cluster.ts";
import { hasErrors, sortFindings } from "../core/findings.ts";
import { assess } from "./assess.ts";
import type { CommandContext } from "./context.ts";
import { type ClusterResult, type CommandResult, commandResult } from "./results.ts";
import { selectClusters } from "./select.ts";

/** Shows what an apply would do. Reads, and changes nothing. */
export async function plan(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  const findings = sortFindings(context.configuration.findings);
  if (hasErrors(findings)) return { command: "plan", result: "invalid", findings, clusters: [] };
  const clusters: ClusterResult[] = [];
  for (const cluster of selectClusters(context.configuration, clusterName)) {
    context.emit({ code: "cluster/start", command: "plan", cluster: cluster.name, region: cluster.region });
    const result = await planOne(context, cluster);
    clusters.push(result);
    context.emit({ code: "cluster/end", cluster: cluster.name, result: result.result });
  }
  return commandResult("plan", findings, clusters);
}

async function planOne(context: CommandContext, cluster: Cluster): Promise<ClusterResult> {
  const assessment = await assess(context, cluster, "plan");
  const header = headerOf(cluster);
  if (!("plan" in assessment)) return { ...header, result: "blocked", findings: assessment.findings };
  const { plan } = assessment;
  return { ...header, result: planResult(plan), findings: plan.findings, plan };
}

/** What every result says of its cluster. */
export function headerOf(cluster: Cluster): Pick<ClusterResult, "name" | "description" | "region" | "accountId"> {
  const { name, description, region } = cluster;
  return { name, description, region, accountId: cluster.account.accountId };
}

export function planResult(plan: NonNullable<ClusterResult["plan"]>): "blocked" | "no-changes" | "planned" {
  if (hasErrors(plan.findings)) return "blocked";
  return plan.changes.length === 0 ? "no-changes" : "planned";
}
