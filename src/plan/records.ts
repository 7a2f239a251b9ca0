import { type PoolsRecord, RECORD, type WantedRecord } from "../blueprint/records.ts";
import { canonicalJson, hashOf } from "../core/hash.ts";
import type { FieldChange } from "../resources/resource.ts";
import type { Step } from "./change.ts";
import type { Draft } from "./resource-report.ts";
import { titleOf } from "./titles.ts";

/** A record that is to be written, and what it says now; undefined: there is none. */
export interface RecordVerdict {
  wanted: WantedRecord;
  before: unknown;
}

/** Finds the records that are not as they should be. */
export function judgeRecords(
  wanted: readonly WantedRecord[],
  records: ReadonlyMap<string, unknown> | undefined,
): RecordVerdict[] {
  if (records === undefined) return [];
  return wanted
    .map((record) => ({ wanted: record, before: records.get(record.key) }))
    .filter(
      ({ wanted: { value, isInitial }, before }) =>
        before === undefined || (isInitial !== true && canonicalJson(before) !== canonicalJson(value)),
    );
}

export function recordStep({ wanted }: RecordVerdict): Omit<Step, "needs"> {
  return { id: stepId(wanted.key), title: titleOf(ownerOf(wanted.key)), work: { do: "write", record: wanted } };
}

/** Of pools.json each pool has a change of its own. */
const POOLS = "labels";

/** The logical id that a record's change goes by. */
function ownerOf(key: string): string {
  if (key === RECORD.pools) return POOLS;
  return key === RECORD.packs ? "packs" : "agent";
}

function stepId(key: string): string {
  return `write ${key}`;
}

/**
 * What people see of it: each pool's labels and taints, the agent, the packs. Of pools that are `going`, by name, their
 * removal tells.
 */
export function recordChanges(
  wanted: readonly WantedRecord[],
  verdicts: readonly RecordVerdict[],
  going: readonly string[],
): Draft[] {
  const untold = new Set(going.map(labelsId));
  return [...Map.groupBy(verdicts, (verdict) => ownerOf(verdict.wanted.key))].flatMap(([owner, own]) => {
    const pools = owner === POOLS ? own.flatMap(poolChanges) : [];
    if (pools.length > 0) return pools.filter(({ id }) => !untold.has(id));
    // Of all that belongs together, also where some of it is right by now: half done, it is still the same change.
    const becomes = wanted.filter(({ key }) => ownerOf(key) === owner).map(({ key, value }) => [key, value]);
    return [wholeChange(owner, own, becomes)];
  });
}

/** Each pool is a change of its own, although one record holds them all. */
function poolChanges({ wanted, before }: RecordVerdict): Draft[] {
  const [old, next] = [(before as PoolsRecord | undefined)?.pools ?? {}, (wanted.value as PoolsRecord).pools];
  return [...new Set([...Object.keys(next), ...Object.keys(old)])].flatMap((pool) => {
    const fields = [
      ...differing("labels", labelTexts(old[pool]), labelTexts(next[pool])),
      ...differing("taints", taintTexts(old[pool]), taintTexts(next[pool])),
    ];
    if (fields.length === 0) return [];
    const id = labelsId(pool);
    const why = `${fields.map(({ field }) => field).join(" and ")} differ`;
    const change = { id, becomes: next[pool] ?? NOTHING, fields, keys: [wanted.key] };
    return [old[pool] === undefined ? changeOf({ ...change, why: NONE, isNew: true }) : changeOf({ ...change, why })];
  });
}

const NONE = "there is none";
const NOTHING = "nothing";

function labelsId(pool: string): string {
  return `${POOLS}/${pool}`;
}

/** The hash of taking a pool out of the record: what may be left of its removal when its nodes are gone. */
export function goneFromRecord(pool: string): string {
  return hashOf({ id: labelsId(pool), becomes: NOTHING }, 16);
}

function wholeChange(id: string, own: readonly RecordVerdict[], becomes: unknown): Draft {
  const missing = own.flatMap(({ wanted, before }) => (before === undefined ? [wanted.key] : []));
  const fields = own.flatMap(({ wanted, before }) =>
    before === undefined ? [] : differing(wanted.key, hashTexts(before), hashTexts(wanted.value)),
  );
  const why = missing.length === 0 ? "another one is wanted" : `there is no ${missing.join(", ")}`;
  const keys = own.map(({ wanted }) => wanted.key);
  const change = changeOf({ id, becomes, fields, why, keys, isNew: missing.length === own.length });
  const summary = own.flatMap(({ wanted }) => wanted.summary ?? []).join(", ");
  return summary === "" ? change : { ...change, summary };
}

function changeOf(of: {
  id: string;
  becomes: unknown;
  fields: readonly FieldChange[];
  why: string;
  keys: readonly string[];
  isNew?: boolean;
}): Draft {
  const { id, becomes, fields, why, keys, isNew = false } = of;
  return {
    id,
    title: titleOf(id),
    action: isNew ? "create" : "update",
    summary: fields.flatMap(({ after }) => (after === "" ? [] : [after])).join(", "),
    fields,
    why,
    disruption: "none",
    destructive: false,
    hash: hashOf({ id, becomes }, 16),
    covers: [],
    steps: keys.map(stepId),
  };
}

/** The field, with what goes and what comes; none where both are the same. */
function differing(field: string, before: readonly string[], after: readonly string[]): FieldChange[] {
  const [goes, comes] = [
    before.filter((text) => !after.includes(text)),
    after.filter((text) => !before.includes(text)),
  ];
  if (goes.length === 0 && comes.length === 0) return [];
  return [{ field, before: goes.join(", "), after: comes.join(", "), effect: "update" }];
}

type PoolSettings = PoolsRecord["pools"][string];

/** As kubectl writes them. */
function labelTexts(pool: PoolSettings | undefined): string[] {
  return Object.entries(pool?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
}

function taintTexts(pool: PoolSettings | undefined): string[] {
  return (pool?.taints ?? []).map(({ key, value, effect }) => `${key}${value === "" ? "" : `=${value}`}:${effect}`);
}

/** The hashes that a record names, as far as people compare them. */
function hashTexts(value: unknown): string[] {
  return Object.values(value ?? {}).map((hash) => String(hash).slice(0, 12));
}
