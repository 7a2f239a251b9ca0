import { type Cluster, poolsOf } from "../config/cluster.ts";
import { kubernetesOf } from "../twin/kubernetes.ts";
import type { Instance } from "../twin/records.ts";
import type { World } from "../twin/world.ts";
import type { Availability } from "./rehearsal.ts";

/** Something that a cluster has a number of, how few of it there were, and for how long there were too few. */
interface Level {
  before: number;
  /** Fewer than there were is a disruption, but for what shall go. */
  floor: number;
  least: number;
  shortMs: number;
  isShort: boolean;
}

/**
 * Watches a cluster at every event and every call: the nodes in service of each pool, the members of etcd that run, the
 * healthy targets. Gives what tells how it went, once it has.
 */
export function watchCluster(world: World, cluster: Cluster): () => Availability {
  const pools = poolsOf(cluster);
  const former = new Set([...world.instances.values()].flatMap(({ tags }) => tags["slipway:pool"] ?? []));
  const names = new Set([...pools.map(({ name }) => name), ...former]);
  const sizes = new Map(pools.map(({ name, size }) => [name, size]));
  const serving = inService(world, cluster.name);
  const nodes = new Map([...names].map((name) => [name, levelOf(serving.get(name) ?? 0, sizes.get(name) ?? 0)]));
  const etcd = levelOf(aliveMembers(world, cluster.name).alive);
  const targets = levelOf(healthyTargets(world));
  const api = levelOf(etcd.before > 0 && targets.before > 0 ? 1 : 0);
  let members = aliveMembers(world, cluster.name).members;
  let lastMs = world.now();

  world.observers.push(() => {
    const passedMs = world.now() - lastMs;
    lastMs = world.now();
    const now = inService(world, cluster.name);
    for (const [name, level] of nodes) note(level, now.get(name) ?? 0, passedMs);
    const { alive, members: known } = aliveMembers(world, cluster.name);
    members = Math.max(members, known);
    note(etcd, alive, passedMs);
    const healthy = healthyTargets(world);
    note(targets, healthy, passedMs);
    // The API answers where a healthy target has an etcd that can write behind it.
    note(api, healthy > 0 && alive > known / 2 ? 1 : 0, passedMs);
  });

  return () => ({
    pools: [...nodes].map(([name, { before, least, shortMs }]) => ({
      name,
      size: sizes.get(name) ?? 0,
      readyBefore: before,
      leastReady: least,
      shortMs,
    })),
    ...(etcd.before === 0 ? {} : { etcd: { members, aliveBefore: etcd.before, leastAlive: etcd.least } }),
    ...(targets.before === 0 ? {} : { targets: { healthyBefore: targets.before, leastHealthy: targets.least } }),
    apiOutageMs: api.shortMs,
  });
}

function levelOf(before: number, wanted = before): Level {
  return { before, floor: Math.min(before, wanted), least: before, shortMs: 0, isShort: false };
}

/** What was short until now was so for the time that has passed. */
function note(level: Level, value: number, passedMs: number): void {
  if (level.isShort) level.shortMs += passedMs;
  level.least = Math.min(level.least, value);
  level.isShort = value < level.floor;
}

/** How many nodes of each pool are ready, and take pods. */
function inService(world: World, cluster: string): Map<string, number> {
  const counts = new Map<string, number>();
  const { nodes } = kubernetesOf(world, cluster);
  for (const instance of world.instances.values()) {
    if (!isReady(instance) || nodes.get(instance.id)?.isCordoned !== false) continue;
    const pool = instance.tags["slipway:pool"] ?? "";
    counts.set(pool, (counts.get(pool) ?? 0) + 1);
  }
  return counts;
}

function isReady({ state, tags }: Instance): boolean {
  return state === "running" && (tags["slipway:phase"] ?? "").startsWith("ready");
}

function aliveMembers(world: World, cluster: string): { alive: number; members: number } {
  const { members } = kubernetesOf(world, cluster);
  const alive = [...members].filter((id) => world.instances.get(id)?.state === "running").length;
  return { alive, members: members.size };
}

function healthyTargets(world: World): number {
  const groups = [...world.targetGroups.values()];
  return groups.flatMap(({ targets }) => [...targets.values()]).filter(({ state }) => state === "healthy").length;
}
