import type { StepResult } from "../apply/apply.ts";
import { pendingIntents, seeThrough } from "../apply/intents.ts";
import type { Aws } from "../aws/clients.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import { type Cluster, CONTROL_PLANE } from "../config/cluster.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import { bucketName } from "../core/names.ts";
import type { PriceList } from "../market/price-list.ts";
import { APPLIED_KEY, type AppliedRecord, appliedIn } from "../plan/applied.ts";
import type { Plan } from "../plan/change.ts";
import { POOL_REMOVAL } from "../plan/pool-report.ts";
import { readInitLock } from "../resources/pki/init-lock.ts";
import type { Inventory } from "../survey/survey.ts";
import { appliedRecord, isUpToDate } from "./applied.ts";
import { type Assessment, assess, type Refusal } from "./assess.ts";
import type { CommandContext, Connection } from "./context.ts";
import { headerOf } from "./header.ts";
import { planResult } from "./plan.ts";
import { rehearsed } from "./rehearsal.ts";
import type { ClusterResult, Result } from "./results.ts";
import { carryOut, isSession, openSession, resumedFindings, type Session } from "./session.ts";

/** What brings a cluster closer to its file: an apply all of it, a reconcile what has drifted. */
export interface Purpose {
  command: "apply" | "reconcile";
  /** Whether this run's commit may do it now, by what was last applied. */
  order(
    cluster: Cluster,
    applied: AppliedRecord | undefined,
  ): Promise<{ refused: readonly Finding[] } | { findings: readonly Finding[] }>;
  /** What of a plan is done, and what there is to say about the rest; an error among the findings: nothing is. */
  choose(plan: Plan, applied: AppliedRecord | undefined): Choice | Promise<Choice>;
  /** Whether what is done is then what was last applied. */
  recordsApplied: boolean;
}

export interface Choice {
  plan: Plan;
  findings: readonly Finding[];
  /** Something is not as it was applied, and is left as it is. */
  isDrifted: boolean;
}

/** Looks, takes the lease, looks again and does what there is to do. */
export async function converge(context: CommandContext, cluster: Cluster, purpose: Purpose): Promise<ClusterResult> {
  const header = headerOf(cluster);
  const connection: Connection = { region: cluster.region, roleArn: cluster.account.applyRoleArn };
  const aws = context.connect({ ...connection, signal: context.signal });
  const decision = await decide(context, cluster, purpose, aws);
  if (!("plan" in decision)) return { ...header, result: "blocked", findings: decision.findings };
  const { look, plan, chosen, isDrifted } = decision;
  const before = { ...header, findings: [...chosen, ...plan.findings], plan };
  if (isBlocked(decision)) return { ...before, result: "blocked" };
  // Where nothing is to be done or written down, nobody has to be kept out.
  if (plan.steps.length === 0 && (!purpose.recordsApplied || isUpToDate(appliedIn(look.inventory), plan))) {
    return { ...before, result: outcomeOf(plan, isDrifted, "no-changes") };
  }

  const gone = await lostControlPlane(cluster, aws, look.inventory);
  if (gone !== undefined) return { ...before, result: "blocked", findings: [gone, ...before.findings] };
  // What a reconcile leaves as it is would look like something that it does not come to.
  const rehearsing = { ...context, rehearse: context.rehearse === true && purpose.command === "apply" };
  const { plan: trial, ...said } = await rehearsed(rehearsing, cluster, aws, { ...look, plan });
  if (hasErrors(trial.findings)) {
    return { ...before, ...said, plan: trial, result: "blocked", findings: [...chosen, ...trial.findings] };
  }

  const session = await openSession(context, identityOf(cluster), connection, purpose.command);
  if (!isSession(session)) return { ...before, result: "blocked", findings: [session, ...plan.findings] };
  const { unfinished } = session;
  // Until something is begun, what the one before left is all that may be unfinished.
  let finished = unfinished === undefined;
  try {
    const ended = await convergeAlone(context, cluster, purpose, session, look.prices, (isDone) => {
      finished = isDone;
    });
    return { ...said, ...ended };
  } finally {
    await session.lease.release(finished);
  }
}

/** What a look at AWS comes to: the plan, as much of it as is done, and what there is to say about the choice. */
interface Decision {
  look: Assessment;
  plan: Plan;
  chosen: readonly Finding[];
  isDrifted: boolean;
}

async function decide(
  context: CommandContext,
  cluster: Cluster,
  purpose: Purpose,
  aws: Aws,
  known?: PriceList,
): Promise<Decision | Refusal> {
  const look = await assess(context, cluster, aws, known);
  if (!("plan" in look)) return look;
  const { plan, findings: chosen, isDrifted } = await purpose.choose(look.plan, appliedIn(look.inventory));
  return { look, plan, chosen, isDrifted };
}

function isBlocked({ plan, chosen }: Decision): boolean {
  return planResult(plan) === "blocked" || hasErrors(chosen);
}

/** Goes on with the lease in hand: what was seen before it was taken may be another run's work. */
async function convergeAlone(
  context: CommandContext,
  cluster: Cluster,
  purpose: Purpose,
  session: Session,
  prices: PriceList,
  finished: (isDone: boolean) => void,
): Promise<ClusterResult> {
  const { unfinished, aws, records } = session;
  const header = headerOf(cluster);
  const last = await records.read<AppliedRecord>(APPLIED_KEY);
  const order = await purpose.order(cluster, last?.value);
  if ("refused" in order) return { ...header, result: "blocked", findings: order.refused };

  const again = (): Promise<Decision | Refusal> => decide(context, cluster, purpose, aws, prices);
  const first = await again();
  const decision = (await hasSeenLaunches(context, cluster, session, first)) ? await again() : first;
  if (!("plan" in decision))
    return { ...header, result: "blocked", findings: [...order.findings, ...decision.findings] };
  const { plan, chosen, isDrifted } = decision;
  const { inventory } = decision.look;
  const findings = [...chosen, ...resumedFindings(unfinished, inventory, plan), ...order.findings, ...plan.findings];
  if (isBlocked(decision)) return { ...header, result: "blocked", findings, plan };

  const lost = await lostControlPlane(cluster, session.aws, inventory);
  if (lost !== undefined) return { ...header, result: "blocked", findings: [lost, ...findings], plan };

  finished(false);
  const { result, trouble, ...done } = await carryOut(context, session, identityOf(cluster), plan, inventory);
  if (result === "failed" || result === "stopped") {
    const all = trouble === undefined ? findings : [trouble, ...findings];
    return { ...header, result, findings: all, plan, ...done };
  }
  if (purpose.recordsApplied && (result === "done" || isOnlyShort(done.steps))) {
    await records.write(APPLIED_KEY, appliedRecord(context, cluster, plan, aws.clock.now()));
  }
  finished(true);
  if (result === "waiting")
    return { ...header, result, findings: [...shortages(done.steps), ...findings], plan, ...done };
  const outcome = outcomeOf(
    plan,
    isDrifted,
    unfinished !== undefined ? "resumed" : done.steps.length > 0 ? "applied" : "no-changes",
  );
  // What was removed is gone: that it would be is no news any more.
  const still = purpose.recordsApplied ? findings.filter(({ code }) => code !== POOL_REMOVAL) : findings;
  return { ...header, result: outcome, findings: still, plan, ...done };
}

/**
 * Once a cluster was begun, new control-plane nodes only ever join it: with none left to join they would wait for ever,
 * by design, since a second `kubeadm init` would put an empty cluster in the place of the lost one.
 */
async function lostControlPlane(
  cluster: Cluster,
  aws: Aws,
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

/**
 * Finds out about launches that a dead run had begun: whether there were any, and all has to be counted anew. While
 * nothing may be done they are left to a later run, as all else is.
 */
async function hasSeenLaunches(
  { emit }: CommandContext,
  cluster: Cluster,
  session: Session,
  decision: Decision | Refusal,
): Promise<boolean> {
  if (session.unfinished === undefined) return false; // a run that ends well leaves none
  if (!("plan" in decision) || isBlocked(decision)) return false;
  const intents = await pendingIntents(session.records);
  const { nodes } = decision.look.inventory;
  const seen = await seeThrough({ ...session, cluster: identityOf(cluster) }, intents, decision.plan, nodes);
  for (const { intent, instanceIds } of seen) {
    if (instanceIds.length > 0) emit({ code: "launch/replayed", pool: intent.pool, zone: intent.zone, instanceIds });
  }
  return intents.length > 0;
}

/** Whether nothing is missing but nodes that AWS has no capacity for: a roll that stands still is not applied. */
function isOnlyShort(steps: readonly StepResult[]): boolean {
  return steps.every(
    ({ step, outcome }) =>
      outcome.state === "done" || (step.group === undefined && ["launch", "ready"].includes(step.work.do)),
  );
}

/** What waits for capacity, type and zone named. */
function shortages(steps: readonly StepResult[]): Finding[] {
  const texts = steps.flatMap(({ outcome }) => (outcome.state === "waiting" ? [outcome.because] : []));
  return [...new Set(texts)].map((message) => ({
    level: "warning",
    code: "apply/no-capacity",
    message,
    fix: "the next run, also that of reconcile, launches them when there is capacity; or use another type or zone, or zoneFallback",
  }));
}

/** Something may differ and be left as it is; some nodes may have to wait until their price allows. */
function outcomeOf(plan: Plan, isDrifted: boolean, otherwise: Result): Result {
  if (isDrifted) return "drifted";
  return plan.findings.some((finding) => finding.code === "plan/waiting-for-price") ? "waiting" : otherwise;
}
