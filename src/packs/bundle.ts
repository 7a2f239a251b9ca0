import { gunzipSync, gzipSync } from "node:zlib";
import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import { hasErrors } from "../core/findings.ts";
import { canonicalJson, hashOf } from "../core/hash.ts";
import { oncePer, remembering } from "../core/remembering.ts";
import { definitionOf } from "./built-in.ts";
import type { PackFacts, RenderedPack } from "./definition.ts";
import { objectFindings } from "./object-findings.ts";
import type { KubeObject } from "./objects.ts";
import { packFindings } from "./pack-findings.ts";
import { scopesOf } from "./scopes.ts";

/** Everything that the control plane's agent applies to a cluster, in order. */
export interface Bundle {
  /**
   * The bundle's name: SHA-256 of its text, which is canonical JSON. Not of the compressed bytes: those differ between
   * builds of zlib, and two runners would take turns in replacing each other's bundle.
   */
  sha256: string;
  /** The text, gzipped. Whoever unpacks it checks the hash of what came out. */
  readonly gz: Uint8Array;
  packs: readonly RenderedPack[];
}

/** Packs as objects, and what is to be said of them; with errors there are no packs. */
export interface Rendering {
  packs: readonly RenderedPack[];
  findings: readonly Finding[];
}

/**
 * The packs of a cluster as objects, and what stands against applying them. Pure: equal input gives equal objects, and the
 * same input the same ones.
 */
export function renderPacks(cluster: Cluster, facts: PackFacts): Rendering {
  const known = renderings.get(cluster);
  if (known?.rendered === facts.rendered) return known.rendering;
  const rendering = newRendering(cluster, facts);
  renderings.set(cluster, { rendered: facts.rendered, rendering });
  return rendering;
}

/** A plan, its rehearsal's and that of an apply are made of one cluster. */
const renderings = new WeakMap<Cluster, { rendered: PackFacts["rendered"]; rendering: Rendering }>();

function newRendering(cluster: Cluster, facts: PackFacts): Rendering {
  const wrong = packFindings([cluster], facts.rendered);
  if (hasErrors(wrong)) return { packs: [], findings: wrong };
  const rendered = cluster.profile.packs.flatMap((pack): RenderedPack[] => {
    const given = facts.rendered.get(pack.name);
    if (given === undefined) return definitionOf(pack)?.render(pack, cluster) ?? [];
    return [{ name: pack.name, version: pack.version, objects: inNamespace(given.objects, given.namespace) }];
  });
  return { packs: rendered, findings: [...wrong, ...objectFindings(cluster, rendered)] };
}

/** Packs that `renderPacks` found nothing wrong with, as one bundle; the same for the same ones. */
export const bundleOf = oncePer((packs: readonly RenderedPack[]): Bundle => {
  const text = canonicalJson({ packs: packs.map(({ name, version, objects }) => ({ name, version, objects })) });
  let gz: Uint8Array | undefined;
  return {
    sha256: hashOf(text),
    packs,
    // Made where it is asked for: compressing takes longer than all the rest, and most want the name.
    get gz() {
      gz ??= gzipSync(text, { level: 9 });
      return gz;
    },
  };
});

/**
 * The packs of a bundle that lies in the bucket; the same ones for the same bytes, so that plans of one run compare them
 * with the new ones once. Bundles of the first release do not tell versions.
 */
export function packsOfBundle(gz: Uint8Array): readonly RenderedPack[] {
  return unpacked(Buffer.from(gz).toString("latin1"), () => {
    const { packs } = JSON.parse(gunzipSync(gz).toString("utf8")) as { packs: (RenderedPack & { version?: string })[] };
    return packs.map(({ name, version = "", objects }) => ({ name, version, objects }));
  });
}

const unpacked = remembering<readonly RenderedPack[]>(10);

/**
 * Objects with the namespace that charts leave out: the agent applies them without one of its own. A namespace that is
 * not there by itself is made first.
 */
function inNamespace(objects: readonly KubeObject[], namespace: string): KubeObject[] {
  const scopeOf = scopesOf(objects);
  const placed = objects.map((object) =>
    scopeOf(object) === "namespace" && object.metadata.namespace === undefined
      ? { ...object, metadata: { ...object.metadata, namespace } }
      : object,
  );
  const isThere = ["default", "kube-system", "kube-public", "kube-node-lease"].includes(namespace);
  const isMade = placed.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
  const own: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  return isThere || isMade ? placed : [own, ...placed];
}
