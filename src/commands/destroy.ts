import { outwaitIntents, pendingIntents } from "../apply/intents.ts";
import { LEASE_KEY, type LeaseRecord } from "../apply/lease.ts";
import { AwsCallError } from "../aws/errors.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { planDestroy } from "../plan/plan.ts";
import { removeParameters } from "../resources/pki/calls.ts";
import { RecordStore } from "../resources/records/store.ts";
import { type Inventory, isEmpty, survey, surveyForDeletion } from "../survey/survey.ts";
import type { CommandContext, Connection } from "./context.ts";
import { guarded } from "./each.ts";
import { isReached, placesOf, type Reached, reach } from "./look.ts";
import { type ClusterResult, type CommandResult, commandResult } from "./results.ts";
import { carryOut, isSession, openSession, resumedFindings, type Session } from "./session.ts";

/** Where a cluster was looked for, and what there is of it. */
interface Found {
  identity: ClusterIdentity;
  connection: Connection;
  inventory: Inventory;
  /** A run has left its lease: even with nothing else left, there may be something on its way. */
  hasRecords: boolean;
}

/**
 * Deletes all that AWS has of a cluster, by its tags: the document may be gone. Without its name in `confirm` it only
 * shows what would go.
 */
export async function destroy(
  context: CommandContext,
  name: string,
  confirm: readonly string[],
): Promise<CommandResult> {
  const places = placesOf(context, name);
  const region = [...new Set(places.map((place) => place.region))].join(", ");
  const header = { name, description: "", region, accountId: places[0]?.accountId ?? "" };
  context.emit({ code: "cluster/start", command: "destroy", cluster: name, region });
  const found: Found[] = [];
  const problems: Finding[] = [];
  for (const place of places) {
    const reached = await reach(context, place);
    const there = isReached(reached) ? await lookIn(reached, name) : reached;
    if ("level" in there) problems.push(there);
    else if (there.hasRecords || !isEmpty(there.inventory) || there.inventory.unreadable.length > 0) found.push(there);
  }

  const clusters: ClusterResult[] = [];
  for (const one of found) {
    const own = { ...one.identity, description: "" };
    // One confirmation is for one cluster: with two of the name, nobody can tell which was meant.
    if (found.length > 1) clusters.push({ ...own, result: "blocked", findings: [ambiguous(found)] });
    else clusters.push(await guarded(context, own, () => destroyOne(context, one, confirm)));
  }
  if (found.length === 0) {
    const nothing: Finding = {
      level: "notice",
      code: "destroy/nothing-found",
      message: `AWS has nothing of ${name} in ${region}`,
    };
    const result = problems.length > 0 ? "blocked" : "destroyed";
    clusters.push({ ...header, result, findings: [...problems, nothing] });
  }
  const result = commandResult("destroy", context.configuration.findings, clusters);
  context.emit({ code: "cluster/end", cluster: name, result: result.result });
  return result;
}

async function lookIn({ aws, connection, accountId, region }: Reached, name: string): Promise<Found | Finding> {
  const identity = { name, accountId, region };
  const records = new RecordStore(aws, identity);
  try {
    const [inventory, lease] = await Promise.all([
      surveyForDeletion(aws, identity),
      records.read<LeaseRecord>(LEASE_KEY),
    ]);
    return { identity, connection, inventory, hasRecords: lease !== undefined };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { level: "error", code: "records/unreadable", message: `${region}: ${messageOf(error)}` };
  }
}

async function destroyOne(context: CommandContext, found: Found, confirm: readonly string[]): Promise<ClusterResult> {
  const { identity, connection, inventory } = found;
  const header = { ...identity, description: "" };
  context.emit({
    code: "survey/done",
    cluster: identity.name,
    resources: inventory.resources.length,
    nodes: inventory.nodes.length,
  });
  const plan = planDestroy(identity, inventory, context.owner);
  if (hasErrors(plan.findings)) return { ...header, result: "blocked", findings: plan.findings, plan };
  if (!confirm.includes(identity.name))
    return { ...header, result: "blocked", findings: [unconfirmed(identity.name), ...plan.findings], plan };

  const session = await openSession(context, identity, connection, "destroy");
  if (!isSession(session)) return { ...header, result: "blocked", findings: [session], plan };
  let result: ClusterResult | undefined;
  try {
    result = await destroyAlone(context, identity, session);
    return result;
  } finally {
    if (result?.result !== "destroyed") await session.lease.release(false);
  }
}

/** Destroys with the lease in hand, and gives it up with the last of the cluster. */
async function destroyAlone(
  context: CommandContext,
  identity: ClusterIdentity,
  session: Session,
): Promise<ClusterResult> {
  const { aws, records, lease, signal, unfinished } = session;
  const header = { ...identity, description: "" };
  if (unfinished !== undefined) await outwaitIntents(aws, identity, await pendingIntents(records), signal);
  const inventory = await surveyForDeletion(aws, identity);
  const plan = planDestroy(identity, inventory, context.owner);
  const resumes = resumedFindings(unfinished, inventory, plan);
  if (hasErrors(plan.findings)) return { ...header, result: "blocked", findings: [...resumes, ...plan.findings], plan };

  const { result, trouble, ...done } = await carryOut(context, session, identity, plan, inventory);
  if (result !== "done") {
    const findings = [...(trouble === undefined ? [] : [trouble]), ...resumes, ...plan.findings];
    return { ...header, result, findings, plan, ...done };
  }
  const leftovers = leftover(await survey(aws, identity));
  if (leftovers.length > 0) return { ...header, result: "failed", findings: leftovers, plan, ...done };
  await removeParameters(aws, identity);
  const keys = await records.list("");
  await Promise.all(keys.filter((key) => key !== LEASE_KEY).map((key) => records.remove(key)));
  await lease.dissolve();
  return { ...header, result: "destroyed", findings: [...resumes, ...plan.findings], plan, ...done };
}

function ambiguous(all: readonly Found[]): Finding {
  const [name] = all.map((one) => one.identity.name);
  const regions = all.map((one) => one.identity.region).join(", ");
  return {
    level: "error",
    code: "destroy/ambiguous",
    message: `there is a cluster ${name} in each of ${regions}, and no document that tells which is meant`,
    fix: "leave only the one region in the account's regions, and run this again",
  };
}

function unconfirmed(name: string): Finding {
  return {
    level: "error",
    code: "destroy/unconfirmed",
    message: `deleting ${name} is not confirmed; nothing was changed`,
    fix: `to delete all that is listed, add  --confirm ${name}`,
  };
}

function leftover(inventory: Inventory): Finding[] {
  const left = [
    ...inventory.resources.filter((live) => live.status !== "leaving").map((live) => `${live.id} (${live.awsId})`),
    ...inventory.nodes
      .filter((node) => node.state !== "shutting-down")
      .map((node) => `pool/${node.pool} (${node.instanceId})`),
  ];
  // What can't be read may be there.
  const doubts = inventory.unreadable.map((text) => `whether all is gone can't be told: ${text}`);
  return [...left.map((what) => `${what} is still there`), ...doubts].map((message) => ({
    level: "error",
    code: "destroy/left",
    message,
    fix: "run destroy again",
  }));
}
