import type { Blueprint, WantedPool } from "../blueprint/blueprint.ts";
import { CONTROL_PLANE } from "../config/cluster.ts";
import type { UsdPerHour } from "../core/money.ts";
import type { Part } from "../market/part-prices.ts";
import { BASTION_VOLUME_GIB } from "../resources/bastion/shape.ts";
import type { Live, Wanted } from "../resources/resource.ts";
import type { Inventory } from "../survey/survey.ts";
import { BASTION } from "./adopt.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";

/** Something that AWS charges for by the hour, used or not. */
export interface Holding {
  /** Whose it is: a pool's, the bastion's, the network's, the API server's. */
  of: string;
  /** `m6i.large`, `m6i.large spot`, `NAT gateway`, `GiB of gp3 volumes`. */
  what: string;
  price: PricedBy;
  count: number;
  /** The most that each may cost an hour, where that is the user's word. */
  atMost?: UsdPerHour;
}

/** Where in the price list its price is. */
export type PricedBy =
  | { by: "on-demand"; instanceType: string }
  | { by: "spot"; instanceType: string; zone: string }
  | { by: "part"; part: Part }
  /** Its price is not among those that are read. */
  | { by: "nothing" };

const NETWORK = "network";
const API_SERVER = "API server";

/** What a cluster has now. */
export function holdingsNow({ nodes, resources, volumes }: Inventory): Holding[] {
  const present = resources.filter(({ status }) => status === "settled" || status === "settling");
  const charged = nodes.filter(({ state }) => state === "running" || state === "pending");
  const poolOf = new Map([
    ...nodes.map(({ instanceId, pool }) => [instanceId, pool] as const),
    ...resources.flatMap((live) => (live.kind === "bastion" ? [[live.awsId, BASTION] as const] : [])),
  ]);
  return [
    ...charged.map(({ pool, instanceType, market, zone }) =>
      market === "spot" ? spot(pool, instanceType, zone, 1) : onDemand(pool, instanceType, 1),
    ),
    ...(volumes === undefined
      ? [...poolOf.values()].map((of): Holding => ({ of, what: "volume", price: { by: "nothing" }, count: 1 }))
      : volumes.flatMap(({ instanceId, type, sizeGiB, isOfInstance }) => {
          const of = poolOf.get(instanceId);
          return of === undefined || !isOfInstance ? [] : [volume(of, type, sizeGiB)];
        })),
    ...present.flatMap(partsOf),
  ];
}

/** What a cluster has when the plan is done. Nodes that wait for their price cost nothing until they come. */
export function holdingsAfter(blueprint: Blueprint, verdicts: readonly PoolVerdict[]): Holding[] {
  return [
    ...verdicts.flatMap(({ pool, zones }) =>
      pool === undefined ? [] : zones.flatMap(({ zone, wanted, waiting }) => nodesOf(pool, zone, wanted - waiting)),
    ),
    ...blueprint.resources.flatMap(partsOf),
    ...blueprint.resources.flatMap(({ kind }) =>
      kind === "bastion" ? [volume(BASTION, "gp3", BASTION_VOLUME_GIB)] : [],
    ),
  ];
}

function nodesOf({ name, launch, market, spotMaxPrice }: WantedPool, zone: string, count: number): Holding[] {
  if (count === 0) return [];
  const { instanceType, rootVolumeGiB } = launch;
  const node =
    market === "on-demand"
      ? onDemand(name, instanceType, count)
      : { ...spot(name, instanceType, zone, count), ...(spotMaxPrice === undefined ? {} : { atMost: spotMaxPrice }) };
  return [node, volume(name, "gp3", rootVolumeGiB * count)];
}

function onDemand(of: string, instanceType: string, count: number): Holding {
  return { of, what: instanceType, price: { by: "on-demand", instanceType }, count };
}

function spot(of: string, instanceType: string, zone: string, count: number): Holding {
  return { of, what: `${instanceType} spot`, price: { by: "spot", instanceType, zone }, count };
}

function volume(of: string, type: string, sizeGiB: number): Holding {
  const price: PricedBy = type === "gp3" ? { by: "part", part: "volume-gib-month" } : { by: "nothing" };
  return { of, what: `GiB of ${type} volumes`, price, count: sizeGiB };
}

/** What a resource costs, wanted or there. Public addresses cost as much whatever holds them. */
function partsOf(resource: Wanted | Live): Holding[] {
  const part = (of: string, what: string, name: Part, count = 1): Holding => ({
    of,
    what,
    price: { by: "part", part: name },
    count,
  });
  const addresses = (of: string, count: number): Holding => part(of, "public IPv4 address", "public-address", count);
  switch (resource.kind) {
    case "nat-gateway":
      return [part(NETWORK, "NAT gateway", "nat-gateway")];
    case "elastic-ip":
      return [addresses(NETWORK, 1)];
    case "bastion":
      return [onDemand(BASTION, resource.spec.instanceType, 1), addresses(BASTION, 1)];
    case "load-balancer": {
      // One that the internet reaches has an address in each of its zones.
      const open = resource.spec.scheme === "internet-facing" ? resource.spec.subnets.length : 0;
      return [
        part(API_SERVER, "network load balancer", "load-balancer"),
        ...(open === 0 ? [] : [addresses(API_SERVER, open)]),
      ];
    }
    default:
      return [];
  }
}

/** The control plane first, then the pools in their order, and what is not a pool's last. */
export function ownersInOrder(holdings: readonly Holding[]): string[] {
  const last = [BASTION, NETWORK, API_SERVER];
  const owners = [...new Set(holdings.map(({ of }) => of))];
  const rank = (owner: string): number =>
    owner === CONTROL_PLANE ? -1 : last.indexOf(owner) + (last.includes(owner) ? 1 : 0);
  return owners.sort((a, b) => rank(a) - rank(b));
}
