/** What is left of a run that was killed: the file that it kept, and the report that is made of it. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Event } from "../../src/core/events.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { keepProgress, readProgress } from "../../src/progress-file.ts";
import { killedBlocks, killedFinding } from "../../src/report/killed.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { ProgressAccount, type RunProgress } from "../../src/report/run-progress.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Crashed, Simulation } from "../support/simulation.ts";

const CLUSTER = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });

const newFile = (): string => path.join(mkdtempSync(path.join(tmpdir(), "slipway-progress-")), "progress.json");

/** What was known of a create that died in its middle. */
async function progressOfKilled(): Promise<RunProgress> {
  const simulation = new Simulation({ eventualConsistency: false });
  const { clock } = simulation;
  const account = new ProgressAccount("apply", 60_000, clock.now());
  account.handle({ code: "cluster/start", command: "apply", cluster: "first", region: "eu-west-1" }, clock.now());
  account.handle({ code: "cluster/end", cluster: "first", result: "no-changes" }, clock.now());
  simulation.onEvent = (event) => account.handle(event, clock.now());
  const dies = { at: "ec2:RunInstances", kind: "crash-after" } as const;
  await assert.rejects(simulation.apply(CLUSTER, { faults: [dies] }), Crashed);
  return account.at(clock.now());
}

test("the report of a killed run tells how far it came, what was under way, and that nothing is lost", async () => {
  const progress = await progressOfKilled();

  assertGolden("report/killed.txt", renderTerminal(killedBlocks(progress), noColours));
  assertGolden("report/killed.md", renderMarkdown(killedBlocks(progress)));
});

test("of a killed run that only read it is said that it changed nothing, and of one without a trace what can be said", () => {
  const plan = new ProgressAccount("plan", 60_000, 0).at(5000);

  assert.match(killedFinding(plan).fix!, /plan makes nothing in AWS/);
  const repair = new ProgressAccount("reconcile", 60_000, 0).at(5000);
  assert.match(killedFinding(repair).fix!, /nothing is lost: run the same again.*A lease that this run still holds/);
  assert.match(killedFinding("not begun").message, /it had not begun, and nothing was changed/);
  assert.match(killedFinding("unknown").fix!, /nothing is lost: run the same again/);
  assert.doesNotMatch(killedFinding("unknown").message, /nothing was changed/);
});

test("names of clusters, steps and errors are text in the report of a killed run, and nothing else", () => {
  const hostile = "</details><img src=x> @team `x` \u001b[31m\n::error::x\n# head | [a](b)";
  const account = new ProgressAccount("apply", 60_000, 0);
  const step = { id: "x", title: hostile, action: "create" } as const;
  const events: Event[] = [
    { code: "cluster/start", command: "apply", cluster: hostile, region: hostile },
    { code: "apply/start", cluster: hostile, steps: 2 },
    { code: "step/start", ...step },
    { code: "step/waiting", id: "x", title: hostile, detail: hostile },
    { code: "step/failed", ...step, id: "y", reason: hostile },
    { code: "cluster/end", cluster: hostile, result: hostile },
  ];
  for (const event of events) account.handle(event, 1000);

  const markdown = renderMarkdown(killedBlocks(account.at(2000)));
  const terminal = renderTerminal(killedBlocks(account.at(2000)), noColours);

  // What stands in code is no markup; there the fence is what must hold.
  const outside = markdown.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "");
  assert.doesNotMatch(outside, /<img|@team|^#\s?head|\[a\]\(b\)/m);
  assert.equal(outside.match(/<\/details>/g)?.length, 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  for (const text of [markdown, terminal]) assert.doesNotMatch(text, /\u001b/);
  assert.doesNotMatch(terminal, /^\s*::/m);
});

test("the progress file is there from the start and written once a second at most, with the last state always in it", async () => {
  const file = newFile();
  const clock = new VirtualClock();
  const account = new ProgressAccount("apply", 60_000, clock.now());
  const written = new Set<number>();
  await clock.run(async () => {
    const progress = keepProgress(file, account, clock, assert.fail);
    assert.equal(readProgress(file)?.command, "apply");
    progress.emit({ code: "apply/start", cluster: "prod", steps: 2000 });
    for (let id = 0; id < 1000; id++) {
      progress.emit({ code: "step/done", id: String(id), title: "x", action: "create", milliseconds: 1 });
      written.add(readProgress(file)!.atMs);
      await clock.sleep(10);
    }
    await clock.sleep(1000);
    assert.equal(readProgress(file)?.done, 1000);
    progress.end();
  });

  assert.ok(written.size >= 10 && written.size <= 11, `${written.size} in ten seconds`);
});

test("whoever reads the progress file has a whole state, whenever the run is killed: it is replaced, not written over", async () => {
  const file = newFile();
  const clock = new VirtualClock();
  const account = new ProgressAccount("apply", 60_000, clock.now());
  await clock.run(async () => {
    const progress = keepProgress(file, account, clock, assert.fail);
    const reader = openSync(file, "r");
    progress.emit({ code: "apply/start", cluster: "prod", steps: 7 });

    assert.equal(JSON.parse(readFileSync(reader, "utf8")).steps, 0);
    closeSync(reader);
    assert.equal(readProgress(file)?.steps, 7);
    assert.deepEqual(readdirSync(path.dirname(file)), ["progress.json"]);
    progress.end();
  });
});

test("a disk that can't be written is told of once, and the run goes on", async () => {
  const clock = new VirtualClock();
  const told: string[] = [];
  const account = new ProgressAccount("apply", 60_000, clock.now());
  await clock.run(async () => {
    const progress = keepProgress("/nowhere/progress.json", account, clock, (message) => told.push(message));
    for (let steps = 0; steps < 5; steps++) {
      progress.emit({ code: "apply/start", cluster: "prod", steps });
      await clock.sleep(2000);
    }
    progress.end();
  });

  assert.equal(told.length, 1);
  assert.match(told[0]!, /can't be written down \(ENOENT.*should it be killed, it leaves no report/);
});
