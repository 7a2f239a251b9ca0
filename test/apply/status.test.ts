/** What `status` tells: pools, nodes, ages, who is at work, what it costs, and what nobody looks after. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { kubernetesOf } from "../../src/twin/kubernetes.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Crashed, Simulation } from "../support/simulation.ts";

const ONE = ["us-east-1a"];
const pool = (changes: object) => ({ name: "default", size: 2, instanceType: "m6i.large", zones: ONE, ...changes });
const PROD = clusterWith({
  spec: {
    controlPlane: { size: 1, zones: ONE },
    workerPools: [pool({}), pool({ name: "batch", spot: { maxPricePercent: 60 } }), pool({ name: "idle", size: 0 })],
  },
});
const ORPHAN = clusterWith({
  metadata: { name: "forgotten" },
  spec: { controlPlane: { size: 1, zones: ONE }, workerPools: [], placement: { dynamic: { vpcCidr: "10.1.0.0/16" } } },
});

/** Ids come from the twin's chance: people compare texts, not ids. */
function withoutIds(text: string): string {
  const known = new Map<string, string>();
  return text.replace(/\bi-0[0-9a-f]{16}\b/g, (id) => {
    if (!known.has(id)) known.set(id, `i-${String(known.size + 1).padStart(17, "0")}`);
    return known.get(id) as string;
  });
}

test("status shows pools, nodes, phases, ages and costs, with --all also clusters that no file describes", async () => {
  const simulation = new Simulation();
  await simulation.apply(PROD);
  await simulation.apply(ORPHAN);
  await simulation.run(() => simulation.clock.sleep(26 * 3_600_000));
  const before = simulation.mutatingCalls();

  const all = await simulation.status([PROD], undefined, true);
  const own = await simulation.status([PROD], undefined);
  const one = await simulation.status([PROD], "forgotten");

  assert.deepEqual(
    [all, own, one].map(({ result, clusters }) => [result, ...clusters.map(({ name }) => name)]),
    [
      ["shown", "forgotten", "prod"],
      ["shown", "prod"],
      ["shown", "forgotten"],
    ],
  );
  assert.deepEqual(
    all.clusters.map(({ findings }) => findings.map(({ code }) => code)),
    [["status/no-document"], []],
  );
  assert.equal(simulation.mutatingCalls(), before);
  const blocks = blocksOf(all);
  assertGolden("report/status.txt", withoutIds(renderTerminal(blocks, noColours)));
  assertGolden("report/status.md", withoutIds(renderMarkdown(blocks)));
  assertGolden("report/status.json", `${withoutIds(JSON.stringify(jsonReport(own), null, 2))}\n`);
});

/** A roll, a pool that grows and one that goes, stopped when the second old node is on its way out. */
async function stoppedRoll() {
  const simulation = new Simulation();
  const standing = clusterWith({
    spec: {
      controlPlane: { size: 1, zones: ONE },
      workerPools: [
        pool({ size: 3 }),
        pool({ name: "batch", spot: { maxPricePercent: 60 } }),
        pool({ name: "old", size: 1 }),
      ],
    },
  });
  await simulation.apply(standing);
  simulation.world.spotPrices.set("m6i.large/us-east-1a", "0.090000");
  const edited = clusterWith({
    spec: {
      controlPlane: { size: 1, zones: ONE },
      workerPools: [
        pool({ size: 4, instanceType: "m6i.xlarge" }),
        pool({ name: "batch", size: 3, spot: { maxPricePercent: 60 } }),
      ],
    },
  });
  // The second one to go has a pod that its budget does not let go.
  const planned = await simulation.plan(edited);
  const second = planned.plan?.changes.find(({ id }) => id === "pool/default")?.nodes?.[1]?.instanceId;
  const { pods, budgets } = kubernetesOf(simulation.world, "prod");
  pods.push({ namespace: "shop", name: "db-0", app: "db", on: second });
  budgets.push({ namespace: "shop", name: "db", app: "db", minAvailable: 1 });
  const stop = new AbortController();
  simulation.events.length = 0;
  simulation.onEvent = (event) => {
    if (event.code === "node/phase" && event.phase === "draining" && event.instanceId === second)
      stop.abort(new Error("stopped by SIGINT"));
  };
  const stopped = await simulation.apply(edited, { confirm: ["prod/old"], signal: stop.signal });
  const events = simulation.events.flatMap((event) => (event.code === "pool/progress" ? [event] : []));
  return { simulation, edited, stopped, events };
}

test("in the middle of a roll status tells which nodes are as the file says, which go and why, and what is still to come", async () => {
  const { simulation, edited } = await stoppedRoll();

  const shown = await simulation.status([edited], "prod");

  const pools = shown.clusters[0]?.status?.pools ?? [];
  assert.deepEqual(
    pools.map(({ name, wanted, current, toAdd, toReplace, toRemove, waiting }) => [
      `${name} of ${wanted}`,
      { current, toAdd, toReplace, toRemove, waiting },
    ]),
    [
      ["control-plane of 1", { current: 1, toAdd: 0, toReplace: 0, toRemove: 0, waiting: 0 }],
      ["default of 4", { current: 3, toAdd: 0, toReplace: 2, toRemove: 0, waiting: 0 }],
      ["batch of 3", { current: 2, toAdd: 0, toReplace: 0, toRemove: 0, waiting: 1 }],
      ["old of undefined", { current: 0, toAdd: 0, toReplace: 0, toRemove: 1, waiting: 0 }],
    ],
  );
  const blocks = blocksOf(shown);
  assertGolden("report/status-rolling.txt", withoutIds(renderTerminal(blocks, noColours)));
  assertGolden("report/status-rolling.md", withoutIds(renderMarkdown(blocks)));
});

test("while a roll goes on, each node that is ready or gone is counted against how many there will be", async () => {
  const { simulation, edited, stopped, events } = await stoppedRoll();

  const told = (name: string) =>
    events
      .filter((event) => event.pool === name)
      .map(({ added, toAdd, removed, toRemove }) => [added, toAdd, removed, toRemove]);
  assert.deepEqual(told("default").at(0), [0, 4, 0, 3]);
  assert.deepEqual(told("old"), [[0, 0, 0, 1]]);
  assert.deepEqual(
    stopped.nodes?.find((progress) => progress.pool === "default"),
    events
      .filter((event) => event.pool === "default")
      .map(({ code: _code, ...progress }) => progress)
      .at(-1),
  );
  const report = renderTerminal(
    blocksOf({ command: "apply", result: "stopped", findings: [], clusters: [stopped] }),
    noColours,
  );
  assert.match(
    report,
    /^■ stopped {2}apply prod {2}\d+ of \d+ steps done; \d of 4 nodes added, 1 of 4 removed; run it again/,
  );

  kubernetesOf(simulation.world, "prod").budgets.length = 0;
  simulation.onEvent = () => {};
  const resumed = await simulation.apply(edited, { confirm: ["prod/old"] });
  for (const { added, toAdd, removed, toRemove } of resumed.nodes ?? [])
    assert.deepEqual([added, removed], [toAdd, toRemove]);
  assert.equal(resumed.nodes?.find((progress) => progress.pool === "default")?.removed, 2);
  assert.deepEqual(
    resumed.findings.map(({ code }) => code),
    ["run/resumed", "plan/waiting-for-price"],
    "of the pool that is gone now nothing is said any more",
  );
});

test("status says who is at work, and of a name that nothing is known of that there is nothing", async () => {
  const simulation = new Simulation();
  await assert.rejects(
    simulation.apply(PROD, { faults: [{ kind: "crash-after", at: 150 }], by: "ann@laptop" }),
    Crashed,
  );

  const busy = await simulation.status([PROD], "prod");
  const none = await simulation.status([PROD], "prd");

  assert.match(renderTerminal(blocksOf(busy), noColours), /being changed by ann@laptop \(apply\) since 2026-01-01T/);
  assert.deepEqual(
    [none.result, none.clusters, none.findings.map(({ message }) => message)],
    ["shown", [], ["no file describes prd, and AWS has nothing of it"]],
  );
});
