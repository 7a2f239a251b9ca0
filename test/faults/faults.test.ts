/** Lost answers, refusals and dead processes: a sample of every kind. The whole of it is `npm run break`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf } from "../../src/report/blocks.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { allScenarios, COMMANDS, KINDS, nameOf, play, referenceOf } from "../support/breaking.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const CLUSTER = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });

/** Of all scenarios of a kind `npm test` plays one in so many; `npm run break` plays all, and of a larger cluster. */
const SAMPLE_STEP = 97;
const all = await allScenarios(CLUSTER, 1);
const reference = await referenceOf(CLUSTER, 1);

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

const COUNTED = [
  "vpcs",
  "subnets",
  "internetGateways",
  "addresses",
  "securityGroups",
  "routeTables",
  "endpoints",
  "loadBalancers",
  "targetGroups",
  "listeners",
] as const;

function counts({ world }: Simulation): Record<string, number> {
  const alive = [...world.instances.values()].filter(({ state }) => state === "pending" || state === "running");
  const nats = [...world.natGateways.values()].filter(({ state }) => state === "available" || state === "pending");
  return {
    ...Object.fromEntries(COUNTED.map((name) => [name, world[name].size])),
    nats: nats.length,
    instances: alive.length,
  };
}

test("an answer that is lost costs no second thing, whichever create it is, and the run goes on", async () => {
  const creates = (await callsOf((simulation) => simulation.apply(CLUSTER))).filter(({ action }) =>
    /:(Create|Allocate|Run)/.test(action),
  );
  const undisturbed = new Simulation(PROMPT);
  await undisturbed.apply(CLUSTER);
  assert.ok(creates.length > 20);

  for (const { action, number } of creates) {
    const kind = number % 2 === 0 ? "lose-answer" : "error-after";
    const simulation = new Simulation(PROMPT);
    const result = await simulation.apply(CLUSTER, { faults: [{ at: number, kind }] });
    assert.equal(result.result, "applied", `${kind} at ${number} (${action}): ${troubles(result).join("\n")}`);
    assert.deepEqual(counts(simulation), counts(undisturbed), `${kind} at ${number} (${action})`);
  }
});

for (const command of COMMANDS) {
  for (const kind of KINDS) {
    test(`a ${command} that meets ${kind}, in one run or in two, is done after three: nothing twice, nothing left, nobody else's`, async () => {
      const possible = all.filter((one) => one.command === command && one.kind === kind);
      const sample = possible.filter((_scenario, index) => index % SAMPLE_STEP === KINDS.indexOf(kind));
      assert.ok(sample.length >= 3);
      for (const scenario of sample) {
        const { faults, runs } = await play(CLUSTER, scenario, 1, reference);
        assert.ok(faults > 0 && runs <= 3, nameOf(scenario));
      }
    });
  }
}

test("a throttle anywhere costs time and nothing else", async () => {
  const calls = await callsOf((simulation) => simulation.apply(CLUSTER));
  for (const { action, number } of calls.filter((_, index) => index % 20 === 0)) {
    const simulation = new Simulation(PROMPT);
    const result = await simulation.apply(CLUSTER, { faults: [{ at: number, kind: "throttle" }] });
    assert.equal(result.result, "applied", `${number} (${action}): ${troubles(result).join("\n")}`);
  }
});

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
  assert.equal((await simulation.apply(CLUSTER)).result, "resumed");
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
  assert.deepEqual([...states].sort(), ["done", "skipped", "stopped"]);
  assert.deepEqual(result.findings.map(({ level, code, message }) => [level, code, message])[0], [
    "warning",
    "run/stopped",
    "the run was stopped by SIGINT; nothing more was started",
  ]);
  simulation.world.observers.length = 0;
  assert.equal((await simulation.apply(CLUSTER)).result, "resumed");
});

test("a run that is told to stop while AWS is silent ends in time all the same, wherever it is", async () => {
  const quiet = new Simulation();
  await quiet.apply(CLUSTER);
  // The last call gives the lease back: by then all is done.
  for (let at = 1; at < quiet.world.calls.length - 1; at += 17) {
    const simulation = new Simulation();
    const stop = new AbortController();
    let toldAtMs = 0;
    simulation.world.observers.push((world) => {
      if (world.calls.length <= at || stop.signal.aborted) return;
      toldAtMs = world.now();
      stop.abort(new Error("stopped by SIGINT"));
    });

    // From the call on, in whose course the run is told to stop, no call is answered.
    const silence = { at, times: Number.POSITIVE_INFINITY, kind: "hang" } as const;
    const result = await simulation.apply(CLUSTER, { signal: stop.signal, faults: [silence] });

    assert.equal(result.result, "stopped", `${at}: ${troubles(result).join("\n")}`);
    const tookMs = simulation.clock.now() - toldAtMs;
    assert.ok(tookMs < 5000, `${at}: it took ${tookMs} ms`);
  }
});

test("a run that was stopped anywhere and is run again at once makes no thing twice, though AWS lists it late", async () => {
  // With this seed some of what is made first is listed late.
  const quiet = new Simulation({ seed: 5 });
  await quiet.apply(CLUSTER);
  for (let at = 3; at < quiet.world.calls.length; at += 6) {
    const simulation = new Simulation({ seed: 5 });
    const stop = new AbortController();
    simulation.world.observers.push((world) => {
      if (world.calls.length > at && !stop.signal.aborted) stop.abort(new Error("stopped by SIGINT"));
    });
    await simulation.apply(CLUSTER, { signal: stop.signal });
    const result = await simulation.apply(CLUSTER);

    assert.deepEqual(troubles(result), [], `stopped at ${at}`);
    assert.deepEqual(counts(simulation), counts(quiet), `stopped at ${at}`);
  }
});

test("a destroy that can't read whether all is gone does not say that it is", async () => {
  const prepare = (simulation: Simulation) => simulation.apply(CLUSTER);
  const calls = await callsOf((simulation) => simulation.destroy(CLUSTER), prepare);
  const last = calls.findLast(({ action }) => action === "ec2:DescribeVpcs")!;
  const simulation = new Simulation(PROMPT);
  await prepare(simulation);

  const result = await simulation.destroy(CLUSTER, { faults: [{ at: last.number, kind: "deny" }] });

  assert.equal(result.result, "failed");
  assert.match(
    troubles(result)[0]!,
    /destroy\/left: whether all is gone can't be told: ec2:DescribeVpcs: UnauthorizedOperation/,
  );
});

test("a node that is never ready fails its step with what it said last, the end of its log, and what to do", async () => {
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
  const shown = renderTerminal(
    blocksOf({ command: "apply", result: "failed", findings: [], clusters: [result] }),
    noColours,
  );
  assert.match(shown, /│ slipway: error 00:\d\d:\d\dZ packages: its security group lets nothing out\n/);
  assert.match(shown, /→ the node tries again by itself; once the cause is mended, run apply again/);
});

test("a node's own words are shown without secrets, and can't pass for anything else", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  const hostile = [
    "kubeadm join --token abcdef.0123456789abcdef",
    "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----",
    "AKIAABCDEFGHIJKLMNOP aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
    "\u001b[2J::error::owned ``````` @everyone <img src=x> \u202e",
  ].join("\n");
  world.observers.push(() => {
    for (const instance of world.instances.values()) {
      if (instance.tags["slipway:phase"]?.startsWith("packages") !== true) continue;
      instance.state = "shutting-down";
      world.parameters.set(`/slipway/prod/errors/${instance.id}`, {
        ...world.birth(instance.id, {}),
        type: "String",
        keyId: undefined,
        writtenBy: instance.id,
        value: JSON.stringify({ at: 1, log: hostile }),
        version: 1,
      });
    }
  });

  const result = await simulation.apply(CLUSTER);

  const blocks = blocksOf({ command: "apply", result: "failed", findings: [], clusters: [result] });
  const withoutId = (text: string) => text.replaceAll(/i-0[0-9a-f]{16}/g, "i-00000000000000000");
  assertGolden("report/node-trouble.txt", withoutId(renderTerminal(blocks, noColours)));
  assertGolden("report/node-trouble.md", withoutId(renderMarkdown(blocks)));
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
