import { applyPlan } from "../apply/apply.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import { hasErrors, sortFindings } from "../core/findings.ts";
import type { Plan } from "../plan/change.ts";
import { assess } from "./assess.ts";
import type { CommandContext } from "./context.ts";
import { headerOf, planResult } from "./plan.ts";
import { type ClusterResult, type CommandResult, commandResult, type Result } from "./results.ts";
import { selectClusters } from "./select.ts";

/** Makes AWS as the files say. It plans anew: what was planned earlier may not be what is needed now. */
export async function apply(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  const findings = sortFindings(context.configuration.findings);
  if (hasErrors(findings)) return { command: "apply", result: "invalid", findings, clusters: [] };
  const clusters: ClusterResult[] = [];
  for (const cluster of selectClusters(context.configuration, clusterName)) {
    context.emit({ code: "cluster/start", command: "apply", cluster: cluster.name, region: cluster.region });
    const result = await applyOne(context, cluster);
    clusters.push(result);
    context.emit({ code: "cluster/end", cluster: cluster.name, result: result.result });
  }
  return commandResult("apply", findings, clusters);
}

async function applyOne(context: CommandContext, cluster: Cluster): Promise<ClusterResult> {
  const assessment = await assess(context, cluster, "apply");
  const header = headerOf(cluster);
  if (!("plan" in assessment)) return { ...header, result: "blocked", findings: assessment.findings };
  const { aws, inventory, plan } = assessment;
  const before = { ...header, findings: plan.findings, plan };
  if (planResult(plan) === "blocked") return { ...before, result: "blocked" };
  // Without changes there may still be something to wait for: an earlier run's node on its way to ready.
  if (plan.steps.length === 0) return { ...before, result: isWaiting(plan) ? "waiting" : "no-changes" };

  const { emit, signal, nodeTimeoutMs } = context;
  const applied = await applyPlan(plan, inventory, { aws, cluster: identityOf(cluster), emit, signal, nodeTimeoutMs });
  return { ...before, result: outcome(applied.result, plan), steps: applied.steps };
}

function outcome(result: "done" | "failed" | "stopped", plan: Plan): Result {
  if (result !== "done") return result;
  return isWaiting(plan) ? "waiting" : "applied";
}

/** Some nodes are to come when their price allows. */
function isWaiting(plan: Plan): boolean {
  return plan.findings.some((finding) => finding.code === "plan/waiting-for-price");
}
