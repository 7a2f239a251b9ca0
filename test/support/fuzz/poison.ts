/** Real results with other text in them, wherever text may come from files, AWS or nodes. */
import fc from "fast-check";
import { hashOf } from "../../../src/core/hash.ts";
import { hostileText } from "./texts.ts";

/** What is Slipway's own vocabulary, or a number: nobody else writes it. */
const OWN = new Set([
  "result", "level", "action", "state", "disruption", "effect", "verdict", "command", "market", "from", "layer", "fits", "role",
  "block", "do", "kind", "access", "scheme", "schema", "outcome", "usdPerHour", "usdPerMonth", "afterAtMostUsdPerHour", "pricedOn",
  "hash", "covers", "fingerprint", "startedAt", "endedAt", "of", "mark", "code", "leaveBy", "at",
]); // biome-ignore format: a list

export interface Poison {
  texts: readonly string[];
  /** Of a hundred texts so many are others. */
  percent: number;
  seed: number;
}

export const poisons: fc.Arbitrary<Poison> = fc.record({
  texts: fc.array(hostileText(), { minLength: 1, maxLength: 5 }),
  percent: fc.constantFrom(100, 50, 10),
  seed: fc.nat(1000),
});

/** A copy in which equal texts have become equal texts again, so that what refers to something still does. */
export function poisoned<T>(value: T, { texts, percent, seed }: Poison): T {
  const other = (text: string): string => {
    const draw = Number.parseInt(hashOf(`${seed} ${text}`, 8), 16);
    return draw % 100 < percent ? `${texts[draw % texts.length]}` : text;
  };
  const visit = (one: unknown, key: string): unknown => {
    if (typeof one === "string") return OWN.has(key) ? one : other(one);
    if (one instanceof Error) {
      const copy = Object.assign(Object.create(Object.getPrototypeOf(one) as object) as Error, one);
      return Object.assign(copy, { message: other(one.message) });
    }
    if (Array.isArray(one)) return one.map((item) => visit(item, key));
    if (one instanceof Map) return new Map([...one].map(([name, item]) => [other(String(name)), visit(item, "")]));
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, visit(item, name)]));
  };
  return visit(value, "") as T;
}
