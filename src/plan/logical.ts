import { oncePer } from "../core/remembering.ts";
import { isRef, type Link, type Live, type Ref, type Wanted } from "../resources/resource.ts";
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
    if (isRef(value)) return nameOf(value);
    return names.get(value) ?? value;
  };
}

function nameOf({ ref, attribute }: Ref): string {
  return attribute === undefined ? ref : `${ref}.${attribute}`;
}

const PARTS = new Set(["route", "security-group-rules"]);

/**
 * The logical spec of what is wanted. What is wanted points at logical things already, and AWS hardly ever knows one of
 * its texts by another name: where it does not, the spec is one for all plans.
 */
export function wantedSpec(wanted: Wanted, naming: Naming): Readonly<Record<string, unknown>> {
  const { spec, texts } = asItStands(wanted);
  return texts.every((text) => naming(text) === text) ? spec : logicalSpec(wanted.spec, naming);
}

/** A wanted spec where no name of AWS's is known, and the texts that could be one. */
const asItStands = oncePer((wanted: Wanted) => {
  const texts: string[] = [];
  const spec = logicalSpec(wanted.spec, (value) => {
    if (isRef(value)) return nameOf(value);
    texts.push(value);
    return value;
  });
  return { spec, texts };
});

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
