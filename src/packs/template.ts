import { type Cluster, clusterMacros, zonesOf } from "../config/cluster.ts";
import { expandMacros, type Macros, type MacroValue, type UnknownMacro } from "../config/macros.ts";
import { type Pack, packOf } from "../config/parts.ts";
import { cloudProviderId } from "../core/names.ts";
import type { KubeObject } from "./objects.ts";

/** What a pack's objects may name: the cluster, the pack, and the pack's values that are plain or lists of texts. */
export function packMacros(pack: Pick<Pack, "version" | "values">, cluster: Cluster): Macros {
  const { name, region, account } = cluster;
  const macros = clusterMacros({ name, region, zones: zonesOf(cluster), accountId: account.accountId });
  macros.set("cluster.id", cloudProviderId({ name, region, accountId: account.accountId }));
  macros.set("cluster.podCidr", cluster.podCidr);
  macros.set("cluster.serviceCidr", cluster.serviceCidr);
  macros.set("cluster.kubernetesVersion", packOf(cluster.profile, "kubernetes").version);
  // Two, and one where there is one node to hold it.
  macros.set("cluster.controlPlaneReplicas", Math.min(2, cluster.controlPlane.size));
  macros.set("pack.version", pack.version);
  for (const [key, value] of Object.entries(pack.values)) if (isPlain(value)) macros.set(`values.${key}`, value);
  return macros;
}

function isPlain(value: unknown): value is MacroValue {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return ["string", "number", "boolean"].includes(typeof value);
}

/** Parts of objects whose members are texts, whatever a macro there stands for: a ConfigMap's data, an argument, a label. */
const TEXT_PLACES = new Set([
  "data",
  "stringData",
  "annotations",
  "labels",
  "matchLabels",
  "nodeSelector",
  "args",
  "command",
]);

/** Objects with their macros replaced. */
export function expandObjects(
  objects: readonly KubeObject[],
  macros: Macros,
): { objects: KubeObject[]; unknown: (UnknownMacro & { index: number })[] } {
  const expanded = objects.map((object) =>
    expandMacros(object, macros, (way) => way.at(-1) === "value" || way.some((step) => TEXT_PLACES.has(step))),
  );
  return {
    objects: expanded.map(({ value }) => value as KubeObject),
    unknown: expanded.flatMap(({ unknown }, index) => unknown.map((one) => ({ ...one, index }))),
  };
}
