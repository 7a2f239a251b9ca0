/** Clusters whose document was removed: what would be deleted, and deleting it once that is confirmed. */
import { identityOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import { listed } from "../core/words.ts";
import type { Plan } from "../plan/change.ts";
import { planDestroy } from "../plan/plan.ts";
import { surveyForDeletion } from "../survey/survey.ts";
import { type Approved, AS_ASKED, approvalFindings, UNCONFIRMED } from "./approval.ts";
import type { CommandContext } from "./context.ts";
import { destroy } from "./destroy.ts";
import { guarded } from "./each.ts";
import { headerOf } from "./header.ts";
import { isReached, reach } from "./look.ts";
import { type ClusterResult, type CommandResult, commandResult } from "./results.ts";

/** A command's result with what becomes of clusters whose document is gone. Files with errors are not worked on. */
export async function withRemoved(
  context: CommandContext,
  result: CommandResult,
  work: (cluster: Cluster) => Promise<ClusterResult>,
): Promise<CommandResult> {
  const { removed = [] } = context;
  if (removed.length === 0 || result.result === "invalid") return result;
  const clusters: ClusterResult[] = [];
  for (const cluster of removed) clusters.push(await guarded(context, headerOf(cluster), () => work(cluster)));
  return commandResult(result.command, result.findings, [...result.clusters, ...clusters]);
}

/** Shows what deleting it would do. Reads, and changes nothing. */
export async function planRemoval(context: CommandContext, cluster: Cluster): Promise<ClusterResult> {
  const header = headerOf(cluster);
  const { region, account } = cluster;
  const place = { region, roleArn: account.planRoleArn, accountId: account.accountId };
  const reached = await reach(context, place);
  if (!isReached(reached)) return { ...header, result: "blocked", findings: [reached] };
  const plan = planDestroy(
    identityOf(cluster),
    await surveyForDeletion(reached.aws, identityOf(cluster)),
    context.owner,
  );
  if (hasErrors(plan.findings)) return { ...header, result: "blocked", findings: plan.findings, plan };
  if (plan.changes.length === 0) return { ...header, result: "no-changes", findings: plan.findings, plan };
  return { ...header, result: "planned", findings: [goesFinding(cluster), ...plan.findings], plan };
}

function goesFinding({ name, files: [file = ""] }: Cluster): Finding {
  return {
    level: "warning",
    code: "cluster/removed",
    message: `the document of ${name} is gone: all that AWS has of it would be deleted, and with it etcd and all that runs there`,
    at: { file, line: 1, column: 1 },
    fix: `bring the document back, or confirm the deletion of ${name}`,
  };
}

/** Deletes it where that was approved and confirmed; else says what is missing. */
export async function applyRemoval(context: CommandContext, cluster: Cluster): Promise<ClusterResult> {
  const planned = await planRemoval(context, withApplyRole(cluster));
  if (planned.result !== "planned" || planned.plan === undefined) return planned;
  const { name } = cluster;
  const wrong = await removalFindings(context, cluster, planned.plan);
  if (wrong.length > 0) return { ...planned, result: "blocked", findings: [...wrong, ...planned.findings] };
  // Its document is gone from the files: the base's says where to look.
  const configuration = { ...context.configuration, clusters: [cluster] };
  const { clusters } = await destroy({ ...context, configuration }, name, [name]);
  return { ...planned, ...clusters[0], description: cluster.description };
}

/** What keeps a removal from being done. Where nothing of it was confirmed, that is said once and not of each change. */
async function removalFindings(context: CommandContext, cluster: Cluster, plan: Plan): Promise<Finding[]> {
  const { approvals, confirm = [] } = context;
  const approved = (await approvals?.since(identityOf(cluster), cluster.files, undefined)) ?? AS_ASKED;
  const findings = approvalFindings(plan, approved, confirm);
  const isWhole = findings.length === plan.changes.length && findings.every(({ code }) => code === UNCONFIRMED);
  return isWhole ? [unconfirmed(cluster.name, approved)] : findings;
}

/** What an apply looks at, it looks at with the role that it works with. */
function withApplyRole(cluster: Cluster): Cluster {
  const { planRoleArn: _plan, ...account } = cluster.account;
  const { applyRoleArn } = account;
  return { ...cluster, account: { ...account, ...(applyRoleArn === undefined ? {} : { planRoleArn: applyRoleArn }) } };
}

function unconfirmed(name: string, approved: Approved): Finding {
  const troubles = approved.kind === "all" ? [] : approved.changes.map(({ noDeletion = "" }) => noDeletion);
  const why = listed(troubles.filter((trouble) => trouble !== ""));
  return {
    level: "error",
    code: UNCONFIRMED,
    message: `the document of ${name} is gone, and nobody has confirmed that the cluster is to go too${why === "" ? "" : `: ${why}`}; nothing of it was changed`,
    fix: `bring the document back, or run destroy by hand with cluster: ${name} and confirm: ${name}`,
  };
}
