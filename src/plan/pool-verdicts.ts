import type { Blueprint, Rollout, WantedPool } from "../blueprint/blueprint.ts";
import { ONE_BY_ONE } from "../blueprint/blueprint.ts";
import { CONTROL_PLANE } from "../config/cluster.ts";
import { comparePrices, type UsdPerHour } from "../core/money.ts";
import type { Market } from "../market/market.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { TAG } from "../resources/tags.ts";
import type { Inventory } from "../survey/survey.ts";
import { conditionOf, goesAtOnce, isAvailable } from "./condition.ts";
import { spread } from "./spread.ts";

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

/** One zone's share of a pool. */
export interface ZoneVerdict {
  zone: string;
  /** Nodes that are there and of use. */
  present: number;
  /** How many should be there. */
  wanted: number;
  /** How many are launched there, replacements among them. */
  launch: number;
  /** Nodes can be launched there now: the spot price is no higher than the pool pays. */
  isOpen: boolean;
  /** How many wait for the spot price, and what it is now. */
  waiting: number;
  spotPrice?: UsdPerHour;
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

function isHealthy({ instanceId }: LiveNode, targets: Inventory["targets"]): boolean {
  return targets.some((target) => target.instanceId === instanceId && target.state === "healthy");
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
  const isOutdated = (node: LiveNode): boolean => node.configHash !== pool.configHash;

  const launches: Launch[] = [];
  const surplus: LiveNode[] = [];
  const replaced: LiveNode[] = [];
  const staying: LiveNode[] = [];
  const replacing: Launch[] = [];
  const zonesOf = [...zones, ...formerZones(pool, useful)].sort(
    (a, b) => b.present - b.wanted - (a.present - a.wanted),
  );
  for (const { zone, wanted } of zonesOf) {
    const there = useful.filter((node) => node.zone === zone).sort(firstToGo(isOutdated));
    surplus.push(...there.slice(0, Math.max(0, there.length - wanted)));
    const kept = there.slice(Math.max(0, there.length - wanted));
    for (const node of kept) (isOutdated(node) && isOpen(zones, zone) ? replaced : staying).push(node);
  }
  let missing = Math.max(0, pool.size - useful.length);
  for (const { zone, launch } of zones) {
    for (let n = 0; n < launch; n++) {
      launches.push({ zone, mayGoElsewhere: pool.zoneFallback && missing > 0 });
      missing -= 1;
    }
  }
  for (const node of replaced.sort(firstToGo(() => true))) {
    replacing.push({ zone: node.zone, replaces: node, mayGoElsewhere: false });
  }
  const ready = nodes.filter((node) => isAvailable(node) && !lost.has(node.instanceId));
  // One that goes is made up for by a new one, however the load balancer finds it.
  const isLate = (node: LiveNode): boolean =>
    node.role === CONTROL_PLANE && staying.includes(node) && !isHealthy(node, targets);
  const inService = ready.filter((node) => !isLate(node));
  const removing = (node: LiveNode, kind: Removal["kind"]): Removal => {
    const isLost = kind === "lost";
    const why = isLost ? (lost.get(node.instanceId) ?? "") : removalWhy(node, kind, pool);
    return { node, kind, why, atOnce: goesAtOnce(node, isLost, ready.length > 0) };
  };
  const removals = [
    ...nodes.filter((node) => lost.has(node.instanceId)).map((node) => removing(node, "lost")),
    ...surplus.map((node) => removing(node, isOutdated(node) ? "outdated" : "surplus")),
    ...replaced.map((node) => removing(node, "outdated")),
  ];
  const changes = launches.length + replacing.length + removals.length > 0;
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
    // Nobody waits for those that are left alone. Behind the load balancer a node may be late; that matters only to what
    // comes and goes meanwhile.
    starting: staying.filter(
      (node) => !(changes ? inService : ready).includes(node) && (left === undefined || node.phase.name !== "unready"),
    ),
    recalled: staying.filter((node) => node.tags[TAG.leave] !== undefined),
    going,
    present: nodes.length,
    available: inService.length,
    isAlive: ready.length > 0,
    isProven: staying.some((node) => isAvailable(node) && !isOutdated(node)),
    ...(left === undefined ? {} : { left }),
  };
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

/** Each zone's share of a pool, and what is missing there now. */
function sharesOf(pool: WantedPool, useful: readonly LiveNode[], market: Market): ZoneVerdict[] {
  const zones = pool.zones.map(({ zone }) => zone);
  const launched = new Map(
    zones.map((zone) => [zone, useful.filter((node) => node.zone === zone).map((node) => node.launchedAtMs)]),
  );
  const priceIn = (zone: string): UsdPerHour | undefined =>
    market.spotPrices.get(`${pool.launch.instanceType}/${zone}`);
  const present = (zone: string): number => launched.get(zone)?.length ?? 0;
  const open = zones.filter((zone) => isAffordable(pool, priceIn(zone)));
  let wanted = spread(pool.size, zones, launched);
  if (pool.zoneFallback && open.length > 0 && open.length < zones.length) {
    // Nodes that run where it has become dear stay until EC2 takes them back; the rest is shared by the other zones.
    const staying = new Map(
      zones
        .filter((zone) => !open.includes(zone))
        .map((zone) => [zone, Math.min(present(zone), wanted.get(zone) ?? 0)]),
    );
    const kept = [...staying.values()].reduce((sum, n) => sum + n, 0);
    wanted = new Map([...staying, ...spread(pool.size - kept, open, launched)]);
  }
  return zones.map((zone) => {
    const target = wanted.get(zone) ?? 0;
    const missing = Math.max(0, target - present(zone));
    const spotPrice = priceIn(zone);
    return {
      zone,
      present: present(zone),
      wanted: target,
      launch: open.includes(zone) ? missing : 0,
      isOpen: open.includes(zone),
      waiting: open.includes(zone) ? 0 : missing,
      ...(pool.market === "spot" && spotPrice !== undefined ? { spotPrice } : {}),
    };
  });
}

/** Zones where a pool has nodes and should have none any more. */
function formerZones(pool: WantedPool, useful: readonly LiveNode[]): ZoneVerdict[] {
  const zones = new Set(pool.zones.map(({ zone }) => zone));
  const former = Map.groupBy(
    useful.filter((node) => !zones.has(node.zone)),
    (node) => node.zone,
  );
  return [...former].map(([zone, nodes]) => ({
    zone,
    present: nodes.length,
    wanted: 0,
    launch: 0,
    isOpen: false,
    waiting: 0,
  }));
}

/** Whether nodes can be launched in the zone now: what is dear there stays as it is. */
function isOpen(zones: readonly ZoneVerdict[], zone: string): boolean {
  return zones.some((share) => share.zone === zone && share.isOpen);
}

/** On demand, or spot at a price within the cap. A price that is not known is left to EC2, which refuses one above the cap. */
function isAffordable(pool: WantedPool, price: UsdPerHour | undefined): boolean {
  return pool.spotMaxPrice === undefined || price === undefined || comparePrices(price, pool.spotMaxPrice) <= 0;
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
