/** Spot pools, and zones that have no capacity: what can't be had now waits, and comes when it can. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import { interrupt, moveSpotPrice } from "../../src/twin/ec2/spot.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import { clusterWith } from "../support/builders.ts";
import { poolNodes } from "../support/day2-nodes.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const [A, B, C] = ["us-east-1a", "us-east-1b", "us-east-1c"];
/** 60% of $0.096. */
const CAP = "0.057600";

/** A control plane of one, and a pool of three over three zones, on spot unless `pool` says otherwise. */
function cluster(pool: Record<string, unknown> = {}): Cluster {
  return clusterWith({
    spec: {
      controlPlane: { size: 1, zones: [A] },
      workerPools: [
        {
          name: "batch",
          size: 3,
          instanceType: "m6i.large",
          zones: [A, B, C],
          spot: { maxPricePercent: 60 },
          ...pool,
        },
      ],
    },
  });
}

async function standing(of: Cluster): Promise<Simulation> {
  const simulation = new Simulation();
  const result = await simulation.apply(of);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  return simulation;
}

/** How many nodes of the pool there are in each zone: `a2 b1`. */
function zones({ world }: Simulation): string {
  world.catchUp();
  const there = poolNodes(world, "prod", "batch").filter(({ state }) => state === "running");
  const counts = Map.groupBy(there, ({ zone }) => zone.slice(-1));
  return [...counts]
    .map(([zone, nodes]) => `${zone}${nodes.length}`)
    .sort()
    .join(" ");
}

const pass = (simulation: Simulation, ms: number): Promise<void> => simulation.run(() => simulation.clock.sleep(ms));

test("nodes that have become too dear are taken back by EC2, and come again when the price is in range", async () => {
  const simulation = await standing(cluster());
  const { world } = simulation;
  world.catchUp();

  moveSpotPrice(world, "m6i.large", B, "0.060000");
  await pass(simulation, 90_000);
  world.catchUp();
  const noticed = poolNodes(world, "prod", "batch").find(({ zone }) => zone === B)!;
  assert.match(noticed.tags["slipway:phase"]!, /^left/, "drained before it is gone");
  assert.equal(noticed.state, "running");
  await pass(simulation, 240_000);
  assert.equal(zones(simulation), "a1 c1");

  const dear = await simulation.reconcile(cluster());
  moveSpotPrice(world, "m6i.large", B, CAP);
  const cheap = await simulation.reconcile(cluster());

  assert.equal(dear.result, "waiting");
  assert.match(dear.findings[0]!.message, /1 node of batch waits in us-east-1b: spot m6i\.large costs \$0\.060000/);
  assert.equal(cheap.result, "applied", troubles(cheap).join("\n"));
  assert.equal(zones(simulation), "a1 b1 c1");
});

test("with zoneFallback the share of a zone that is too dear goes to the others, and back when it is not", async () => {
  const pool = cluster({ zoneFallback: true });
  const simulation = await standing(pool);
  const { world } = simulation;
  world.catchUp();
  moveSpotPrice(world, "m6i.large", B, "0.060000");
  await pass(simulation, 300_000);

  const elsewhere = await simulation.reconcile(pool);
  const moved = zones(simulation);
  moveSpotPrice(world, "m6i.large", B, CAP);
  const back = await simulation.reconcile(pool);

  assert.deepEqual([elsewhere.result, moved], ["applied", "a2 c1"], troubles(elsewhere).join("\n"));
  assert.deepEqual([back.result, zones(simulation)], ["applied", "a1 b1 c1"], troubles(back).join("\n"));
});

test("a price that rises between plan and launch is a wait, told as what it is", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  world.observers.push(() => {
    const launches = world.calls.some(({ action }) => action === "ec2:RunInstances");
    if (launches) world.spotPrices.set(`m6i.large/${C}`, "0.070000");
  });

  const result = await simulation.apply(cluster());

  assert.equal(result.result, "waiting", troubles(result).join("\n"));
  const [finding] = result.findings;
  assert.equal(finding?.code, "apply/no-capacity");
  assert.match(
    finding.message,
    /^1 of 1 node of batch wait: spot m6i\.large costs more in us-east-1c now than the \$0\.057600 an hour that the pool pays$/,
  );
});

test("an account that has never used spot instances is told what it needs once", async () => {
  const simulation = new Simulation();
  simulation.world.lacksSpotRole = true;

  const result = await simulation.apply(cluster());

  assert.equal(result.result, "failed");
  assert.match(troubles(result).join("\n"), /create-service-linked-role --aws-service-name spot\.amazonaws\.com/);
});

test("a zone without capacity lets its share wait, with type and zone named, and is asked once a run", async () => {
  const pool = cluster({ spot: undefined });
  const simulation = new Simulation();
  const { world } = simulation;
  world.exhausted.add(`m6i.large/${C}`);

  const short = await simulation.apply(pool);
  const asked = world.calls.filter(({ error }) => error === "InsufficientInstanceCapacity").length;
  const planned = await simulation.plan(pool);
  world.exhausted.clear();
  const whole = await simulation.reconcile(pool);

  assert.equal(short.result, "waiting");
  assert.match(short.findings[0]!.message, /AWS has no capacity for m6i\.large in us-east-1c now/);
  assert.equal(asked, 1);
  assert.deepEqual(
    planned.plan?.changes.map(({ action, id, summary }) => `${action} ${id} ${summary}`),
    ["scale pool/batch 1 × m6i.large (1 in us-east-1c)"],
  );
  assert.deepEqual([whole.result, zones(simulation)], ["applied", "a1 b1 c1"], troubles(whole).join("\n"));
});

test("with zoneFallback the share of a zone without capacity goes elsewhere, and is moved back later", async () => {
  const pool = cluster({ spot: undefined, zoneFallback: true });
  const simulation = new Simulation();
  simulation.world.exhausted.add(`m6i.large/${C}`);

  const elsewhere = await simulation.apply(pool);
  const moved = zones(simulation);
  const still = await simulation.reconcile(pool);
  const unmoved = zones(simulation);
  simulation.world.exhausted.clear();
  const back = await simulation.reconcile(pool);

  assert.deepEqual([elsewhere.result, moved], ["applied", "a2 b1"], troubles(elsewhere).join("\n"));
  assert.deepEqual([still.result, unmoved], ["waiting", "a2 b1"]);
  assert.deepEqual([back.result, zones(simulation)], ["applied", "a1 b1 c1"], troubles(back).join("\n"));
});

test("a roll that finds no capacity stands still with nothing lost, and goes on when there is some", async () => {
  const simulation = await standing(cluster({ spot: undefined }));
  const { world } = simulation;
  const larger = cluster({ spot: undefined, instanceType: "m6i.xlarge" });
  world.exhausted.add(`m6i.xlarge/${B}`);

  const first = await simulation.apply(larger);
  const standingStill = zones(simulation);
  const reconciled = await simulation.reconcile(larger);
  world.exhausted.clear();
  const second = await simulation.apply(larger);

  assert.equal(first.result, "waiting", troubles(first).join("\n"));
  assert.equal(standingStill, "a1 b1 c1");
  assert.equal(reconciled.result, "drifted", "a roll is an apply's");
  assert.equal(second.result, "applied", troubles(second).join("\n"));
  const types = poolNodes(world, "prod", "batch").filter(({ state }) => state === "running");
  assert.deepEqual([...new Set(types.map(({ type }) => type))], ["m6i.xlarge"]);
});

test("a spot node that is interrupted while its pool is rolled is made up for by the roll itself or the next run", async () => {
  const simulation = await standing(cluster());
  const { world } = simulation;
  const larger = cluster({ instanceType: "m6i.xlarge" });
  let struck = false;
  world.observers.push(() => {
    const fresh = poolNodes(world, "prod", "batch").find(
      ({ type, tags }) => type === "m6i.xlarge" && tags["slipway:phase"]?.startsWith("ready"),
    );
    if (fresh === undefined || struck) return;
    struck = true;
    interrupt(world, fresh);
  });

  const results: string[] = [];
  while (results.length < 3 && results.at(-1) !== "no-changes") results.push((await simulation.apply(larger)).result);

  assert.ok(struck && results.at(-1) === "no-changes", results.join());
  assert.equal(kubernetesOf(world, "prod").nodes.size, 4);
  assert.equal(zones(simulation), "a1 b1 c1");
});
