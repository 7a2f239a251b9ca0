import { isRef, type Link, type Live, type Wanted } from "../resources/resource.ts";
import { type Rule, ruleText } from "../resources/security-group/shape.ts";

/**
 * Puts logical ids in the place of AWS ids, so that what is wanted and what AWS has can be compared, hashed and shown
 * without ids: two things are the same when they point at the same logical things.
 */
export type Naming = (value: Link) => string;

/** A naming that knows the AWS ids and the attributes of all live resources. */
export function namingOf(resources: readonly Live[]): Naming {
  const names = new Map<string, string>();
  for (const live of resources) {
    if (live.status === "leaving") continue;
    for (const [attribute, value] of Object.entries(live.attributes)) {
      if (value !== "") names.set(value, `${live.id}.${attribute}`);
    }
  }
  for (const live of resources) {
    // Parts share their owner's AWS id, and go by the owner's name. What AWS knows by the very name that was asked for says
    // the same before and after it is there.
    const isItsName = "name" in live.spec && live.spec.name === live.awsId;
    if (live.status !== "leaving" && !PARTS.has(live.kind) && !isItsName) names.set(live.awsId, live.id);
  }
  return (value) => {
    if (isRef(value)) return value.attribute === undefined ? value.ref : `${value.ref}.${value.attribute}`;
    return names.get(value) ?? value;
  };
}

const PARTS = new Set(["route", "security-group-rules"]);

/** The logical spec of what is wanted; made once for a naming, since it is compared, hashed and shown. */
export function wantedSpec(wanted: Wanted, naming: Naming): Readonly<Record<string, unknown>> {
  const known = wantedSpecs.get(naming) ?? new Map<Wanted, Record<string, unknown>>();
  wantedSpecs.set(naming, known);
  const spec = known.get(wanted) ?? logicalSpec(wanted.spec, naming);
  known.set(wanted, spec);
  return spec;
}

const wantedSpecs = new WeakMap<Naming, Map<Wanted, Record<string, unknown>>>();

/** A spec with logical names, its lists in one order and without what is not compared: lists of AWS are sets. */
export function logicalSpec(spec: object, naming: Naming): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec).map(([field, value]) => [field, logicalValue(value, naming)]));
}

function logicalValue(value: unknown, naming: Naming): unknown {
  if (typeof value === "string" || isRef(value)) return naming(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => logicalValue(item, naming));
    const byText = new Map(items.map((item) => [valueText(item), item]));
    return [...byText.keys()].sort().map((text) => byText.get(text));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([key]) => key !== "note");
    return Object.fromEntries(entries.map(([key, member]) => [key, logicalValue(member, naming)]));
  }
  return value;
}

/** A logical value for people. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "object" && value !== null && "peer" in value) return ruleText(value as Rule<string>);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
