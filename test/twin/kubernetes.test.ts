/** Kubernetes on the twin's nodes: leaving within budgets, etcd's quorum, who leads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kubernetes } from "../../src/twin/kubernetes.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { Simulation } from "../support/simulation.ts";

const ZONE = ["us-east-1a"];
const SECOND = 1000;

/** A cluster with a control plane of that size and two workers, ready. */
async function standing(size: 1 | 3): Promise<{ simulation: Simulation; world: World; kubernetes: Kubernetes }> {
  const simulation = new Simulation();
  const pool = { name: "default", size: 2, instanceType: "m6i.large", zones: ZONE };
  await simulation.apply(clusterWith({ spec: { controlPlane: { size, zones: ZONE }, workerPools: [pool] } }));
  const { world } = simulation;
  return { simulation, world, kubernetes: world.kubernetes.get("prod")! };
}

async function pass(simulation: Simulation, seconds: number): Promise<void> {
  await simulation.run(() => simulation.clock.sleep(seconds * SECOND));
  simulation.world.catchUp();
}

function ids(world: World, role: string): string[] {
  return [...world.instances.values()].filter(({ tags }) => tags["slipway:role"] === role).map(({ id }) => id);
}

const phase = (world: World, id: string): string => world.instances.get(id)!.tags["slipway:phase"]!;
const leave = (world: World, id: string, value: string): void => {
  world.instances.get(id)!.tags["slipway:leave"] = value;
};

test("a node that is asked to leave is drained and left; its pods run elsewhere", async () => {
  const { simulation, world, kubernetes } = await standing(1);
  const [node = "", other = ""] = ids(world, "worker");
  for (const name of ["a", "b"]) kubernetes.pods.push({ namespace: "shop", name, app: "shop", on: node });

  leave(world, node, "roll");
  await pass(simulation, 60);

  assert.match(phase(world, node), /^left/);
  assert.deepEqual([kubernetes.nodes.has(node), kubernetes.pods.map(({ on }) => on)], [false, [other, other]]);
});

test("a budget holds a drain up and is named; after the deadline that is an error, and without the budget it goes on", async () => {
  const { simulation, world, kubernetes } = await standing(1);
  const [node = ""] = ids(world, "worker");
  kubernetes.pods.push({ namespace: "shop", name: "db-0", app: "db", on: node });
  kubernetes.budgets.push({ namespace: "shop", name: "db", app: "db", minAvailable: 1 });

  leave(world, node, `${new Date(simulation.clock.now() + 60 * SECOND).toISOString().slice(0, 19)}Z roll`);
  await pass(simulation, 40);
  const held = phase(world, node);
  await pass(simulation, 60);
  const late = phase(world, node);
  kubernetes.budgets.length = 0;
  await pass(simulation, 60);

  const why = "1 pods: shop/db-0 The disruption budget db needs 1 healthy pods and has 1 currently";
  assert.match(held, new RegExp(`^draining \\d\\d:\\d\\d:\\d\\dZ ${why}`));
  assert.match(late, new RegExp(`^error \\d\\d:\\d\\d:\\d\\dZ drain not done in time: ${why}`));
  assert.match(phase(world, node), /^left/);
});

test("a request to leave that is taken back leaves the node as it was", async () => {
  const { simulation, world, kubernetes } = await standing(1);
  const [node = ""] = ids(world, "worker");
  kubernetes.pods.push({ namespace: "shop", name: "db-0", app: "db", on: node });
  kubernetes.budgets.push({ namespace: "shop", name: "db", app: "db", minAvailable: 1 });
  leave(world, node, "roll");
  await pass(simulation, 60);

  delete world.instances.get(node)!.tags["slipway:leave"];
  await pass(simulation, 60);

  assert.match(phase(world, node), /^ready/);
  assert.equal(kubernetes.nodes.get(node)!.isCordoned, false);
});

test("the last member of etcd stays, and none leaves while another does not answer", async () => {
  const one = await standing(1);
  const [last = ""] = ids(one.world, "control-plane");
  leave(one.world, last, "roll");
  await pass(one.simulation, 60);
  const two = await standing(3);
  const [gone = "", ...stay] = ids(two.world, "control-plane");
  leave(two.world, gone, "roll");
  await pass(two.simulation, 60);
  for (const id of stay) leave(two.world, id, "roll");
  await pass(two.simulation, 60);
  const three = await standing(3);
  const [first = "", second = ""] = ids(three.world, "control-plane");
  three.world.instances.get(second)!.state = "stopped";
  leave(three.world, first, "roll");
  await pass(three.simulation, 120);

  assert.match(phase(one.world, last), /^draining .* the only etcd member/);
  assert.deepEqual(stay.map((id) => phase(two.world, id).split(" ")[0]).sort(), ["draining", "left"]);
  assert.match(phase(three.world, first), new RegExp(`^draining .* etcd member ${second} does not answer`));
});

test("when the leading agent's node is gone, another one leads a minute later", async () => {
  const { simulation, world, kubernetes } = await standing(3);
  const leader = kubernetes.leader!.id;
  world.instances.get(leader)!.state = "terminated";
  await pass(simulation, 40);
  const before = kubernetes.leader!.id;
  await pass(simulation, 60);

  assert.equal(before, leader);
  assert.notEqual(kubernetes.leader!.id, leader);
  assert.equal(kubernetes.members.has(leader), false);
});

test("a node whose kubelet is silent for minutes is unready, and ready again when it is back", async () => {
  const { simulation, world } = await standing(1);
  const [node = ""] = ids(world, "worker");
  world.instances.get(node)!.state = "stopped";
  await pass(simulation, 220);
  const silent = phase(world, node);
  world.instances.get(node)!.state = "running";
  await pass(simulation, 40);

  assert.match(silent, /^unready .* since 2026-01-01T00:\d\dZ/);
  assert.match(phase(world, node), /^ready/);
});
