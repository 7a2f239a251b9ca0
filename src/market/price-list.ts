import { attempting } from "../aws/attempt.ts";
import type { Aws } from "../aws/clients.ts";
import type { UsdPerHour } from "../core/money.ts";
import { PARTS, type Part, partPrice } from "./part-prices.ts";
import { onDemandPrice, spotPrices } from "./prices.ts";

/** What things cost in the region. A price that is not known is absent: nothing is free because nobody told its price. */
export interface PriceList {
  /** USD an hour, by instance type: Linux, shared tenancy. */
  onDemandPrices: ReadonlyMap<string, UsdPerHour>;
  /** USD an hour, by `<type>/<zone>`. */
  spotPrices: ReadonlyMap<string, UsdPerHour>;
  /** USD an hour; of `volume-gib-month` USD a month. */
  partPrices: ReadonlyMap<Part, UsdPerHour>;
  /** The day on which they were read, as AWS had them: `2026-11-22` (UTC). */
  pricedOn: string;
  /** Why some are not known, in AWS's words. */
  unpriced: readonly string[];
}

export interface PriceRequest {
  instanceTypes: readonly string[];
  /** Those of them that are had on spot. */
  spotTypes: readonly string[];
  /** Whether it is about more than instances. */
  parts: boolean;
  /** What is known already: only spot prices change from one look to the next. */
  known?: PriceList | undefined;
}

/** Reads prices, side by side. What can't be read is noted and left out. */
export async function readPrices(aws: Aws, request: PriceRequest): Promise<PriceList> {
  const unpriced: string[] = [];
  const attempt = attempting(unpriced);
  const { instanceTypes, spotTypes, known } = request;
  const [onDemand, spot, parts] = await Promise.all([
    priced(instanceTypes, known?.onDemandPrices, (type) => attempt(onDemandPrice(aws, type))),
    attempt(spotPrices(aws, spotTypes)),
    priced(request.parts ? PARTS : [], known?.partPrices, (part) => attempt(partPrice(aws, part))),
  ]);
  return {
    onDemandPrices: onDemand,
    spotPrices: spot ?? new Map(),
    partPrices: parts,
    pricedOn: new Date(aws.clock.now()).toISOString().slice(0, 10),
    unpriced: [...new Set(unpriced)],
  };
}

/** A list with another's prices added. */
export function withPrices<L extends PriceList>(list: L, more: PriceList): L {
  return {
    ...list,
    onDemandPrices: new Map([...more.onDemandPrices, ...list.onDemandPrices]),
    spotPrices: new Map([...more.spotPrices, ...list.spotPrices]),
    unpriced: [...new Set([...list.unpriced, ...more.unpriced])],
  };
}

async function priced<K>(
  keys: readonly K[],
  known: ReadonlyMap<K, UsdPerHour> | undefined,
  price: (key: K) => Promise<UsdPerHour | undefined>,
): Promise<Map<K, UsdPerHour>> {
  const prices = await Promise.all(keys.map(async (key) => [key, known?.get(key) ?? (await price(key))] as const));
  return new Map(prices.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}
