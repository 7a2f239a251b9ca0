import { type Blueprint, blueprintOf } from "../blueprint/blueprint.ts";
import { type Cluster, poolPointer } from "../config/cluster.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import { hashOf } from "../core/hash.ts";
import type { Market } from "../market/market.ts";
import { bundleOf, renderPacks } from "../packs/bundle.ts";
import { type FieldChange, type Live, type LogicalId, logicalId, type Wanted } from "../resources/resource.ts";
import type { Inventory } from "../survey/survey.ts";
import { factsFor } from "./adopt.ts";
import type { Change, Plan, Step } from "./change.ts";
import { checkMarket, checkOwnership, checkPki, checkPlacement, checkReadable, REFUSED } from "./checks.ts";
import { referencesOf } from "./compare.ts";
import { checkPrices, costOf } from "./cost.ts";
import { holdingsAfter, holdingsNow } from "./holdings.ts";
import { logicalSpec, type Naming, namingOf } from "./logical.ts";
import { checkStaticNetwork } from "./network-checks.ts";
import { judgePools, type PoolVerdict, type PoolVerdicts } from "./pool-changes.ts";
import { judgeRecords, recordChanges } from "./records.ts";
import { launchDemands, NO_REQUIREMENTS, requirementsOf } from "./requirements.ts";
import { judge, type Verdict } from "./resource-changes.ts";
import { byPool, removalSteps, stepsOf } from "./steps.ts";
import { summaryOf } from "./summary.ts";
import { titleOf } from "./titles.ts";
import { topologyOf } from "./topology.ts";

/** A plan that does nothing, and takes nothing. */
const NOTHING = { changes: [], steps: [], wanted: {}, requires: NO_REQUIREMENTS, fingerprint: "" } as const;

/** What would have to happen for AWS to be as the file says. Pure: the same inputs give the same plan. */
export function planCluster(cluster: Cluster, inventory: Inventory, market: Market, owner: string): Plan {
  const moved = checkPlacement(cluster, inventory);
  const rendered = renderPacks(cluster, { rendered: new Map() });
  const findings = [
    ...checkReadable(cluster, inventory),
    ...checkOwnership(cluster, inventory, owner),
    ...checkPki(cluster, inventory),
    // How the other network is does not matter to a cluster that can't move there.
    ...(moved.length > 0 ? moved : checkStaticNetwork(cluster, inventory)),
    ...checkMarket(cluster, market),
    ...rendered.findings,
  ];
  const header = { cluster: cluster.name, region: cluster.region, accountId: cluster.account.accountId };
  if (hasErrors(findings)) return { ...header, ...NOTHING, findings: sortFindings(findings) };

  const naming = namingOf(inventory.resources);
  const blueprint = blueprintOf(cluster, factsFor(cluster, inventory, market, owner, bundleOf(rendered.packs)));
  const verdicts = judge(blueprint, inventory, naming);
  const pools = judgePools(blueprint, inventory, market);
  findings.push(...refusals(cluster, verdicts), ...poolFindings(cluster, pools));

  const registrations = missingTargets(inventory);
  const records = judgeRecords(blueprint.records, inventory.records);
  const steps = stepsOf(verdicts, pools.zones, records, registrations, blueprint);
  const drafts = [
    ...verdicts.flatMap((verdict) => resourceChange(verdict, naming)),
    ...recordChanges(blueprint.records, records),
    ...pools.zones.flatMap((verdict) => poolChange(verdict)),
    ...(registrations.length > 0 ? [registration(registrations)] : []),
  ];
  const changes = withNeeds(drafts, steps);
  const topology = topologyOf(cluster, blueprint, pools.zones);
  const requires = requirementsOf(cluster, blueprint, verdicts, launchDemands(pools.zones), market, inventory);
  const cost = costOf(market, holdingsNow(inventory), holdingsAfter(blueprint, pools.zones));
  findings.push(...checkPrices(cluster, cost, market));
  const wanted = wantedHashes(blueprint, naming);
  const fingerprint = fingerprintOf(changes);
  return { ...header, changes, findings: sortFindings(findings), steps, wanted, requires, cost, topology, fingerprint };
}

/** The plan of deleting everything that AWS has of a cluster; needs no document. */
export function planDestroy(
  cluster: { name: string; region: string; accountId: string },
  inventory: Inventory,
  owner: string,
): Plan {
  const nowhere = { name: cluster.name, place: () => ({ file: "", line: 0, column: 0 }) };
  const findings = [...checkReadable(nowhere, inventory), ...checkOwnership(nowhere, inventory, owner)].map(
    ({ at: _at, ...finding }) => finding,
  );
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
  return { ...header, ...NOTHING, changes, findings, steps, fingerprint: fingerprintOf(changes) };
}

/** A change, and the steps that carry it out. */
type Draft = Omit<Change, "needs"> & { stepIds: readonly string[] };

function resourceChange(verdict: Verdict, naming: Naming): Draft[] {
  switch (verdict.verdict) {
    case "create":
      return [creation(verdict.wanted, naming, "create", [], "there is none", [`create ${verdict.wanted.id}`])];
    case "update": {
      const { wanted, difference } = verdict;
      const why = `${difference.fields.map((change) => change.field).join(", ")} differ${difference.fields.length === 1 ? "s" : ""}`;
      return [creation(wanted, naming, "update", difference.fields, why, [`update ${wanted.id}`])];
    }
    case "replace": {
      const { wanted, live, difference, why } = verdict;
      const stepIds = [`remove ${live.id} ${live.awsId}`, `create ${wanted.id}`];
      return [
        {
          ...creation(wanted, naming, "replace", difference.fields, why, stepIds),
          disruption: wanted.kind === "bastion" ? "none" : "outage",
        },
      ];
    }
    case "delete":
      return [removal(verdict.live, verdict.why)];
    default:
      return [];
  }
}

function creation(
  wanted: Wanted,
  naming: Naming,
  action: "create" | "update" | "replace",
  fields: readonly FieldChange[],
  why: string,
  stepIds: readonly string[],
): Draft {
  // Creating and updating end in the same thing, so that an update that finishes a half-made creation counts as approved.
  const becomes = becomesOf(wanted, naming);
  return {
    id: wanted.id,
    title: titleOf(wanted.id),
    action,
    summary: summaryOf(wanted),
    fields,
    why,
    disruption: "none",
    destructive: false,
    hash: hashOf({ ...becomes, ...(action === "replace" ? { replaced: true } : {}) }, 16),
    stepIds,
  };
}

/** What a resource is to become, whatever it is now. */
function becomesOf(wanted: Wanted, naming: Naming): object {
  return { id: wanted.id, spec: logicalSpec(wanted.spec, naming), tags: wanted.tags };
}

function wantedHashes(blueprint: Blueprint, naming: Naming): Record<string, string> {
  const resources = blueprint.resources.map((wanted) => [wanted.id, hashOf(becomesOf(wanted, naming), 16)]);
  const pools = blueprint.pools.map(({ name, configHash, size, zones, tags }) => [
    logicalId("pool", name),
    hashOf({ configHash, size, zones: zones.map(({ zone }) => zone), tags }, 16),
  ]);
  const records = blueprint.records.map(({ key, value }) => [`record/${key}`, hashOf(value, 16)]);
  return Object.fromEntries([...resources, ...pools, ...records]);
}

/** Deleting one resource. What the file does not ask for any more can be made again by asking for it: not destructive. */
function removal(live: Live, why: string): Draft {
  return {
    id: live.id,
    title: titleOf(live.id),
    action: "delete",
    summary: "",
    fields: [],
    why,
    disruption: "outage",
    destructive: false,
    hash: hashOf({ id: live.id, becomes: "nothing" }, 16),
    stepIds: [`remove ${live.id} ${live.awsId}`],
  };
}

function nodeRemoval(id: LogicalId, title: string, count: number): Draft {
  return {
    id,
    title,
    action: "delete",
    summary: "",
    fields: [],
    count,
    why: "the cluster is being deleted",
    disruption: "outage",
    destructive: true,
    hash: hashOf({ id, becomes: "nothing" }, 16),
    stepIds: [`terminate ${id}`],
  };
}

function poolChange(verdict: PoolVerdict): Draft[] {
  const { pool, zone, present, wanted, launch } = verdict;
  if (launch === 0) return [];
  const id = `pool/${pool.name}/${zone}`;
  return [
    {
      id,
      title: titleOf(id),
      action: present.length === 0 ? "create" : "scale",
      summary: `${launch} × ${pool.launch.instanceType}${pool.spotMaxPrice === undefined ? "" : `, spot up to $${pool.spotMaxPrice} an hour`}`,
      fields: [
        { field: "nodes", before: String(present.length), after: String(present.length + launch), effect: "update" },
      ],
      count: launch,
      why: present.length === 0 ? "there are none" : `${wanted} are wanted, ${present.length} are there`,
      disruption: "none",
      destructive: false,
      hash: hashOf({ id, nodes: wanted, configHash: pool.configHash }, 16),
      stepIds: [`launch ${id}`],
    },
  ];
}

function registration(instanceIds: readonly string[]): Draft {
  return {
    id: "target-group/api/targets",
    title: "targets of the load balancer",
    action: "update",
    summary: `${instanceIds.length} to register`,
    fields: [],
    count: instanceIds.length,
    why: `${instanceIds.length} control-plane node${instanceIds.length === 1 ? " is" : "s are"} not behind it`,
    disruption: "none",
    destructive: false,
    hash: hashOf({ id: "target-group/api/targets", becomes: "all control-plane nodes" }, 16),
    stepIds: ["register"],
  };
}

/** A change needs another when one of its steps waits for one of the other's. */
function withNeeds(drafts: readonly Draft[], steps: readonly Step[]): Change[] {
  const changesOfStep = Map.groupBy(
    drafts.flatMap((draft) => draft.stepIds.map((stepId) => ({ stepId, id: draft.id }))),
    ({ stepId }) => stepId,
  );
  const stepById = new Map(steps.map((step) => [step.id, step]));
  return drafts.map(({ stepIds, ...change }) => {
    const needed = stepIds
      .flatMap((stepId) => stepById.get(stepId)?.needs ?? [])
      .flatMap((stepId) => changesOfStep.get(stepId) ?? [])
      .map(({ id }) => id);
    return { ...change, needs: [...new Set(needed)].filter((id) => id !== change.id) };
  });
}

function fingerprintOf(changes: readonly Change[]): string {
  return changes.length === 0 ? "" : hashOf(changes.map((change) => change.hash).sort(), 16);
}

/** Running control-plane nodes that the load balancer does not know. New ones are registered where they are launched. */
function missingTargets(inventory: Inventory): string[] {
  const known = new Set(
    inventory.targets.filter((target) => target.state !== "draining").map((target) => target.instanceId),
  );
  return inventory.nodes
    .filter((node) => node.role === "control-plane" && (node.state === "running" || node.state === "pending"))
    .map((node) => node.instanceId)
    .filter((id) => !known.has(id));
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

function poolFindings(cluster: Cluster, pools: PoolVerdicts): Finding[] {
  const findings: Finding[] = [];
  const add = (level: Finding["level"], code: string, pool: string, message: string, fix?: string): void => {
    findings.push({
      level,
      code,
      message,
      at: cluster.place(poolPointer(cluster, pool)),
      ...(fix === undefined ? {} : { fix }),
    });
  };
  for (const { pool, zone, present, wanted, waiting, spotPrice, outdated } of pools.zones) {
    if (waiting > 0) {
      add(
        "notice",
        "plan/waiting-for-price",
        pool.name,
        `${waiting} node${waiting === 1 ? "" : "s"} of ${pool.name} wait${waiting === 1 ? "s" : ""} in ${zone}: spot ${pool.launch.instanceType} costs $${spotPrice} an hour there, and the most to pay is $${pool.spotMaxPrice}`,
      );
    }
    if (present.length > wanted) {
      add(
        "error",
        "plan/scale-down",
        pool.name,
        `${pool.name} has ${present.length} nodes in ${zone} and should have ${wanted}: removing nodes is not supported yet`,
      );
    }
    if (outdated.length > 0) {
      add(
        "error",
        "plan/roll",
        pool.name,
        `${outdated.length} node${outdated.length === 1 ? "" : "s"} of ${pool.name} in ${zone} would have to be replaced: that is not supported yet`,
      );
    }
  }
  for (const [pool, nodes] of byPool(pools.unwanted)) {
    findings.push({
      level: "error",
      code: "plan/pool-removal",
      message: `the pool ${pool} has ${nodes.length} nodes and is not in the file: removing a pool is not supported yet`,
      at: cluster.place("/spec/workerPools"),
    });
  }
  return findings;
}
