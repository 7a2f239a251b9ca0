import { type Blueprint, blueprintOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import { hashOf } from "../core/hash.ts";
import { oncePer } from "../core/remembering.ts";
import { count } from "../core/words.ts";
import type { Market } from "../market/market.ts";
import type { PriceList } from "../market/price-list.ts";
import { bundleOf, renderPacks } from "../packs/bundle.ts";
import { type LogicalId, logicalId } from "../resources/resource.ts";
import type { Inventory } from "../survey/survey.ts";
import { factsFor } from "./adopt.ts";
import { appliedIn } from "./applied.ts";
import type { Change, Plan, Step } from "./change.ts";
import {
  checkControlPlaneSize,
  checkMarket,
  checkOwnership,
  checkPki,
  checkPlacement,
  checkReadable,
  REFUSED,
} from "./checks.ts";
import { referencesOf } from "./compare.ts";
import { type CostDifference, checkPrices, costOf, costOfChanges } from "./cost.ts";
import { holdingsAfter, holdingsNow } from "./holdings.ts";
import { type Naming, namingOf } from "./logical.ts";
import { checkStaticNetwork } from "./network-checks.ts";
import { judgeTags, tagChange } from "./node-tags.ts";
import { checkOthers } from "./others.ts";
import { packChanges, packFindings } from "./pack-changes.ts";
import { appliedPacks, type PackState, packDiff } from "./pack-diff.ts";
import { poolBecomes, poolChanges, poolFindings } from "./pool-report.ts";
import { poolSteps, upgradeSteps } from "./pool-steps.ts";
import { judgePools, type PoolVerdict } from "./pool-verdicts.ts";
import { judgeRecords, recordChanges } from "./records.ts";
import { NO_REQUIREMENTS, requirementsOf } from "./requirements.ts";
import { judge, type Verdict } from "./resource-changes.ts";
import { type Draft, removal, resourceChanges, wantedHash } from "./resource-report.ts";
import { removalSteps, stepsOf } from "./steps.ts";
import { titleOf } from "./titles.ts";
import { topologyOf } from "./topology.ts";
import { checkVersions } from "./version-checks.ts";

/** What would have to happen for AWS to be as the file says. Pure: the same inputs give the same plan. */
export function planCluster(
  cluster: Cluster,
  inventory: Inventory,
  market: Market,
  owner: string,
  packs: PackState = { rendering: renderPacks(cluster, { rendered: new Map() }) },
): Plan {
  const findings = checksBefore(cluster, inventory, market, owner, packs);
  const header = { cluster: cluster.name, region: cluster.region, accountId: cluster.account.accountId };
  if (hasErrors(findings)) return { ...header, ...NOTHING, findings: sortFindings(findings) };

  const naming = namingOf(inventory.resources);
  const formerKeys = appliedIn(inventory)?.tagKeys ?? [];
  const blueprint = blueprintOf(cluster, factsFor(cluster, inventory, market, owner, bundleOf(packs.rendering.packs)));
  const verdicts = judge(blueprint, inventory, naming, formerKeys);
  const pools = judgePools(blueprint, inventory, market);
  findings.push(...refusals(cluster, verdicts), ...poolFindings(cluster, pools));

  const registrations = missingTargets(inventory, pools);
  const records = judgeRecords(blueprint.records, inventory.records);
  const nodes = poolSteps(pools);
  const retagged = pools.flatMap((verdict) => retaggingOf(cluster, verdict, inventory, formerKeys));
  const steps = stepsOf({
    verdicts,
    pools: [...nodes, ...retagged.flatMap(({ steps: own }) => own)],
    records,
    registrations,
    blueprint,
    upgrade: upgradeSteps(pools, nodes),
  });
  const drafts = [
    ...verdicts.flatMap((verdict) => resourceChanges(verdict, naming)),
    ...packByPack(cluster, recordChanges(blueprint.records, records, goingPools(pools)), packs),
    ...pools.flatMap((verdict) => poolChanges(cluster.name, verdict, nodes)),
    ...retagged.map(({ change }) => change),
    ...(registrations.length > 0 ? [registration(registrations)] : []),
  ];
  const holdings = [holdingsNow(inventory), holdingsAfter(blueprint, pools)] as const;
  const changes = withCosts(withNeeds(drafts, steps), costOfChanges(market, ...holdings));
  const cost = costOf(market, ...holdings);
  findings.push(...checkPrices(cluster, cost, market));
  const diff = packDiff(cluster, packs);
  return {
    ...header,
    changes,
    findings: sortFindings(findings),
    steps,
    wanted: { ...wantedHashes(blueprint, naming), profile: profileHash(cluster) },
    pools: Object.fromEntries(blueprint.pools.map(({ name, size, launch }) => [name, { size, image: launch.image }])),
    requires: requirementsOf(cluster, blueprint, verdicts, pools, market, inventory),
    cost,
    ...(diff === undefined ? {} : { packs: diff }),
    topology: topologyOf(cluster, blueprint, pools),
    fingerprint: fingerprintOf(changes),
  };
}

const profileHash = oncePer((cluster: Cluster) => hashOf(appliedPacks(cluster), 16));

/** What must be right before anything can be worked out. */
function checksBefore(
  cluster: Cluster,
  inventory: Inventory,
  market: Market,
  owner: string,
  packs: PackState,
): Finding[] {
  const moved = checkPlacement(cluster, inventory);
  return [
    ...checkReadable(cluster, inventory),
    ...checkOwnership(cluster, inventory, owner),
    ...checkPki(cluster, inventory),
    ...checkControlPlaneSize(cluster, inventory),
    // How the other network is does not matter to a cluster that can't move there.
    ...(moved.length > 0 ? moved : checkStaticNetwork(cluster, inventory)),
    ...checkMarket(cluster, market),
    ...packs.rendering.findings,
    ...checkVersions(cluster, inventory),
    ...packFindings(cluster, packs),
  ];
}

/** A plan that does nothing, and takes nothing. */
const NOTHING = { changes: [], steps: [], wanted: {}, pools: {}, requires: NO_REQUIREMENTS, fingerprint: "" } as const;

/** Names of the pools that no file asks for any more, and that still have nodes. */
function goingPools(pools: readonly PoolVerdict[]): string[] {
  return pools.flatMap(({ name, pool }) => (pool === undefined ? [name] : []));
}

/** The changes of records, with one for each pack where the packs that are there are known. */
function packByPack(cluster: Cluster, changes: readonly Draft[], packs: PackState): Draft[] {
  return changes.flatMap((change) => {
    if (change.id !== "packs") return [change];
    const own = packChanges(cluster, packs, change.steps);
    if (own.length > 0) return own;
    return packs.lost === undefined ? [change] : [{ ...change, destructive: true, confirm: `${cluster.name}/packs` }];
  });
}

/**
 * The plan of deleting everything that AWS has of a cluster; needs no document.
 * @param prices of all that there is; absent: nothing is said of costs
 */
export function planDestroy(
  cluster: { name: string; region: string; accountId: string },
  inventory: Inventory,
  owner: string,
  prices?: PriceList,
): Plan {
  const nowhere = { name: cluster.name, place: () => ({ file: "", line: 0, column: 0 }) };
  const findings = [
    ...checkReadable(nowhere, inventory),
    ...checkOwnership(nowhere, inventory, owner),
    ...checkOthers(cluster, inventory),
  ].map(({ at: _at, ...finding }) => finding);
  const header = { cluster: cluster.name, region: cluster.region, accountId: cluster.accountId };
  if (hasErrors(findings)) return { ...header, ...NOTHING, findings };
  const steps = removalSteps(inventory);
  const drafts = steps.map((step): Draft => {
    const { work } = step;
    if (work.do === "terminate") {
      return nodeRemoval(step.id.replace("terminate ", ""), step.title, work.nodes.length);
    }
    if (work.do !== "remove") throw new Error(`${step.id} does not delete anything`);
    return { ...removal(work.live, "the cluster is being deleted"), destructive: true };
  });
  const changes = withNeeds(drafts, steps).sort((a, b) => (a.id < b.id ? -1 : 1));
  const plan = { ...header, ...NOTHING, changes, findings, steps, fingerprint: fingerprintOf(changes) };
  if (prices === undefined || changes.length === 0) return plan;
  const now = holdingsNow(inventory);
  return { ...plan, changes: withCosts(changes, costOfChanges(prices, now, [])), cost: costOf(prices, now, []) };
}

function wantedHashes(blueprint: Blueprint, naming: Naming): Record<string, string> {
  const resources = blueprint.resources.map((wanted) => [wanted.id, wantedHash(wanted, naming)]);
  return { ...Object.fromEntries(resources), ...hashesBeside(blueprint) };
}

/** Of what AWS gives no names. */
const hashesBeside = oncePer(({ pools, records }: Blueprint): Record<string, string> => {
  return Object.fromEntries([
    ...pools.map((pool) => [logicalId("pool", pool.name), hashOf({ ...poolBecomes(pool), tags: pool.tags }, 16)]),
    ...records.map(({ key, value }) => [`record/${key}`, hashOf(value, 16)]),
  ]);
});

function retaggingOf(
  cluster: Cluster,
  { pool, name, removals }: PoolVerdict,
  { nodes }: Inventory,
  formerKeys: readonly string[],
): NonNullable<ReturnType<typeof tagChange>>[] {
  if (pool === undefined) return [];
  const going = new Set(removals.map(({ node }) => node.instanceId));
  const staying = nodes.filter(
    (node) => node.pool === name && node.state !== "shutting-down" && !going.has(node.instanceId),
  );
  const change = tagChange(pool, judgeTags(pool, cluster.name, staying, formerKeys));
  return change === undefined ? [] : [change];
}

function nodeRemoval(id: LogicalId, title: string, nodes: number): Draft {
  return {
    id,
    title,
    action: "delete",
    summary: "",
    fields: [],
    count: nodes,
    why: "the cluster is being deleted",
    disruption: "outage",
    destructive: true,
    hash: hashOf({ id, becomes: "nothing" }, 16),
    covers: [],
    steps: [`terminate ${id}`],
  };
}

function registration(instanceIds: readonly string[]): Draft {
  return {
    id: "target-group/api/targets",
    title: "targets of the load balancer",
    action: "update",
    summary: `${instanceIds.length} to register`,
    fields: [],
    count: instanceIds.length,
    why: `${count(instanceIds.length, "control-plane node")} ${instanceIds.length === 1 ? "is" : "are"} not behind it`,
    disruption: "none",
    destructive: false,
    hash: hashOf({ id: "target-group/api/targets", becomes: "all control-plane nodes" }, 16),
    covers: [],
    steps: ["register"],
  };
}

/** A change needs another when one of its steps waits for one of the other's. */
function withNeeds(drafts: readonly Draft[], steps: readonly Step[]): Change[] {
  const changesOfStep = Map.groupBy(
    drafts.flatMap((draft) => draft.steps.map((stepId) => ({ stepId, id: draft.id }))),
    ({ stepId }) => stepId,
  );
  const stepById = new Map(steps.map((step) => [step.id, step]));
  return drafts.map((change) => {
    const needed = change.steps
      .flatMap((stepId) => stepById.get(stepId)?.needs ?? [])
      .flatMap((stepId) => changesOfStep.get(stepId) ?? [])
      .map(({ id }) => id);
    return { ...change, needs: [...new Set(needed)].filter((id) => id !== change.id) };
  });
}

function withCosts(changes: readonly Change[], costs: ReadonlyMap<LogicalId, CostDifference>): Change[] {
  return changes.map((change) => {
    const cost = costs.get(change.id);
    return cost === undefined ? change : { ...change, cost };
  });
}

function fingerprintOf(changes: readonly Change[]): string {
  return changes.length === 0 ? "" : hashOf(changes.map((change) => change.hash).sort(), 16);
}

/** Control-plane nodes that stay and that the load balancer does not know. New ones are registered where they are launched. */
function missingTargets(inventory: Inventory, pools: readonly PoolVerdict[]): string[] {
  const known = new Set(
    inventory.targets.filter((target) => target.state !== "draining").map((target) => target.instanceId),
  );
  const going = new Set(pools.flatMap(({ removals }) => removals.map(({ node }) => node.instanceId)));
  return inventory.nodes
    .filter((node) => node.role === "control-plane" && (node.state === "running" || node.state === "pending"))
    .map((node) => node.instanceId)
    .filter((id) => !known.has(id) && !going.has(id));
}

function refusals(cluster: Cluster, verdicts: readonly Verdict[]): Finding[] {
  const refused = new Set(verdicts.flatMap((verdict) => (verdict.verdict === "refuse" ? [verdict.wanted.id] : [])));
  return verdicts.flatMap((verdict) => {
    if (verdict.verdict !== "refuse") return [];
    const { wanted, difference } = verdict;
    // What stands on something refused differs because of it, and would only say the same again.
    if (referencesOf(wanted).some((id) => refused.has(id))) return [];
    return difference.fields
      .filter((change) => change.effect === "refuse")
      .map((change) => ({
        ...REFUSED,
        message: `${titleOf(wanted.id)}: ${change.field} is ${change.before} and should be ${change.after}; that can't be changed while the cluster lives`,
        at: cluster.place(REFUSED_AT[`${wanted.kind}.${change.field}`] ?? "/spec"),
      }));
  });
}

/** Where in the file the fields are that can't change. */
const REFUSED_AT: Readonly<Record<string, string>> = {
  "vpc.cidr": "/spec/placement/dynamic/vpcCidr",
  "load-balancer.scheme": "/spec/apiServer/access",
};
