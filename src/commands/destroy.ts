import { applyPlan } from "../apply/apply.ts";
import type { Aws } from "../aws/clients.ts";
import { messageOf, UsageError } from "../core/errors.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { callerOf } from "../market/account.ts";
import { planDestroy } from "../plan/plan.ts";
import { type Inventory, isEmpty, survey } from "../survey/survey.ts";
import type { CommandContext, Connection } from "./context.ts";
import { type ClusterResult, type CommandResult, commandResult } from "./results.ts";

/** Where a cluster was found. */
interface Found {
  aws: Aws;
  identity: ClusterIdentity;
  inventory: Inventory;
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
  const { configuration } = context;
  const findings = configuration.findings;
  const places = placesOf(context, name);
  context.emit({
    code: "cluster/start",
    command: "destroy",
    cluster: name,
    region: places.map(({ region }) => region).join(", "),
  });
  const found: Found[] = [];
  const problems: Finding[] = [];
  for (const place of places) {
    const result = await lookIn(context, place, name);
    if ("inventory" in result) found.push(result);
    else problems.push(result);
  }
  const there = found.filter(({ inventory }) => !isEmpty(inventory) || inventory.unreadable.length > 0);
  const clusters: ClusterResult[] = [];
  for (const one of there) {
    // One confirmation is for one cluster: with two of the name, nobody can tell which was meant.
    clusters.push(there.length > 1 ? ambiguous(one, there) : await destroyOne(context, one, confirm.includes(name)));
  }
  if (clusters.length === 0) {
    const region = places[0]?.region ?? "";
    const accountId = places[0]?.accountId ?? "";
    clusters.push({
      name,
      description: "",
      region,
      accountId,
      result: problems.length > 0 ? "blocked" : "destroyed",
      findings: [...problems, nothing(name, places)],
    });
  }
  const result = commandResult("destroy", findings, clusters);
  context.emit({ code: "cluster/end", cluster: name, result: result.result });
  return result;
}

async function destroyOne(context: CommandContext, found: Found, confirmed: boolean): Promise<ClusterResult> {
  const { aws, identity, inventory } = found;
  const { emit, signal, nodeTimeoutMs, owner } = context;
  emit({
    code: "survey/done",
    cluster: identity.name,
    resources: inventory.resources.length,
    nodes: inventory.nodes.length,
  });
  const plan = planDestroy(identity, inventory, owner);
  const header = { ...identity, description: "" };
  if (hasErrors(plan.findings)) return { ...header, result: "blocked", findings: plan.findings, plan };
  if (!confirmed) return { ...header, result: "blocked", findings: [unconfirmed(identity.name)], plan };

  const applied = await applyPlan(plan, inventory, { aws, cluster: identity, emit, signal, nodeTimeoutMs });
  if (applied.result !== "done") return { ...header, result: applied.result, findings: [], plan, steps: applied.steps };
  const left = await survey(aws, identity);
  const leftovers = leftover(left);
  return {
    ...header,
    result: leftovers.length > 0 ? "failed" : "destroyed",
    findings: leftovers,
    plan,
    steps: applied.steps,
  };
}

interface Place extends Connection {
  accountId: string | undefined;
}

/** The document's own place; else every region of every account of the files; else where the environment points. */
function placesOf(context: CommandContext, name: string): Place[] {
  const { clusters, accounts } = context.configuration;
  const cluster = clusters.find((candidate) => candidate.name === name);
  if (cluster !== undefined) {
    return [{ region: cluster.region, roleArn: cluster.account.applyRoleArn, accountId: cluster.account.accountId }];
  }
  const known = accounts.flatMap((account) =>
    account.regions.map((region) => ({ region, roleArn: account.applyRoleArn, accountId: account.accountId })),
  );
  if (known.length > 0) return known;
  if (context.ambientRegion === undefined) {
    throw new UsageError(`no file tells where ${JSON.stringify(name)} is; set AWS_REGION to the region that it is in`);
  }
  return [{ region: context.ambientRegion, roleArn: undefined, accountId: undefined }];
}

async function lookIn(context: CommandContext, place: Place, name: string): Promise<Found | Finding> {
  const aws = context.connect(place);
  try {
    const caller = await callerOf(aws);
    const accountId = place.accountId ?? caller.accountId;
    if (caller.accountId !== accountId) {
      return {
        level: "error",
        code: "account/other-account",
        message: `these are credentials of the account ${caller.accountId} (${caller.arn}), and ${accountId} is asked for`,
      };
    }
    const identity = { name, accountId, region: place.region };
    return { aws, identity, inventory: await survey(aws, identity) };
  } catch (error) {
    return { level: "error", code: "account/no-credentials", message: messageOf(error) };
  }
}

function ambiguous({ identity }: Found, all: readonly Found[]): ClusterResult {
  const regions = all.map((one) => one.identity.region).join(", ");
  return {
    ...identity,
    description: "",
    result: "blocked",
    findings: [
      {
        level: "error",
        code: "destroy/ambiguous",
        message: `there is a cluster ${identity.name} in each of ${regions}, and no document that tells which is meant`,
        fix: "leave only the one region in the account's regions, and run this again",
      },
    ],
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

function nothing(name: string, places: readonly Place[]): Finding {
  return {
    level: "notice",
    code: "destroy/nothing-found",
    message: `AWS has nothing of ${name} in ${[...new Set(places.map(({ region }) => region))].join(", ")}`,
  };
}

function leftover(inventory: Inventory): Finding[] {
  const left = [
    ...inventory.resources.filter((live) => live.status !== "leaving").map((live) => `${live.id} (${live.awsId})`),
    ...inventory.nodes
      .filter((node) => node.state !== "shutting-down")
      .map((node) => `pool/${node.pool} (${node.instanceId})`),
  ];
  return left.map((what) => ({
    level: "error",
    code: "destroy/left",
    message: `${what} is still there`,
    fix: "run destroy again",
  }));
}
