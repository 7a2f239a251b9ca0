import type { Aws } from "../aws/clients.ts";
import { perHour, sum, times, type UsdPerHour } from "../core/money.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { type Part, partPrices } from "../market/part-prices.ts";
import { onDemandPrice, spotPrices } from "../market/prices.ts";
import type { Inventory } from "../survey/survey.ts";
import { volumeGiB } from "../survey/volumes.ts";
import type { CostLine } from "./results.ts";

interface Machine {
  instanceType: string;
  zone: string;
  isSpot: boolean;
}

/** What a cluster costs by the hour, by kind of thing. Data that flows and requests are not in it. */
export async function costsOf(aws: Aws, cluster: ClusterIdentity, inventory: Inventory): Promise<CostLine[]> {
  const machines = machinesOf(inventory);
  const types = distinct(machines.map(({ instanceType }) => instanceType));
  const spotTypes = distinct(machines.filter(({ isSpot }) => isSpot).map(({ instanceType }) => instanceType));
  // A price that is not known is shown as such; it stops nothing.
  const [parts, disks, spot, onDemand] = await Promise.all([
    partPrices(aws),
    volumeGiB(aws, cluster).catch(() => new Map<string, number>()),
    spotPrices(aws, spotTypes).catch(() => new Map<string, UsdPerHour>()),
    Promise.all(types.map(async (type) => [type, await onDemandPrice(aws, type).catch(() => undefined)] as const)),
  ]);
  const priceOf = new Map(onDemand);

  const prices = new Map<string, (UsdPerHour | undefined)[]>();
  const add = (what: string, price: UsdPerHour | undefined): void => {
    prices.set(what, [...(prices.get(what) ?? []), price]);
  };
  for (const { instanceType, zone, isSpot } of machines) {
    if (isSpot) add(`${instanceType} spot`, spot.get(`${instanceType}/${zone}`));
    else add(instanceType, priceOf.get(instanceType));
  }
  for (const [what, part, n] of partsOf(inventory)) for (let i = 0; i < n; i++) add(what, parts.get(part));

  const lines = [...prices].map(([what, all]): CostLine => {
    const known = all.filter((price) => price !== undefined);
    return { what, count: all.length, ...(known.length === all.length ? { usdPerHour: sum(known) } : {}) };
  });
  for (const [type, gib] of disks) {
    const month = type === "gp3" ? parts.get("volume-gib-month") : undefined;
    lines.push({
      what: `GiB of ${type} volumes`,
      count: gib,
      ...(month === undefined ? {} : { usdPerHour: times(perHour(month), gib) }),
    });
  }
  return lines;
}

function machinesOf({ nodes, resources }: Inventory): Machine[] {
  return [
    ...nodes.map(({ instanceType, market, zone }) => ({ instanceType, zone, isSpot: market === "spot" })),
    ...resources.flatMap((live) =>
      live.kind === "bastion" ? [{ instanceType: live.spec.instanceType, zone: "", isSpot: false }] : [],
    ),
  ];
}

/** Everything that AWS charges for by the hour besides machines. */
function partsOf({ resources }: Inventory): [what: string, part: Part, count: number][] {
  const count = (kind: string): number => resources.filter((live) => live.kind === kind).length;
  // A load balancer that the internet reaches has an address in each of its zones.
  const balancers = resources.flatMap((live) =>
    live.kind === "load-balancer" && live.spec.scheme === "internet-facing" ? live.spec.subnets : [],
  );
  return [
    ["NAT gateway", "nat-gateway", count("nat-gateway")],
    ["network load balancer", "load-balancer", count("load-balancer")],
    ["public IPv4 address", "public-address", count("elastic-ip") + count("bastion") + balancers.length],
  ];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
