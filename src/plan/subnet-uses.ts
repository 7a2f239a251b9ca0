import { bastionZoneOf } from "../blueprint/network.ts";
import { type Cluster, poolsOf, type StaticPlacement } from "../config/cluster.ts";
import type { Inventory } from "../survey/survey.ts";
import { spread } from "./spread.ts";

/** Where a document has its static placement. */
export const STATIC = "/spec/placement/static";

/** Elastic Load Balancing wants this many free addresses in each subnet that a load balancer is made in. */
const LOAD_BALANCER_ADDRESSES = 8;

/** One subnet of the file, and what the cluster has in it. */
export interface Use {
  id: string;
  zone: string;
  side: "private" | "public";
  /** Where the file names it. */
  at: string;
  tenants: readonly Tenant[];
}

export interface Tenant {
  what: string;
  /** What it will take; none when it is there already. */
  addresses: number;
}

/** Every subnet that the file names, with what the cluster has or will have in it. */
export function usesOf(cluster: Cluster, placement: StaticPlacement, inventory: Inventory): Use[] {
  const hasBastion = (zone: string): boolean => cluster.bastion !== undefined && bastionZoneOf(cluster) === zone;
  const tenantsOf = (id: string, zone: string, side: Use["side"]): Tenant[] => {
    const tenants: Tenant[] = [];
    if (side === "private" && poolsOf(cluster).some((pool) => pool.zones.includes(zone))) {
      tenants.push({ what: "nodes", addresses: missingNodes(cluster, inventory, zone) });
    }
    if (side === cluster.apiServer.access && cluster.controlPlane.zones.includes(zone)) {
      const isThere = stands(inventory, (live) => live.kind === "load-balancer" && live.spec.subnets.includes(id));
      tenants.push({ what: "the load balancer", addresses: isThere ? 0 : LOAD_BALANCER_ADDRESSES });
    }
    if (side === "public" && hasBastion(zone)) {
      const isThere = stands(inventory, (live) => live.kind === "bastion" && live.spec.subnet === id);
      tenants.push({ what: "the bastion", addresses: isThere ? 0 : 1 });
    }
    return tenants;
  };
  return placement.subnets.flatMap((entry, index) =>
    (["private", "public"] as const).flatMap((side): Use[] => {
      const { zone, [side]: id } = entry;
      if (id === undefined) return [];
      return [{ id, zone, side, at: `${STATIC}/subnets/${index}/${side}`, tenants: tenantsOf(id, zone, side) }];
    }),
  );
}

function stands(inventory: Inventory, is: (live: Inventory["resources"][number]) => boolean): boolean {
  return inventory.resources.some((live) => live.status !== "leaving" && is(live));
}

/** How many nodes are still to be launched in a zone. */
function missingNodes(cluster: Cluster, inventory: Inventory, zone: string): number {
  const staying = inventory.nodes.filter((node) => node.state !== "shutting-down");
  return poolsOf(cluster).reduce((sum, { name, size, zones }) => {
    const own = staying.filter((node) => node.pool === name);
    const launched = new Map(
      zones.map((one) => [one, own.filter((node) => node.zone === one).map((node) => node.launchedAtMs)]),
    );
    return sum + Math.max(0, (spread(size, zones, launched).get(zone) ?? 0) - (launched.get(zone)?.length ?? 0));
  }, 0);
}
