import { pendingIntents, replayIntents } from "../apply/intents.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import { type Cluster, CONTROL_PLANE } from "../config/cluster.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import { bucketName } from "../core/names.ts";
import type { Plan } from "../plan/change.ts";
import { findInstances } from "../resources/node/instances.ts";
import { readInitLock } from "../resources/pki/init-lock.ts";
import { RecordStore } from "../resources/records/store.ts";
import type { Inventory } from "../survey/survey.ts";
import { APPLIED_KEY, type AppliedRecord, appliedRecord, isUpToDate } from "./applied.ts";
import { approvalFindings } from "./approval.ts";
import { assess } from "./assess.ts";
import { checkOrder } from "./commits.ts";
import type { CommandContext, Connection } from "./context.ts";
import { eachCluster, headerOf } from "./each.ts";
import { planResult } from "./plan.ts";
import type { ClusterResult, CommandResult, Result } from "./results.ts";
import { carryOut, isSession, openSession, resumedFindings, type Session } from "./session.ts";

/** Makes AWS as the files say. It plans anew: what was planned earlier may not be what is needed now. */
export function apply(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  return eachCluster(context, "apply", clusterName, (cluster) => applyOne(context, cluster));
}

async function applyOne(context: CommandContext, cluster: Cluster): Promise<ClusterResult> {
  const header = headerOf(cluster);
  const connection: Connection = { region: cluster.region, roleArn: cluster.account.applyRoleArn };
  const aws = context.connect({ ...connection, signal: context.signal });
  const look = await assess(context, cluster, aws);
  if (!("plan" in look)) return { ...header, result: "blocked", findings: look.findings };
  const { plan } = look;
  const before = { ...header, findings: plan.findings, plan };
  if (planResult(plan) === "blocked") return { ...before, result: "blocked" };
  // Where nothing is to be done or written down, nobody has to be kept out.
  if (plan.steps.length === 0) {
    const applied = await new RecordStore(aws, identityOf(cluster)).read<AppliedRecord>(APPLIED_KEY);
    if (isUpToDate(applied?.value, plan)) return { ...before, result: outcomeOf(plan, "no-changes") };
  }

  const session = await openSession(context, identityOf(cluster), connection, "apply");
  if (!isSession(session)) return { ...before, result: "blocked", findings: [session, ...plan.findings] };
  const { unfinished } = session;
  // Until something is begun, what the one before left is all that may be unfinished.
  let finished = unfinished === undefined;
  try {
    return await applyAlone(context, cluster, session, (isDone) => {
      finished = isDone;
    });
  } finally {
    await session.lease.release(finished);
  }
}

/** Applies with the lease in hand: what was seen before it was taken may be another run's work. */
async function applyAlone(
  context: CommandContext,
  cluster: Cluster,
  session: Session,
  finished: (isDone: boolean) => void,
): Promise<ClusterResult> {
  const { commits } = context;
  const { unfinished, aws, records } = session;
  const header = headerOf(cluster);
  const last = await records.read<AppliedRecord>(APPLIED_KEY);
  const order = await checkOrder(commits, last?.value, cluster.files);
  if (hasErrors(order)) return { ...header, result: "blocked", findings: order };
  await seeLaunchesThrough(context, cluster, session);

  const look = await assess(context, cluster, aws);
  if (!("plan" in look)) return { ...header, result: "blocked", findings: [...order, ...look.findings] };
  const { plan, inventory } = look;
  const findings = [...resumedFindings(unfinished, inventory, plan), ...order, ...plan.findings];
  if (planResult(plan) === "blocked") return { ...header, result: "blocked", findings, plan };

  const unapproved = await approvalsOf(context, cluster, plan, last?.value);
  if (unapproved.length > 0) return { ...header, result: "blocked", findings: [...unapproved, ...findings], plan };

  const lost = await lostControlPlane(cluster, session, inventory);
  if (lost !== undefined) return { ...header, result: "blocked", findings: [lost, ...findings], plan };

  finished(false);
  const { result, steps, trouble } = await carryOut(context, session, identityOf(cluster), plan, inventory);
  if (result !== "done") {
    const all = trouble === undefined ? findings : [trouble, ...findings];
    return { ...header, result, findings: all, plan, steps };
  }
  await records.write(APPLIED_KEY, appliedRecord(context, cluster, plan, aws.clock.now()));
  finished(true);
  const outcome = outcomeOf(plan, unfinished !== undefined ? "resumed" : steps.length > 0 ? "applied" : "no-changes");
  return { ...header, result: outcome, findings, plan, steps };
}

/** What of a plan nobody has approved, where the run is bound to that. */
async function approvalsOf(
  { approvals, confirm = [] }: CommandContext,
  cluster: Cluster,
  plan: Plan,
  last: AppliedRecord | undefined,
): Promise<Finding[]> {
  if (approvals === undefined || plan.changes.length === 0) return [];
  const approved = await approvals.since(identityOf(cluster), cluster.files, last?.commit);
  return approvalFindings(plan, approved, confirm);
}

/**
 * Once a cluster was begun, new control-plane nodes only ever join it: with none left to join they would wait for ever,
 * by design, since a second `kubeadm init` would put an empty cluster in the place of the lost one.
 */
async function lostControlPlane(
  cluster: Cluster,
  { aws }: Session,
  { nodes, resources }: Inventory,
): Promise<Finding | undefined> {
  if (nodes.some(({ pool }) => pool === CONTROL_PLANE) || !resources.some(({ kind }) => kind === "pki")) return;
  const lock = await readInitLock(aws, identityOf(cluster));
  if (lock?.state !== "done") return;
  const { name, region, account } = cluster;
  return {
    level: "error",
    code: "cluster/control-plane-lost",
    message: `no control-plane node of ${name} is left, and with them went etcd: new ones would wait for ever to join it`,
    fix: `snapshots of etcd, where there are any, are under s3://${bucketName(account.accountId, region)}/${name}/etcd/. If nothing is to be kept:  slipway destroy ${name} --confirm ${name}  and apply again`,
  };
}

/** Finds out about launches that a dead run had begun, before anything is counted. */
async function seeLaunchesThrough(context: CommandContext, cluster: Cluster, session: Session): Promise<void> {
  if (session.unfinished === undefined) return; // a run that ends well leaves none
  const { aws, records } = session;
  const intents = await pendingIntents(records);
  if (intents.length === 0) return;
  const { nodes } = await findInstances(aws, identityOf(cluster));
  for (const { intent, instanceIds } of await replayIntents(aws, records, intents, nodes, session.signal)) {
    if (instanceIds.length > 0)
      context.emit({ code: "launch/replayed", pool: intent.pool, zone: intent.zone, instanceIds });
  }
}

/** Some nodes may have to wait until their price allows. */
function outcomeOf(plan: Plan, otherwise: Result): Result {
  return plan.findings.some((finding) => finding.code === "plan/waiting-for-price") ? "waiting" : otherwise;
}
