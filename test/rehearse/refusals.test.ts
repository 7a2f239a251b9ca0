/** Plans that would fail are refused with the reason, what can't be rehearsed says so, and nothing is changed by trying. */
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import type { Assessment } from "../../src/commands/assess.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { Rehearsal, Rehearsed } from "../../src/rehearse/rehearsal.ts";
import { rehearse } from "../../src/rehearse/rehearse.ts";
import { terminate } from "../../src/twin/ec2/instances.ts";
import { OPERATIONS, type Operation } from "../../src/twin/operations.ts";
import { clusterWith } from "../support/builders.ts";
import { poolNodes } from "../support/day2-nodes.ts";
import { assessment } from "../support/rehearsals.ts";
import { Simulation, troubles } from "../support/simulation.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];
const workers = { name: "default", size: 3, instanceType: "m6i.large", zones: ZONES };
const cluster = (spec: object = {}): Cluster => clusterWith({ spec });
const grown = cluster({ workerPools: [{ ...workers, size: 4 }] });

function carryOut(wanted: Cluster, seen: Assessment, signal = new AbortController().signal): Promise<Rehearsal> {
  return rehearse({ ...seen, cluster: wanted, nodeTimeoutMs: 1_800_000, signal });
}

async function standing(options: ConstructorParameters<typeof Simulation>[0] = {}): Promise<Simulation> {
  const simulation = new Simulation(options);
  const made = await simulation.apply(cluster());
  assert.equal(made.result, "applied", troubles(made).join("\n"));
  return simulation;
}

test("the same plan is rehearsed the same way twice", async () => {
  for (const [simulation, wanted] of [
    [new Simulation(), cluster()],
    [await standing(), grown],
  ] as const) {
    const seen = await assessment(simulation, wanted);
    const text = JSON.stringify(seen.inventory);

    const first = await carryOut(wanted, seen);
    const second = await carryOut(wanted, seen);

    assert.equal(first.verdict, "converges");
    assert.deepEqual(second, first);
    assert.equal(JSON.stringify(seen.inventory), text, "it has changed what it was given");
  }
});

test("a plan that would lead nowhere is blocked with the step and the reason, an apply as what it is, and --no-rehearse goes on", async () => {
  const simulation = await standing({ rehearse: true });
  const { world } = simulation;
  for (const node of poolNodes(world, "prod", "control-plane")) terminate(world, node, "by hand");
  await simulation.run(() => simulation.clock.sleep(120_000));
  const changes = simulation.mutatingCalls();

  const planned = await simulation.plan(cluster());
  const applied = await simulation.apply(cluster());

  assert.deepEqual([planned.result, applied.result], ["blocked", "blocked"]);
  const finding = planned.findings.find(({ code }) => code === "rehearsal/does-not-converge");
  assert.equal(finding?.level, "error");
  assert.match(finding?.message ?? "", /nodes? of control-plane.*was not ready after 30m.*no healthy target/);
  assert.match(finding?.fix ?? "", /--no-rehearse/);
  // With the lock of its initialisation at hand an apply knows more, and says so before anything is rehearsed.
  assert.equal(applied.findings[0]?.code, "cluster/control-plane-lost");
  world.parameters.delete("/slipway/prod/init");
  const unknowing = await simulation.apply(cluster());
  assert.deepEqual([unknowing.result, unknowing.findings[0]?.code], ["blocked", "rehearsal/does-not-converge"]);
  const said = planned.rehearsal as Rehearsed;
  assert.equal(said.verdict, "does-not-converge");
  assert.match(said.why?.step ?? "", /^ready /);
  assert.equal(simulation.mutatingCalls(), changes);
  assert.equal(world.calls.filter(({ action }) => action === "s3:PutObject").at(-1)?.process, "process 1");

  simulation.rehearse = false;
  assert.equal((await simulation.plan(cluster())).result, "planned");
});

test("a way out that is gone is why nodes never come", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const placement = placedIn(await userNetwork(simulation, ZONES));
  const wanted = cluster({ placement });
  const seen = await assessment(simulation, wanted);
  const network = seen.inventory.staticNetwork!;
  const subnets = new Map(
    [...network.subnets].map(([id, { routeTable, ...rest }]) => [
      id,
      rest.zone === "us-east-1b" && routeTable?.defaultRoute?.target.startsWith("nat-")
        ? { ...rest, routeTable: { ...routeTable, defaultRoute: undefined } }
        : { ...rest, routeTable },
    ]),
  );
  const inventory = { ...seen.inventory, staticNetwork: { ...network, subnets } };

  assert.equal((await carryOut(wanted, seen)).verdict, "converges");
  const said = await carryOut(wanted, { ...seen, inventory });

  assert.equal(said.verdict, "does-not-converge");
  assert.match((said as Rehearsed).why?.reason ?? "", /has no route to the internet/);
});

test("a subnet of the user's has so many free addresses as AWS says, and no more", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const wanted = cluster({ placement: placedIn(await userNetwork(simulation, ZONES)) });
  const seen = await assessment(simulation, wanted);
  const network = seen.inventory.staticNetwork!;
  const subnets = new Map([...network.subnets].map(([id, subnet]) => [id, { ...subnet, freeAddresses: 1 }]));

  const said = await carryOut(wanted, {
    ...seen,
    inventory: { ...seen.inventory, staticNetwork: { ...network, subnets } },
  });

  assert.equal(said.verdict, "does-not-converge");
  assert.match((said as Rehearsed).why?.reason ?? "", /free (IP )?addresses/i);
});

test("a plan that has left something out leads somewhere else than the file says", async () => {
  const simulation = await standing();
  const wanted = cluster({ workerPools: [{ ...workers, labels: { team: "data" } }], bastion: false });
  const seen = await assessment(simulation, wanted);
  const steps = seen.plan.steps.filter(({ work }) => work.do !== "write");
  assert.ok(steps.length < seen.plan.steps.length);

  const said = await carryOut(wanted, { ...seen, plan: { ...seen.plan, steps } });

  assert.equal(said.verdict, "does-not-converge");
  assert.match((said as Rehearsed).why?.reason ?? "", /afterwards 1 change would still be due: update /);
});

test("a price that has risen since is waited for, which is not a failure", async () => {
  const simulation = await standing();
  const wanted = cluster({ workerPools: [workers, { ...workers, name: "night", spot: { maxPricePercent: 60 } }] });
  const seen = await assessment(simulation, wanted);
  const prices = new Map([...seen.market.spotPrices].map(([place]) => [place, "9.99"]));

  const said = await carryOut(wanted, { ...seen, market: { ...seen.market, spotPrices: prices } });

  assert.equal(said.verdict, "waits");
});

test("a drain that leaves fewer nodes than there were is told, with how many and for how long", async () => {
  const simulation = await standing();
  const rollout = { maxSurge: 0, maxUnavailable: 1 };
  const wanted = cluster({ workerPools: [{ ...workers, instanceType: "m6i.xlarge", rollout }] });

  const said = (await carryOut(wanted, await assessment(simulation, wanted))) as Rehearsed;

  const [pool] = said.pools.filter(({ name }) => name === "default");
  assert.deepEqual([pool?.readyBefore, pool?.leastReady, pool?.size], [3, 2, 3]);
  assert.ok(pool!.shortMs > 0.8 * said.makespanMs && pool!.shortMs < said.makespanMs, `${pool!.shortMs}`);
  assert.deepEqual(said.etcd, { members: 3, aliveBefore: 3, leastAlive: 3 });
  assert.equal(said.longestChain.length, said.timeline.length, "one after the other");
});

test("the longest chain is as long as the whole: each of its steps begins when the one before has ended", async () => {
  const wanted = cluster();

  const said = (await carryOut(wanted, await assessment(new Simulation(), wanted))) as Rehearsed;

  const steps = said.longestChain.map((id) => said.timeline.find(({ stepId }) => stepId === id)!);
  assert.equal(steps[0]!.startMs, 0);
  for (const [index, { startMs }] of steps.entries()) {
    if (index > 0) assert.equal(startMs, steps[index - 1]!.endMs);
  }
  assert.equal(steps.at(-1)!.endMs, said.makespanMs);
  assert.ok(said.calls < 300, `${said.calls} calls`);
});

test("what could not be read, is unknown to the market or too large is not rehearsed, and says so without blocking", async () => {
  const simulation = await standing({ rehearse: true });
  const seen = await assessment(simulation, grown);
  const unread = { ...seen, inventory: { ...seen.inventory, unreadable: ["ec2:DescribeSubnets was refused"] } };
  const noTypes = { ...seen, market: { ...seen.market, types: undefined } };

  for (const [input, why] of [
    [unread, /could be read: ec2:DescribeSubnets was refused/],
    [noTypes, /instance types/],
  ] as const) {
    const said = await carryOut(grown, input);
    assert.equal(said.verdict, "unknown");
    assert.match(String(said.why), why);
  }
  const huge = cluster({ workerPools: ["a", "b"].map((name) => ({ ...workers, name, size: 1000 })) });
  const planned = await simulation.plan(huge);
  assert.equal(planned.result, "planned", troubles(planned).join("\n"));
  assert.deepEqual(
    planned.findings.filter(({ code }) => code.startsWith("rehearsal/")).map(({ level, code }) => [level, code]),
    [["warning", "rehearsal/unknown"]],
  );
});

test("what the model does not know is no reason to refuse a plan: it is not rehearsed, and says why", async () => {
  const simulation = await standing({ rehearse: true });
  const known = OPERATIONS.ec2 as Record<string, Operation>;
  const { RunInstances: kept } = known;
  for (const [broken, why] of [
    [undefined, "it does not know ec2:RunInstances"],
    [() => assert.fail("a mistake of the model's"), "ec2:RunInstances: a mistake of the model's"],
  ] as const) {
    if (broken === undefined) delete known.RunInstances;
    else known.RunInstances = broken;
    const planned = await simulation.plan(grown).finally(() => Object.assign(known, { RunInstances: kept }));

    assert.equal(planned.result, "planned", troubles(planned).join("\n"));
    assert.deepEqual(
      planned.findings.filter(({ code }) => code.startsWith("rehearsal/")),
      [
        {
          level: "warning",
          code: "rehearsal/unknown",
          message: `not rehearsed: the model of AWS can't carry it out: ${why}`,
        },
      ],
    );
  }
});

test("a rehearsal makes no keys, an apply real ones", async ({ mock }) => {
  const { mock: keys } = mock.method(webcrypto.subtle, "generateKey");
  const simulation = new Simulation({ rehearse: true });

  const planned = await simulation.plan(cluster());
  assert.deepEqual([planned.rehearsal?.verdict, keys.callCount()], ["converges", 0]);

  await simulation.apply(cluster());
  const kept = simulation.world.parameters.get("/slipway/prod/pki")?.value ?? "";
  assert.equal(keys.callCount(), kept.match(/-----BEGIN PRIVATE KEY-----/g)?.length);
});

test("a rehearsal is broken off when the run is told to stop", async () => {
  const seen = await assessment(new Simulation(), cluster());
  const stop = new AbortController();
  const reason = new Error("told to stop");
  setImmediate(() => stop.abort(reason));

  await assert.rejects(carryOut(cluster(), seen, stop.signal), reason);
});

test("where there is nothing to do nothing is rehearsed, and a reconcile never is", async () => {
  const simulation = await standing({ rehearse: true });

  assert.equal((await simulation.plan(cluster())).rehearsal, undefined);
  const [node] = poolNodes(simulation.world, "prod", "default");
  terminate(simulation.world, node!, "by hand");
  const reconciled = await simulation.reconcile(cluster());
  assert.equal(reconciled.result, "applied", troubles(reconciled).join("\n"));
  assert.equal(reconciled.rehearsal, undefined);
});
