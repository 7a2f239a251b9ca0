import type { WantedPool } from "../blueprint/blueprint.ts";
import { type Cluster, CONTROL_PLANE, poolPointer } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import { hashOf } from "../core/hash.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { count, listed } from "../core/words.ts";
import { type FieldChange, logicalId } from "../resources/resource.ts";
import type { NodeChange } from "./change.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";
import { goneFromRecord } from "./records.ts";
import type { Draft } from "./resource-report.ts";
import type { PoolStep } from "./steps-of-pool.ts";
import { titleOf } from "./titles.ts";

/** Nodes are not ready, and replacing them would do more harm than good. */
export const NODES_LEFT = "plan/nodes-not-ready";
/** The finding that a pool is not in the file any more. */
export const POOL_REMOVAL = "plan/pool-removal";

/** What a pool is to become, whatever its nodes are now. */
export function poolBecomes({ name, size, configHash, zones }: WantedPool): object {
  return { id: logicalId("pool", name), size, configHash, zones: zones.map(({ zone }) => zone) };
}

/** What people see of a pool: one change, however many nodes come and go. */
export function poolChanges(cluster: string, verdict: PoolVerdict, steps: readonly PoolStep[]): Draft[] {
  const { name, pool, launches, removals, recalled } = verdict;
  if (launches.length + removals.length + recalled.length === 0) return [];
  const id = logicalId("pool", name);
  const own = steps.filter((step) => step.pool === name && step.work.do !== "ready").map((step) => step.id);
  const nodes = nodeChanges(verdict);
  const common = { id, title: titleOf(id), steps: own, ...(nodes.length === 0 ? {} : { nodes }) };
  if (pool === undefined) {
    return [
      {
        ...common,
        action: "delete",
        summary: "",
        fields: [],
        count: removals.length,
        why: `the file has no pool ${name} any more: ${count(removals.length, "node")} leave one by one`,
        disruption: "outage",
        destructive: true,
        confirm: `${cluster}/${name}`,
        hash: hashOf({ id, becomes: "nothing" }, 16),
        covers: [goneFromRecord(name)],
      },
    ];
  }
  const becomes = hashOf(poolBecomes(pool), 16);
  const after = { summary: summaryOf(pool, verdict), fields: fieldsOf(verdict, pool), covers: [] };
  const outdated = removals.filter(({ kind }) => kind === "outdated");
  if (outdated.length > 0) {
    return [
      {
        ...common,
        ...after,
        action: "roll",
        count: outdated.length,
        why: `${count(outdated.length, "node")} ${outdated.length === 1 ? "was" : "were"} born otherwise: ${paceOf(pool)}`,
        disruption: "rolling",
        destructive: false,
        hash: hashOf({ ...poolBecomes(pool), rolls: true }, 16),
        // What is left of a roll may be no more than launching what has left already.
        covers: [becomes],
      },
    ];
  }
  return [
    {
      ...common,
      ...after,
      action: verdict.present === 0 ? "create" : "scale",
      count: Math.max(launches.length, removals.length),
      why: whyScaled(verdict, pool),
      disruption: removals.some(({ kind }) => kind === "surplus") ? "rolling" : "none",
      destructive: false,
      hash: becomes,
    },
  ];
}

/** The nodes that go, in the order in which they go. */
export function nodeChanges({ pool, launches, removals }: PoolVerdict): NodeChange[] {
  const replaced = new Set(launches.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces.instanceId])));
  return removals.map(({ node, kind, why }) => ({
    instanceId: node.instanceId,
    zone: node.zone,
    why,
    isReplaced: replaced.has(node.instanceId) || (kind !== "surplus" && pool !== undefined),
  }));
}

/** `3 × m6i.large, spot up to $0.0384 an hour`. */
function summaryOf(pool: WantedPool, { launches, removals, zones, present }: PoolVerdict): string {
  const price = pool.spotMaxPrice === undefined ? "" : `, spot up to $${pool.spotMaxPrice} an hour`;
  if (present > 0 && launches.length === 0) return `${count(removals.length, "node")} fewer`;
  const perZone = zones.filter(({ launch }) => launch > 0).map(({ zone, launch }) => `${launch} in ${zone}`);
  const where = zones.length > 1 ? ` (${perZone.join(", ")})` : "";
  return `${launches.length} × ${pool.launch.instanceType}${price}${where}`;
}

function fieldsOf({ present, zones, removals, pool: wanted }: PoolVerdict, pool: WantedPool): FieldChange[] {
  const after = zones.reduce((sum, zone) => sum + zone.wanted - zone.waiting, 0);
  const field = (name: string, before: string, next: string): FieldChange[] =>
    before === next ? [] : [{ field: name, before, after: next, effect: "update" }];
  const outdated = removals.filter(({ kind }) => kind === "outdated").map(({ node }) => node);
  const born = (of: (node: (typeof outdated)[number]) => string): string => listed(outdated.map(of));
  return [
    ...field("nodes", String(present), String(after)),
    ...(outdated.length === 0 || wanted === undefined
      ? []
      : [
          ...field(
            "instanceType",
            born(({ instanceType }) => instanceType),
            pool.launch.instanceType,
          ),
          ...field(
            "image",
            born(({ image }) => image),
            pool.launch.image.id,
          ),
          ...field(
            "market",
            born(({ market }) => market),
            pool.market,
          ),
          ...field(
            "version",
            born(({ tags }) => tags["slipway:version"] ?? pool.version),
            pool.version,
          ),
        ]),
  ];
}

/** `one by one, a new one first`. */
function paceOf({ rollout: { maxSurge, maxUnavailable } }: WantedPool): string {
  if (maxSurge + maxUnavailable === 1) return maxSurge === 1 ? "one by one, the new one first" : "one by one";
  const parts = [
    ...(maxSurge > 0 ? [`up to ${maxSurge} more`] : []),
    ...(maxUnavailable > 0 ? [`up to ${maxUnavailable} fewer`] : []),
  ];
  return `first one, then ${parts.join(" and ")} at a time`;
}

function whyScaled({ name, present, removals, launches, recalled }: PoolVerdict, { size }: WantedPool): string {
  if (present === 0) return "there are none";
  const lost = removals.filter(({ kind }) => kind === "lost");
  if (lost.length > 0)
    return listed(
      lost.map(({ node, why }) => `${node.instanceId} ${why}`),
      3,
    );
  if (present !== size) {
    const difference = `${size} ${size === 1 ? "is" : "are"} wanted, ${present} ${present === 1 ? "is" : "are"} there`;
    // An even number of members tolerates no more losses than the odd one below it, so none is a place to stay at.
    const stages = [1, 3, 5].filter((stage) => stage > present && stage <= size);
    return name === CONTROL_PLANE
      ? `${difference}: to ${stages.join(", then to ")}, each member healthy before the next one joins`
      : difference;
  }
  return launches.length === 0 && recalled.length > 0
    ? `${count(recalled.length, "node")} had been asked to leave`
    : "nodes are not spread over the zones as they should be";
}

/** What there is to say about pools besides their changes. */
export function poolFindings(cluster: Cluster, pools: readonly PoolVerdict[]): Finding[] {
  const findings: Finding[] = [];
  for (const { name, pool, zones, left, removals } of pools) {
    const at = cluster.place(pool === undefined ? "/spec/workerPools" : poolPointer(cluster, name));
    const add = (level: Finding["level"], code: FindingCode, message: string, fix?: string): void => {
      findings.push({ level, code, message, at, ...(fix === undefined ? {} : { fix }) });
    };
    for (const { zone, waiting, spotPrice } of zones) {
      if (waiting > 0 && pool !== undefined) {
        add(
          "notice",
          "plan/waiting-for-price",
          `${count(waiting, "node")} of ${name} wait${waiting === 1 ? "s" : ""} in ${zone}: spot ${pool.launch.instanceType} costs $${spotPrice} an hour there, and the most to pay is $${pool.spotMaxPrice}`,
        );
      }
    }
    if (left !== undefined) {
      add(
        "warning",
        NODES_LEFT,
        left,
        name === CONTROL_PLANE
          ? "look at the nodes that are not ready: start those that were stopped, or restore from a snapshot of etcd"
          : "look for the cause: the network, the API server, the image; then reconcile or apply again",
      );
    }
    if (pool === undefined) {
      add(
        "warning",
        POOL_REMOVAL,
        `the pool ${name} is not in the file any more, and its ${count(removals.length, "node")} will be deleted, volumes included`,
        `to confirm it:  --confirm ${cluster.name}/${name}  or, in a pull request, the label confirm-deletion`,
      );
    }
  }
  const workers = pools.filter(({ pool }) => pool !== undefined && pool.role === "worker");
  if (workers.length === 0 && pools.some(({ pool }) => pool === undefined) && !cluster.controlPlane.runsWorkloads) {
    findings.push({
      level: "warning",
      code: "plan/no-workers",
      message: `without worker pools nothing but the control plane's own pods will run on ${cluster.name}`,
      at: cluster.place("/spec/workerPools"),
      fix: "keep a pool, or set controlPlane.runsWorkloads",
    });
  }
  return findings;
}
