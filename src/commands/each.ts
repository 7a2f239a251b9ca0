import { expiredFinding, stoppedFinding } from "../apply/apply.ts";
import { LeaseLost, lostFinding } from "../apply/lease.ts";
import { AwsCallError, isExpired } from "../aws/errors.ts";
import type { Cluster } from "../config/cluster.ts";
import { messageOf, UserError } from "../core/errors.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import type { CommandContext } from "./context.ts";
import { type Header, headerOf } from "./header.ts";
import { type ClusterResult, type CommandResult, commandResult, type Result } from "./results.ts";
import { selectClusters } from "./select.ts";

/** Does a command's work for each cluster that it is about, one after the other. Files with errors are not worked on. */
export async function eachCluster(
  context: CommandContext,
  command: string,
  clusterName: string | undefined,
  work: (cluster: Cluster) => Promise<ClusterResult>,
): Promise<CommandResult> {
  const findings = sortFindings(context.configuration.findings);
  if (hasErrors(findings)) return { command, result: "invalid", findings, clusters: [] };
  const clusters: ClusterResult[] = [];
  for (const cluster of selectClusters(context.configuration, clusterName)) {
    context.emit({ code: "cluster/start", command, cluster: cluster.name, region: cluster.region });
    const result = await guarded(context, headerOf(cluster), () => work(cluster));
    clusters.push(result);
    context.emit({ code: "cluster/end", cluster: cluster.name, result: result.result });
  }
  return commandResult(command, findings, clusters);
}

/** Makes a result of what went wrong before the first step or after the last. A mistake of ours is thrown on. */
export async function guarded(
  context: CommandContext,
  header: Header,
  work: () => Promise<ClusterResult>,
): Promise<ClusterResult> {
  const ended = (result: Result, ...findings: readonly Finding[]): ClusterResult => ({ ...header, result, findings });
  const { signal } = context;
  if (signal.aborted) return ended("stopped", stoppedFinding(signal.reason));
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return ended("stopped", stoppedFinding(error));
    if (error instanceof UserError) return ended("blocked", ...error.findings);
    if (error instanceof LeaseLost) return ended("failed", lostFinding(error));
    if (isExpired(error)) return ended("failed", expiredFinding(error));
    if (!(error instanceof AwsCallError)) throw error;
    return ended("failed", { level: "error", code: "aws/call-failed", message: messageOf(error) });
  }
}
