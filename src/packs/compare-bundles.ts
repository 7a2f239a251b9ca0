import { canonicalJson, hashOf } from "../core/hash.ts";
import type { RenderedPack } from "./definition.ts";
import { objectKey, objectName } from "./object-findings.ts";
import type { KubeObject } from "./objects.ts";
import { scopesOf } from "./scopes.ts";
import { redacted } from "./secrets.ts";

/** A pack in one line. */
export interface PackSummary {
  name: string;
  version: string;
  objects: number;
  /** Of the objects' canonical JSON, 12 digits. */
  hash: string;
}

export interface FieldChange {
  /** `spec.template.spec.containers[calico-node].image`. */
  path: string;
  /** The value as compact JSON; absent where there was none. A Secret's is its length and hash. */
  before?: string;
  after?: string;
}

export interface ObjectChange {
  pack: string;
  /** `DaemonSet kube-system/calico-node`. */
  object: string;
  action: "add" | "change" | "remove" | "keep";
  fields: readonly FieldChange[];
}

/**
 * Deleting these deletes what users keep in them: the agent leaves them in the cluster, and reports them (loop.py, prune).
 */
const KEPT_KINDS = new Set(["CustomResourceDefinition", "Namespace", "PersistentVolume", "PersistentVolumeClaim"]);

export function packSummaries(packs: readonly RenderedPack[]): PackSummary[] {
  return packs.map(({ name, version, objects }) => ({
    name,
    version,
    objects: objects.length,
    hash: hashOf(canonicalJson(objects), 12),
  }));
}

/**
 * Whether what goes with an object may be somebody's data, or the way to it: a database's pods, the driver of volumes, and
 * kinds that Kubernetes does not know, which may stand for anything.
 */
function mayHoldData(object: KubeObject): boolean {
  if (["StatefulSet", "CSIDriver", "StorageClass"].includes(object.kind)) return true;
  return scopesOf([])(object) === "unknown";
}

/** Objects that leave and may take somebody's data with them. */
export function dataAtRisk(before: readonly RenderedPack[], after: readonly RenderedPack[]): Map<string, string[]> {
  if (before === after) return new Map();
  const now = placed(after);
  const atRisk = [...placed(before)].filter(
    ([key, { object }]) => !now.has(key) && !KEPT_KINDS.has(object.kind) && mayHoldData(object),
  );
  return new Map(
    [...Map.groupBy(atRisk, ([, { pack }]) => pack)].map(([pack, its]) => [
      pack,
      its.map(([, { object }]) => objectName(object)),
    ]),
  );
}

/**
 * What applying `after` does to a cluster that has `before`: an object is known by its kind and name, whichever pack it
 * is in, so a move between packs deletes nothing. `keep` is an object that left and stays in the cluster. `secrets` are
 * texts that are not shown wherever they come up.
 */
export function compareBundles(
  before: readonly RenderedPack[],
  after: readonly RenderedPack[],
  secrets: readonly string[] = [],
): ObjectChange[] {
  if (before === after) return [];
  const old = placed(before);
  const now = placed(after);
  const changes: ObjectChange[] = [];
  for (const [key, { pack, object }] of now) {
    const was = old.get(key);
    if (was === undefined) {
      changes.push({ pack, object: objectName(object), action: "add", fields: [] });
      continue;
    }
    const fields = fieldChanges(was.object, object, object.kind === "Secret", secrets);
    if (was.pack !== pack) fields.unshift({ path: "(pack)", before: was.pack, after: pack });
    if (fields.length > 0) changes.push({ pack, object: objectName(object), action: "change", fields });
  }
  for (const [key, { pack, object }] of old) {
    if (now.has(key)) continue;
    const action = KEPT_KINDS.has(object.kind) ? "keep" : "remove";
    changes.push({ pack, object: objectName(object), action, fields: [] });
  }
  return changes;
}

function placed(packs: readonly RenderedPack[]): Map<string, { pack: string; object: KubeObject }> {
  return new Map(
    packs.flatMap(({ name, objects }) => objects.map((object) => [objectKey(object), { pack: name, object }])),
  );
}

/** The smallest parts in which two objects differ. Lists of named things, such as containers, are compared by name. */
function fieldChanges(
  before: KubeObject,
  after: KubeObject,
  isSecret: boolean,
  secrets: readonly string[],
): FieldChange[] {
  const changes: FieldChange[] = [];
  const shown = (path: string, value: unknown): string => {
    const text = canonicalJson(value);
    if (isSecret && /^(data|stringData)(\.|$)/.test(path)) return redacted(text);
    return secrets.reduce(
      (rest, secret) => rest.replaceAll(JSON.stringify(secret).slice(1, -1), redacted(secret)),
      text,
    );
  };
  const visit = (path: string, was: unknown, is: unknown): void => {
    if (was === is || (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is))) return;
    const [left, right] = [membersOf(was), membersOf(is)];
    if (isText(was) && isText(is) && !isSecret) {
      const { place, goes, comes } = differingLines(was, is);
      changes.push({ path: `${path} (${place})`, before: shown(path, goes), after: shown(path, comes) });
      return;
    }
    if (isSet(was) && isSet(is) && !isSecret) {
      const [goes, comes] = [was.filter((item) => !is.includes(item)), is.filter((item) => !was.includes(item))];
      if (goes.length + comes.length === 0) changes.push({ path: `${path} (order)` });
      for (let index = 0; index < Math.max(goes.length, comes.length); index++) {
        const [gone, come] = [goes[index], comes[index]];
        changes.push({
          path: `${path}[]`,
          ...(gone === undefined ? {} : { before: shown(path, gone) }),
          ...(come === undefined ? {} : { after: shown(path, come) }),
        });
      }
      return;
    }
    if (left === undefined || right === undefined || left.isList !== right.isList) {
      changes.push({
        path,
        ...(was === undefined ? {} : { before: shown(path, was) }),
        ...(is === undefined ? {} : { after: shown(path, is) }),
      });
      return;
    }
    const countBefore = changes.length;
    for (const key of new Set([...left.members.keys(), ...right.members.keys()])) {
      const step = left.isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      visit(step, left.members.get(key), right.members.get(key));
    }
    // The same members in another order, which matters to init containers.
    if (left.isList && changes.length === countBefore) changes.push({ path: `${path} (order)` });
  };
  visit("", before, after);
  return changes;
}

/** The parts of a value that can be told apart: a mapping's, or a list's whose every item has a name of its own. */
function membersOf(value: unknown): { isList: boolean; members: Map<string, unknown> } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return { isList: false, members: new Map(Object.entries(value)) };
  const names = value.map((item: unknown) => (item as { name?: unknown } | null)?.name);
  if (!names.every((name) => typeof name === "string") || new Set(names).size < names.length) return undefined;
  return { isList: true, members: new Map(value.map((item, index) => [String(names[index]), item])) };
}

/** Texts that are told apart by themselves, such as arguments. */
function isSet(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.every((item) => typeof item === "string") && new Set(value).size === value.length
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.includes("\n");
}

/** Of two texts of many lines, those between the lines that both begin and end with. */
function differingLines(before: string, after: string): { place: string; goes: string; comes: string } {
  const [old, next] = [before.split("\n"), after.split("\n")];
  const shorter = Math.min(old.length, next.length);
  let first = 0;
  while (first < shorter && old[first] === next[first]) first += 1;
  let last = 0;
  while (last < shorter - first && old[old.length - 1 - last] === next[next.length - 1 - last]) last += 1;
  const part = (lines: readonly string[]): string => lines.slice(first, lines.length - last).join("\n");
  return { place: `from line ${first + 1}`, goes: part(old), comes: part(next) };
}
