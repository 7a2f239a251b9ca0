import path from "node:path/posix";
import type { Finding, Place } from "../core/findings.ts";
import type {
  CloudAccountDocument,
  ClusterDocument,
  ClusterProfileDocument,
  Pack as PackDocument,
  Parameter,
} from "./documents.generated.ts";
import { expandMacros, type Macros } from "./macros.ts";
import type { YamlDocument } from "./yaml.ts";

/** A CloudAccount document that was found valid. */
export interface Account {
  name: string;
  accountId: string;
  regions: readonly string[];
  planRoleArn?: string;
  applyRoleArn?: string;
  permissionsBoundaryArn?: string;
  instanceProfiles?: { controlPlane: string; worker: string };
  kmsKeyArn?: string;
}

export interface Pack {
  layer: "os" | "kubernetes" | "cni" | "csi" | "addon";
  name: string;
  version: string;
  /** Without macros: they are replaced when the cluster is known. */
  values: Readonly<Record<string, unknown>>;
  /** Where a pack of the user's own comes from; absent: it comes with Slipway. */
  source?: PackSource;
  /** Of a pack of the user's own: where objects go that name no namespace. */
  namespace?: string;
  /** Of a pack of the user's own: what its values may be; absent: anything. */
  parameters?: Readonly<Record<string, Parameter>>;
  /** Where a part of the pack is written, by JSON pointer from the pack (`/values/mtu`): the override wins over the profile. */
  place(pointer: string): Place;
  /** In which document that is. */
  origin(pointer: string): "profile" | "cluster";
}

/** Files with objects, or a Helm chart. Paths are from the repository's top, with forward slashes. */
export type PackSource =
  | { from: "manifests"; paths: readonly string[] }
  | { from: "chart"; repository: string; chart: string }
  | { from: "chart-folder"; path: string };

/** The files and folders of the repository that a profile's packs are made from. */
export function packPathsOf({ packs }: Profile): string[] {
  return packs.flatMap(({ source }) => {
    if (source?.from === "manifests") return source.paths;
    return source?.from === "chart-folder" ? [source.path] : [];
  });
}

/** A ClusterProfile document that was found valid; for a cluster, with that cluster's overrides merged in. */
export interface Profile {
  name: string;
  version: string;
  packs: readonly Pack[];
}

export function accountOf(document: CloudAccountDocument): Account {
  return { name: document.metadata.name, ...document.spec };
}

export function profileOf(document: ClusterProfileDocument, place: YamlDocument["keyPlace"]): Profile {
  return {
    name: document.metadata.name,
    version: document.metadata.version,
    packs: document.spec.packs.map((pack, index) => {
      const { layer, name, version, values = {}, namespace, parameters } = pack;
      const own = sourceOf(pack, place("").file);
      return {
        layer,
        name,
        version,
        values,
        ...(own === undefined ? {} : { source: own, namespace: namespace ?? "default" }),
        ...(parameters === undefined ? {} : { parameters }),
        place: (pointer) => place(`/spec/packs/${index}${pointer}`),
        origin: () => "profile",
      };
    }),
  };
}

/** Where a pack of the user's own comes from. Paths are written from the file that they stand in. */
export function sourceOf(pack: PackDocument, file: string): PackSource | undefined {
  const fromTop = (relative: string): string => path.join(path.dirname(file), relative);
  const { manifests, chart } = pack;
  if (manifests !== undefined) return { from: "manifests", paths: manifests.map(fromTop) };
  if (chart?.path !== undefined) return { from: "chart-folder", path: fromTop(chart.path) };
  if (chart === undefined) return undefined;
  return { from: "chart", repository: chart.repository ?? "", chart: chart.name ?? "" };
}

/** The pack of a layer that a profile has exactly once. Profiles without it are refused before anyone asks. */
export function packOf(profile: Profile, layer: Exclude<Pack["layer"], "addon">): Pack {
  const pack = profile.packs.find((candidate) => candidate.layer === layer);
  if (pack === undefined) throw new Error(`profile ${profile.name}@${profile.version} has no ${layer} layer`);
  return pack;
}

/** The profile as one cluster has it. An override names a pack, or a layer that the profile has once. */
export function withOverrides(
  profile: Profile,
  overrides: ClusterDocument["spec"]["overrides"],
  place: YamlDocument["keyPlace"],
): Profile {
  const own = new Map(Object.entries(overrides ?? {}));
  const packs = profile.packs.map((pack): Pack => {
    const key = own.has(pack.name) || pack.layer === "addon" ? pack.name : pack.layer;
    const override = own.get(key);
    if (override === undefined) return pack;
    return {
      ...pack,
      version: override.version ?? pack.version,
      values: mergeDeep(pack.values, override.values ?? {}),
      place: (pointer) => (has(override, pointer) ? place(`/spec/overrides/${key}${pointer}`) : pack.place(pointer)),
      origin: (pointer) => (has(override, pointer) ? "cluster" : pack.origin(pointer)),
    };
  });
  return { ...profile, packs };
}

/** The profile with what macros in its values stand for, and what is wrong with them. */
export function withMacros(profile: Profile, macros: Macros): { profile: Profile; findings: Finding[] } {
  const findings: Finding[] = [];
  const packs = profile.packs.map((pack): Pack => {
    const { value, unknown } = expandMacros(pack.values, macros);
    for (const { pointer, name, guess } of unknown) {
      findings.push({
        level: "error",
        code: "config/unknown-macro",
        message: `there is no {{ ${name} }}; values may hold ${[...macros.keys()].join(", ")}`,
        at: pack.place(`/values${pointer}`),
        ...(guess === undefined ? {} : { fix: `did you mean {{ ${guess} }}?` }),
      });
    }
    return { ...pack, values: value as Pack["values"] };
  });
  return { profile: { ...profile, packs }, findings };
}

/** Whether a JSON pointer leads to something in a value. */
function has(value: unknown, pointer: string): boolean {
  let inside = value;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!isMapping(inside) || !Object.hasOwn(inside, key)) return false;
    inside = inside[key];
  }
  return true;
}

/** Mappings are merged, everything else of `over` replaces what `base` has: lists too. */
function mergeDeep(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const next = isMapping(old) && isMapping(value) ? mergeDeep(old, value) : value;
    // Plain assignment of the key __proto__ would change the object's prototype instead of adding a key.
    Object.defineProperty(merged, key, { value: next, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
