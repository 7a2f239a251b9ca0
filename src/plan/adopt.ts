import type { BlueprintFacts, Image } from "../blueprint/blueprint.ts";
import { isSpot } from "../blueprint/blueprint.ts";
import { slotOf } from "../blueprint/slots.ts";
import { type Cluster, poolsOf } from "../config/cluster.ts";
import { type Pack, packOf } from "../config/parts.ts";
import { percentOf } from "../core/money.ts";
import { type ImageRequest, imageName } from "../market/image-names.ts";
import type { Market } from "../market/market.ts";
import type { Bundle } from "../packs/bundle.ts";
import type { Inventory } from "../survey/survey.ts";
import { appliedIn } from "./applied.ts";

/** The name in `BlueprintFacts.images` of the bastion's image. */
export const BASTION = "bastion";

/**
 * What is settled already and therefore kept: each zone's network slot, and each pool's image as long as the profile
 * asks for the same one. What is new is taken from the market.
 */
export function factsFor(
  cluster: Cluster,
  inventory: Inventory,
  market: Market,
  owner: string,
  packs: Bundle,
): BlueprintFacts {
  const vpc = inventory.staticNetwork?.vpc;
  return {
    owner,
    slots: adoptedSlots(cluster, inventory),
    images: images(cluster, inventory, market),
    spotMaxPrices: spotMaxPrices(cluster, market),
    packs,
    ...(vpc === undefined ? {} : { staticVpcCidrs: vpc.cidrs }),
  };
}

function adoptedSlots(cluster: Cluster, inventory: Inventory): Map<string, number> {
  const slots = new Map<string, number>();
  if (cluster.placement.kind !== "dynamic") return slots;
  for (const live of inventory.resources) {
    if (live.kind !== "subnet" || live.status === "leaving") continue;
    const slot = slotOf(cluster.placement.vpcCidr, live.spec.cidr);
    if (slot !== undefined) slots.set(live.spec.zone, slot);
  }
  return slots;
}

/** What the os pack asks for. Its `serial` value pins one build; an empty one takes a pin of the profile's back. */
export function imageRequest(os: Pack): ImageRequest {
  const serial = os.values.serial;
  return { release: os.version, ...(typeof serial === "string" && serial !== "" ? { serial } : {}) };
}

function images(cluster: Cluster, inventory: Inventory, market: Market): Map<string, Image> {
  const request = imageRequest(packOf(cluster.profile, "os"));
  const adopted = new Map<string, Map<string, string>>();
  const adopt = (pool: string, name: string, id: string): void => {
    const known = adopted.get(pool) ?? new Map<string, string>();
    if (!known.has(name)) known.set(name, id);
    adopted.set(pool, known);
  };
  // The newest nodes first: in the middle of a roll the pool is on its way to their image.
  const newestFirst = [...inventory.nodes].sort((a, b) => b.launchedAtMs - a.launchedAtMs);
  for (const node of newestFirst) adopt(node.pool, node.imageName, node.image);
  // Of a pool that has lost all its nodes.
  for (const [pool, { image }] of Object.entries(appliedIn(inventory)?.pools ?? {})) adopt(pool, image.name, image.id);
  for (const live of inventory.resources) {
    if (live.kind === "bastion" && live.status !== "leaving") adopt(BASTION, live.spec.imageName, live.spec.image);
  }

  const chosen = new Map<string, Image>();
  const choose = (pool: string, instanceType: string): void => {
    const name = imageName(request, market.types?.get(instanceType)?.architecture ?? "amd64");
    const id = adopted.get(pool)?.get(name) ?? market.images.get(name);
    if (id !== undefined) chosen.set(pool, { id, name });
  };
  for (const pool of poolsOf(cluster)) choose(pool.name, pool.instanceType);
  if (cluster.bastion !== undefined) choose(BASTION, cluster.bastion.instanceType);
  return chosen;
}

function spotMaxPrices(cluster: Cluster, market: Market): Map<string, string> {
  const prices = new Map<string, string>();
  for (const pool of cluster.workerPools) {
    const onDemand = market.onDemandPrices.get(pool.instanceType);
    if (isSpot(pool) && pool.spot !== undefined && onDemand !== undefined) {
      prices.set(pool.name, percentOf(onDemand, pool.spot.maxPricePercent));
    }
  }
  return prices;
}
