/** What must hold at every moment of a cluster's day 2, looked at after every event and every call of the twin. */
import { type Cluster, CONTROL_PLANE, type Pool, poolsOf } from "../../src/config/cluster.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import { reachApi, reachInternet } from "../../src/twin/reachability.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";
import { Departures } from "./day2-departures.ts";
import { isAsked, isInService, isLeaving, isThere, poolNodes, poolOf } from "./day2-nodes.ts";

/** How many nodes a pool may have while a run goes on. */
interface Bounds {
  /** So many must be in service. */
  least: number;
  /** So many may be there. */
  most: number;
  /** So many may be on their way out. */
  leaving: number;
  /** Without the run's doing, so many have gone out of service since it began. */
  fallen: number;
}

/** What may cut a node off. */
const CUTS = /:(Revoke|Delete|Detach|Disassociate|Replace|Release|SetSubnets|SetSecurityGroups|Modify)/;
/** What no call has cut off: the load balancer is new, or its targets are not found healthy yet (looked at below). */
const COMES_BY_ITSELF: readonly string[] = ["no healthy target", "the load balancer is still being provisioned"];

/** What was last seen of an instance. */
interface Seen {
  serving: boolean;
  asked: boolean;
  there: boolean;
}

/**
 * Watches one cluster. Breaches are collected and not thrown: thrown, they would look like AWS's errors to the process
 * under test.
 */
export class Watch {
  readonly breaches: string[] = [];
  readonly #world: World;
  readonly #cluster: string;
  #bounds = new Map<string, Bounds>();
  #seen = new Map<string, Seen>();
  /** Snapshots of etcd that there were when the run began. */
  #snapshots = 0;
  /** Nodes that something outside has struck: of no use any more, and nobody drains them. */
  readonly #struck = new Set<string>();
  /** Nodes that were in service at some time: whoever never was takes nothing away by leaving. */
  readonly #haveServed = new Set<string>();
  #hasServed = false;
  /** The world's revision that was looked at last. */
  #lookedAt = -1;
  /** The call after which ways were looked at last. */
  #cutAt = -1;
  /** Those that were struck before the run began. */
  #struckBefore = new Set<string>();
  /** Who is asked to leave in this run, and who goes, in their order. */
  #departures = new Departures([]);
  /** Control-plane nodes that were on their way, or not yet healthy behind the load balancer, when the run began. */
  #starting = new Set<string>();

  constructor(world: World, cluster: string) {
    this.#world = world;
    this.#cluster = cluster;
    for (const node of this.nodes()) {
      this.#seen.set(node.id, this.#seenOf(node));
      if (isInService(world, node)) this.#haveServed.add(node.id);
    }
    world.observers.push(() => this.#look());
  }

  /** A run begins that brings the cluster to this file: from what there is now, these are its bounds. */
  begin(cluster: Cluster): void {
    const pools = poolsOf(cluster);
    const names = new Set([...pools.map(({ name }) => name), ...this.nodes().map(({ tags }) => poolOf(tags))]);
    this.#bounds = new Map(
      [...names].map((name) => {
        const nodes = this.nodes(name);
        const serving = nodes.filter((node) => isInService(this.#world, node)).length;
        const pool = pools.find((one) => one.name === name);
        const { surge, unavailable } = paceOf(pool);
        const size = pool?.size ?? 0;
        return [
          name,
          {
            least: Math.min(size - unavailable, serving),
            most: Math.max(size + surge, nodes.length),
            leaving: Math.max(surge + unavailable, nodes.filter(isLeaving).length),
            fallen: 0,
          },
        ];
      }),
    );
    this.#departures = new Departures(pools.map(({ name }) => name));
    this.#snapshots = this.#snapshotsNow();
    this.#struckBefore = new Set(this.#struck);
    this.#starting = new Set(
      this.nodes(CONTROL_PLANE)
        .filter((node) => !isInService(this.#world, node) || this.#targetOf(node.id) !== "healthy")
        .map(({ id }) => id),
    );
  }

  /** The run has ended. */
  end(): void {
    for (const text of this.#departures.disorder(this.nodes())) this.#report(text);
  }

  /** Something outside befalls a node. */
  strike(instance: Instance): void {
    this.#struck.add(instance.id);
  }

  /** The nodes of a pool, or of all, that are not terminated. */
  nodes(pool?: string): Instance[] {
    return poolNodes(this.#world, this.#cluster, pool).filter(({ state }) => state !== "terminated");
  }

  #report(text: string): void {
    if (this.breaches.length < 20 && this.breaches.at(-1)?.endsWith(text) !== true)
      this.breaches.push(`call ${this.#world.calls.length}: ${text}`);
  }

  /** After each event and each call, but where nothing can have changed. */
  #look(): void {
    if (this.#world.revision === this.#lookedAt) return;
    this.#lookedAt = this.#world.revision;
    const nodes = this.nodes();
    for (const node of nodes) this.#compare(node);
    if (this.#seen.size > nodes.length) this.#forget(nodes);
    for (const [pool, bounds] of this.#bounds) this.#count(pool, bounds, nodes);
    this.#quorum();
    this.#ways(nodes);
  }

  /** Those that are gone. */
  #forget(nodes: readonly Instance[]): void {
    const there = new Set(nodes.map(({ id }) => id));
    for (const id of this.#seen.keys()) {
      if (there.has(id)) continue;
      this.#seen.delete(id);
      this.#departures.gone(id);
    }
  }

  /** After each call that may cut one off: whatever Kubernetes still has must have its way to AWS and to the API server. */
  #ways(nodes: readonly Instance[]): void {
    const last = this.#world.calls.at(-1);
    if (last === undefined || last.number === this.#cutAt || !CUTS.test(last.action)) return;
    this.#cutAt = last.number;
    const balancer = [...this.#world.loadBalancers.values()].find(
      ({ tags }) => tags["slipway:cluster"] === this.#cluster,
    );
    const known = kubernetesOf(this.#world, this.#cluster).nodes;
    for (const node of nodes) {
      if (!known.has(node.id) || node.state !== "running" || balancer === undefined) continue;
      for (const way of [reachInternet(this.#world, node), reachApi(this.#world, node, balancer)]) {
        if (!way.reached && !COMES_BY_ITSELF.includes(way.because))
          this.#report(`${node.id} in ${node.zone} is cut off by ${last.action}: ${way.because}`);
      }
    }
  }

  #seenOf(node: Instance): Seen {
    return { serving: isInService(this.#world, node), asked: isAsked(node), there: isThere(node) };
  }

  /** What has become of a node since it was last seen. */
  #compare(node: Instance): void {
    const before = this.#seen.get(node.id);
    const now = this.#seenOf(node);
    this.#seen.set(node.id, now);
    if (before === undefined) {
      if (now.there) this.#launched(node);
      return;
    }
    if (now.asked && !before.asked && now.there) this.#asked(node);
    if (before.there && node.state === "shutting-down") this.#terminated(node);
    if (before.serving && !now.serving && !now.asked && this.#isFallen(node)) {
      const bounds = this.#bounds.get(poolOf(node.tags));
      if (bounds !== undefined) bounds.fallen += 1;
    }
  }

  #isFallen(node: Instance): boolean {
    return this.#struck.has(node.id) || !node.stateReason.startsWith("Client.User");
  }

  #launched(node: Instance): void {
    const planes = this.nodes(CONTROL_PLANE).filter((one) => one.id !== node.id && isThere(one));
    const version = node.tags["slipway:version"] ?? "";
    if (poolOf(node.tags) !== CONTROL_PLANE) {
      // A kubelet must not be newer than any API server (kubernetes.io/releases/version-skew-policy).
      const { members } = kubernetesOf(this.#world, this.#cluster);
      const older = planes.find(({ id, tags }) => members.has(id) && isNewer(version, tags["slipway:version"] ?? ""));
      if (older !== undefined)
        this.#report(`${node.id} has Kubernetes ${version}, and ${older.id} serves an older one`);
      return;
    }
    if (!planes.some((one) => isInService(this.#world, one))) return;
    for (const one of planes) {
      if (this.#starting.has(one.id) || this.#struck.has(one.id) || isAsked(one)) continue;
      if (!isInService(this.#world, one)) this.#report(`${node.id} is launched while ${one.id} is not ready yet`);
      else if (this.#targetOf(one.id) !== "healthy")
        this.#report(`${node.id} is launched while ${one.id} is ${this.#targetOf(one.id)} behind the load balancer`);
    }
  }

  #asked(node: Instance): void {
    if (!this.#struck.has(node.id)) this.#departures.asked(node);
    if (poolOf(node.tags) !== CONTROL_PLANE) return;
    const target = this.#targetOf(node.id);
    if (target !== undefined && target !== "unused")
      this.#report(`${node.id} is asked to leave while it is ${target} behind the load balancer`);
    const { members } = kubernetesOf(this.#world, this.#cluster);
    if (members.has(node.id) && this.#snapshotsNow() <= this.#snapshots)
      this.#report(`${node.id} is asked to leave before etcd was saved`);
    // Of what befalls a node while the run goes on, the agent knows first: it refuses.
    const silent = [...members].find((id) => id !== node.id && this.#struckBefore.has(id));
    if (silent !== undefined && members.has(node.id))
      this.#report(`${node.id} is asked to leave while the etcd member ${silent} is gone`);
  }

  /** The run terminates a node: nothing of Kubernetes may be on it any more, unless it is of no use. */
  #terminated(node: Instance): void {
    if (this.#struck.has(node.id) || !node.stateReason.startsWith("Client.User")) return;
    const { members, nodes, pods } = kubernetesOf(this.#world, this.#cluster);
    const on = pods.filter((pod) => pod.on === node.id);
    // A worker that has joined this very moment has nothing on it yet: the agent takes its Node away.
    const mattered = poolOf(node.tags) === CONTROL_PLANE || node.tags["slipway:phase"]?.startsWith("ready");
    if (nodes.has(node.id) && mattered) this.#report(`${node.id} is terminated before it has left`);
    if (members.has(node.id)) this.#report(`${node.id} is terminated while it is a member of etcd`);
    if (on.length > 0) this.#report(`${node.id} is terminated with ${on.length} pods on it`);
    const target = this.#targetOf(node.id);
    if (target !== undefined && target !== "unused")
      this.#report(`${node.id} is terminated while it is ${target} behind the load balancer`);
  }

  #count(pool: string, { least, most, leaving, fallen }: Bounds, all: readonly Instance[]): void {
    let [serving, there, gone] = [0, 0, 0];
    for (const node of all) {
      if (poolOf(node.tags) !== pool) continue;
      const isStruck = this.#struck.has(node.id);
      if (this.#seen.get(node.id)?.serving === true) {
        serving += 1;
        this.#haveServed.add(node.id);
      }
      if (!isStruck && isThere(node)) there += 1;
      if (!isStruck && isLeaving(node) && this.#haveServed.has(node.id)) gone += 1;
    }
    if (serving + fallen < least) this.#report(`${pool}: ${serving} nodes in service, less than ${least}`);
    if (there > most) this.#report(`${pool}: ${there} nodes, more than ${most}`);
    if (gone > leaving) this.#report(`${pool}: ${gone} nodes are leaving at once, more than ${leaving}`);
  }

  #quorum(): void {
    const { members } = kubernetesOf(this.#world, this.#cluster);
    if (members.size === 0) return;
    let [alive, healthy, struck] = [0, 0, 0];
    for (const id of members) {
      if (this.#struck.has(id)) struck += 1;
      if (this.#world.instances.get(id)?.state !== "running") continue;
      alive += 1;
      if (this.#targetOf(id) === "healthy") healthy += 1;
    }
    if (alive <= members.size / 2 && struck === 0) this.#report(`etcd: ${alive} of ${members.size} members`);
    // Once one was healthy there must always be one.
    if (healthy > 0) this.#hasServed = true;
    else if (this.#hasServed && struck === 0) this.#report("no target is healthy");
  }

  #targetOf(id: string): string | undefined {
    for (const group of this.#world.targetGroups.values()) {
      if (group.tags["slipway:cluster"] === this.#cluster) return group.targets.get(id)?.state;
    }
    return undefined;
  }

  #snapshotsNow(): number {
    return [...this.#world.buckets.values()]
      .flatMap(({ objects }) => [...objects.keys()])
      .filter((key) => key.startsWith(`${this.#cluster}/etcd/`)).length;
  }
}

/** A pool's pace as its file has it, by hand: what surges is rounded up, what may be missing down. */
function paceOf(pool: Pool | undefined): { surge: number; unavailable: number } {
  if (pool === undefined || pool.role === "control-plane") return { surge: 1, unavailable: 0 };
  const share = (value: number | string): number =>
    typeof value === "number" ? value : (Number.parseInt(value, 10) / 100) * pool.size;
  const surge = Math.ceil(share(pool.rollout.maxSurge));
  const unavailable = Math.floor(share(pool.rollout.maxUnavailable));
  return { surge, unavailable: surge + unavailable === 0 ? 1 : unavailable };
}

/** `1.37.10` is newer than `1.37.9`. */
function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (const [index, part] of a.entries()) {
    const against = b[index] ?? 0;
    if (part !== against) return part > against;
  }
  return false;
}
