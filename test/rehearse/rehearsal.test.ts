/** What a rehearsal says of a plan is what then happens: on a twin that it was never shown but by a survey. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterResult } from "../../src/commands/results.ts";
import { type Cluster, poolsOf } from "../../src/config/cluster.ts";
import type { Rehearsed } from "../../src/rehearse/rehearsal.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { isInService, poolNodes } from "../support/day2-nodes.ts";
import { Crashed, Simulation, troubles } from "../support/simulation.ts";
import { clusterAt } from "../support/upgrading.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];
const control = { size: 3, instanceType: "m6i.large", zones: ZONES };
const workers = { name: "default", size: 3, instanceType: "m6i.large", zones: ZONES };
const batch = { name: "batch", size: 2, instanceType: "m6i.large", zones: ["us-east-1a"] };

const cluster = (spec: object = {}): Cluster => clusterWith({ spec });

interface Scenario {
  name: string;
  /** What stands before; absent: nothing. */
  before?: object;
  after: object;
  /** How far the time that it takes may be off: chance has the smaller part in what takes long. */
  within: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "a cluster is created", after: {}, within: 0.1 },
  {
    name: "a pool grows",
    before: {},
    after: { workerPools: [{ ...workers, size: 7 }] },
    within: 0.2,
  },
  {
    name: "a pool shrinks",
    before: { workerPools: [{ ...workers, size: 6 }] },
    after: {},
    within: 0.3,
  },
  {
    name: "a pool rolls, each node after its replacement",
    before: {},
    after: { workerPools: [{ ...workers, instanceType: "m6i.xlarge" }] },
    within: 0.1,
  },
  {
    name: "a pool rolls, each node before its replacement",
    before: {},
    after: { workerPools: [{ ...workers, instanceType: "m6i.xlarge", rollout: { maxSurge: 0, maxUnavailable: 1 } }] },
    within: 0.1,
  },
  {
    // As many ids are made as it takes to come upon one that the loaded cluster has.
    name: "a pool of twenty rolls",
    before: { workerPools: [{ ...workers, size: 20 }] },
    after: { workerPools: [{ ...workers, size: 20, instanceType: "m6i.xlarge" }] },
    within: 0.1,
  },
  {
    name: "a control plane rolls",
    before: {},
    after: { controlPlane: { ...control, instanceType: "m6i.xlarge" } },
    within: 0.1,
  },
  {
    name: "a control plane grows",
    before: { controlPlane: { ...control, size: 1, zones: ["us-east-1a"] } },
    after: {},
    within: 0.1,
  },
  {
    name: "a pool moves to another zone",
    before: {},
    after: { workerPools: [{ ...workers, zones: ["us-east-1a", "us-east-1d"] }] },
    within: 0.1,
  },
  {
    name: "a pool goes, and another comes",
    before: { workerPools: [workers, batch] },
    after: { workerPools: [workers, { ...batch, name: "night", spot: { maxPricePercent: 60 } }] },
    within: 0.2,
  },
  {
    name: "labels and tags change, and the bastion goes",
    before: {},
    after: { workerPools: [{ ...workers, labels: { team: "data" } }], bastion: false },
    within: 0.5,
  },
];

/** What the time from the first step's beginning to the last one's end was, in milliseconds. */
function tookMs({ steps = [] }: ClusterResult): number {
  const ran = steps.flatMap(({ outcome }) => (outcome.state === "skipped" ? [] : [outcome]));
  return Math.max(...ran.map((one) => one.endedAtMs)) - Math.min(...ran.map((one) => one.startedAtMs));
}

/** The fewest that there were at any moment, counted on the world itself. */
function countLeast(world: World, cluster: Cluster): { pools: Map<string, number>; etcd: number } {
  const names = new Set([
    ...poolsOf(cluster).map((pool) => pool.name),
    ...[...world.instances.values()].flatMap(({ tags }) => tags["slipway:pool"] ?? []),
  ]);
  const least = { pools: new Map<string, number>(), etcd: Number.POSITIVE_INFINITY };
  const look = (): void => {
    for (const pool of names) {
      const serving = poolNodes(world, cluster.name, pool).filter((node) => isInService(world, node)).length;
      least.pools.set(pool, Math.min(least.pools.get(pool) ?? serving, serving));
    }
    const alive = [...kubernetesOf(world, cluster.name).members].filter(
      (id) => world.instances.get(id)?.state === "running",
    );
    least.etcd = Math.min(least.etcd, alive.length);
  };
  look();
  world.observers.push(look);
  return least;
}

function rehearsedIn({ rehearsal, ...result }: ClusterResult): Rehearsed {
  assert.ok(rehearsal !== undefined, troubles(result).join("\n"));
  assert.ok(rehearsal.verdict !== "unknown", JSON.stringify(rehearsal));
  return rehearsal;
}

async function standing(simulation: Simulation, spec: object): Promise<void> {
  const made = await simulation.apply(cluster(spec));
  assert.equal(made.result, "applied", troubles(made).join("\n"));
}

async function compare(simulation: Simulation, after: Cluster, within: number): Promise<void> {
  const { world } = simulation;
  const changes = simulation.mutatingCalls();
  const planned = await simulation.plan(after);
  assert.equal(planned.result, "planned", troubles(planned).join("\n"));
  assert.equal(simulation.mutatingCalls(), changes, "a plan has changed something");
  const said = rehearsedIn(planned);
  assert.deepEqual([said.verdict, said.why], ["converges", undefined]);

  const least = countLeast(world, after);
  const applied = await simulation.apply(after, { confirm: ["prod/batch"] });

  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  const ratio = said.makespanMs / tookMs(applied);
  assert.ok(Math.abs(ratio - 1) <= within, `rehearsed ${said.makespanMs} ms, took ${tookMs(applied)} ms`);
  for (const { name, leastReady } of said.pools) assert.equal(leastReady, least.pools.get(name), name);
  if (said.etcd !== undefined) assert.equal(said.etcd.leastAlive, least.etcd);
  for (const { name, size, readyBefore, leastReady, shortMs } of said.pools) {
    assert.equal(shortMs > 0, leastReady < Math.min(size, readyBefore), `${name} was short for ${shortMs} ms`);
  }
  assert.equal(said.apiOutageMs, 0);
  assert.deepEqual(
    said.timeline.map(({ stepId }) => stepId).sort(),
    (applied.steps ?? []).map(({ step }) => step.id).sort(),
  );
}

for (const { name, before, after, within } of SCENARIOS) {
  test(`rehearsed as it then happens: ${name}`, async () => {
    const simulation = new Simulation({ rehearse: true, seed: 11 });
    if (before !== undefined) await standing(simulation, before);

    await compare(simulation, cluster(after), within);
  });
}

test("rehearsed as it then happens, in the user's network: created, and a pool rolls", async () => {
  const simulation = new Simulation({ rehearse: true, seed: 3, eventualConsistency: false });
  const placement = placedIn(await userNetwork(simulation, ZONES));

  await compare(simulation, cluster({ placement }), 0.15);
  await compare(simulation, cluster({ placement, workerPools: [{ ...workers, instanceType: "m6i.xlarge" }] }), 0.1);
});

test("rehearsed as it then happens: Kubernetes goes up by a minor", async () => {
  const simulation = new Simulation({ rehearse: true, seed: 5 });
  const spec = { controlPlane: control, workerPools: [workers] };
  const made = await simulation.apply(clusterAt("1.36.4", spec));
  assert.equal(made.result, "applied", troubles(made).join("\n"));

  await compare(simulation, clusterAt("1.37.1", spec), 0.1);
});

test("what a dead run has left half made is rehearsed to its end, wherever it died", async () => {
  for (const at of [72, 110, 160, 230]) {
    const simulation = new Simulation({ rehearse: true, seed: at });
    await assert.rejects(simulation.apply(cluster(), { faults: [{ at, kind: "crash-after" }] }), Crashed);

    const said = rehearsedIn(await simulation.plan(cluster()));
    const resumed = await simulation.apply(cluster());

    assert.deepEqual([said.verdict, said.why], ["converges", undefined], `after call ${at}`);
    assert.equal(resumed.result, "resumed", troubles(resumed).join("\n"));
  }
});

test("a roll that died half way is rehearsed from where it stands", async () => {
  const rolled = cluster({ controlPlane: { ...control, instanceType: "m6i.xlarge" } });
  for (const at of [70, 110, 150]) {
    const simulation = new Simulation({ rehearse: true, seed: at });
    await standing(simulation, {});
    await assert.rejects(simulation.apply(rolled, { faults: [{ at, kind: "crash-after" }] }), Crashed);

    const said = rehearsedIn(await simulation.plan(rolled));
    const resumed = await simulation.apply(rolled);

    assert.deepEqual([said.verdict, said.why], ["converges", undefined], `after call ${at}`);
    assert.equal(resumed.result, "resumed", troubles(resumed).join("\n"));
  }
});
