import { nearest } from "../config/nearest.ts";
import type { Pack } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import { alternatives } from "../core/words.ts";

/** One parameter of a pack. Parameters are flat: a name and a plain value. */
export type Parameter = { description: string } & (
  | { type: "boolean"; default: boolean }
  | { type: "integer"; default: number; minimum: number; maximum: number }
  | { type: "string"; default: string; allowed: readonly string[] }
  | { type: "string"; default: string; pattern: RegExp; example: string }
);

export type Parameters = Readonly<Record<string, Parameter>>;

/** The values that a pack works with, by its parameters' types. */
export type ValuesOf<P extends Parameters> = {
  [Name in keyof P]: P[Name]["type"] extends "boolean" ? boolean : P[Name]["type"] extends "integer" ? number : string;
};

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
        message: `${name} of the pack ${pack.name} is ${JSON.stringify(value)?.slice(0, 80)}; it must be ${expected(parameter)}`,
        at,
      });
    }
  }
  return findings;
}

function fits(value: unknown, parameter: Parameter): boolean {
  if (parameter.type === "boolean") return typeof value === "boolean";
  if (parameter.type === "integer") {
    return Number.isInteger(value) && Number(value) >= parameter.minimum && Number(value) <= parameter.maximum;
  }
  if (typeof value !== "string") return false;
  return "allowed" in parameter ? parameter.allowed.includes(value) : parameter.pattern.test(value);
}

/** What a parameter takes, in words: for messages and for the documentation. */
export function expected(parameter: Parameter): string {
  if (parameter.type === "boolean") return "true or false";
  if (parameter.type === "integer") return `a whole number from ${parameter.minimum} to ${parameter.maximum}`;
  return "allowed" in parameter ? alternatives(parameter.allowed) : `text such as ${JSON.stringify(parameter.example)}`;
}
