import type { WantedPool } from "../blueprint/blueprint.ts";
import { comparePrices, type UsdPerHour } from "../core/money.ts";
import type { Market } from "../market/market.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { spread } from "./spread.ts";

/** One zone's share of a pool. */
export interface ZoneVerdict {
  zone: string;
  /** Nodes that are there and of use. */
  present: number;
  /** How many should be there. */
  wanted: number;
  /** How many are launched there, replacements among them. */
  launch: number;
  /** Nodes can be launched there now: the spot price is no higher than the pool pays. */
  isOpen: boolean;
  /** How many wait for the spot price, and what it is now. */
  waiting: number;
  spotPrice?: UsdPerHour;
}

/** Each zone's share of a pool, and what is missing there now. */
export function sharesOf(pool: WantedPool, useful: readonly LiveNode[], market: Market): ZoneVerdict[] {
  const zones = pool.zones.map(({ zone }) => zone);
  const launched = new Map(
    zones.map((zone) => [zone, useful.filter((node) => node.zone === zone).map((node) => node.launchedAtMs)]),
  );
  const priceIn = (zone: string): UsdPerHour | undefined =>
    market.spotPrices.get(`${pool.launch.instanceType}/${zone}`);
  const present = (zone: string): number => launched.get(zone)?.length ?? 0;
  const open = zones.filter((zone) => isAffordable(pool, priceIn(zone)));
  let wanted = spread(pool.size, zones, launched);
  if (pool.zoneFallback && open.length > 0 && open.length < zones.length) {
    // Nodes that run where it has become dear stay until EC2 takes them back; the rest is shared by the other zones.
    const staying = new Map(
      zones
        .filter((zone) => !open.includes(zone))
        .map((zone) => [zone, Math.min(present(zone), wanted.get(zone) ?? 0)]),
    );
    const kept = [...staying.values()].reduce((sum, n) => sum + n, 0);
    wanted = new Map([...staying, ...spread(pool.size - kept, open, launched)]);
  }
  return zones.map((zone) => {
    const target = wanted.get(zone) ?? 0;
    const missing = Math.max(0, target - present(zone));
    const spotPrice = priceIn(zone);
    return {
      zone,
      present: present(zone),
      wanted: target,
      launch: open.includes(zone) ? missing : 0,
      isOpen: open.includes(zone),
      waiting: open.includes(zone) ? 0 : missing,
      ...(pool.market === "spot" && spotPrice !== undefined ? { spotPrice } : {}),
    };
  });
}

/** Zones where a pool has nodes and should have none any more. */
export function formerZones(pool: WantedPool, useful: readonly LiveNode[]): ZoneVerdict[] {
  const zones = new Set(pool.zones.map(({ zone }) => zone));
  const former = Map.groupBy(
    useful.filter((node) => !zones.has(node.zone)),
    (node) => node.zone,
  );
  return [...former].map(([zone, nodes]) => ({
    zone,
    present: nodes.length,
    wanted: 0,
    launch: 0,
    isOpen: false,
    waiting: 0,
  }));
}

/** Whether nodes can be launched in the zone now: what is dear there stays as it is. */
export function isOpen(zones: readonly ZoneVerdict[], zone: string): boolean {
  return zones.some((share) => share.zone === zone && share.isOpen);
}

/** On demand, or spot at a price within the cap. A price that is not known is left to EC2, which refuses one above the cap. */
function isAffordable(pool: WantedPool, price: UsdPerHour | undefined): boolean {
  return pool.spotMaxPrice === undefined || price === undefined || comparePrices(price, pool.spotMaxPrice) <= 0;
}
