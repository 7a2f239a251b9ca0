/** What `status` tells: pools, nodes, ages, who is at work, what it costs, and what nobody looks after. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
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
