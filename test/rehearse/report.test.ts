/** How people read a rehearsal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandResult } from "../../src/commands/results.ts";
import type { Rehearsed } from "../../src/rehearse/rehearsal.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { readJsonReport } from "../../src/report/read-json.ts";
import { gantt } from "../../src/report/rehearsal.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { assertGolden } from "../support/golden.ts";

const MINUTE = 60_000;
const nodes = ["us-east-1a", "us-east-1b", "us-east-1c"].map((zone, n) => ({ id: `i-0${String(n).repeat(16)}`, zone }));

/** A roll one by one, each node before its replacement, and a tag that is changed beside it. */
const ROLL: Rehearsed = {
  verdict: "converges",
  makespanMs: 9 * MINUTE,
  timeline: [
    { stepId: "tag", title: "tags of control-plane", action: "update", startMs: 0, endMs: 120, state: "done" },
    ...nodes.flatMap(({ id, zone }, n): Rehearsed["timeline"] => {
      const [from, title] = [3 * n * MINUTE, `new node of default in ${zone} for ${id}`];
      const done = { state: "done" } as const;
      return [
        {
          ...done,
          stepId: `leave ${id}`,
          title: `${id} of default in ${zone}`,
          action: "remove",
          startMs: from,
          endMs: from + MINUTE,
        },
        { ...done, stepId: `launch ${id}`, title, action: "launch", startMs: from + MINUTE, endMs: from + 80_000 },
        { ...done, stepId: `ready ${id}`, title, action: "wait", startMs: from + 80_000, endMs: from + 3 * MINUTE },
      ];
    }),
  ],
  longestChain: nodes.flatMap(({ id }) => [`leave ${id}`, `launch ${id}`, `ready ${id}`]),
  pools: [
    { name: "control-plane", size: 3, readyBefore: 3, leastReady: 3, shortMs: 0 },
    { name: "default", size: 3, readyBefore: 3, leastReady: 2, shortMs: 8 * MINUTE },
    { name: "batch", size: 2, readyBefore: 6, leastReady: 2, shortMs: 0 },
    { name: "night", size: 4, readyBefore: 0, leastReady: 0, shortMs: 0 },
  ],
  etcd: { members: 3, aliveBefore: 3, leastAlive: 3 },
  targets: { healthyBefore: 3, leastHealthy: 3 },
  apiOutageMs: 0,
  calls: 210,
};

const LOST: Rehearsed = {
  ...ROLL,
  verdict: "does-not-converge",
  why: { step: "ready a", title: "nodes of control-plane in us-east-1a", reason: "i-0a was not ready after 30m 00s" },
  makespanMs: 30 * MINUTE,
  timeline: [
    {
      stepId: "launch a",
      title: "nodes of control-plane in us-east-1a",
      action: "launch",
      startMs: 0,
      endMs: 20_000,
      state: "done",
    },
    {
      stepId: "ready a",
      title: "nodes of control-plane in us-east-1a",
      action: "wait",
      startMs: 20_000,
      endMs: 30 * MINUTE,
      state: "failed",
    },
  ],
  longestChain: ["launch a", "ready a"],
};

function resultOf(rehearsal: Rehearsed): CommandResult {
  const place = { name: "prod", description: "", region: "us-east-1", accountId: "123456789012" };
  return {
    command: "plan",
    result: "planned",
    findings: [],
    clusters: [{ ...place, result: "planned", findings: [], rehearsal }],
  };
}

function draw(name: string, rehearsal: Rehearsed): void {
  const blocks = blocksOf(resultOf(rehearsal)).filter(({ block }) => block === "rehearsal");
  assertGolden(`rehearsal/${name}.txt`, renderTerminal(blocks, noColours));
  assertGolden(`rehearsal/${name}.md`, renderMarkdown(blocks));
}

test("a rehearsal is one line, with bars for the steps that take long", () => {
  draw("roll", ROLL);
});

test("a rehearsal that fails says where, and draws how far it came", () => {
  draw("lost", LOST);
});

test("a rehearsal comes back from the JSON that another job has left", () => {
  const back = readJsonReport(JSON.stringify(jsonReport(resultOf(ROLL))));

  assert.ok(typeof back !== "string");
  assert.deepEqual(back.clusters[0]?.rehearsal, ROLL);
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
