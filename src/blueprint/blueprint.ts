import { bornWith, type NodeTemplate, nodeTemplate } from "../bootstrap/node-config.ts";
import { BOOT_REVISION } from "../bootstrap/user-data.ts";
import { type Cluster, type Pool, poolsOf } from "../config/cluster.ts";
import { hashOf } from "../core/hash.ts";
import { type ClusterIdentity, pkiParameter } from "../core/names.ts";
import { remembering } from "../core/remembering.ts";
import { type Link, logicalId, ref, type Tags, type Wanted } from "../resources/resource.ts";
import { TAG, tagsOf } from "../resources/tags.ts";
import { accessResources, type Groups } from "./access.ts";
import { type BlueprintFacts, cloudProviderTag, type Draft, type Image, want } from "./draft.ts";
import { loadBalancingResources } from "./load-balancing.ts";
import { networkOf } from "./network.ts";
import { recordsOf, type WantedRecord } from "./records.ts";
import { roleResources } from "./roles.ts";

/** The nodes of a pool: what each is launched with, and how many there should be. */
export interface WantedPool {
  name: string;
  role: Pool["role"];
  size: number;
  zones: readonly { zone: string; subnet: Link }[];
  zoneFallback: boolean;
  market: "on-demand" | "spot";
  spotMaxPrice?: string;
  /** Kubernetes' version. */
  version: string;
  rollout: Rollout;
  launch: {
    image: Image;
    instanceType: string;
    securityGroup: Link;
    instanceProfile: Link;
    keyName?: string;
    rootVolumeGiB: number;
    kmsKeyArn?: string;
    /** What the node's agent is told, but for the two values that AWS and the PKI give. */
    node: NodeTemplate;
    apiHost: Link;
    caHash: Link;
  };
  /** Hash over all that a node is born with: a node with another hash is replaced. */
  configHash: string;
  /** Tags of every node of the pool, without its `slipway:id`, which carries its zone. */
  tags: Tags;
}

/** How many nodes of a pool may be replaced at a time: at least one of the two numbers is more than zero. */
export interface Rollout {
  /** So many more than its size a pool may have. */
  maxSurge: number;
  /** So many fewer than its size may be ready. */
  maxUnavailable: number;
  /** How long a node may take to leave. */
  drainTimeoutMs: number;
}

/** All that a Cluster asks AWS for. */
export interface Blueprint {
  resources: readonly Wanted[];
  pools: readonly WantedPool[];
  /** What the agents of its control plane are told. */
  records: readonly WantedRecord[];
}

export function identityOf(cluster: Cluster): ClusterIdentity {
  return { name: cluster.name, accountId: cluster.account.accountId, region: cluster.region };
}

export type { BlueprintFacts, Image } from "./draft.ts";

/**
 * Draws up what a cluster is made of. Pure: equal facts give an equal blueprint, and with the same cluster the same one,
 * so that what follows from it is worked out once for all plans of a run.
 */
export function blueprintOf(cluster: Cluster, facts: BlueprintFacts): Blueprint {
  const known = blueprints(cluster, () => remembering<Blueprint>(10));
  return known(textOf(facts), () => drawnUp(cluster, facts));
}

/** Each is some 140 KiB, and a job may go through a thousand clusters. */
const blueprints = remembering<ReturnType<typeof remembering<Blueprint>>, Cluster>(100);

/** All facts, whatever they come to be; a bundle's name is a hash of what is in it. */
function textOf({ packs, ...facts }: BlueprintFacts): string {
  const listed = (_key: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);
  return JSON.stringify({ ...facts, packs: packs?.sha256 }, listed);
}

function drawnUp(cluster: Cluster, facts: BlueprintFacts): Blueprint {
  const identity = identityOf(cluster);
  const tags = (id: string): Tags => tagsOf({ ...identity, owner: facts.owner, tags: cluster.tags }, id);
  const network = networkOf(cluster, identity, facts, tags);
  const draft: Draft = { cluster, identity, network, tags };
  const { resources: access, groups } = accessResources(draft, facts.images.get("bastion"));
  const roles = roleResources(draft);
  const pki = want(tags, "pki", "main", { name: pkiParameter(identity), kmsKey: cluster.account.kmsKeyArn ?? "" });
  return {
    resources: [...network.resources, ...access, ...loadBalancingResources(draft, groups), ...roles.resources, pki],
    pools: poolsOf(cluster).map((pool) => wantedPool(draft, pool, facts, groups, roles.profiles)),
    records: recordsOf(cluster, facts),
  };
}

function wantedPool(
  draft: Draft,
  pool: Pool,
  facts: BlueprintFacts,
  groups: Groups,
  profiles: Readonly<Record<Pool["role"], Link>>,
): WantedPool {
  const { cluster, network } = draft;
  const image = facts.images.get(pool.name) ?? { id: "", name: "" };
  const spotMaxPrice = facts.spotMaxPrices.get(pool.name);
  const launch: WantedPool["launch"] = {
    image,
    instanceType: pool.instanceType,
    securityGroup: groups[pool.role],
    instanceProfile: profiles[pool.role],
    ...(cluster.sshKeyName === undefined ? {} : { keyName: cluster.sshKeyName }),
    rootVolumeGiB: pool.rootVolume.sizeGiB,
    ...(cluster.account.kmsKeyArn === undefined ? {} : { kmsKeyArn: cluster.account.kmsKeyArn }),
    node: nodeTemplate(cluster, pool),
    apiHost: ref("load-balancer", "api", "dnsName"),
    caHash: ref("pki", "main", "caHash"),
  };
  const configHash = hashOf(
    {
      image: image.id,
      instanceType: pool.instanceType,
      node: bornWith(launch.node),
      agent: BOOT_REVISION,
      rootVolume: pool.rootVolume,
      kmsKeyArn: cluster.account.kmsKeyArn,
      sshKeyName: cluster.sshKeyName,
      market: isSpot(pool) ? "spot" : "on-demand",
    },
    16,
  );
  const { [TAG.id]: _id, Name: _name, ...tags } = draft.tags(logicalId("pool", pool.name));
  return {
    name: pool.name,
    role: pool.role,
    size: pool.size,
    zones: pool.zones.map((zone) => ({ zone, subnet: network.privateSubnet(zone) })),
    zoneFallback: pool.role === "worker" && pool.zoneFallback,
    market: isSpot(pool) ? "spot" : "on-demand",
    version: launch.node.version,
    rollout: rolloutOf(pool),
    ...(spotMaxPrice === undefined ? {} : { spotMaxPrice }),
    launch,
    configHash,
    tags: {
      ...tags,
      ...cloudProviderTag(draft.identity),
      [TAG.pool]: pool.name,
      [TAG.role]: pool.role,
      [TAG.configHash]: configHash,
      [TAG.image]: image.name,
      [TAG.version]: launch.node.version,
    },
  };
}

/** One by one, and each added before one leaves: what the control plane always does. */
export const ONE_BY_ONE: Rollout = { maxSurge: 1, maxUnavailable: 0, drainTimeoutMs: 15 * 60_000 };

/**
 * Shares are of the pool's size: of what may be more they are rounded up, of what may be missing down, and where both
 * come to nothing one may be missing, as Kubernetes has it for Deployments (rolling update, maxSurge and maxUnavailable).
 */
function rolloutOf(pool: Pool): Rollout {
  if (pool.role === "control-plane") return ONE_BY_ONE;
  const share = (value: number | string): number =>
    typeof value === "number" ? value : (Number.parseInt(value, 10) / 100) * pool.size;
  const maxSurge = Math.ceil(share(pool.rollout.maxSurge));
  const maxUnavailable = Math.floor(share(pool.rollout.maxUnavailable));
  return {
    maxSurge,
    maxUnavailable: maxSurge + maxUnavailable === 0 ? 1 : maxUnavailable,
    drainTimeoutMs: pool.rollout.drainTimeoutMs,
  };
}

export function isSpot(pool: Pool): boolean {
  return pool.role === "worker" && pool.spot !== undefined;
}
