/** Instances become nodes, also when their way there is not smooth: the failure table of the bootstrap, row by row. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import type { BootFault } from "../../src/twin/agents.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];
const CLUSTER = clusterWith({
  spec: {
    controlPlane: { size: 3, zones: ZONES },
    workerPools: [{ name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b"] }],
  },
});

/** The nodes that run, by their phase: `3 ready`. */
function phasesOf(world: World): string {
  const running = [...world.instances.values()].filter(
    ({ state, tags }) => state === "running" && tags["slipway:pool"] !== undefined,
  );
  const counts = Map.groupBy(running, ({ tags }) => tags["slipway:phase"]?.split(" ")[0] ?? "silent");
  return [...counts].map(([phase, nodes]) => `${nodes.length} ${phase}`).join(", ");
}

/** Applies until it is done, at most so many times. */
async function applyUntilDone(simulation: Simulation, most: number): Promise<string[]> {
  const results: string[] = [];
  while (results.length < most) {
    const result = await simulation.apply(CLUSTER);
    results.push(result.result);
    if (["applied", "resumed", "no-changes"].includes(result.result)) break;
  }
  return results;
}

async function terminate(simulation: Simulation, ids: readonly string[]): Promise<void> {
  await simulation.run(() => simulation.connect().ec2.send(new TerminateInstancesCommand({ InstanceIds: [...ids] })));
  await simulation.run(() => simulation.clock.sleep(120_000));
}

function controlPlanes(world: World): string[] {
  return [...world.instances.values()]
    .filter(({ state, tags }) => state === "running" && tags["slipway:role"] === "control-plane")
    .map(({ id }) => id);
}

const STEPS: readonly [BootFault["role"], BootFault["phase"]][] = [
  ["control-plane", "packages"],
  ["control-plane", "init"],
  ["control-plane", "join"],
  ["worker", "packages"],
  ["worker", "join"],
];

for (const [role, phase] of STEPS) {
  test(`a ${role} node whose ${phase} fails twice tries again by itself, and the apply never fails`, async () => {
    const simulation = new Simulation();
    simulation.world.bootFaults.push({ role, phase, kind: "fail", times: 2 });

    const result = await simulation.apply(CLUSTER);

    assert.equal(result.result, "applied", troubles(result).join("\n"));
    assert.equal(phasesOf(simulation.world), "5 ready");
    assert.ok(simulation.events.some((event) => event.code === "node/phase" && event.phase === "error"));
  });

  test(`two ${role} nodes that die at ${phase} are made up for by the next applies, and the cluster is one`, async () => {
    const simulation = new Simulation();
    simulation.world.bootFaults.push({ role, phase, kind: "die", times: 2 });

    const results = await applyUntilDone(simulation, 3);

    assert.deepEqual([results[0], results.at(-1)], ["failed", "resumed"], results.join());
    assert.equal(phasesOf(simulation.world), "5 ready");
    assert.equal(simulation.world.kubernetes.get("prod")!.members.size, 3);
  });

  test(`a ${role} node that hangs at ${phase} is named with that phase when its time is up`, async () => {
    const simulation = new Simulation();
    simulation.world.bootFaults.push({ role, phase, kind: "hang", times: 1 });

    const result = await simulation.apply(CLUSTER);

    assert.equal(result.result, "failed");
    assert.match(troubles(result).join("\n"), new RegExp(`was not ready after 30m 00s; it is at "${phase}"`));
  });
}

test("a node that hangs while it initialises holds the others up only as long as it is there", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  world.bootFaults.push({ role: "control-plane", phase: "init", kind: "hang", times: 1 });
  const stuck = await simulation.apply(CLUSTER);
  const lock = JSON.parse(world.parameters.get("/slipway/prod/init")!.value);
  await terminate(simulation, [lock.instance]);

  const results = await applyUntilDone(simulation, 2);

  assert.match(troubles(stuck).join("\n"), new RegExp(`it is at "waiting": for kubeadm init on ${lock.instance}`));
  assert.equal(results.at(-1), "resumed");
  assert.equal(phasesOf(world), "5 ready");
});

test("one control-plane node that is lost is replaced: its member goes, and another one joins", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  await simulation.apply(CLUSTER);
  const [lost = ""] = controlPlanes(world);
  await terminate(simulation, [lost]);

  const result = await simulation.apply(CLUSTER);

  assert.equal(result.result, "applied", troubles(result).join("\n"));
  const { members } = world.kubernetes.get("prod")!;
  assert.deepEqual([members.size, members.has(lost), phasesOf(world)], [3, false, "5 ready"]);
});

test("without etcd's quorum nothing joins, and the node that waits says so", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  await simulation.apply(CLUSTER);
  await terminate(simulation, controlPlanes(world).slice(0, 2));

  const result = await simulation.apply(CLUSTER);

  assert.equal(result.result, "failed");
  assert.match(troubles(result).join("\n"), /it is at "waiting": for the API: etcd has no leader/);
  assert.equal(world.kubernetes.get("prod")!.members.size, 3, "nothing may be removed without quorum");
});

for (const part of ["hasCloudController", "hasNetwork"] as const) {
  test(`a node is not ready while its cluster ${part === "hasNetwork" ? "has no network" : "has no cloud controller"}`, async () => {
    const simulation = new Simulation();
    const { world } = simulation;
    world.observers.push(() => {
      const packs = world.kubernetes.get("prod")?.packs;
      if (packs !== undefined) packs[part] = false;
    });

    const result = await simulation.apply(CLUSTER);

    assert.equal(result.result, "failed");
    assert.match(troubles(result).join("\n"), /was not ready after 30m 00s; it is at "joined"/);
  });
}
