import { canonicalJson } from "../core/hash.ts";
import { oncePer } from "../core/remembering.ts";
import {
  type Effect,
  type FieldChange,
  isRef,
  type Link,
  type Live,
  type Tags,
  type Wanted,
} from "../resources/resource.ts";
import { SHAPES } from "../resources/shapes.ts";
import { logicalSpec, type Naming, valueText, wantedSpec } from "./logical.ts";

/** How what AWS has differs from what is wanted. */
export interface Difference {
  fields: readonly FieldChange[];
  /** Tags to put on, with their values. */
  tags: Tags;
  /** Keys of tags to take off: the file asked for them once. */
  untag: readonly string[];
}

/**
 * Compares a resource with what AWS has in its place.
 * `renewed` holds the logical ids of what this plan makes anew: whatever points at one of those points at an old id.
 * `formerKeys` are the keys of tags that the file asked for when it was last applied.
 */
export function compare(
  wanted: Wanted,
  live: Live,
  naming: Naming,
  renewed: ReadonlySet<string>,
  formerKeys: readonly string[],
): Difference {
  const shape = SHAPES[wanted.kind];
  const effects = shape.effects as Readonly<Record<string, Effect>>;
  const [after, before] = [wantedSpec(wanted, naming), logicalSpec(live.spec, naming)];
  const fields: FieldChange[] = [];
  for (const [field, effect] of Object.entries(effects)) {
    const links = renewed.size === 0 ? [] : linksOf((wanted.spec as Record<string, unknown>)[field]);
    const stale = links.some((link) => isRef(link) && renewed.has(link.ref));
    if (!stale && isSame(after[field], before[field])) continue;
    fields.push({ field, ...texts(before[field], after[field], stale), effect });
  }
  const tags = shape.taggable ? tagChanges(wanted.tags, live.tags) : {};
  for (const [key, value] of Object.entries(tags)) {
    fields.push({ field: `tags.${key}`, before: live.tags[key] ?? "", after: value, effect: "update" });
  }
  const untag = shape.taggable ? formerKeys.filter((key) => key in live.tags && !(key in wanted.tags)) : [];
  for (const key of untag)
    fields.push({ field: `tags.${key}`, before: live.tags[key] ?? "", after: "", effect: "update" });
  return { fields, tags, untag };
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other);
}

/** Sets show what goes and what comes; everything else shows both values. */
function texts(before: unknown, after: unknown, stale: boolean): { before: string; after: string } {
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, next] = [before.map(valueText), after.map(valueText)];
    return {
      before: old.filter((text) => !next.includes(text)).join(", "),
      after: next.filter((text) => !old.includes(text)).join(", "),
    };
  }
  return { before: valueText(before), after: stale ? `${valueText(after)} (new)` : valueText(after) };
}

/** Ours and the user's tags that are missing or differ. Tags that others put there are theirs. */
function tagChanges(wanted: Tags, live: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => live[key] !== value));
}

/** Every link in a value, at any depth. */
export function linksOf(value: unknown): Link[] {
  if (typeof value === "string" || isRef(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(linksOf);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(linksOf);
  return [];
}

/** The logical ids that a wanted resource cannot be made without. */
export const referencesOf: (wanted: Wanted) => readonly string[] = oncePer((wanted) => {
  const refs = [...linksOf(wanted.spec), ...wanted.after].filter(isRef).map((link) => link.ref);
  return [...new Set(refs)];
});
