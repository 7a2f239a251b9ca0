import { remembering } from "./remembering.ts";

/**
 * A price of AWS, in USD an hour, as the decimal text that AWS gives and takes: binary fractions would move a price
 * that sits exactly on a limit.
 */
export type UsdPerHour = string;

/** How much more or less something costs: a price, with a minus before it when it is less. */
export type UsdDifference = string;

const DECIMALS = 10; // the Pricing API gives ten: "0.0960000000"

const parsed = remembering<bigint>(1000);

function parse(price: UsdPerHour): bigint {
  return parsed(price, () => unitsOf(price));
}

function unitsOf(price: UsdPerHour): bigint {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(price.trim());
  if (match === null) throw new Error(`not a price: ${price}`);
  return BigInt((match[1] ?? "0") + (match[2] ?? "").slice(0, DECIMALS).padEnd(DECIMALS, "0"));
}

function parseDifference(difference: UsdDifference): bigint {
  return difference.startsWith("-") ? -parse(difference.slice(1)) : parse(difference);
}

function format(units: bigint, decimals: number): string {
  if (units < 0n) return `-${format(-units, decimals)}`;
  const text = units.toString().padStart(decimals + 1, "0");
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

/** Negative, zero or positive, as `a` is lower than, equal to or higher than `b`. */
export function comparePrices(a: UsdPerHour, b: UsdPerHour): number {
  const difference = parse(a) - parse(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** That share of a price, rounded down to 6 decimals (what EC2's spot price has): the cap must never be exceeded. */
export function percentOf(price: UsdPerHour, percent: number): UsdPerHour {
  return format((parse(price) * BigInt(percent)) / 100n / 10n ** BigInt(DECIMALS - 6), 6);
}

/** So many times a price. */
export function times(price: UsdPerHour, count: number): UsdPerHour {
  return format(parse(price) * BigInt(count), DECIMALS);
}

export function sum(prices: readonly UsdPerHour[]): UsdPerHour {
  return format(
    prices.reduce((total, price) => total + parse(price), 0n),
    DECIMALS,
  );
}

/** How much more `a` is than `b`. */
export function minus(a: UsdPerHour, b: UsdPerHour): UsdDifference {
  return format(parse(a) - parse(b), DECIMALS);
}

/** Differences together. */
export function sumOfDifferences(differences: readonly UsdDifference[]): UsdDifference {
  return format(
    differences.reduce((total, difference) => total + parseDifference(difference), 0n),
    DECIMALS,
  );
}

/** AWS's month has 730 hours. */
const HOURS_PER_MONTH = 730;

/** The hourly share of a monthly price. */
export function perHour(pricePerMonth: UsdPerHour): UsdPerHour {
  return format(parse(pricePerMonth) / BigInt(HOURS_PER_MONTH), DECIMALS);
}

/** A month at an hourly price, or at a difference. */
export function perMonth(price: UsdPerHour | UsdDifference): UsdDifference {
  return format(parseDifference(price) * BigInt(HOURS_PER_MONTH), DECIMALS);
}

/** A price for people: cents where there are any, up to four decimals where not. `0.0960000000` is `0.096`. */
export function shortPrice(price: UsdPerHour): string {
  const text = Number(price).toFixed(Number(price) >= 100 ? 2 : 4);
  return text.replace(/(\.\d\d\d*?)0+$/, "$1");
}

/** A larger sum for people, such as a month's: `905.20`. */
export function inCents(price: UsdPerHour): string {
  return Number(price).toFixed(2);
}

/** A difference for people, with its sign before the dollar: `+$0.096`, `-$0.10`, `±$0`; `text` writes the price. */
export function differenceText(difference: UsdDifference, text: (price: UsdPerHour) => string): string {
  if (parseDifference(difference) === 0n) return "±$0";
  const isLess = difference.startsWith("-");
  return `${isLess ? "-" : "+"}$${text(isLess ? difference.slice(1) : difference)}`;
}
