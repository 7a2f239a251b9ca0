/** What there is to say of a node of the twin's at one moment. */
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";

export function poolOf(tags: Readonly<Record<string, string>>): string {
  return tags["slipway:pool"] ?? "";
}

export function isThere({ state }: Instance): boolean {
  return state === "running" || state === "pending";
}

export function isAsked({ tags }: Instance): boolean {
  return tags["slipway:leave"] !== undefined;
}

/** On its way out: asked to leave, or shutting down, and not gone. */
export function isLeaving(node: Instance): boolean {
  return node.state === "shutting-down" || (isThere(node) && isAsked(node));
}

/** The nodes that a pool, or any, has ever had. */
export function poolNodes(world: World, cluster: string, pool?: string): Instance[] {
  const nodes: Instance[] = [];
  for (const instance of world.instances.values()) {
    const { "slipway:cluster": owner, "slipway:pool": its } = instance.tags;
    if (owner === cluster && its !== undefined && (pool === undefined || its === pool)) nodes.push(instance);
  }
  return nodes;
}

/** It runs, Kubernetes has it, it may take pods, and nobody has asked it to leave. */
export function isInService(world: World, node: Instance): boolean {
  const isReady = node.state === "running" && !isAsked(node) && /^ready( |$)/.test(node.tags["slipway:phase"] ?? "");
  if (!isReady) return false;
  const known = kubernetesOf(world, node.tags["slipway:cluster"] ?? "").nodes.get(node.id);
  return known !== undefined && !known.isCordoned;
}
