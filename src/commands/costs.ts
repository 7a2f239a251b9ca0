import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { type PriceList, type PriceRequest, readPrices, withPrices } from "../market/price-list.ts";
import { amountOf } from "../plan/cost.ts";
import { type Holding, holdingsNow } from "../plan/holdings.ts";
import type { Inventory } from "../survey/survey.ts";
import { findVolumes } from "../survey/volumes.ts";
import type { CostLine } from "./results.ts";

/** The prices of everything that there is; of those that are known already only spot prices are asked for again. */
export function pricesNow(aws: Aws, inventory: Inventory, known: PriceList | undefined): Promise<PriceList> {
  const { types, spotTypes } = typesOf(inventory);
  return readPrices(aws, { instanceTypes: types, spotTypes, parts: true, known });
}

/**
 * What a cluster costs by the hour, by kind of thing. Data that flows and requests are not in it. A price that is not known
 * is shown as such; it stops nothing.
 */
export function costsOf(prices: PriceList, inventory: Inventory, volumes: Inventory["volumes"]): CostLine[] {
  const holdings = holdingsNow({ ...inventory, ...(volumes === undefined ? {} : { volumes }) });
  const byKind = Map.groupBy(holdings.sort(instancesFirst), ({ what }) => what);
  return [...byKind].map(([what, some]) => ({ what, ...amountOf(prices, some) }));
}

/** Disks last. */
function instancesFirst(a: Holding, b: Holding): number {
  const rank = ({ price }: Holding): number => {
    if (price.by === "part") return price.part === "volume-gib-month" ? 2 : 1;
    return price.by === "nothing" ? 2 : 0;
  };
  return rank(a) - rank(b);
}

/** A cluster's disks; undefined when they can't be read, which only leaves a cost unknown. */
export async function volumesOf(aws: Aws, cluster: ClusterIdentity): Promise<Inventory["volumes"]> {
  try {
    return await findVolumes(aws, cluster);
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error; // the run was told to stop
    return undefined;
  }
}

/** Prices of what is there and the file does not ask for (any more). */
export async function withPricesOf<L extends PriceList>(
  aws: Aws,
  list: L,
  { instanceTypes, spotTypes: onSpot, known }: Omit<PriceRequest, "parts">,
  inventory: Inventory,
): Promise<L> {
  const { types, spotTypes } = typesOf(inventory);
  const [moreTypes, moreSpot] = [
    types.filter((type) => !instanceTypes.includes(type)),
    spotTypes.filter((type) => !onSpot.includes(type)),
  ];
  if (moreTypes.length + moreSpot.length === 0) return list;
  const more = await readPrices(aws, { instanceTypes: moreTypes, spotTypes: moreSpot, parts: false, known });
  return withPrices(list, more);
}

function typesOf({ nodes, resources }: Inventory): { types: string[]; spotTypes: string[] } {
  const bastions = resources.flatMap((live) => (live.kind === "bastion" ? [live.spec.instanceType] : []));
  const of = (market: string): string[] =>
    nodes.filter((node) => node.market === market).map(({ instanceType }) => instanceType);
  return { types: distinct([...of("on-demand"), ...bastions]), spotTypes: distinct(of("spot")) };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
