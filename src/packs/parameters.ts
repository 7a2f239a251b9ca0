import { nearest } from "../config/nearest.ts";
import type { Pack } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import { alternatives } from "../core/words.ts";
import { shownValue } from "./secrets.ts";

/** One parameter of a pack. Parameters are flat: a name, and a plain value or a list of texts. */
export type Parameter = { description: string } & (
  | { type: "boolean"; default: boolean }
  | { type: "integer"; default: number; minimum: number; maximum: number }
  | { type: "string"; default: string; allowed: readonly string[] }
  | { type: "string"; default: string; pattern: RegExp; example: string }
  | ListParameter
);

/** A list of texts. `least`: so many have to be given. `of`: its items are names of the cluster's worker pools. */
export interface ListParameter {
  type: "list";
  default: readonly string[];
  pattern: RegExp;
  example: string;
  least?: number;
  of?: "worker-pools";
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The values that a pack works with, by its parameters' types. */
export type ValuesOf<P extends Parameters> = { [Name in keyof P]: ValueTypes[P[Name]["type"]] };

interface ValueTypes {
  boolean: boolean;
  integer: number;
  string: string;
  list: readonly string[];
}

/** What a profile declares of a pack of the user's own, as parameters like those of Slipway's packs. */
export function declaredParameters(declared: NonNullable<Pack["parameters"]>): Parameters {
  return Object.fromEntries(Object.entries(declared).map(([name, its]) => [name, declaredParameter(its)]));
}

function declaredParameter(its: NonNullable<Pack["parameters"]>[string]): Parameter {
  const { type, description, default: otherwise, allowed, minimum, maximum } = its;
  const anyText = { pattern: /^/, example: "some text" };
  switch (type) {
    case "boolean":
      return { type, description, default: otherwise === true };
    case "integer":
      return {
        type,
        description,
        default: Number(otherwise),
        minimum: minimum ?? Number.MIN_SAFE_INTEGER,
        maximum: maximum ?? Number.MAX_SAFE_INTEGER,
      };
    case "list":
      return { type, description, default: Array.isArray(otherwise) ? otherwise : [], ...anyText };
    case "string": {
      const text = { type, description, default: String(otherwise) } as const;
      return allowed === undefined ? { ...text, ...anyText } : { ...text, allowed };
    }
  }
}

/** What was given, and the default where nothing was. Call `parameterFindings` first: values are not checked here. */
export function effectiveValues<P extends Parameters>(parameters: P, given: Pack["values"]): ValuesOf<P> {
  const values = Object.entries(parameters).map(([name, parameter]) => [name, given[name] ?? parameter.default]);
  return Object.fromEntries(values) as ValuesOf<P>;
}

/** What is wrong with a pack's values: unknown names, values of the wrong kind. */
export function parameterFindings(pack: Pack, parameters: Parameters): Finding[] {
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(pack.values)) {
    const at = pack.place(`/values/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      const names = Object.keys(parameters);
      const guess = nearest(name, names);
      findings.push({
        level: "error",
        code: "packs/unknown-parameter",
        message: `the pack ${pack.name} has no parameter ${JSON.stringify(name)}; ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}`,
        at,
        ...(guess === undefined ? {} : { fix: `did you mean ${guess}?` }),
      });
    } else if (!fits(value, parameter)) {
      findings.push({
        level: "error",
        code: "packs/bad-parameter",
        message: `${name} of the pack ${pack.name} is ${shownValue(name, value).slice(0, 80)}; it must be ${expected(parameter)}`,
        at,
      });
    }
  }
  return [...findings, ...missingParameters(pack, parameters)];
}

function missingParameters(pack: Pack, parameters: Parameters): Finding[] {
  return Object.entries(parameters).flatMap(([name, parameter]): Finding[] => {
    if (parameter.type !== "list" || parameter.least === undefined || Object.hasOwn(pack.values, name)) return [];
    return [
      {
        level: "error",
        code: "packs/missing-parameter",
        message: `the pack ${pack.name} needs ${name}: ${parameter.description}`,
        at: pack.place("/name"),
        fix: `give it with  values: { ${name}: [${parameter.example}] }`,
      },
    ];
  });
}

/** Names of worker pools that the cluster does not have. */
export function poolNameFindings(pack: Pack, parameters: Parameters, pools: readonly string[]): Finding[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    if (parameter.type !== "list" || parameter.of === undefined) return [];
    const named = pack.values[name];
    const unknown = (Array.isArray(named) ? named : []).filter((pool) => !pools.includes(String(pool)));
    return unknown.map((pool): Finding => {
      const guess = nearest(String(pool), pools);
      return {
        level: "error",
        code: "packs/unknown-pool",
        message: `${name} of the pack ${pack.name} names the worker pool ${JSON.stringify(pool)}, which the cluster does not have; it has ${pools.join(", ") || "none"}`,
        at: pack.place(`/values/${name}`),
        ...(guess === undefined ? {} : { fix: `did you mean ${guess}?` }),
      };
    });
  });
}

function fits(value: unknown, parameter: Parameter): boolean {
  if (parameter.type === "boolean") return typeof value === "boolean";
  if (parameter.type === "integer") {
    return Number.isInteger(value) && Number(value) >= parameter.minimum && Number(value) <= parameter.maximum;
  }
  if (parameter.type === "list") {
    const { pattern, least = 0 } = parameter;
    return (
      Array.isArray(value) &&
      value.length >= least &&
      value.every((item: unknown) => typeof item === "string" && pattern.test(item))
    );
  }
  if (typeof value !== "string") return false;
  // The default may be "none", which its pattern doesn't take: written out, it takes back what the profile gives.
  if (value === parameter.default) return true;
  return "allowed" in parameter ? parameter.allowed.includes(value) : parameter.pattern.test(value);
}

/** What a parameter takes, in words: for messages and for the documentation. */
export function expected(parameter: Parameter): string {
  if (parameter.type === "boolean") return "true or false";
  if (parameter.type === "integer") return wholeNumber(parameter);
  if (parameter.type === "list") {
    const least = parameter.least === undefined ? "" : `at least ${parameter.least} of them, `;
    const items = parameter.of === undefined ? JSON.stringify(parameter.example) : "a worker pool's name";
    return `a list of texts, ${least}each such as ${items}`;
  }
  return "allowed" in parameter
    ? alternatives(parameter.allowed.map((one) => (one === "" ? '""' : one)))
    : `text such as ${JSON.stringify(parameter.example)}`;
}

function wholeNumber({ minimum, maximum }: { minimum: number; maximum: number }): string {
  const [least, most] = [minimum > Number.MIN_SAFE_INTEGER, maximum < Number.MAX_SAFE_INTEGER];
  if (least && most) return `a whole number from ${minimum} to ${maximum}`;
  if (least) return `a whole number, at least ${minimum}`;
  return most ? `a whole number, at most ${maximum}` : "a whole number";
}
