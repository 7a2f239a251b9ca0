import type { Blueprint, Rollout, WantedPool } from "../blueprint/blueprint.ts";
import { ONE_BY_ONE } from "../blueprint/blueprint.ts";
import { CONTROL_PLANE } from "../config/cluster.ts";
import type { Market } from "../market/market.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { TAG } from "../resources/tags.ts";
import type { Inventory } from "../survey/survey.ts";
import { conditionOf, goesAtOnce, isAvailable } from "./condition.ts";
import { formerZones, isOpen, sharesOf, type ZoneVerdict } from "./pool-shares.ts";

/** What is to become of the nodes of one pool. */
export interface PoolVerdict {
  name: string;
  /** Undefined: no file asks for the pool any more. */
  pool: WantedPool | undefined;
  rollout: Rollout;
  zones: readonly ZoneVerdict[];
  /** What is launched, in order: what is missing first, then what replaces others. */
  launches: readonly Launch[];
  /** Who goes, in order: first those that are of no use, then those that are too many, then those that are replaced. */
  removals: readonly Removal[];
  /** Nodes that stay and are not ready yet. */
  starting: readonly LiveNode[];
  /** Nodes that an earlier run asked to leave, and that stay. */
  recalled: readonly LiveNode[];
  /** Nodes that are on their way out of AWS already. */
  going: readonly LiveNode[];
  /** One of its nodes is ready: of the control plane, so that its agent works. */
  isAlive: boolean;
  /**
   * How many nodes there are, and how many of them are ready and not asked to leave; of the control plane also healthy
   * behind the load balancer.
   */
  present: number;
  available: number;
  /** A node of the wanted kind has been ready: the canary has done its work. */
  isProven: boolean;
  /** Why nodes that are not ready are left as they are. */
  left?: string;
}

export interface Launch {
  zone: string;
  /** Whose place it takes; undefined: it is missing. */
  replaces?: LiveNode;
  /** Another zone may have it, where this one has no capacity. */
  mayGoElsewhere: boolean;
}

export interface Removal {
  node: LiveNode;
  /** lost: of no use any more; surplus: one too many; outdated: born with something else than new ones would be. */
  kind: "lost" | "surplus" | "outdated";
  /** In words: `was stopped`. */
  why: string;
  /** Nothing of Kubernetes runs on it, or nobody could take it out: it is terminated as it is. */
  atOnce: boolean;
}

/** Compares every pool with its nodes; pools that no file asks for come last. */
export function judgePools(blueprint: Blueprint, inventory: Inventory, market: Market): PoolVerdict[] {
  const byPool = Map.groupBy(inventory.nodes, (node) => node.pool);
  const names = new Set(blueprint.pools.map((pool) => pool.name));
  const unwanted = [...byPool].filter(([name, own]) => !names.has(name) && own.some(isThere));
  return [
    ...blueprint.pools.map((pool) => judgePool(pool, byPool.get(pool.name) ?? [], inventory, market)),
    ...unwanted.map(([name, own]) => judgeUnwanted(name, own, inventory.readAtMs)),
  ];
}

/** Those that are there, and those that are shutting down. */
function partedFromGoing(all: readonly LiveNode[]): { nodes: LiveNode[]; going: LiveNode[] } {
  const { there: nodes = [], going = [] } = Object.groupBy(all, (node) => (isThere(node) ? "there" : "going"));
  return { nodes, going };
}

function isThere({ state }: LiveNode): boolean {
  return state !== "shutting-down";
}

function judgePool(
  pool: WantedPool,
  all: readonly LiveNode[],
  { targets, readAtMs }: Inventory,
  market: Market,
): PoolVerdict {
  const { nodes, going } = partedFromGoing(all);
  const { lost, left } = conditionOf(pool.name, nodes, readAtMs);
  const useful = nodes.filter((node) => !lost.has(node.instanceId));
  const zones = sharesOf(pool, useful, market);
  const { launches, replacing, surplus, replaced, staying } = divide(pool, useful, zones);
  const ready = nodes.filter((node) => isAvailable(node) && !lost.has(node.instanceId));
  const inService = withoutLate(ready, staying, targets);
  const removing = (node: LiveNode, kind: Removal["kind"]): Removal => {
    const isLost = kind === "lost";
    const why = isLost ? (lost.get(node.instanceId) ?? "") : removalWhy(node, kind, pool);
    return { node, kind, why, atOnce: goesAtOnce(node, isLost, ready.length > 0) };
  };
  const removals = [
    ...nodes.filter((node) => lost.has(node.instanceId)).map((node) => removing(node, "lost")),
    ...surplus.map((node) => removing(node, isOutdated(node, pool) ? "outdated" : "surplus")),
    ...replaced.map((node) => removing(node, "outdated")),
  ];
  // Behind the load balancer a node may be late; that matters only to what comes and goes meanwhile.
  const changes = launches.length + replacing.length + removals.length > 0;
  const unwaited = new Set(changes ? inService : ready);
  return {
    name: pool.name,
    pool,
    rollout: pool.rollout,
    zones: zones.map((share) => ({
      ...share,
      launch: share.launch + replacing.filter(({ zone }) => zone === share.zone).length,
    })),
    launches: [...launches, ...replacing],
    removals: inOrder(removals),
    // Nobody waits for those that are left alone.
    starting: staying.filter((node) => !unwaited.has(node) && (left === undefined || node.phase.name !== "unready")),
    recalled: staying.filter((node) => node.tags[TAG.leave] !== undefined),
    going,
    present: nodes.length,
    available: inService.length,
    isAlive: ready.length > 0,
    isProven: staying.some((node) => isAvailable(node) && !isOutdated(node, pool)),
    ...(left === undefined ? {} : { left }),
  };
}

function isOutdated(node: LiveNode, pool: WantedPool): boolean {
  return node.configHash !== pool.configHash;
}

/** What becomes of a pool's useful nodes, and what is launched beside them. */
interface Division {
  launches: Launch[];
  /** Launches that take a node's place. */
  replacing: Launch[];
  surplus: LiveNode[];
  replaced: LiveNode[];
  staying: LiveNode[];
}

function divide(pool: WantedPool, useful: readonly LiveNode[], zones: readonly ZoneVerdict[]): Division {
  const isOld = (node: LiveNode): boolean => isOutdated(node, pool);
  const surplus: LiveNode[] = [];
  const replaced: LiveNode[] = [];
  const staying: LiveNode[] = [];
  const zonesOf = [...zones, ...formerZones(pool, useful)].sort(
    (a, b) => b.present - b.wanted - (a.present - a.wanted),
  );
  for (const { zone, wanted } of zonesOf) {
    const there = useful.filter((node) => node.zone === zone).sort(firstToGo(isOld));
    const excess = Math.max(0, there.length - wanted);
    surplus.push(...there.slice(0, excess));
    for (const node of there.slice(excess)) (isOld(node) && isOpen(zones, zone) ? replaced : staying).push(node);
  }
  const missing = pool.size - useful.length;
  const launches = zones
    .flatMap(({ zone, launch }) => Array.from({ length: launch }, () => zone))
    .map((zone, index): Launch => ({ zone, mayGoElsewhere: pool.zoneFallback && index < missing }));
  replaced.sort(firstToGo(() => true));
  const replacing = replaced.map((node): Launch => ({ zone: node.zone, replaces: node, mayGoElsewhere: false }));
  return { launches, replacing, surplus, replaced, staying };
}

/** Without those that the load balancer does not find healthy. One that goes is made up for by a new one, however it is found. */
function withoutLate(
  ready: readonly LiveNode[],
  staying: readonly LiveNode[],
  targets: Inventory["targets"],
): LiveNode[] {
  const stays = new Set(staying);
  const healthy = new Set(targets.flatMap(({ instanceId, state }) => (state === "healthy" ? [instanceId] : [])));
  return ready.filter((node) => node.role !== CONTROL_PLANE || !stays.has(node) || healthy.has(node.instanceId));
}

function judgeUnwanted(name: string, all: readonly LiveNode[], nowMs: number): PoolVerdict {
  const { nodes, going } = partedFromGoing(all);
  const { lost } = conditionOf(name, nodes, nowMs);
  const removals = [...nodes].sort(firstToGo(() => false)).map((node): Removal => {
    const why = lost.get(node.instanceId);
    const common = { node, atOnce: goesAtOnce(node, why !== undefined, true) };
    return why === undefined ? { ...common, kind: "surplus", why: "its pool goes" } : { ...common, kind: "lost", why };
  });
  return {
    name,
    pool: undefined,
    rollout: ONE_BY_ONE,
    zones: [],
    launches: [],
    removals: inOrder(removals),
    starting: [],
    recalled: [],
    going,
    present: nodes.length,
    available: nodes.filter(isAvailable).length,
    isAlive: true,
    isProven: false,
  };
}

/** The outdated before the others; of each those that are on their way out, then those that are not ready, then the oldest. */
function firstToGo(isOutdated: (node: LiveNode) => boolean): (a: LiveNode, b: LiveNode) => number {
  const rank = (node: LiveNode): number => {
    const use = node.tags[TAG.leave] !== undefined ? 0 : isAvailable(node) ? 2 : 1;
    return (isOutdated(node) ? 0 : 3) + use;
  };
  return (a, b) => rank(a) - rank(b) || a.launchedAtMs - b.launchedAtMs || (a.instanceId < b.instanceId ? -1 : 1);
}

function removalWhy(node: LiveNode, kind: Removal["kind"], pool: WantedPool): string {
  return kind === "outdated" ? outdatedWhy(node, pool) : "one too many";
}

/** What a node was born with that new ones are not, in words. */
function outdatedWhy(node: LiveNode, pool: WantedPool): string {
  const [version, was] = [pool.version, node.tags[TAG.version]];
  const differences = [
    node.instanceType === pool.launch.instanceType ? [] : [`${node.instanceType} → ${pool.launch.instanceType}`],
    node.image === pool.launch.image.id ? [] : [`image ${node.image} → ${pool.launch.image.id}`],
    was === undefined || was === version ? [] : [`Kubernetes ${was} → ${version}`],
    node.market === pool.market ? [] : [`${node.market} → ${pool.market}`],
  ].flat();
  return differences.join(", ") || "its settings at birth differ";
}

/** Those whose going costs nothing come first; the others keep their order. */
function inOrder(removals: readonly Removal[]): Removal[] {
  const rank = ({ node, kind }: Removal): number => (kind === "lost" ? 0 : isAvailable(node) ? 2 : 1);
  return [...removals].sort((a, b) => rank(a) - rank(b));
}
