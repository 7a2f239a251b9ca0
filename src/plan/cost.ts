import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import {
  minus,
  perHour,
  perMonth,
  sum,
  sumOfDifferences,
  times,
  type UsdDifference,
  type UsdPerHour,
} from "../core/money.ts";
import { listed } from "../core/words.ts";
import type { PriceList } from "../market/price-list.ts";
import type { LogicalId } from "../resources/resource.ts";
import { type Holding, ownersInOrder, type PricedBy } from "./holdings.ts";

/** So many of something, and what they cost together. */
export interface Amount {
  count: number;
  /** Absent: not known. */
  usdPerHour?: UsdPerHour;
}

/** What one owner has of one thing. */
export interface CostLine {
  /** A pool, `bastion`, `network` or `API server`. */
  of: string;
  /** `m6i.large`, `m6i.large spot`, `NAT gateway`, `GiB of gp3`, … */
  what: string;
  now: Amount;
  after: Amount;
  /** What `after` may come to: of spot instances, at the most that the file allows. */
  afterAtMostUsdPerHour?: UsdPerHour;
}

/** A sum. It is the least that is to be paid where not everything in it has a known price. */
export interface Total {
  /** Absent: nothing of it has a known price. */
  usdPerHour?: UsdPerHour;
  /** 730 hours. */
  usdPerMonth?: UsdPerHour;
  isComplete: boolean;
}

/** How much more or less is to be paid, with a minus where it gets cheaper. */
export interface CostDifference {
  /** Absent: nothing of it has a known price. */
  usdPerHour?: UsdDifference;
  /** 730 hours. */
  usdPerMonth?: UsdDifference;
  isComplete: boolean;
}

/** What a cluster costs by the hour before and after a plan, before traffic and requests. */
export interface Cost {
  /** The day of the prices: `2026-11-22` (UTC). */
  pricedOn: string;
  lines: readonly CostLine[];
  now: Total;
  after: Total;
  /** `after`, with spot instances at the most that the file allows. */
  afterAtMost: Total;
  /** Of what changes. */
  difference: CostDifference;
  notCounted: readonly string[];
}

/** Said with every sum: what AWS charges beside it. */
const NOT_COUNTED: readonly string[] = [
  "data transfer, also between zones",
  "data through NAT gateways and the load balancer (LCU)",
  "S3, Parameter Store and KMS",
  "snapshots",
  "volumes and load balancers that workloads ask for",
  "discounts and taxes",
];

/** Puts prices to what there is and to what there will be. */
export function costOf(prices: PriceList, now: readonly Holding[], after: readonly Holding[]): Cost {
  const lines = linesOf(prices, now, after);
  return {
    pricedOn: prices.pricedOn,
    lines,
    now: total(lines.map((line) => line.now)),
    after: total(lines.map((line) => line.after)),
    afterAtMost: total(
      lines.map(({ after, afterAtMostUsdPerHour: atMost }) => withPrice(after.count, atMost ?? after.usdPerHour)),
    ),
    difference: differenceIn(lines.filter(changesCount)),
    notCounted: NOT_COUNTED,
  };
}

/** What each change makes of the costs, by its id; those that change nothing that costs are not in it. */
export function costOfChanges(
  prices: PriceList,
  now: readonly Holding[],
  after: readonly Holding[],
): ReadonlyMap<LogicalId, CostDifference> {
  const [nowOf, afterOf] = [Map.groupBy(now, ({ id }) => id), Map.groupBy(after, ({ id }) => id)];
  return new Map(
    [...new Set([...nowOf.keys(), ...afterOf.keys()])].flatMap((id) => {
      const changed = linesOf(prices, nowOf.get(id) ?? [], afterOf.get(id) ?? []).filter(changesCount);
      return changed.length === 0 ? [] : [[id, differenceIn(changed)] as const];
    }),
  );
}

function changesCount({ now, after }: CostLine): boolean {
  return now.count !== after.count;
}

/** Of lines that change. */
function differenceIn(changed: readonly CostLine[]): CostDifference {
  const known = changed.flatMap((line) => differenceOf(line) ?? []);
  const isComplete = known.length === changed.length;
  if (known.length === 0 && !isComplete) return { isComplete };
  const usdPerHour = sumOfDifferences(known);
  return { usdPerHour, usdPerMonth: perMonth(usdPerHour), isComplete };
}

function linesOf(prices: PriceList, now: readonly Holding[], after: readonly Holding[]): CostLine[] {
  const all = [...after, ...now];
  return ownersInOrder(all).flatMap((of) => {
    const things = new Set(all.filter((one) => one.of === of).map(({ what }) => what));
    return [...things].map((what): CostLine => {
      const mine = (one: Holding): boolean => one.of === of && one.what === what;
      const [before, then] = [now.filter(mine), after.filter(mine)];
      const caps = then.map(({ atMost, count }) => (atMost === undefined ? undefined : times(atMost, count)));
      return {
        of,
        what,
        now: amountOf(prices, before),
        after: amountOf(prices, then),
        ...(caps.length > 0 && caps.every((cap) => cap !== undefined) ? { afterAtMostUsdPerHour: sum(caps) } : {}),
      };
    });
  });
}

/** Some things together. One without a known price leaves the whole without one. */
export function amountOf(prices: PriceList, holdings: readonly Holding[]): Amount {
  const count = holdings.reduce((n, holding) => n + holding.count, 0);
  const known = holdings.flatMap((holding) => {
    const price = priceOf(prices, holding.price);
    return price === undefined ? [] : [times(price, holding.count)];
  });
  return withPrice(count, known.length === holdings.length ? sum(known) : undefined);
}

function withPrice(count: number, usdPerHour: UsdPerHour | undefined): Amount {
  return { count, ...(usdPerHour === undefined ? {} : { usdPerHour }) };
}

function priceOf(prices: PriceList, price: PricedBy): UsdPerHour | undefined {
  switch (price.by) {
    case "on-demand":
      return prices.onDemandPrices.get(price.instanceType);
    case "spot":
      return prices.spotPrices.get(`${price.instanceType}/${price.zone}`);
    case "part": {
      const listedPrice = prices.partPrices.get(price.part);
      return listedPrice === undefined || price.part !== "volume-gib-month" ? listedPrice : perHour(listedPrice);
    }
    case "nothing":
      return undefined;
  }
}

function total(amounts: readonly Amount[]): Total {
  const there = amounts.filter(({ count }) => count > 0);
  const known = there.flatMap(({ usdPerHour }) => (usdPerHour === undefined ? [] : [usdPerHour]));
  const isComplete = known.length === there.length;
  if (known.length === 0 && !isComplete) return { isComplete };
  const usdPerHour = sum(known);
  return { usdPerHour, usdPerMonth: perMonth(usdPerHour), isComplete };
}

function differenceOf({ now, after }: CostLine): UsdDifference | undefined {
  return now.usdPerHour === undefined || after.usdPerHour === undefined
    ? undefined
    : minus(after.usdPerHour, now.usdPerHour);
}

/** A price that is not known is said; it stops nothing, and is never taken for nothing. */
export function checkPrices(cluster: Cluster, { lines }: Cost, { unpriced }: PriceList): Finding[] {
  const dark = lines.filter(({ now, after }) =>
    [now, after].some(({ count, usdPerHour }) => count > 0 && usdPerHour === undefined),
  );
  if (dark.length === 0) return [];
  const why = unpriced.length === 0 ? "AWS lists no price" : unpriced.join("; ");
  return [
    {
      level: "warning",
      code: "cost/unknown",
      message: `what ${listed(
        dark.map(({ what }) => what),
        10,
      )} cost${new Set(dark.map(({ what }) => what)).size === 1 ? "s" : ""} is not known (${why}): sums are the least that is to be paid`,
      at: cluster.place("/spec/region"),
    },
  ];
}
