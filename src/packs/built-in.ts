import type { Cluster } from "../config/cluster.ts";
import { type Pack, packOf } from "../config/parts.ts";
import { awsEbsCsi } from "./aws-ebs-csi.ts";
import { calico } from "./calico.ts";
import { cilium } from "./cilium.ts";
import type { PackDefinition } from "./definition.ts";
import { kubeadm } from "./kubeadm.ts";
import { effectiveValues } from "./parameters.ts";
import { ubuntu } from "./ubuntu.ts";

/** The packs that come with Slipway, from the bottom layer up. */
export const BUILT_IN: readonly PackDefinition[] = [ubuntu, kubeadm, calico, cilium, awsEbsCsi];

/** The built-in pack of that layer and name. */
export function definitionOf(pack: Pick<Pack, "layer" | "name">): PackDefinition | undefined {
  return BUILT_IN.find((candidate) => candidate.layer === pack.layer && candidate.name === pack.name);
}

/** The cluster's packs with every parameter that they work with: the profile's, the override's, and the defaults. */
export function effectivePacks(cluster: Cluster): Pick<Pack, "layer" | "name" | "version" | "values">[] {
  return cluster.profile.packs.map(({ layer, name, version, values }) => {
    const definition = definitionOf({ layer, name });
    return {
      layer,
      name,
      version,
      values: definition === undefined ? values : effectiveValues(definition.parameters, values),
    };
  });
}

/** Whether the network plug-in does the work of kube-proxy, so that kubeadm has to leave it out. */
export function replacesKubeProxy(cluster: Cluster): boolean {
  const cni = packOf(cluster.profile, "cni");
  return cni.name === "cilium" && cni.values.kubeProxyReplacement === true;
}
