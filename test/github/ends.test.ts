/** Runs that are cancelled or killed, as GitHub is told of them; and the report of many jobs. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, describe, test } from "node:test";
import { dump } from "js-yaml";
import { commandResult } from "../../src/commands/results.ts";
import { planCluster } from "../../src/plan/plan.ts";
import { jsonReport } from "../../src/report/json.ts";
import { clusterTree, clusterWith, filesOf } from "../support/builders.ts";
import { pullRequest, REPOSITORY } from "../support/events.ts";
import type { LoopbackGithub } from "../support/github/github.ts";
import { shaOf } from "../support/github/state.ts";
import { standInForAws } from "../support/loopback.ts";
import { BUNDLE, type OnEvent, onEvent } from "../support/on-event.ts";
import { EMPTY, market, OWNER } from "../support/plans.ts";
import { begin, type Running, start } from "../support/spawn.ts";

const BASE = filesOf(clusterTree());
const PUSH = { ref: "refs/heads/main", before: shaOf(0), after: shaOf(3), repository: REPOSITORY };
/** Takes every request, and never says a word. */
const aws = await standInForAws(() => {});
after(aws.close);

/** An apply of a merge, under way: its pull request says so. */
async function applying(more: Partial<OnEvent> = {}) {
  const given = await onEvent({ event: "push", payload: PUSH, files: BASE, base: BASE, aws: aws.env, ...more });
  const { state } = given.github;
  after(() => given.github.close());
  Object.assign(state.pulls.get(1)!, { mergedSha: shaOf(3), state: "closed" });
  state.pullsOfCommit.set(shaOf(3), [1]);
  const main = begin(`${BUNDLE}/index.js`, [], given);
  await main.said(/apply prod in us-east-1/);
  return { ...given, main };
}

const commentOf = ({ state }: LoopbackGithub): string =>
  state
    .commentsOf(1)
    .map(({ body }) => body)
    .join("\n────\n");
const checksOf = ({ state }: LoopbackGithub) =>
  [...state.checks.values()].map(({ name, status, conclusion }) => [name, status, conclusion]);

/** Waits until GitHub has the comment of a run under way; not for one that has ended. */
async function told(github: LoopbackGithub, main: Running): Promise<void> {
  const ended = main.ended.then(() => true);
  const soon = () => new Promise<boolean>((resolve) => setTimeout(resolve, 5, false));
  while (github.state.commentsOf(1).length === 0) if (await Promise.race([ended, soon()])) return;
}

describe("ends", { concurrency: 3 }, () => {
  test("an apply that is cancelled says within 5 s that it was stopped, in its comment and its check run", async () => {
    const { github, main, outputs } = await applying();
    await told(github, main);
    assert.match(commentOf(github), /⏳ Apply prod: looking at what AWS has/);
    const toldAtMs = Date.now();
    main.kill("SIGINT");
    await main.ended;

    assert.ok(Date.now() - toldAtMs < 5000);
    assert.equal(outputs().result, "stopped");
    assert.match(commentOf(github), /### ⏹️ Apply: prod[^\n]*stopped/);
    assert.match(commentOf(github), /re-run the failed jobs\. It goes on from there; nothing is done twice/);
    assert.deepEqual(checksOf(github), [["slipway / apply", "completed", "cancelled"]]);
    assert.deepEqual(github.breaches, []);
  });

  test("a GitHub that does not answer keeps a cancelled run from nothing", async () => {
    const { github, main } = await applying();
    await told(github, main);
    for (const operation of [
      "GET /repos/{owner}/{repo}/issues/comments/{comment_id}",
      "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    ])
      github.faults.push({ operation, times: 99, answer: { status: 503 } });
    const toldAtMs = Date.now();
    main.kill("SIGINT");
    const { stdout } = await main.ended;

    assert.ok(Date.now() - toldAtMs < 7500, "the runner kills it then");
    assert.match(stdout, /::error::slipway apply: stopped/);
  });

  test("of an apply that was killed the post step tells, in the same comment and check run", async () => {
    const { github, main, cwd, env, state } = await applying();
    await told(github, main);
    main.kill("SIGKILL");
    await main.ended;
    const before = commentOf(github);
    const post = await start(`${BUNDLE}/post.js`, [], { cwd, env: { ...env, ...state() } });

    assert.match(before, /⏳ Apply prod: looking/);
    assert.deepEqual([post.code, post.stderr], [0, ""]);
    assert.equal(github.state.commentsOf(1).length, 1);
    assert.match(commentOf(github), /killed[\s\S]*run the same again, and it goes on from what AWS has/);
    assert.deepEqual(checksOf(github), [["slipway / apply", "completed", "cancelled"]]);
    assert.deepEqual(github.breaches, []);
  });
});

const clusterNamed = (name: string) => clusterWith({ metadata: { name } });

/** What the job of a cluster leaves: its plan, or what it died of. */
function fragment(folder: string, name: string): void {
  const plan = planCluster(clusterNamed(name), EMPTY, market(), OWNER);
  const header = { name, description: "", region: "us-east-1", accountId: "123456789012" };
  const result = commandResult("plan", [], [{ ...header, result: "planned", findings: plan.findings, plan }]);
  mkdirSync(path.join(folder, `slipway-plan-${name}`), { recursive: true });
  writeFileSync(path.join(folder, `slipway-plan-${name}`, "slipway-plan.json"), JSON.stringify(jsonReport(result)));
}

async function reported(names: readonly string[], prepare: (folder: string) => void) {
  const files = [
    ...BASE,
    ...names.map((name) => ({ path: `clusters/${name}.yaml`, text: dump(clusterTree({ metadata: { name } })) })),
  ];
  const given = await onEvent({
    event: "pull_request",
    payload: pullRequest(),
    files,
    base: BASE,
    inputs: { INPUT_COMMAND: "report" },
    aws: aws.env,
  });
  prepare(path.join(given.cwd, "slipway-plans"));
  const ended = await start(`${BUNDLE}/index.js`, [], given);
  given.github.close();
  assert.deepEqual(given.github.breaches, []);
  return { ...given, ...ended };
}

test("25 jobs leave one comment, with all of them, and one check run that approves what all of them planned", async () => {
  const names = Array.from({ length: 25 }, (_, index) => `c${String(index).padStart(2, "0")}`);
  const { github, code, stdout } = await reported(names, (folder) => {
    for (const name of names) fragment(folder, name);
  });

  assert.equal(code, 0, stdout);
  assert.equal(github.state.commentsOf(1).length, 1);
  for (const name of names) assert.ok(commentOf(github).includes(name), name);
  assert.ok(Buffer.byteLength(commentOf(github)) < 60_500);
  const texts = [...github.state.checks.values()].map(({ output }) => output.text ?? "");
  for (const name of names)
    assert.ok(
      texts.some((text) => text.includes(`123456789012/us-east-1/${name}`)),
      name,
    );
  assert.deepEqual(checksOf(github)[0], ["slipway / plan", "completed", "success"]);
});

test("a job that left nothing, or nonsense, or two of them for one cluster, makes no plan of its cluster", async () => {
  const { github, code, stdout } = await reported(["a", "b", "c"], (folder) => {
    fragment(folder, "a");
    mkdirSync(path.join(folder, "slipway-plan-b"), { recursive: true });
    writeFileSync(path.join(folder, "slipway-plan-b/slipway-plan.json"), "{ half");
  });

  assert.equal(code, 1);
  assert.match(stdout, /slipway-plan-b\/slipway-plan\.json can't be taken into the report: it is not JSON/);
  assert.match(stdout, /the job of b left no plan/);
  assert.match(stdout, /the job of c left no plan/);
  assert.deepEqual(checksOf(github), [["slipway / plan", "completed", "failure"]]);
  assert.ok(
    [...github.state.checks.values()].every(({ output }) => output.text === null),
    "it approves nothing",
  );
});
