import { parseDuration } from "../core/durations.ts";
import type { Place } from "../core/findings.ts";
import type { ClusterDocument, WorkerPool as WorkerPoolDocument } from "./documents.generated.ts";
import type { MacroValue } from "./macros.ts";
import type { Account, Pack, Profile } from "./parts.ts";

/** One availability zone's subnets in the user's own VPC. */
export interface StaticSubnets {
  zone: string;
  private: string;
  public?: string;
}

/** Where the network comes from. */
export type Placement =
  | { kind: "dynamic"; vpcCidr: string }
  | { kind: "static"; vpcId: string; subnets: readonly StaticSubnets[]; egressCidrs: readonly string[] };

export type StaticPlacement = Extract<Placement, { kind: "static" }>;

/** What every pool of nodes has. */
export interface PoolShape {
  name: string;
  size: number;
  instanceType: string;
  zones: readonly string[];
  rootVolume: { sizeGiB: number };
}

export interface ControlPlane extends PoolShape {
  role: "control-plane";
  runsWorkloads: boolean;
}

export interface Taint {
  key: string;
  value: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface WorkerPool extends PoolShape {
  role: "worker";
  /** Absent: on demand. */
  spot?: { maxPricePercent: number };
  zoneFallback: boolean;
  labels: Readonly<Record<string, string>>;
  taints: readonly Taint[];
  rollout: { maxSurge: number | string; maxUnavailable: number | string; drainTimeoutMs: number };
}

export type Pool = ControlPlane | WorkerPool;

/** A Cluster document that was found valid, with all defaults, its account, and its profile after overrides. */
export interface Cluster {
  name: string;
  description: string;
  tags: Readonly<Record<string, string>>;
  account: Account;
  region: string;
  profile: Profile;
  /** From the kubernetes pack's values. */
  podCidr: string;
  serviceCidr: string;
  sshKeyName?: string;
  placement: Placement;
  apiServer: { access: "public" | "private"; allowedCidrs: readonly string[]; certSANs: readonly string[] };
  /** Absent: no bastion. */
  bastion?: { instanceType: string; allowedCidrs: readonly string[] };
  controlPlane: ControlPlane;
  workerPools: readonly WorkerPool[];
  /** The files that the cluster is described in: its own, its account's and its profile's. */
  files: readonly string[];
  /** Where a value of the document stands in the user's file, by JSON pointer. */
  place(pointer: string): Place;
}

/** What a document need not say. `schemas/` documents the same values; a test holds the two together. */
export const DEFAULTS = {
  vpcCidr: "10.0.0.0/16",
  podCidr: "192.168.0.0/16",
  serviceCidr: "10.96.0.0/12",
  bastionInstanceType: "t3.micro",
  rootVolumeGiB: 50,
  maxSurge: 1,
  maxUnavailable: 0,
  drainTimeout: "15m",
} as const;

/** The control plane's pool has no name in the document; this is what plans, tags and messages call it. */
export const CONTROL_PLANE = "control-plane";

/** A pool's place in its Cluster document: `/spec/controlPlane`, `/spec/workerPools/1`. */
export function poolPointer(cluster: Pick<Cluster, "workerPools">, poolName: string): string {
  if (poolName === CONTROL_PLANE) return "/spec/controlPlane";
  return `/spec/workerPools/${cluster.workerPools.findIndex((pool) => pool.name === poolName)}`;
}

/** The control plane first, then the worker pools in the order of the document. */
export function poolsOf(cluster: Pick<Cluster, "controlPlane" | "workerPools">): readonly Pool[] {
  return [cluster.controlPlane, ...cluster.workerPools];
}

/** Every zone that a pool names, each once: the control plane's first, in the document's order. */
export function zonesOf(cluster: {
  controlPlane: Pick<PoolShape, "zones">;
  workerPools: readonly Pick<PoolShape, "zones">[];
}): string[] {
  return [...new Set([cluster.controlPlane, ...cluster.workerPools].flatMap((pool) => pool.zones))];
}

/** What values of packs may name of the cluster that they are for. */
export function clusterMacros(of: {
  name: string;
  region: string;
  zones: readonly string[];
  accountId: string;
}): Map<string, MacroValue> {
  return new Map<string, MacroValue>([
    ["cluster.name", of.name],
    ["cluster.region", of.region],
    ["cluster.zones", of.zones],
    ["cluster.account", of.accountId],
  ]);
}

/** Puts defaults, account and effective profile to a document that its schema found valid. */
export function clusterOf(
  document: ClusterDocument,
  account: Account,
  profile: Profile,
  source: Pick<Cluster, "files" | "place">,
): Cluster {
  const { metadata, spec } = document;
  const kubernetes = profile.packs.find((pack) => pack.layer === "kubernetes");
  const bastion = typeof spec.bastion === "object" ? spec.bastion : undefined;
  return {
    name: metadata.name,
    description: metadata.description ?? "",
    tags: metadata.tags ?? {},
    account,
    region: spec.region,
    profile,
    podCidr: textValue(kubernetes, "podCidr") ?? DEFAULTS.podCidr,
    serviceCidr: textValue(kubernetes, "serviceCidr") ?? DEFAULTS.serviceCidr,
    ...(spec.sshKeyName === undefined ? {} : { sshKeyName: spec.sshKeyName }),
    placement: placementOf(spec.placement),
    apiServer: {
      access: spec.apiServer.access,
      allowedCidrs: spec.apiServer.allowedCidrs ?? [],
      certSANs: spec.apiServer.certSANs ?? [],
    },
    ...(bastion === undefined
      ? {}
      : {
          bastion: {
            instanceType: bastion.instanceType ?? DEFAULTS.bastionInstanceType,
            allowedCidrs: bastion.allowedCidrs,
          },
        }),
    controlPlane: {
      role: "control-plane",
      name: CONTROL_PLANE,
      size: spec.controlPlane.size,
      instanceType: spec.controlPlane.instanceType,
      zones: spec.controlPlane.zones,
      rootVolume: { sizeGiB: spec.controlPlane.rootVolume?.sizeGiB ?? DEFAULTS.rootVolumeGiB },
      runsWorkloads: spec.controlPlane.runsWorkloads ?? false,
    },
    workerPools: (spec.workerPools ?? []).map(workerPoolOf),
    ...source,
  };
}

function placementOf(placement: ClusterDocument["spec"]["placement"]): Placement {
  if (placement?.static !== undefined) {
    return { kind: "static", egressCidrs: [], ...placement.static };
  }
  return { kind: "dynamic", vpcCidr: placement?.dynamic?.vpcCidr ?? DEFAULTS.vpcCidr };
}

function workerPoolOf(pool: WorkerPoolDocument): WorkerPool {
  const rollout = pool.rollout ?? {};
  return {
    role: "worker",
    name: pool.name,
    size: pool.size,
    instanceType: pool.instanceType,
    zones: pool.zones,
    rootVolume: { sizeGiB: pool.rootVolume?.sizeGiB ?? DEFAULTS.rootVolumeGiB },
    ...(pool.spot === undefined ? {} : { spot: pool.spot }),
    zoneFallback: pool.zoneFallback ?? false,
    labels: pool.labels ?? {},
    taints: (pool.taints ?? []).map((taint) => ({ value: "", ...taint })),
    rollout: {
      maxSurge: rollout.maxSurge ?? DEFAULTS.maxSurge,
      maxUnavailable: rollout.maxUnavailable ?? DEFAULTS.maxUnavailable,
      drainTimeoutMs: parseDuration(rollout.drainTimeout ?? DEFAULTS.drainTimeout) ?? 0,
    },
  };
}

function textValue(pack: Pack | undefined, key: string): string | undefined {
  const value = pack?.values[key];
  return typeof value === "string" ? value : undefined;
}
