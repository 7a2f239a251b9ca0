import { differenceText, inCents, minus, shortPrice, type UsdPerHour } from "../core/money.ts";
import { count } from "../core/words.ts";
import type { CapacityRow } from "../plan/capacity.ts";
import type { Amount, Cost, CostLine, Total } from "../plan/cost.ts";

/** A table before it is drawn: plain text in cells. */
export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** How many columns, from the left, hold words; the others hold numbers. */
  words: number;
}

/** `$1.24 an hour, $905.20 a month (+$0.26, +$189.80)`. */
export function costSummary(cost: Cost): string {
  const { after, difference } = cost;
  const { usdPerHour, usdPerMonth, isComplete } = difference;
  if (!changesCost(cost)) return totalText(after);
  if (usdPerHour === undefined || usdPerMonth === undefined) return `${totalText(after)} (difference not known)`;
  const least = isComplete ? "" : "as far as is known ";
  const more = [differenceText(usdPerHour, shortPrice), differenceText(usdPerMonth, inCents)];
  return `${totalText(after)} (${least}${more.join(", ")})`;
}

function totalText({ usdPerHour, usdPerMonth, isComplete }: Total): string {
  if (usdPerHour === undefined || usdPerMonth === undefined) return "not known";
  const least = isComplete ? "" : "at least ";
  return `${least}$${shortPrice(usdPerHour)} an hour, $${inCents(usdPerMonth)} a month`;
}

/** Whether a plan changes what the cluster has that costs. */
export function changesCost({ lines }: Cost): boolean {
  return lines.some(({ now, after }) => now.count !== after.count);
}

/** Lines by owner and thing, by the hour, and what they come to. */
export function costTable({ lines, now, after, difference }: Cost): Table {
  const [hour, month] = [
    sumRow("an hour", [now.usdPerHour, after.usdPerHour, difference.usdPerHour], shortPrice),
    sumRow("a month", [now.usdPerMonth, after.usdPerMonth, difference.usdPerMonth], inCents),
  ];
  return {
    head: ["", "", "now", "after", "difference"],
    rows: [
      ...lines.map((line) => [line.of, line.what, amountText(line.now), afterText(line), lineDifference(line)]),
      hour,
      month,
    ],
    words: 2,
  };
}

function sumRow(
  per: string,
  [now, after, difference]: readonly [string | undefined, string | undefined, string | undefined],
  text: (price: UsdPerHour) => string,
): string[] {
  const sum = (price: string | undefined): string => (price === undefined ? "?" : `$${text(price)}`);
  return ["all", per, sum(now), sum(after), difference === undefined ? "?" : differenceText(difference, text)];
}

function amountText({ count: n, usdPerHour }: Amount): string {
  if (n === 0) return "-";
  return `${n} for ${usdPerHour === undefined ? "?" : `$${shortPrice(usdPerHour)}`}`;
}

function afterText({ after, afterAtMostUsdPerHour: atMost }: CostLine): string {
  const text = amountText(after);
  return atMost === undefined ? text : `${text}, at most $${shortPrice(atMost)}`;
}

function lineDifference({ now, after }: CostLine): string {
  if (now.count === after.count) return "";
  if (now.usdPerHour === undefined || after.usdPerHour === undefined) return "?";
  return differenceText(minus(after.usdPerHour, now.usdPerHour), shortPrice);
}

/** What is said beneath the table: spot at its caps, where the prices are from, what is not in them. */
export function costNotes({ after, afterAtMost, pricedOn, notCounted }: Cost): string[] {
  const isCapped = afterAtMost.usdPerHour !== after.usdPerHour;
  return [
    ...(isCapped ? [`With spot at the most that the file allows: ${totalText(afterAtMost)}.`] : []),
    `Prices of ${pricedOn}; a month is 730 hours. Not counted: ${notCounted.join("; ")}.`,
  ];
}

/** `all 12 have room`, `1 of 12 is too small`. */
export function capacitySummary(rows: readonly CapacityRow[]): string {
  const short = rows.filter(({ fits }) => fits === "no").length;
  const dark = rows.filter(({ fits }) => fits === "unknown").length;
  const parts = [
    ...(short > 0 ? [`${short} of ${count(rows.length, "quota")} ${short === 1 ? "is" : "are"} too small`] : []),
    ...(dark > 0 ? [`of ${dark} of ${count(rows.length, "quota")} it is not known whether there is room`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : `${count(rows.length, "quota")}, room in all`;
}

const FITS: Readonly<Record<CapacityRow["fits"], string>> = { yes: "", no: "too small", unknown: "not known" };

export function capacityTable(rows: readonly CapacityRow[]): Table {
  const number = (n: number | undefined): string => (n === undefined ? "?" : String(n));
  return {
    head: ["quota", "of", "", "used", "needed", "free", "limit"],
    rows: rows.map(({ quota, code, scope, fits, limit, used, free, needed, isDefault }) => [
      `${quota}, ${code}`,
      scope,
      FITS[fits],
      number(used),
      number(needed),
      number(free),
      `${number(limit)}${isDefault === true ? " (default)" : ""}`,
    ]),
    words: 3,
  };
}
