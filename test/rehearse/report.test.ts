/** How people read a rehearsal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandResult } from "../../src/commands/results.ts";
import type { Rehearsed } from "../../src/rehearse/rehearsal.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { gantt } from "../../src/report/rehearsal.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { terminate } from "../../src/twin/ec2/instances.ts";
import { clusterWith } from "../support/builders.ts";
import { poolNodes } from "../support/day2.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation } from "../support/simulation.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

async function planned(spec: object, before = async (_: Simulation): Promise<void> => {}): Promise<CommandResult> {
  const simulation = new Simulation({ eventualConsistency: false });
  await simulation.apply(clusterWith());
  await before(simulation);
  simulation.rehearse = true;
  const result = await simulation.plan(clusterWith({ spec }));
  return { command: "plan", result: result.result, findings: [], clusters: [result] };
}

function draw(name: string, result: CommandResult): void {
  const blocks = blocksOf(result).filter(({ block }) => ["verdict", "findings", "rehearsal"].includes(block));
  assertGolden(`rehearsal/${name}.txt`, renderTerminal(blocks, noColours));
  assertGolden(`rehearsal/${name}.md`, renderMarkdown(blocks));
}

test("a rehearsal is one line, with bars for the steps that take long", async () => {
  const rollout = { maxSurge: 0, maxUnavailable: 1 };
  const pool = { name: "default", size: 3, instanceType: "m6i.xlarge", zones: ZONES, rollout };
  const result = await planned({ workerPools: [pool] });

  draw("roll", result);
  const [cluster] = jsonReport(result).clusters;
  assert.equal(cluster?.rehearsal?.verdict, "converges");
  assert.doesNotMatch(JSON.stringify(cluster?.rehearsal), /\d{4}-\d\d-\d\dT|Token|-----BEGIN/);
});

test("a rehearsal that fails says where, and draws how far it came", async () => {
  const result = await planned({}, async (simulation) => {
    for (const node of poolNodes(simulation.world, "prod", "control-plane")) terminate(simulation.world, node, "");
    await simulation.run(() => simulation.clock.sleep(120_000));
  });

  draw("lost", result);
});

test("names mean nothing to the drawing that they are in", () => {
  const step = { stepId: "x", action: "launch", startMs: 0, endMs: 1000, state: "done" } as const;
  const said: Rehearsed = {
    verdict: "converges",
    makespanMs: 1000,
    timeline: [{ ...step, title: "a:crit, 00:00:01, 5s\nsection x;#`%%{init}" }],
    longestChain: ["x"],
    pools: [],
    apiOutageMs: 0,
    calls: 1,
  };

  assert.deepEqual(gantt(said)?.split("\n").slice(3), [
    "  launch a crit  00 00 01  5s section x      init :crit, 00:00:00, 1s",
  ]);
  assert.equal(gantt({ ...said, makespanMs: 25 * 3_600_000 }), undefined);
});
