import type { Cluster } from "../config/cluster.ts";
import type { Pack } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import { canonicalJson } from "../core/hash.ts";
import { oncePer } from "../core/remembering.ts";
import { type EffectivePack, effectivePacks } from "../packs/built-in.ts";
import type { Rendering } from "../packs/bundle.ts";
import { compareBundles, type ObjectChange } from "../packs/compare-bundles.ts";
import type { RenderedPack } from "../packs/definition.ts";
import { isSecretName, shownValue } from "../packs/secrets.ts";

/** What a cluster was last fully applied with, as far as packs go. */
export interface AppliedPacks {
  /** `standard@1.2.0`. */
  profile: string;
  packs: readonly EffectivePack[];
}

/** A cluster's packs: as they should be, and as they were. */
export interface PackState {
  rendering: Rendering;
  /** What the control plane was last told to apply; absent: nothing, or it can't be told. */
  before?: readonly RenderedPack[];
  /** Why that can't be told, where there is something. */
  lost?: string;
  /** The control plane was never told anything. */
  isFirst?: true;
  applied?: AppliedPacks;
}

/** One value of a pack that is not what it was. Secrets are shown by their length and hash. */
export interface ValueChange {
  pack: string;
  /** `version`, or the value's name; members of mappings with dots. */
  name: string;
  /** Compact JSON; absent: there was none. */
  before?: string;
  after?: string;
  /** Where the new one is written; absent: it is the pack's default, or gone. */
  at?: Finding["at"];
}

/** What a plan says of packs beyond its changes: values and manifests before and after. */
export interface PackDiff {
  /** Where it is another one: `standard@1.2.0`. */
  profile?: { before: string; after: string };
  values: readonly ValueChange[];
  objects: readonly ObjectChange[];
}

/** The diff of a cluster's packs, of a new one its values; undefined where there is none, or nothing to compare with. */
export function packDiff(cluster: Cluster, { rendering, before, applied, isFirst }: PackState): PackDiff | undefined {
  const { profile, packs: after } = appliedPacks(cluster);
  // All objects are new, and there are many: what can be decided are the values.
  if (isFirst === true) return { values: valueChanges(cluster, [], after), objects: [] };
  const secrets = [...secretTexts(after), ...secretTexts(applied?.packs ?? [])];
  const objects = before === undefined ? [] : compareBundles(before, rendering.packs, secrets);
  const values = applied === undefined ? [] : valueChanges(cluster, applied.packs, after);
  const isOther = applied !== undefined && applied.profile !== profile;
  if (!isOther && values.length === 0 && objects.length === 0) return undefined;
  return { ...(isOther ? { profile: { before: applied.profile, after: profile } } : {}), values, objects };
}

/** What of its packs a cluster's applied record keeps. */
export const appliedPacks = oncePer((cluster: Cluster): AppliedPacks => {
  const { profile } = cluster;
  return { profile: `${profile.name}@${profile.version}`, packs: effectivePacks(cluster) };
});

function valueChanges(
  cluster: Cluster,
  before: readonly EffectivePack[],
  after: readonly EffectivePack[],
): ValueChange[] {
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [old, next] = [before, after].map((packs) => leavesOf(packs.find((pack) => pack.name === name)));
    const written = cluster.profile.packs.find((pack) => pack.name === name);
    return [...new Set([...(next?.keys() ?? []), ...(old?.keys() ?? [])])].flatMap((leaf): ValueChange[] => {
      const [was, is] = [old?.get(leaf), next?.get(leaf)];
      if (canonicalJson(was ?? null) === canonicalJson(is ?? null)) return [];
      const at = is === undefined ? undefined : placeOf(written, is.pointer);
      return [
        {
          pack: name,
          name: leaf,
          ...(was === undefined ? {} : { before: shownValue(leaf, was.value) }),
          ...(is === undefined ? {} : { after: shownValue(leaf, is.value) }),
          ...(at === undefined ? {} : { at }),
        },
      ];
    });
  });
}

/** A pack's version, and its values down to what is no mapping. */
export function leavesOf(pack: Pick<EffectivePack, "version" | "values"> | undefined): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  if (pack === undefined) return leaves;
  leaves.set("version", { value: pack.version, pointer: "/version" });
  const visit = (value: unknown, name: string, pointer: string): void => {
    const members = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    if (members.length === 0) leaves.set(name, { value, pointer });
    for (const [key, member] of members) {
      visit(member, `${name}.${key}`, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    }
  };
  for (const [key, value] of Object.entries(pack.values)) {
    visit(value, key, `/values/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
  return leaves;
}

interface Leaf {
  value: unknown;
  /** From the pack. */
  pointer: string;
}

/** Where a pack's value is written; undefined: nowhere, it is the default. */
function placeOf(pack: Pack | undefined, pointer: string): Finding["at"] {
  return pack !== undefined && isGiven(pack, pointer) ? pack.place(pointer) : undefined;
}

/** Whether the files give that part of a pack, as against its default. */
export function isGiven(pack: Pick<Pack, "values">, pointer: string): boolean {
  const key = (pointer.split("/")[2] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
  return pointer === "/version" || Object.hasOwn(pack.values, key);
}

/** Values that may not be shown wherever they turn up again; very short ones turn up everywhere. */
function secretTexts(packs: readonly EffectivePack[]): string[] {
  return packs.flatMap((pack) =>
    [...leavesOf(pack)].flatMap(([name, { value }]) =>
      isSecretName(name) && typeof value === "string" && value.length >= 6 ? [value] : [],
    ),
  );
}
