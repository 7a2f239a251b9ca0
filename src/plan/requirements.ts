import type { Blueprint } from "../blueprint/blueprint.ts";
import { type Cluster, poolPointer, poolsOf } from "../config/cluster.ts";
import type { Architecture } from "../market/image-names.ts";
import type { Market } from "../market/market.ts";
import { QUOTAS, type Quota, vCpuQuota } from "../market/quota-codes.ts";
import { BASTION_VOLUME_GIB } from "../resources/bastion/shape.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { isRef, type Link, type Wanted } from "../resources/resource.ts";
import type { SecurityGroupRulesSpec } from "../resources/security-group/shape.ts";
import type { Inventory } from "../survey/survey.ts";
import { BASTION } from "./adopt.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";
import type { Verdict } from "./resource-changes.ts";
import { type Measure, peakOf } from "./surge.ts";

/** What something of the file takes of a quota. */
export interface Demand {
  quota: Quota;
  /** The zone, the VPC's id or the group's name that the limit is of; "" where it is the region's. */
  scope: string;
  needed: number;
  /** What is used of it, where that is known without asking: in what is made by this very plan. */
  used?: number;
  /** For what, for people. */
  who: string;
  /** The line of the file that asks for it, as a JSON pointer. */
  at: string;
}

/** An image that something is launched from. */
export interface ImageUse {
  id: string;
  who: string;
  at: string;
  /** Of the instance type; undefined: not known. */
  architecture: Architecture | undefined;
}

/** What a plan takes of the account: to be held against what the account has, before anything is done. */
export interface Requirements {
  demands: readonly Demand[];
  images: readonly ImageUse[];
  /** The block of a VPC that is to be made. */
  newVpcCidr?: string;
  /** What is needed of something cannot be said, and why. */
  unknown: readonly string[];
}

export const NO_REQUIREMENTS: Requirements = { demands: [], images: [], unknown: [] };

/** What a plan takes of the account, at the moment when it takes most. */
export function requirementsOf(
  cluster: Cluster,
  blueprint: Blueprint,
  verdicts: readonly Verdict[],
  pools: readonly PoolVerdict[],
  market: Market,
  inventory: Inventory,
): Requirements {
  const created = verdicts.flatMap((verdict) => (takesMore(verdict) ? [verdict.wanted] : []));
  const vpc = created.find((wanted) => wanted.kind === "vpc");
  const vpcId = inventory.resources.find((live) => live.kind === "vpc")?.awsId ?? "";
  const nodes = vCpuDemands(cluster, pools, created, market);
  const machines = [...interfaceDemands(cluster, pools), ...volumeDemands(cluster, pools, inventory)];
  return {
    demands: [
      ...nodes.demands,
      ...machines,
      ...created.flatMap((wanted) => resourceDemands(cluster, wanted, vpcId)),
      ...ruleDemands(verdicts),
    ],
    images: imageUses(cluster, blueprint, pools, created, market),
    ...(vpc === undefined ? {} : { newVpcCidr: vpc.spec.cidr }),
    unknown: nodes.unknown,
  };
}

/** A replaced thing makes room for the new one; but a NAT gateway that failed had taken none. */
function takesMore(verdict: Verdict): verdict is Extract<Verdict, { verdict: "create" | "replace" }> {
  return (
    verdict.verdict === "create" ||
    (verdict.verdict === "replace" && verdict.live.kind === "nat-gateway" && verdict.live.status === "failed")
  );
}

/** vCPU of nodes that come, at the moment when there are most of a quota, and of a new bastion. */
function vCpuDemands(
  cluster: Cluster,
  pools: readonly PoolVerdict[],
  created: readonly Wanted[],
  market: Market,
): { demands: Demand[]; unknown: string[] } {
  const demands: Demand[] = [];
  const unknown = new Set<string>();
  const known = (instanceType: string, kind: "on-demand" | "spot"): { quota: Quota; amount: number } | undefined => {
    const quota = vCpuQuota(instanceType, kind);
    const vCpus = market.types?.get(instanceType)?.vCpus;
    if (quota === undefined) unknown.add(`which quota ${kind} instances of ${instanceType} count against`);
    if (vCpus === undefined) unknown.add(`how many vCPU ${instanceType} has`);
    return quota === undefined || vCpus === undefined ? undefined : { quota, amount: vCpus };
  };
  const measure: Measure = {
    takes: ({ launch, market: kind }) => known(launch.instanceType, kind),
    frees: (node, { code }) =>
      isRunning(node) && vCpuQuota(node.instanceType, node.market)?.code === code ? node.vCpus : 0,
  };
  demands.push(...peakDemands(cluster, pools, measure));
  for (const wanted of created) {
    const size = wanted.kind === "bastion" ? known(wanted.spec.instanceType, "on-demand") : undefined;
    if (size !== undefined)
      demands.push({ quota: size.quota, scope: "", needed: size.amount, who: BASTION, at: "/spec/bastion" });
  }
  return { demands, unknown: [...unknown] };
}

/** Each node has one; a node that is stopped keeps it. */
function interfaceDemands(cluster: Cluster, pools: readonly PoolVerdict[]): Demand[] {
  const quota = QUOTAS["network-interface"];
  return peakDemands(cluster, pools, { takes: () => ({ quota, amount: 1 }), frees: () => 1 });
}

/** Root volumes, which go with their nodes; where disks could not be read, those that go are taken to be as those that come. */
function volumeDemands(cluster: Cluster, pools: readonly PoolVerdict[], { volumes }: Inventory): Demand[] {
  const sizes = new Map<string, number>();
  for (const { instanceId, type, sizeGiB, isOfInstance } of volumes ?? [])
    if (type === "gp3" && isOfInstance) sizes.set(instanceId, (sizes.get(instanceId) ?? 0) + sizeGiB);
  const rootOf = new Map(pools.map(({ name, pool }) => [name, pool?.launch.rootVolumeGiB ?? 0]));
  return peakDemands(cluster, pools, {
    takes: ({ launch }) => ({ quota: QUOTAS.volume, amount: launch.rootVolumeGiB }),
    frees: ({ instanceId, pool }) => (volumes === undefined ? (rootOf.get(pool) ?? 0) : (sizes.get(instanceId) ?? 0)),
  });
}

/** What nodes take of a quota when they take most. */
function peakDemands(cluster: Cluster, pools: readonly PoolVerdict[], measure: Measure): Demand[] {
  return peakOf(pools, measure).map(({ pool, quota, amount }) => ({
    quota,
    scope: "",
    needed: amount,
    who: pool,
    at: `${poolPointer(cluster, pool)}/size`,
  }));
}

function isRunning({ state }: LiveNode): boolean {
  return state === "running" || state === "pending";
}

/** What one more of a resource takes. Those without a case take of no quota that a cluster comes near. */
function resourceDemands(cluster: Cluster, wanted: Wanted, vpcId: string): Demand[] {
  const one = (kind: keyof typeof QUOTAS, who: string, at: string, more: Partial<Demand> = {}): Demand => ({
    quota: QUOTAS[kind],
    scope: "",
    needed: 1,
    who,
    at,
    ...more,
  });
  const name = wanted.id.slice(wanted.kind.length + 1);
  switch (wanted.kind) {
    case "vpc":
      // Its default security group comes with it.
      return [one("vpc", "the VPC", "/spec/placement"), one("security-group", "the VPC", "/spec/placement")];
    case "elastic-ip":
      return [one("elastic-ip", name, zonePointer(cluster, name))];
    case "nat-gateway":
      return [
        one("nat-gateway", name, zonePointer(cluster, name), { scope: name }),
        one("network-interface", `the NAT gateway of ${name}`, zonePointer(cluster, name)),
      ];
    case "subnet":
      return [one("subnet", name, zonePointer(cluster, wanted.spec.zone), within(wanted.spec.vpc, vpcId, 0))];
    case "route-table": {
      const zone = name.split("/").at(-1) ?? "";
      // A VPC begins with its main one.
      return [one("route-table", name, zonePointer(cluster, zone), within(wanted.spec.vpc, vpcId, 1))];
    }
    case "internet-gateway":
    case "vpc-endpoint":
      return [one(wanted.kind, "the VPC", "/spec/placement")];
    case "security-group":
      return [one("security-group", name, "/spec/placement")];
    case "bastion":
      return [
        one("network-interface", BASTION, "/spec/bastion"),
        one("volume", BASTION, "/spec/bastion", { needed: BASTION_VOLUME_GIB }),
      ];
    case "load-balancer":
      // One in each zone's subnet.
      return [
        one("load-balancer", "the API server", "/spec/apiServer"),
        one("network-interface", "the API server", "/spec/apiServer", { needed: wanted.spec.subnets.length }),
      ];
    case "target-group":
      return [one("target-group", "the API server", "/spec/apiServer")];
    default:
      return [];
  }
}

/** In the cluster's VPC as it is, or in one that is made by the plan. */
function within(vpc: Link, vpcId: string, usedAtBirth: number): Pick<Demand, "scope" | "used"> {
  return isRef(vpc) && vpcId === "" ? { scope: "", used: usedAtBirth } : { scope: vpcId };
}

/** All rules of a group together where there will be more: its quota is its own, and rules that are not wanted go. */
function ruleDemands(verdicts: readonly Verdict[]): Demand[] {
  const at: Readonly<Record<string, string>> = {
    "load-balancer": "/spec/apiServer/allowedCidrs",
    bastion: "/spec/bastion/allowedCidrs",
  };
  return verdicts.flatMap((verdict): Demand[] => {
    if (verdict.verdict !== "create" && verdict.verdict !== "update") return [];
    const { wanted } = verdict;
    if (wanted.kind !== "security-group-rules") return [];
    const scope = wanted.id.slice(wanted.kind.length + 1);
    const needed = mostRules(wanted.spec);
    const live = verdict.verdict === "update" ? verdict.live : undefined;
    if (live?.kind === wanted.kind && mostRules(live.spec) >= needed) return [];
    return [{ quota: QUOTAS[wanted.kind], scope, needed, used: 0, who: scope, at: at[scope] ?? "/spec" }];
  });
}

/** The limit is of each direction by itself. */
function mostRules({ ingress, egress }: Pick<SecurityGroupRulesSpec<Link>, "ingress" | "egress">): number {
  return Math.max(ingress.length, egress.length);
}

/** Where a zone is first named. */
function zonePointer(cluster: Cluster, zone: string): string {
  const pool = poolsOf(cluster).find(({ zones }) => zones.includes(zone));
  return pool === undefined
    ? "/spec/placement"
    : `${poolPointer(cluster, pool.name)}/zones/${pool.zones.indexOf(zone)}`;
}

function imageUses(
  cluster: Cluster,
  blueprint: Blueprint,
  pools: readonly PoolVerdict[],
  created: readonly Wanted[],
  market: Market,
): ImageUse[] {
  const launching = new Set(pools.flatMap(({ name, launches }) => (launches.length === 0 ? [] : [name])));
  const uses = [
    ...blueprint.pools
      .filter(({ name }) => launching.has(name))
      .map(({ name, launch }) => ({
        id: launch.image.id,
        who: name,
        at: `${poolPointer(cluster, name)}/instanceType`,
        instanceType: launch.instanceType,
      })),
    ...created.flatMap((wanted) => {
      if (wanted.kind !== "bastion") return [];
      const { image, instanceType } = wanted.spec;
      return [{ id: image, who: BASTION, at: "/spec/bastion", instanceType }];
    }),
  ];
  return uses.flatMap(({ instanceType, ...use }) =>
    use.id === "" ? [] : [{ ...use, architecture: market.types?.get(instanceType)?.architecture }],
  );
}
