/** Lost answers, refusals and dead processes: a sample of every kind. The whole of it is `npm run break`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultKind } from "../../src/twin/faults.ts";
import { clusterWith } from "../support/builders.ts";
import { Crashed, Simulation, troubles } from "../support/simulation.ts";

const CLUSTER = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });

/** Without late visibility: what this file is about are faults. */
const PROMPT = { eventualConsistency: false };

/** The numbers of the calls that an undisturbed run makes, by their actions. */
async function callsOf(
  command: (simulation: Simulation) => Promise<unknown>,
  prepared?: (simulation: Simulation) => Promise<unknown>,
) {
  const simulation = new Simulation(PROMPT);
  await prepared?.(simulation);
  const before = simulation.world.calls.length;
  await command(simulation);
  return simulation.world.calls.slice(before).map(({ action }, number) => ({ action, number }));
}

function counts(simulation: Simulation): Record<string, number> {
  const { world } = simulation;
  const alive = [...world.instances.values()].filter(({ state }) => state === "pending" || state === "running");
  const {
    vpcs,
    subnets,
    internetGateways,
    addresses,
    securityGroups,
    routeTables,
    endpoints,
    loadBalancers,
    targetGroups,
    listeners,
  } = world;
  const nats = [...world.natGateways.values()].filter(({ state }) => state === "available" || state === "pending");
  const sizes = {
    vpcs,
    subnets,
    internetGateways,
    addresses,
    securityGroups,
    routeTables,
    endpoints,
    loadBalancers,
    targetGroups,
    listeners,
  };
  return {
    ...Object.fromEntries(Object.entries(sizes).map(([name, store]) => [name, store.size])),
    nats: nats.length,
    instances: alive.length,
  };
}

test("an answer that is lost costs no second thing, whichever create it is, and the run goes on", async () => {
  const creates = (await callsOf((simulation) => simulation.apply(CLUSTER))).filter(({ action }) =>
    /:(Create|Allocate|Run)/.test(action),
  );
  const reference = new Simulation(PROMPT);
  await reference.apply(CLUSTER);
  assert.ok(creates.length > 20);

  for (const { action, number } of creates) {
    for (const kind of ["lose-answer", "error-after"] as const) {
      const simulation = new Simulation(PROMPT);
      const result = await simulation.apply(CLUSTER, { faults: [{ at: number, kind }] });
      assert.equal(result.result, "applied", `${kind} at ${number} (${action}): ${troubles(result).join("\n")}`);
      assert.deepEqual(counts(simulation), counts(reference), `${kind} at ${number} (${action})`);
    }
  }
});

test("an internal error or a throttle anywhere costs time and nothing else", async () => {
  const calls = await callsOf((simulation) => simulation.apply(CLUSTER));
  for (const { action, number } of calls.filter((_, index) => index % 5 === 0)) {
    for (const kind of ["refuse", "throttle"] as const) {
      const simulation = new Simulation(PROMPT);
      const result = await simulation.apply(CLUSTER, { faults: [{ at: number, kind }] });
      // Where no token says that it was not done, and nothing is found, it is sent again once.
      assert.ok(
        ["applied", "blocked"].includes(result.result),
        `${kind} at ${number} (${action}): ${troubles(result).join("\n")}`,
      );
      if (result.result === "blocked") assert.equal((await simulation.apply(CLUSTER)).result, "applied");
    }
  }
});

for (const kind of ["crash-before", "crash-after"] satisfies FaultKind[]) {
  test(`a run that dies is finished by the next one: ${kind}`, async () => {
    const calls = await callsOf((simulation) => simulation.apply(CLUSTER));
    const reference = new Simulation(PROMPT);
    await reference.apply(CLUSTER);
    for (const { action, number } of calls.filter((_, index) => index % 6 === 0)) {
      const simulation = new Simulation(PROMPT);
      await assert.rejects(simulation.apply(CLUSTER, { faults: [{ at: number, kind }] }), Crashed);
      const result = await simulation.apply(CLUSTER);
      assert.ok(
        ["applied", "no-changes"].includes(result.result),
        `${kind} at ${number} (${action}): ${troubles(result).join("\n")}`,
      );
      assert.deepEqual(counts(simulation), counts(reference), `${kind} at ${number} (${action})`);
    }
  });

  test(`a destroy that dies is finished by the next one: ${kind}`, async () => {
    const prepare = (simulation: Simulation) => simulation.apply(CLUSTER);
    const calls = await callsOf((simulation) => simulation.destroy(CLUSTER), prepare);
    for (const { action, number } of calls.filter((_, index) => index % 6 === 0)) {
      const simulation = new Simulation(PROMPT);
      await prepare(simulation);
      await assert.rejects(simulation.destroy(CLUSTER, { faults: [{ at: number, kind }] }), Crashed);
      const result = await simulation.destroy(CLUSTER);
      assert.equal(result.result, "destroyed", `${kind} at ${number} (${action}): ${troubles(result).join("\n")}`);
      assert.deepEqual(
        Object.values(counts(simulation)).reduce((sum, n) => sum + n, 0),
        0,
        `${kind} at ${number} (${action})`,
      );
    }
  });
}

test("one step that fails holds up what needs it and nothing else, and says why", async () => {
  const simulation = new Simulation();
  simulation.world.exhausted.add("m6i.large/us-east-1a");

  const result = await simulation.apply(CLUSTER);

  assert.equal(result.result, "failed");
  const failed = result.steps!.filter(({ outcome }) => outcome.state === "failed");
  assert.deepEqual(
    failed.map(({ step }) => step.id),
    ["launch pool/control-plane/us-east-1a"],
  );
  assert.match(
    troubles(result)[0]!,
    /InsufficientInstanceCapacity: We currently do not have sufficient m6i\.large capacity/,
  );
  assert.deepEqual(
    result.steps!.filter(({ outcome }) => outcome.state === "skipped").map(({ step }) => step.id),
    ["ready pool/control-plane/us-east-1a"],
  );
  simulation.world.exhausted.clear();
  assert.equal((await simulation.apply(CLUSTER)).result, "applied");
});

test("a run that is told to stop starts nothing more, says where it is, and is finished by the next one", async () => {
  const simulation = new Simulation();
  const stop = new AbortController();
  const startedAtMs = simulation.clock.now();
  simulation.world.observers.push((world) => {
    if (world.now() > startedAtMs + 60_000 && !stop.signal.aborted) stop.abort(new Error("stopped by SIGINT"));
  });

  const result = await simulation.apply(CLUSTER, { signal: stop.signal });

  assert.equal(result.result, "stopped");
  assert.ok(simulation.clock.now() - startedAtMs < 66_000, "it stops within five seconds");
  const states = new Set(result.steps!.map(({ outcome }) => outcome.state));
  assert.ok(states.has("done") && states.has("skipped"));
  simulation.world.observers.length = 0;
  assert.equal((await simulation.apply(CLUSTER)).result, "applied");
});

test("a node that is never ready fails its step with what it said last", async () => {
  const simulation = new Simulation();
  simulation.world.observers.push((world) => {
    for (const group of world.securityGroups.values()) if (group.name.endsWith("control-plane")) group.egress = [];
  });

  const result = await simulation.apply(CLUSTER);

  assert.equal(result.result, "failed");
  assert.match(
    troubles(result)[0]!,
    /i-0\w+ was not ready after 30m 00s; it is at "error": packages: its security group lets nothing out/,
  );
});

test("a node that goes away while it starts is said at once", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  world.observers.push(() => {
    for (const instance of world.instances.values()) {
      if (instance.tags["slipway:phase"]?.startsWith("init") && instance.state === "running")
        instance.state = "shutting-down";
    }
  });

  const result = await simulation.apply(CLUSTER);

  assert.match(troubles(result)[0]!, /is shutting-down and was never ready/);
});
