import { canonicalJson, hashOf } from "../core/hash.ts";
import type { RenderedPack } from "./definition.ts";
import { objectKey, objectName } from "./object-findings.ts";
import type { KubeObject } from "./objects.ts";

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

/** Deleting these deletes what users keep in them: the agent leaves them in the cluster, and reports them. */
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
 * What applying `after` does to a cluster that has `before`: an object is known by its kind and name, whichever pack it
 * is in, so a move between packs deletes nothing. `keep` is an object that left and stays in the cluster.
 */
export function compareBundles(before: readonly RenderedPack[], after: readonly RenderedPack[]): ObjectChange[] {
  const old = placed(before);
  const now = placed(after);
  const changes: ObjectChange[] = [];
  for (const [key, { pack, object }] of now) {
    const was = old.get(key);
    if (was === undefined) {
      changes.push({ pack, object: objectName(object), action: "add", fields: [] });
      continue;
    }
    const fields = fieldChanges(was.object, object, object.kind === "Secret");
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
function fieldChanges(before: KubeObject, after: KubeObject, isSecret: boolean): FieldChange[] {
  const changes: FieldChange[] = [];
  const shown = (path: string, value: unknown): string => {
    const text = canonicalJson(value);
    return isSecret && /^(data|stringData)(\.|$)/.test(path) ? redacted(text) : text;
  };
  const visit = (path: string, was: unknown, is: unknown): void => {
    if (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is)) return;
    const [left, right] = [membersOf(was), membersOf(is)];
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

function redacted(text: string): string {
  return `(secret, ${text.length} characters, ${hashOf(text, 8)})`;
}
