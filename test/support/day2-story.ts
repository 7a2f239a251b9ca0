/** A cluster that lives through edits of its files on the twin, watched all the time. */
import assert from "node:assert/strict";
import type { ClusterResult } from "../../src/commands/results.ts";
import { poolsOf } from "../../src/config/cluster.ts";
import { instanceOperations } from "../../src/twin/ec2/instances.ts";
import { type Kubernetes, kubernetesOf } from "../../src/twin/kubernetes.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";
import { copyWithNeighbours, withNeighbours } from "./breaking.ts";
import { Watch } from "./day2.ts";
import { clusterOf, type Files } from "./day2-files.ts";
import { isInService, poolNodes } from "./day2-nodes.ts";
import { Crashed, type ProcessOptions, type Simulation, troubles } from "./simulation.ts";

const DONE = ["applied", "resumed", "no-changes"];

/** Beginnings of stories, by their files and seed; those that were used last. */
const begun = new Map<string, Simulation>();
const MOST_BEGINNINGS = 24;

function remember(key: string, simulation: Simulation): void {
  begun.set(key, simulation);
  const [oldest] = begun.keys();
  if (begun.size > MOST_BEGINNINGS && oldest !== undefined) begun.delete(oldest);
}

/** A cluster that was made by Slipway, and is watched from then on. */
export class Story {
  readonly simulation: Simulation;
  readonly watch: Watch;
  files: Files;

  private constructor(simulation: Simulation, files: Files) {
    this.simulation = simulation;
    this.files = files;
    this.watch = new Watch(simulation.world, clusterOf(files).name);
  }

  /**
   * With pods of an app that has a budget, one on each worker node. Stories that begin alike begin in copies of one world;
   * a test shows that this makes no difference.
   */
  static async begin(files: Files, seed = 1): Promise<Story> {
    const key = JSON.stringify([files, seed]);
    const known = begun.get(key) ?? (await Story.#make(files, seed));
    if (!begun.has(key)) remember(key, known);
    return new Story(copyWithNeighbours(known), files);
  }

  /** The same, made for this story alone. */
  static async beginAnew(files: Files, seed = 1): Promise<Story> {
    return new Story(await Story.#make(files, seed), files);
  }

  /** Before there is a cluster. */
  static async beforeAll(files: Files, seed = 1): Promise<Story> {
    const key = `before ${seed}`;
    const known = begun.get(key) ?? (await withNeighbours(seed, "prod-2"));
    if (!begun.has(key)) remember(key, known);
    return new Story(copyWithNeighbours(known), files);
  }

  /** Somebody else's things are there, as they are in every story. */
  static async #make(files: Files, seed: number): Promise<Simulation> {
    const simulation = await withNeighbours(seed, "prod-2");
    simulation.world.keyPairs.add("other-ops");
    const result = await simulation.apply(clusterOf(files));
    assert.equal(result.result, "applied", troubles(result).join("\n"));
    const { pods, budgets } = kubernetesOf(simulation.world, "prod");
    const nodes = poolNodes(simulation.world, "prod").filter(({ state }) => state !== "terminated");
    const workers = nodes.filter(({ tags }) => tags["slipway:role"] === "worker");
    workers.forEach((node, index) => {
      pods.push({ namespace: "shop", name: `web-${index}`, app: "web", on: node.id });
    });
    budgets.push({ namespace: "shop", name: "web", app: "web", minAvailable: workers.length - 1 });
    return simulation;
  }

  get world(): World {
    return this.simulation.world;
  }

  get kubernetes(): Kubernetes {
    return kubernetesOf(this.world, "prod");
  }

  nodes(pool?: string): Instance[] {
    return this.watch.nodes(pool);
  }

  /** Something outside befalls a node: it is terminated, stopped, or its kubelet is silent while it runs. */
  strike(node: Instance, how: "terminate" | "stop" | "hang"): void {
    this.watch.strike(node);
    if (how === "terminate") instanceOperations.TerminateInstances(this.world, { InstanceIds: [node.id] });
    else if (how === "stop") node.state = "stopped";
    else this.kubernetes.silenced.add(node.id);
  }

  /** Lets something happen once, at the first moment at which there is what is looked for. */
  once<T>(find: () => T | undefined, deed: (found: T) => void): void {
    let isDone = false;
    this.world.observers.push(() => {
      if (isDone) return;
      const found = find();
      if (found === undefined) return;
      isDone = true;
      deed(found);
    });
  }

  /** One run; "crashed" where a fault has killed it. */
  async run(files: Files, options: ProcessOptions = {}): Promise<ClusterResult | "crashed"> {
    const cluster = clusterOf(files);
    this.files = files;
    this.world.catchUp();
    this.watch.begin(cluster);
    try {
      return await this.simulation.apply(cluster, options);
    } catch (error) {
      if (error instanceof Crashed) return "crashed";
      throw error;
    } finally {
      this.watch.end();
    }
  }

  /** One run that must end. */
  async apply(files: Files, options: ProcessOptions = {}): Promise<ClusterResult> {
    const result = await this.run(files, options);
    assert.ok(result !== "crashed");
    return result;
  }

  /** Runs until it is done, at most so many times, and looks whether all is as the files say. */
  async settle(files: Files, options: ProcessOptions = {}, most = 3): Promise<void> {
    let last: ClusterResult | undefined;
    for (let n = 0; n < most; n++) {
      last = await this.apply(files, options);
      if (DONE.includes(last.result)) break;
    }
    assert.ok(
      last !== undefined && DONE.includes(last.result),
      `${last?.result}: ${last && troubles(last).join("\n")}`,
    );
    await this.assertSettled();
  }

  sleep(milliseconds: number): Promise<void> {
    return this.simulation.run(async () => {
      await this.simulation.clock.sleep(milliseconds);
      this.world.catchUp();
    });
  }

  /** Everything is as the files say, and was within bounds all the time. */
  async assertSettled(): Promise<void> {
    assert.deepEqual(this.watch.breaches, []);
    const cluster = clusterOf(this.files);
    // Targets may take minutes to be found healthy, and instances to be gone.
    for (let n = 0; n < 10 && !this.#isQuiet(); n++) await this.sleep(60_000);
    for (const pool of poolsOf(cluster)) {
      const nodes = this.nodes(pool.name);
      const serving = nodes.filter((node) => isInService(this.world, node));
      assert.deepEqual([nodes.length, serving.length], [pool.size, pool.size], `${pool.name}: nodes, in service`);
      assertSpread(pool.name, nodes, pool.zones, pool.size);
      for (const node of nodes) {
        assert.equal(node.type, pool.instanceType, `type of ${node.id}`);
        assert.equal(node.keyName, cluster.sshKeyName, `key of ${node.id}`);
        assert.equal(node.isSpot, pool.role === "worker" && pool.spot !== undefined, `market of ${node.id}`);
        assert.equal(this.world.volumes.get(node.volumeId)?.sizeGiB, pool.rootVolume.sizeGiB, `volume of ${node.id}`);
        assert.equal(node.tags["slipway:version"], this.files.version, `version of ${node.id}`);
      }
    }
    const wanted = new Set(poolsOf(cluster).map(({ name }) => name));
    const others = this.nodes().filter(({ tags }) => !wanted.has(tags["slipway:pool"] ?? ""));
    assert.deepEqual(others, [], "nodes of pools that no file has");
    for (const node of this.nodes()) this.#assertTags(node, cluster.tags);
    this.#assertService();
    const plan = await this.simulation.plan(cluster);
    assert.equal(plan.result, "no-changes", JSON.stringify(plan.plan?.changes.map(({ id, why }) => `${id}: ${why}`)));
    assert.deepEqual(this.watch.breaches, []);
  }

  #assertTags(node: Instance, users: Readonly<Record<string, string>>): void {
    const { "slipway:phase": phase, ...tags } = node.tags;
    assert.match(phase ?? "", /^ready /);
    const zone = node.zone;
    const pool = tags["slipway:pool"];
    const own = Object.fromEntries(
      Object.entries(tags).filter(([key]) => !/^(slipway:|kubernetes\.io\/|Name$)/.test(key)),
    );
    assert.deepEqual(own, { ...users }, `the user's tags of ${node.id}`);
    assert.equal(tags["slipway:id"], `pool/${pool}/${zone}`);
    assert.equal(tags["slipway:leave"], undefined);
    for (const part of [this.world.volumes.get(node.volumeId), this.world.interfaces.get(node.interfaceId)]) {
      assert.deepEqual(part?.tags, tags, `tags of ${part?.id}`);
    }
  }

  #isQuiet(): boolean {
    const isGoing = this.nodes().some(({ state }) => state === "shutting-down");
    return !isGoing && this.#targets().every((target) => target.endsWith(" healthy"));
  }

  /** `i-1 healthy`. */
  #targets(): string[] {
    const group = [...this.world.targetGroups.values()].find(({ tags }) => tags["slipway:cluster"] === "prod");
    return [...(group?.targets ?? [])].map(([id, { state }]) => `${id} ${state}`).sort();
  }

  #assertService(): void {
    const planes = this.nodes("control-plane").map(({ id }) => id);
    const { members, nodes, pods } = this.kubernetes;
    assert.deepEqual([...members].sort(), planes.sort(), "members of etcd");
    assert.deepEqual(
      [...nodes.keys()].sort(),
      this.nodes()
        .map(({ id }) => id)
        .sort(),
      "Nodes of Kubernetes",
    );
    assert.deepEqual(
      this.#targets(),
      planes.map((id) => `${id} healthy`),
      "targets",
    );
    const hasWorkers = this.nodes().length > planes.length;
    if (hasWorkers)
      assert.deepEqual(
        pods.filter(({ on }) => on === undefined),
        [],
        "pods that run nowhere",
      );
  }
}

function assertSpread(name: string, nodes: readonly Instance[], zones: readonly string[], size: number): void {
  const bounds = [Math.floor(size / zones.length), Math.ceil(size / zones.length)];
  for (const zone of zones) {
    const there = nodes.filter((node) => node.zone === zone).length;
    assert.ok(bounds.includes(there), `${name} has ${there} of ${size} nodes in ${zone}`);
  }
  const strays = nodes.filter((node) => !zones.includes(node.zone));
  assert.deepEqual(strays, [], `${name} has nodes in other zones`);
}
