import type { Filter, TagSpecification } from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import type { Thing } from "../records.ts";
import type { World } from "../world.ts";

/** The thing of that id, as far as it is known yet; otherwise EC2's NotFound. */
export function need<T extends Thing>(
  world: World,
  things: ReadonlyMap<string, T>,
  id: string | undefined,
  code: string,
  what: string,
): T {
  const thing = things.get(id ?? "");
  if (thing === undefined || !world.isVisible(thing)) throw awsError(code, `The ${what} '${id}' does not exist`);
  return thing;
}

/** What a thing has under a filter's name; undefined: EC2 knows no such filter. */
export type FilterValues<T> = (thing: T, name: string) => readonly (string | undefined)[] | undefined;

/**
 * The known things that match all filters. A filter that EC2 would not know is an error and not a match for everything;
 * values may have `*` and `?`.
 */
export function matching<T extends Thing>(
  world: World,
  things: Iterable<T>,
  filters: readonly Filter[] | undefined,
  values: FilterValues<T>,
): T[] {
  const tests = (filters ?? []).map((filter) => testOf(filter, values));
  return [...things].filter((thing) => world.isVisible(thing) && tests.every((test) => test(thing)));
}

/** How many values a filter takes (EC2 API reference, "Filter": up to 200 in a request). */
const MOST_FILTER_VALUES = 200;

function testOf<T extends Thing>({ Name: name = "", Values }: Filter, values: FilterValues<T>): (thing: T) => boolean {
  const patterns = Values ?? [];
  if (patterns.length > MOST_FILTER_VALUES) {
    throw awsError(
      "FilterLimitExceeded",
      `The maximum number of filter values specified on a single call is ${MOST_FILTER_VALUES}`,
    );
  }
  const exact = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const wild = patterns.filter((pattern) => !exact.has(pattern)).map(wildcard);
  return (thing) => {
    const has = tagValues(thing, name) ?? values(thing, name);
    if (has === undefined) throw awsError("InvalidParameterValue", `The filter '${name}' is invalid`);
    return has.some(
      (value) => value !== undefined && (exact.has(value) || wild.some((pattern) => pattern.test(value))),
    );
  };
}

function tagValues(thing: Thing, name: string): readonly (string | undefined)[] | undefined {
  if (name.startsWith("tag:")) return [thing.tags[name.slice(4)]];
  return name === "tag-key" ? Object.keys(thing.tags) : undefined;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

/** The tags that a create call gives to things of that type. A type that the call does not make is refused, as AWS does. */
export function tagsFor(
  specifications: readonly TagSpecification[] | undefined,
  type: string,
  others: readonly string[] = [],
): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const specification of specifications ?? []) {
    const given = specification.ResourceType ?? "";
    if (given !== type && !others.includes(given)) {
      throw awsError("InvalidParameterValue", `'${given}' is not a valid taggable resource type for this operation.`);
    }
    if (given === type) for (const tag of specification.Tags ?? []) tags[tag.Key ?? ""] = tag.Value ?? "";
  }
  checkTags(tags);
  return tags;
}

/** At most 50 tags, no key of AWS's own (docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html). */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const keys = Object.keys(tags);
  if (keys.length > 50)
    throw awsError("TagLimitExceeded", "The maximum number of tags for this resource has been reached.");
  const bad = keys.find(
    (key) => key === "" || key.startsWith("aws:") || key.length > 128 || (tags[key] ?? "").length > 256,
  );
  if (bad !== undefined)
    throw awsError(
      "InvalidParameterValue",
      `Tag keys starting with 'aws:' are reserved for internal use, and keys and values have limits: ${bad}`,
    );
}

export function tagList(thing: Thing): { Key: string; Value: string }[] {
  return Object.entries(thing.tags).map(([Key, Value]) => ({ Key, Value }));
}

/** One page of a list. The token is the place to go on from. */
export function page<T>(
  items: readonly T[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
  most = 1000,
): { items: T[]; NextToken?: string } {
  const from = Number(input.NextToken ?? 0);
  const size = Math.min(input.MaxResults ?? most, most);
  const next = from + size;
  return { items: items.slice(from, next), ...(next < items.length ? { NextToken: String(next) } : {}) };
}
