import type { Blueprint, WantedPool } from "../blueprint/blueprint.ts";
import { type Cluster, poolPointer, poolsOf } from "../config/cluster.ts";
import type { Architecture } from "../market/image-names.ts";
import type { Market } from "../market/market.ts";
import { QUOTAS, type Quota, vCpuQuota } from "../market/quota-codes.ts";
import { isRef, type Link, type Wanted } from "../resources/resource.ts";
import type { SecurityGroupRulesSpec } from "../resources/security-group/shape.ts";
import type { Inventory } from "../survey/survey.ts";
import { BASTION } from "./adopt.ts";
import type { PoolVerdict } from "./pool-changes.ts";
import type { Verdict } from "./resource-changes.ts";

/** Instances that a plan has beside those that are there, at the moment when it has most. */
export interface InstanceDemand {
  pool: string;
  instanceType: string;
  market: "on-demand" | "spot";
  count: number;
  zone: string;
}

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

/** Launches of the plan, as demands. */
export function launchDemands(verdicts: readonly PoolVerdict[]): InstanceDemand[] {
  return verdicts.flatMap(({ pool, zone, launch }) =>
    launch === 0 ? [] : [{ pool: pool.name, ...kindOf(pool), count: launch, zone }],
  );
}

function kindOf(pool: WantedPool): Pick<InstanceDemand, "instanceType" | "market"> {
  return {
    instanceType: pool.launch.instanceType,
    market: pool.spotMaxPrice === undefined ? "on-demand" : "spot",
  };
}

/**
 * What a plan takes of the account. `instances` are all that it ever has beside the present ones: its launches, and what a
 * roll starts before it ends others.
 */
export function requirementsOf(
  cluster: Cluster,
  blueprint: Blueprint,
  verdicts: readonly Verdict[],
  instances: readonly InstanceDemand[],
  market: Market,
  inventory: Inventory,
): Requirements {
  const created = verdicts.flatMap((verdict) => (takesMore(verdict) ? [verdict.wanted] : []));
  const bastion = created.find((wanted) => wanted.kind === "bastion");
  const all: InstanceDemand[] = [
    ...instances,
    ...(bastion === undefined
      ? []
      : [{ pool: BASTION, instanceType: bastion.spec.instanceType, market: "on-demand" as const, count: 1, zone: "" }]),
  ];
  const vpc = created.find((wanted) => wanted.kind === "vpc");
  const unknown: string[] = [];
  const vpcId = inventory.resources.find((live) => live.kind === "vpc")?.awsId ?? "";
  const demands = [
    ...all.flatMap((demand) => vCpuDemand(cluster, demand, market, unknown)),
    ...created.flatMap((wanted) => resourceDemands(cluster, wanted, vpcId)),
    ...ruleDemands(verdicts),
  ];
  return {
    demands,
    images: imageUses(cluster, blueprint, all, market),
    ...(vpc === undefined ? {} : { newVpcCidr: vpc.spec.cidr }),
    unknown: [...new Set(unknown)],
  };
}

/** A replaced thing makes room for the new one; but a NAT gateway that failed had taken none. */
function takesMore(verdict: Verdict): verdict is Extract<Verdict, { verdict: "create" | "replace" }> {
  return (
    verdict.verdict === "create" ||
    (verdict.verdict === "replace" && verdict.live.kind === "nat-gateway" && verdict.live.status === "failed")
  );
}

function vCpuDemand(
  cluster: Cluster,
  { pool, instanceType, market: kind, count }: InstanceDemand,
  market: Market,
  unknown: string[],
): Demand[] {
  const quota = vCpuQuota(instanceType, kind);
  const vCpus = market.types?.get(instanceType)?.vCpus;
  if (quota === undefined) unknown.push(`which quota ${kind} instances of ${instanceType} count against`);
  if (vCpus === undefined) unknown.push(`how many vCPU ${instanceType} has`);
  if (quota === undefined || vCpus === undefined) return [];
  return [{ quota, scope: "", needed: vCpus * count, who: pool, at: launchPointer(cluster, pool) }];
}

function launchPointer(cluster: Cluster, pool: string): string {
  return pool === BASTION ? "/spec/bastion" : `${poolPointer(cluster, pool)}/size`;
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
      return [one("nat-gateway", name, zonePointer(cluster, name), { scope: name })];
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
    case "load-balancer":
    case "target-group":
      return [one(wanted.kind, "the API server", "/spec/apiServer")];
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
  instances: readonly InstanceDemand[],
  market: Market,
): ImageUse[] {
  const images = new Map(blueprint.pools.map((pool) => [pool.name, pool.launch.image.id]));
  for (const wanted of blueprint.resources) if (wanted.kind === "bastion") images.set(BASTION, wanted.spec.image);
  const pools = new Map(instances.map((one) => [one.pool, one.instanceType]));
  return [...pools].flatMap(([pool, instanceType]) => {
    const id = images.get(pool) ?? "";
    const at = pool === BASTION ? "/spec/bastion" : `${poolPointer(cluster, pool)}/instanceType`;
    return id === "" ? [] : [{ id, who: pool, at, architecture: market.types?.get(instanceType)?.architecture }];
  });
}
