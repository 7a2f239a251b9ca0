/** What jobs of a matrix leave behind them, and the one result that is made of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeTrouble } from "../../src/apply/node-trouble.ts";
import { type Fragment, joined } from "../../src/commands/join.ts";
import { commandResult, type ReportedCluster, type Result } from "../../src/commands/results.ts";
import { planCluster } from "../../src/plan/plan.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { readJsonReport } from "../../src/report/read-json.ts";
import { clusterWith } from "../support/builders.ts";
import { EMPTY, market, OWNER } from "../support/plans.ts";

const header = (name: string) => ({ name, description: "ours", region: "us-east-1", accountId: "123456789012" });
const ended = (name: string, result: Result, more: Partial<ReportedCluster> = {}): ReportedCluster => ({
  ...header(name),
  result,
  findings: [],
  ...more,
});
const fragment = (...clusters: ReportedCluster[]): Fragment => ({
  file: "x.json",
  report: commandResult("plan", [], clusters),
});
const ERROR = { level: "error", code: "config/not-yaml", message: "no" } as const;

test("a report that went through JSON reads as it did before", () => {
  const plan = planCluster(clusterWith(), EMPTY, market(), OWNER);
  const step = (index: number) => plan.steps[index]!;
  const times = (index: number) => ({ id: step(index).id, startedAtMs: 1000, endedAtMs: 61_000 });
  const trouble = new NodeTrouble("i-1 did not become ready", "look at it", ["last words"]);
  const steps = [
    { step: step(0), outcome: { ...times(0), state: "done" } },
    { step: step(1), outcome: { ...times(1), state: "failed", error: trouble } },
    { step: step(2), outcome: { ...times(2), state: "failed", error: new Error("no") } },
    { step: step(3), outcome: { ...times(3), state: "stopped" } },
    { step: step(4), outcome: { ...times(4), state: "waiting", because: "no capacity" } },
    { step: step(5), outcome: { id: step(5).id, state: "skipped", because: "it needs another" } },
  ] as const;
  for (const cluster of [
    ended("prod", "planned", { plan, findings: plan.findings }),
    ended("prod", "failed", { plan, steps }),
    ended("prod", "blocked", { findings: [ERROR] }),
  ]) {
    const before = commandResult("apply", [ERROR], [cluster]);
    const after = readJsonReport(JSON.stringify(jsonReport(before)));

    assert.ok(typeof after !== "string");
    assert.equal(renderMarkdown(blocksOf(after)), renderMarkdown(blocksOf(before)));
    assert.deepEqual(jsonReport(after), JSON.parse(JSON.stringify(jsonReport(before))));
  }
});

test("what is no report is said to be none", () => {
  const { schema, ...rest } = jsonReport(commandResult("plan", [], []));

  assert.match(readJsonReport("{ half") as string, /^it is not JSON/);
  assert.match(readJsonReport("null") as string, /^its schema is undefined/);
  assert.match(readJsonReport(JSON.stringify({ ...rest, schema: schema + 1 })) as string, /this release reads 1$/);
  assert.equal(readJsonReport('{"schema":1,"clusters":[]}'), "it is no report");
});

test("every cluster has its part, in the order of their names, and the worst makes the whole", () => {
  const whole = joined(
    "plan",
    [header("a"), header("b")],
    [fragment(ended("b", "planned")), fragment(ended("a", "blocked"))],
  );

  assert.deepEqual(
    whole.clusters.map(({ name, result }) => [name, result]),
    [
      ["a", "blocked"],
      ["b", "planned"],
    ],
  );
  assert.equal(whole.result, "blocked");
});

test("a cluster without a part has failed, and so has the whole", () => {
  const whole = joined("plan", [header("a"), header("b")], [fragment(ended("b", "planned"))]);

  assert.deepEqual(
    [whole.result, whole.clusters[0]!.result, whole.clusters[0]!.findings[0]!.code],
    ["failed", "failed", "report/no-plan"],
  );
});

test("of two parts about one cluster the worse counts, and what all say of the files is said once", () => {
  const twice = joined("plan", [header("a")], [fragment(ended("a", "planned")), fragment(ended("a", "failed"))]);
  const broken = { file: "x.json", report: commandResult("plan", [ERROR], []) };
  const invalid = joined("plan", [], [broken, broken]);

  assert.deepEqual(
    twice.clusters.map(({ result }) => result),
    ["failed"],
  );
  assert.deepEqual([invalid.result, invalid.findings.length], ["invalid", 1]);
});

test("a part that can't be read fails the whole, though every cluster has another", () => {
  const whole = joined(
    "plan",
    [header("a")],
    [fragment(ended("a", "planned")), { file: "y.json", report: "it is no report" }],
  );

  assert.equal(whole.result, "failed");
  assert.match(whole.findings[0]!.message, /^y\.json can't be taken into the report: it is no report$/);
});
