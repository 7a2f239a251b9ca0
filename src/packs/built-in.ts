import type { Cluster } from "../config/cluster.ts";
import { type Pack, packOf } from "../config/parts.ts";
import { awsEbsCsi } from "./aws-ebs-csi.ts";
import { calico } from "./calico.ts";
import { cataloguePacks } from "./catalogue.ts";
import { cilium } from "./cilium.ts";
import type { PackDefinition } from "./definition.ts";
import { kubeadm } from "./kubeadm.ts";
import { declaredParameters, effectiveValues, type Parameters } from "./parameters.ts";
import { ubuntu } from "./ubuntu.ts";

/** The packs that come with Slipway, from the bottom layer up. */
export function builtInPacks(): readonly PackDefinition[] {
  known ??= [ubuntu, kubeadm, calico, cilium, awsEbsCsi, ...cataloguePacks()];
  return known;
}

let known: readonly PackDefinition[] | undefined;

/** The built-in pack of that layer and name; none for a pack of the user's own, whatever its name. */
export function definitionOf(pack: Pick<Pack, "layer" | "name" | "source">): PackDefinition | undefined {
  if (pack.source !== undefined) return undefined;
  return builtInPacks().find((candidate) => candidate.layer === pack.layer && candidate.name === pack.name);
}

/** A pack with every parameter that it works with: the profile's, the override's, and the defaults. */
export type EffectivePack = Pick<Pack, "layer" | "name" | "version" | "values">;

export function effectivePacks(cluster: Cluster): EffectivePack[] {
  return cluster.profile.packs.map((pack) => {
    const { layer, name, version, values } = pack;
    const parameters = parametersOf(pack);
    return { layer, name, version, values: parameters === undefined ? values : effectiveValues(parameters, values) };
  });
}

/** What a pack's values may be; undefined: anything. */
export function parametersOf(pack: Pick<Pack, "layer" | "name" | "source" | "parameters">): Parameters | undefined {
  if (pack.parameters !== undefined) return declaredParameters(pack.parameters);
  return definitionOf(pack)?.parameters;
}

/** Whether the network plug-in does the work of kube-proxy, so that kubeadm has to leave it out. */
export function replacesKubeProxy(cluster: Cluster): boolean {
  const cni = packOf(cluster.profile, "cni");
  return cni.name === "cilium" && cni.values.kubeProxyReplacement === true;
}
