/** Invariants of a cluster's day 2, looked at after every event and every call of the twin. */
import type { Cluster } from "../../src/config/cluster.ts";
import { poolsOf } from "../../src/config/cluster.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";

/** What may at most be missing from a pool, and leave it at once. */
export interface Bounds {
  /** So many nodes of the pool must be in service at every moment. */
  least: number;
  /** So many may be there at most. */
  most: number;
  /** So many may be leaving at once. */
  leaving: number;
}

const isThere = ({ state }: Instance): boolean => state === "running" || state === "pending";

export function poolNodes(world: World, cluster: string, pool: string): Instance[] {
  return [...world.instances.values()].filter(
    ({ tags }) => tags["slipway:cluster"] === cluster && tags["slipway:pool"] === pool,
  );
}

export function isInService(world: World, instance: Instance): boolean {
  const node = kubernetesOf(world, instance.tags["slipway:cluster"] ?? "").nodes.get(instance.id);
  return (
    instance.state === "running" &&
    instance.tags["slipway:phase"]?.split(" ")[0] === "ready" &&
    node !== undefined &&
    !node.isCordoned
  );
}

/** Nodes on their way out: asked to leave, or shutting down, and not gone. */
function isLeaving({ state, tags }: Instance): boolean {
  return state === "shutting-down" || (isThere({ state } as Instance) && tags["slipway:leave"] !== undefined);
}

/**
 * Watches a cluster whose nodes are all well: capacity of its pools within bounds, etcd's quorum, and a healthy target.
 * Gives the list that breaches are written to; thrown, they would look like AWS's errors to the process under test.
 */
export function watchDay2(world: World, cluster: Cluster, bounds: ReadonlyMap<string, Bounds>): string[] {
  const breaches: string[] = [];
  const report = (text: string): void => {
    if (breaches.length < 20 && breaches.at(-1)?.endsWith(text) !== true)
      breaches.push(`${world.calls.length} ${text}`);
  };
  world.observers.push(() => {
    for (const pool of poolsOf(cluster)) {
      const bound = bounds.get(pool.name);
      if (bound === undefined) continue;
      const nodes = poolNodes(world, cluster.name, pool.name);
      const serving = nodes.filter((node) => isInService(world, node)).length;
      const there = nodes.filter((node) => isThere(node)).length;
      const leaving = nodes.filter(isLeaving).length;
      if (serving < bound.least) report(`${pool.name}: ${serving} nodes in service, less than ${bound.least}`);
      if (there > bound.most) report(`${pool.name}: ${there} nodes, more than ${bound.most}`);
      if (leaving > bound.leaving)
        report(`${pool.name}: ${leaving} nodes are leaving at once, more than ${bound.leaving}`);
    }
    const { members } = kubernetesOf(world, cluster.name);
    const alive = [...members].filter((id) => world.instances.get(id)?.state === "running").length;
    if (members.size > 0 && alive <= members.size / 2) report(`etcd: ${alive} of ${members.size} members`);
    for (const group of world.targetGroups.values()) {
      if (group.tags["slipway:cluster"] !== cluster.name) continue;
      const healthy = [...group.targets.values()].filter(({ state }) => state === "healthy").length;
      if (members.size > 0 && healthy === 0) report("no target is healthy");
    }
  });
  return breaches;
}
