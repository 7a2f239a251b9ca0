import { RECORD } from "../blueprint/records.ts";
import { type Cluster, poolsOf } from "../config/cluster.ts";
import { bucketName } from "../core/names.ts";
import type { Market } from "../market/market.ts";
import type { Plan } from "../plan/change.ts";
import type { Inventory } from "../survey/survey.ts";
import { QUOTAS } from "../twin/quotas.ts";
import type { StoredObject } from "../twin/records.ts";
import type { World } from "../twin/world.ts";
import { countOthersAddresses, loadUserNetwork } from "./load-network.ts";
import { loadNodes, loadTargets } from "./load-nodes.ts";
import { loadBefore, loadBehind, thing } from "./load-resources.ts";

/** What a world is loaded from: all of it was read for the plan, and nothing of it is secret. */
export interface Loaded {
  cluster: Cluster;
  inventory: Inventory;
  market: Market;
  plan: Plan;
}

/**
 * Makes an empty world like the account, as far as the cluster goes: the same ids, the same states, the same prices. What
 * a survey is not told (user data, the PKI, what lies behind a hash, how the user's own routes get out) is stood in for,
 * and says so: `unread`, `standsForUserData`, `isUnread`, `othersAddresses`.
 */
export function loadWorld(world: World, from: Loaded): void {
  const { cluster, inventory } = from;
  const { resources, staticNetwork } = inventory;
  loadMarket(world, from);
  if (staticNetwork !== undefined) loadUserNetwork(world, staticNetwork, cluster);
  // Nodes have the addresses that they have; what has an address that nobody is told takes one that is left.
  loadBefore(world, resources);
  loadNodes(world, inventory, cluster);
  loadBehind(world, resources);
  loadTargets(world, inventory);
  loadRecords(world, inventory, cluster);
  if (staticNetwork !== undefined) countOthersAddresses(world, staticNetwork);
}

/** What the region offers, in the place of the twin's own catalogue. Zones and a key pair that could not be read are taken to be there. */
function loadMarket(world: World, { cluster, inventory, market, plan }: Loaded): void {
  const zones = market.zones ?? poolsOf(cluster).flatMap((pool) => pool.zones);
  world.zones.splice(0, world.zones.length, ...new Set(zones));
  const types = [...(market.types ?? [])].map(([name, { architecture, zones: offered, vCpus, memoryMiB }]) => ({
    name,
    vCpus,
    memoryMiB,
    arm: architecture === "arm64",
    zones: [...offered],
    onDemandUsd: market.onDemandPrices.get(name) ?? "0",
  }));
  world.types.splice(0, world.types.length, ...types);
  // Room in the account is the plan's own check: who else uses how much of a quota no inventory tells.
  for (const { code } of QUOTAS) world.quotas.set(code, Number.POSITIVE_INFINITY);
  for (const [place, usd] of market.spotPrices) world.spotPrices.set(place, usd);

  world.keyPairs.clear();
  for (const name of market.keyPairs ?? [cluster.sshKeyName ?? ""]) world.keyPairs.add(name);

  world.images.clear();
  const images: [id: string, name: string][] = [
    ...[...market.images].map(([name, id]): [string, string] => [id, name]),
    ...inventory.nodes.map(({ image, imageName }): [string, string] => [image, imageName]),
    ...Object.values(plan.pools).map(({ image }): [string, string] => [image.id, image.name]),
    ...inventory.resources.flatMap((live): [string, string][] =>
      live.kind === "bastion" ? [[live.spec.image, live.spec.imageName]] : [],
    ),
  ];
  for (const [id, name] of images) world.images.set(id, { name, arm: name.includes("arm64"), createdAt: "" });
}

/** The bucket, which a lease is taken in before anything is done, and the records that nodes read. */
function loadRecords(world: World, { records = new Map() }: Inventory, cluster: Cluster): void {
  const name = bucketName(world.accountId, world.region);
  const objects = new Map<string, StoredObject>();
  const put = (key: string, body: string, isUnread?: true): void => {
    const id = `${cluster.name}/${key}`;
    objects.set(id, { ...thing(id), body, etag: `"${key}"`, writtenBy: "", ...(isUnread && { isUnread }) });
  };
  for (const [key, value] of records) if (value !== undefined) put(key, JSON.stringify(value));
  const { loop } = (records.get(RECORD.agent) ?? {}) as { loop?: string };
  const { bundle } = (records.get(RECORD.packs) ?? {}) as { bundle?: string };
  if (loop !== undefined) put(`agent/${loop}.py`, "", true);
  if (bundle !== undefined) put(`packs/${bundle}.json.gz`, "", true);
  world.buckets.set(name, {
    ...thing(name),
    ownerId: world.accountId,
    isPrivate: true,
    isVersioned: true,
    policy: "",
    lifecycle: "",
    objects,
    writes: 0,
  });
}
