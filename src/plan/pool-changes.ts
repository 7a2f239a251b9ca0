import type { Blueprint, WantedPool } from "../blueprint/blueprint.ts";
import { comparePrices, type UsdPerHour } from "../core/money.ts";
import type { Market } from "../market/market.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import type { Inventory } from "../survey/survey.ts";
import { spread } from "./spread.ts";

/** What is to become of the nodes of one pool in one zone. */
export interface PoolVerdict {
  pool: WantedPool;
  zone: string;
  /** Nodes that are there. */
  present: readonly LiveNode[];
  /** How many should be. */
  wanted: number;
  /** How many are launched now. */
  launch: number;
  /** How many wait for the spot price, and what it is now. */
  waiting: number;
  spotPrice?: UsdPerHour;
  /** Nodes that were born with something else than new ones would be. */
  outdated: readonly LiveNode[];
}

/** Nodes that no pool of the file has. */
export interface PoolVerdicts {
  zones: readonly PoolVerdict[];
  unwanted: readonly LiveNode[];
}

/** Compares every pool with its nodes, zone by zone. */
export function judgePools(blueprint: Blueprint, inventory: Inventory, market: Market): PoolVerdicts {
  const staying = inventory.nodes.filter((node) => node.state !== "shutting-down");
  const zones = blueprint.pools.flatMap((pool) => judgePool(pool, staying, market));
  const names = new Set(blueprint.pools.map((pool) => pool.name));
  return { zones, unwanted: staying.filter((node) => !names.has(node.pool)) };
}

function judgePool(pool: WantedPool, nodes: readonly LiveNode[], market: Market): PoolVerdict[] {
  const zones = pool.zones.map(({ zone }) => zone);
  const own = nodes.filter((node) => node.pool === pool.name);
  const present = new Map(zones.map((zone) => [zone, own.filter((node) => node.zone === zone)]));
  const wanted = spread(pool.size, zones, new Map([...present].map(([zone, there]) => [zone, there.length])));
  return zones.map((zone) => {
    const there = present.get(zone) ?? [];
    const target = wanted.get(zone) ?? 0;
    const missing = Math.max(0, target - there.length);
    const price = market.spotPrices.get(`${pool.launch.instanceType}/${zone}`);
    const affordable = isAffordable(pool, price);
    return {
      pool,
      zone,
      present: there,
      wanted: target,
      launch: affordable ? missing : 0,
      waiting: affordable ? 0 : missing,
      ...(price === undefined ? {} : { spotPrice: price }),
      outdated: there.filter((node) => node.configHash !== pool.configHash),
    };
  });
}

/** On demand, or spot at a price within the cap. A price that is not known is left to EC2, which refuses one above the cap. */
function isAffordable(pool: WantedPool, price: UsdPerHour | undefined): boolean {
  return pool.spotMaxPrice === undefined || price === undefined || comparePrices(price, pool.spotMaxPrice) <= 0;
}
