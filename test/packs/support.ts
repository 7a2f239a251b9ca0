import type { Cluster } from "../../src/config/cluster.ts";
import type { SourceFile } from "../../src/config/yaml.ts";
import { type Bundle, bundleOf, renderPacks } from "../../src/packs/bundle.ts";
import type { PackFacts, RenderedPack } from "../../src/packs/definition.ts";
import type { KubeObject } from "../../src/packs/objects.ts";
import { clusterTree, clusterWith, filesOf, profileTree, read } from "../support/builders.ts";

type Tree = { [key: string]: unknown };

export const FACTS: PackFacts = { rendered: new Map() };

/** The standard profile's packs; `changes` replaces parts of a layer's pack, and adds packs of layers that it lacks. */
export function profileWith(changes: Record<string, Tree> = {}): Tree {
  const packs = (profileTree() as { spec: { packs: { layer: string }[] } }).spec.packs;
  const changed = packs.map((pack) => ({ ...pack, ...changes[pack.layer] }));
  const added = Object.entries(changes).filter(([layer]) => !packs.some((pack) => pack.layer === layer));
  return profileTree({ spec: { packs: [...changed, ...added.map(([layer, pack]) => ({ layer, ...pack }))] } });
}

export function clusterOf(changes: Record<string, Tree> = {}, cluster: Tree = {}): Cluster {
  return clusterWith(cluster, undefined, profileWith(changes));
}

/** What reading the standard cluster's files with another profile gives. */
export function readWith(
  changes: Record<string, Tree>,
  cluster: Tree = {},
  others: readonly SourceFile[] = [],
): ReturnType<typeof read> {
  const files = filesOf(clusterTree(cluster), undefined, profileWith(changes));
  return read([...files.filter(({ path }) => !others.some((other) => other.path === path)), ...others]);
}

export const CILIUM = { cni: { name: "cilium", version: "1.18.12" } };

export function bundleWith(cluster: Cluster, facts: PackFacts = FACTS): Bundle {
  return bundleOf(renderPacks(cluster, facts).packs);
}

export function packsOf(cluster: Cluster, facts: PackFacts = FACTS): readonly RenderedPack[] {
  return renderPacks(cluster, facts).packs;
}

export function objectsOf(cluster: Cluster): KubeObject[] {
  return packsOf(cluster).flatMap(({ objects }) => objects);
}

/** A rendered object by kind and name, as its JSON: tests look for what is in it. */
export function textOf(cluster: Cluster, kind: string, name: string): string {
  const found = objectsOf(cluster).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return JSON.stringify(found);
}

interface Pod {
  hostNetwork?: boolean;
  priorityClassName?: string;
  nodeSelector?: Record<string, string>;
  tolerations?: { key?: string; operator?: string; effect?: string }[];
  serviceAccountName?: string;
  containers: { name: string; env?: { name: string; value?: string }[]; args?: string[] }[];
}

export interface Workload {
  name: string;
  kind: string;
  replicas: number | undefined;
  pod: Pod;
}

export function workloadsOf(cluster: Cluster): Workload[] {
  return objectsOf(cluster)
    .filter(({ kind }) => kind === "DaemonSet" || kind === "Deployment")
    .map(({ kind, metadata, spec }) => {
      const { replicas, template } = spec as { replicas?: number; template: { spec: Pod } };
      return { name: metadata.name, kind, replicas, pod: template.spec };
    });
}
