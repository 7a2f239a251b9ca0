import { type ApplyResult, applyPlan } from "../apply/apply.ts";
import { type Holder, isBusy, type Lease, type LeaseRecord, takeLease } from "../apply/lease.ts";
import type { Aws } from "../aws/clients.ts";
import type { Finding } from "../core/findings.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { count, listed } from "../core/words.ts";
import type { Plan } from "../plan/change.ts";
import { RecordStore } from "../resources/records/store.ts";
import type { Inventory } from "../survey/survey.ts";
import type { CommandContext, Connection } from "./context.ts";

/** A cluster that this run alone may change. */
export interface Session {
  /** Clients that ask the lease before every change, and start none once the run is to stop. */
  aws: Aws;
  records: RecordStore;
  lease: Lease;
  /** Aborted when the run is to stop, or has lost the lease. */
  signal: AbortSignal;
  /** What an earlier run left unfinished. */
  unfinished: LeaseRecord | undefined;
}

/** Takes a cluster's lease; gives a finding that says who has it when somebody has. */
export async function openSession(
  context: CommandContext,
  cluster: ClusterIdentity,
  connection: Connection,
  command: string,
): Promise<Session | Finding> {
  const { emit, by, commits, leaseTtlMs } = context;
  const taker = context.connect({ ...connection, signal: context.signal });
  const { clock, random } = taker;
  const holder: Holder = { by, command, ...(commits.current === undefined ? {} : { commit: commits.current }) };
  const lease = await takeLease(new RecordStore(taker, cluster), holder, {
    // By clients that ask nobody.
    keeper: new RecordStore(context.connect(connection), cluster),
    clock,
    random,
    emit,
    signal: context.signal,
    ttlMs: leaseTtlMs,
  });
  if (isBusy(lease)) return busyFinding(cluster.name, lease.busy);
  const signal = AbortSignal.any([context.signal, lease.lost]);
  const permit = (action: string): void => {
    lease.check();
    // Records may still be written: they say where the run has stopped.
    if (!action.startsWith("s3:")) signal.throwIfAborted();
  };
  const aws = context.connect({ ...connection, permit, signal });
  const { unfinished } = lease;
  if (unfinished !== undefined) {
    const { by: whose, since, inFlight } = unfinished;
    emit({ code: "run/resumes", cluster: cluster.name, by: `the ${unfinished.command} of ${whose}`, since, inFlight });
  }
  return { aws, records: new RecordStore(aws, cluster), lease, signal, unfinished };
}

export function isSession(opened: Session | Finding): opened is Session {
  return "lease" in opened;
}

/**
 * Carries a plan out, with the lease telling others what the run is at. A run that has lost the lease has failed: it was
 * not stopped by whoever started it.
 */
export async function carryOut(
  { emit, nodeTimeoutMs }: CommandContext,
  { aws, records, lease, signal }: Session,
  cluster: ClusterIdentity,
  plan: Plan,
  inventory: Inventory,
): Promise<ApplyResult> {
  const applied = await applyPlan(plan, inventory, {
    aws,
    cluster,
    emit,
    signal,
    nodeTimeoutMs,
    records,
    working: (describe) => {
      lease.describe = describe;
    },
  });
  return applied.result !== "done" && lease.lost.aborted ? { ...applied, result: "failed" } : applied;
}

/** What a resumed run says first: whose work it takes up, what there is of it, and what is left to do. */
export function resumedFindings(unfinished: LeaseRecord | undefined, inventory: Inventory, plan: Plan): Finding[] {
  if (unfinished === undefined) return [];
  const { command, by, commit, since, inFlight } = unfinished;
  const at = inFlight.length === 0 ? "" : ` It was at work on ${listed(inFlight)}.`;
  const found = `Found: ${count(inventory.resources.length, "resource")} and ${count(inventory.nodes.length, "node")}.`;
  const rest =
    plan.changes.length === 0
      ? "Nothing is left to do"
      : `This run goes on from there: ${count(plan.changes.length, "change")}`;
  return [
    {
      level: "notice",
      code: "run/resumed",
      message: `the ${command} of ${by}${ofCommit(commit)}, begun ${since}, did not come to its end.${at} ${found} ${rest}`,
    },
  ];
}

function busyFinding(cluster: string, { by, command, commit, since, inFlight }: LeaseRecord): Finding {
  const at = inFlight.length === 0 ? "" : `, at work on ${listed(inFlight)}`;
  return {
    level: "error",
    code: "lease/held",
    message: `${cluster} is being changed by ${by}: ${command}${ofCommit(commit)}, since ${since}${at}`,
    fix: "wait for it to end and run this again",
  };
}

/** ` of 1a2b3c4d5`, or nothing. */
export function ofCommit(commit: string | undefined): string {
  return commit === undefined ? "" : ` of ${commit.slice(0, 9)}`;
}
