/** Files with edits, and a cluster that lives through them on the twin: what day-2 tests are written with. */
import assert from "node:assert/strict";
import type { ClusterResult } from "../../src/commands/results.ts";
import { type Cluster, poolsOf } from "../../src/config/cluster.ts";
import { instanceOperations } from "../../src/twin/ec2/instances.ts";
import { type Kubernetes, kubernetesOf } from "../../src/twin/kubernetes.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";
import { accountTree, clusterWith, profileTree } from "./builders.ts";
import { isInService, poolNodes, Watch } from "./day2.ts";
import { Crashed, type ProcessOptions, Simulation, troubles } from "./simulation.ts";

export const [A, B, C, D] = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"] as const;

/** A pool as a file has it. */
interface PoolText {
  name: string;
  size: number;
  instanceType: string;
  zones: string[];
  [key: string]: unknown;
}

/** What an edit of the files may change. */
export interface Files {
  tags: Record<string, string>;
  sshKeyName: string | undefined;
  bastion: object | false;
  certSANs: string[];
  controlPlane: { size: number; instanceType: string; zones: string[]; [key: string]: unknown };
  pools: PoolText[];
  /** The os pack's build, and Kubernetes' version. */
  serial: string | undefined;
  version: string;
}

/** One control-plane node, two zones, two pools. */
export function smallFiles(): Files {
  return {
    tags: { team: "platform" },
    sshKeyName: "ops",
    bastion: false,
    certSANs: [],
    controlPlane: { size: 1, instanceType: "m6i.large", zones: [A, B, C] },
    pools: [
      { name: "default", size: 3, instanceType: "m6i.large", zones: [A, B] },
      { name: "other", size: 1, instanceType: "m6i.large", zones: [A] },
    ],
    serial: undefined,
    version: "1.37.1",
  };
}

/** As small, with three control-plane nodes. */
export function tripleFiles(): Files {
  const files = smallFiles();
  files.controlPlane.size = 3;
  return files;
}

export type Edit = (files: Files) => void;

/** The files with edits made, one after the other. */
export function edited(files: Files, ...edits: readonly Edit[]): Files {
  const copy = structuredClone(files);
  for (const edit of edits) edit(copy);
  return copy;
}

/** An edit of what is one for the whole cluster. */
export function set(fields: Partial<Files>): Edit {
  return (files) => {
    Object.assign(files, fields);
  };
}

export function controlPlane(fields: Partial<Files["controlPlane"]>): Edit {
  return (files) => {
    Object.assign(files.controlPlane, fields);
  };
}

export function removePool(name: string): Edit {
  return (files) => {
    files.pools = files.pools.filter((pool) => pool.name !== name);
  };
}

/** An edit that sets fields of a pool, where there is one of that name. */
export function setPool(name: string, fields: object): Edit {
  return ({ pools }) => {
    for (const pool of pools) if (pool.name === name) Object.assign(pool, fields);
  };
}

const read = new Map<string, Cluster>();

/** What Slipway reads from files; once from the same. */
export function clusterOf(files: Files): Cluster {
  const key = JSON.stringify(files);
  const cluster = read.get(key) ?? readCluster(files);
  read.set(key, cluster);
  return cluster;
}

function readCluster(files: Files): Cluster {
  const { tags, sshKeyName, bastion, certSANs, controlPlane, pools, serial, version } = files;
  const packs = [
    { layer: "os", name: "ubuntu", version: "24.04", ...(serial === undefined ? {} : { values: { serial } }) },
    { layer: "kubernetes", name: "kubeadm", version },
    { layer: "cni", name: "calico", version: "3.32.0" },
    { layer: "csi", name: "aws-ebs-csi", version: "1.50.0" },
  ];
  return clusterWith(
    { metadata: { tags }, spec: { sshKeyName, bastion, apiServer: { certSANs }, controlPlane, workerPools: pools } },
    accountTree(),
    profileTree({ spec: { packs } }),
  );
}

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
    return new Story(known.copy(), files);
  }

  /** The same, made for this story alone. */
  static async beginAnew(files: Files, seed = 1): Promise<Story> {
    return new Story(await Story.#make(files, seed), files);
  }

  static async #make(files: Files, seed: number): Promise<Simulation> {
    const simulation = new Simulation({ seed });
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
      for (let left = milliseconds; left > 0; left -= 5000) {
        await this.simulation.clock.sleep(Math.min(5000, left));
        this.world.catchUp();
      }
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
