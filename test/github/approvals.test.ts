/**
 * What a merge may do is what was planned for it: written by a pull request's run, read by the push's, with everybody else
 * at work on the same repository.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Approved, approvalFindings } from "../../src/commands/approval.ts";
import { commandResult } from "../../src/commands/results.ts";
import type { Subject } from "../../src/github/event.ts";
import { beginGithubRun, type GithubRunOptions } from "../../src/github/flow.ts";
import { baseCommit } from "../../src/github/history.ts";
import type { Plan } from "../../src/plan/change.ts";
import { planCluster } from "../../src/plan/plan.ts";
import { ProgressAccount } from "../../src/report/run-progress.ts";
import { clusterWith } from "../support/builders.ts";
import { type OnGithub, onGithub } from "../support/github/client.ts";
import { ACTIONS, type Actor, person, shaOf } from "../support/github/state.ts";
import { EMPTY, market, OWNER } from "../support/plans.ts";

const FILE = "clusters/cluster.yaml";
const [FIRST, SECOND, THIRD] = [shaOf(11), shaOf(12), shaOf(13)];
const CLUSTER = { name: "prod", accountId: "123456789012", region: "us-east-1" };
const PLAN = planCluster(clusterWith(), EMPTY, market(), OWNER);
const TAGGED = planCluster(clusterWith({ metadata: { tags: { team: "other" } } }), EMPTY, market(), OWNER);
const DELETING: Plan = { ...PLAN, changes: PLAN.changes.map((change) => ({ ...change, destructive: true })) };

/** A run of the Action on this GitHub, without the process around it. */
function runOn(
  on: OnGithub,
  subject: Subject,
  changes: Partial<GithubRunOptions> & { token?: string; isNewHead?: boolean } = {},
) {
  const { token, isNewHead = false, ...more } = changes;
  const isPull = subject.kind === "pull-request";
  return beginGithubRun({
    decision: {
      do: "run",
      command: isPull ? "plan" : "apply",
      scope: "changed",
      trust: isPull ? "proposed" : "branch",
      base: undefined,
      subject,
      isByHand: false,
      isNewHead,
      why: "",
    },
    subject,
    access: on.github.access(token),
    inputs: { path: "clusters", clusters: [], allowDirectPush: false, isFragment: false },
    run: { address: "https://github.com/acme/clusters/actions/runs/99", id: 99, attempt: 1 },
    commit: subject.kind === "commit" ? subject.sha : shaOf(99),
    branch: "main",
    clock: on.clock,
    stop: new AbortController().signal,
    warn: (message) => assert.fail(message),
    account: new ProgressAccount("plan", 60_000, on.clock.now()),
    serverUrl: "https://github.com",
    keep: () => {},
    stored: async () => new Map(),
    ...more,
  });
}

const ofPull = (number: number, headSha: string): Subject => ({
  kind: "pull-request",
  number,
  isDraft: false,
  headSha,
});
const ofCommit = (sha: string): Subject => ({ kind: "commit", sha, ref: "refs/heads/main" });

/** A pull request's plan, told as its run tells it. */
async function planned(
  on: OnGithub,
  number: number,
  headSha: string,
  plan = PLAN,
  result: "planned" | "blocked" = "planned",
  token?: string,
) {
  const run = await runOn(on, ofPull(number, headSha), token === undefined ? {} : { token });
  await run.finish(commandResult("plan", [], [{ ...CLUSTER, description: "", result, findings: [], plan }]));
  await on.clock.sleep(60_000);
}

/** A pull request with one commit, merged as `sha`. */
function merge({ github: { state } }: OnGithub, number: number, sha: string): void {
  const pull = state.pulls.get(number)!;
  pull.mergedSha = sha;
  pull.state = "closed";
  state.commits.push({ sha, paths: [FILE] });
  state.pullsOfCommit.set(sha, [number]);
}

function propose({ github: { state } }: OnGithub, number: number, headSha: string): void {
  state.addPull({ number, headSha });
}

/** What the run of a pushed commit may do. */
async function approved(
  on: OnGithub,
  sha: string,
  appliedCommit?: string,
  changes: Partial<GithubRunOptions> = {},
): Promise<Approved> {
  const { approvals } = await runOn(on, ofCommit(sha), changes);
  return approvals!.since(CLUSTER, [FILE], appliedCommit);
}

/** The findings that would stop it, by code. */
const stops = (plan: Plan, what: Approved): Record<string, number> => {
  const byCode = Map.groupBy(approvalFindings(plan, what, []), ({ code }) => code);
  return Object.fromEntries([...byCode].map(([code, found]) => [code, found.length]));
};

const all = { "approval/not-approved": PLAN.changes.length };
const gapsOf = (what: Approved): readonly string[] => (what.kind === "set" ? what.gaps : [what.why]);

test("a merge may do what its pull request's newest plan says, and not a change more", () =>
  onGithub(async (on) => {
    propose(on, 1, shaOf(1));
    await planned(on, 1, shaOf(1));
    merge(on, 1, FIRST);
    const what = await approved(on, FIRST);

    assert.deepEqual(stops(PLAN, what), {});
    assert.ok(stops(TAGGED, what)["approval/not-approved"]! > 0);
    assert.deepEqual([gapsOf(what), what.kind === "set" && what.from], [[], ["#1"]]);
  }));

test("a stale head: what was planned for an older commit of the pull request approves nothing", () =>
  onGithub(async (on) => {
    propose(on, 1, shaOf(1));
    await planned(on, 1, shaOf(1));
    on.github.state.push(1, shaOf(2));
    merge(on, 1, FIRST);
    const what = await approved(on, FIRST);

    assert.deepEqual([stops(PLAN, what), gapsOf(what)], [all, ["the newest commit of #1 has no plan"]]);
  }));

test("a plan that was blocked, or was never finished, approves nothing", () =>
  onGithub(async (on) => {
    propose(on, 1, shaOf(1));
    await planned(on, 1, shaOf(1), PLAN, "blocked");
    propose(on, 2, shaOf(2));
    await runOn(on, ofPull(2, shaOf(2)));
    merge(on, 1, FIRST);
    merge(on, 2, SECOND);

    assert.deepEqual(stops(PLAN, await approved(on, SECOND)), all);
  }));

test("a check run of another App, and a comment that says so, approve nothing", () =>
  onGithub(async (on) => {
    const { github } = on;
    const mallory: Actor = { login: "mallory[bot]", id: 666, type: "Bot", app: { id: 666, slug: "mallory" } };
    propose(on, 1, shaOf(1));
    await planned(on, 1, shaOf(1), PLAN, "planned", github.grant("theirs", { actor: mallory }));
    const [text] = [...github.state.checks.values()].map(({ output }) => output.text);
    github.state.comment(1, `<!-- slipway:v1 {} -->\n${text}`, person("mallory"));
    merge(on, 1, FIRST);

    assert.ok(text?.includes(PLAN.changes[0]!.hash), "the forgery is as good as can be");
    assert.deepEqual(stops(PLAN, await approved(on, FIRST)), all);
  }));

test("two merges, the first one's run cancelled: the second may do what both planned", () =>
  onGithub(async (on) => {
    for (const [number, plan] of [
      [1, PLAN],
      [2, TAGGED],
    ] as const) {
      propose(on, number, shaOf(number));
      await planned(on, number, shaOf(number), plan);
    }
    merge(on, 1, FIRST);
    merge(on, 2, SECOND);
    on.github.state.compared.set(`${FIRST}...${SECOND}`, { status: "ahead", commits: [SECOND], files: [] });
    const both = await approved(on, SECOND);

    assert.deepEqual([stops(PLAN, both), stops(TAGGED, both)], [{}, {}]);
    // What was applied needs no approval any more, and gives none.
    assert.ok(stops(PLAN, await approved(on, SECOND, FIRST))["approval/not-approved"]! > 0);
    assert.deepEqual(stops(PLAN, await approved(on, SECOND, SECOND)), all);
  }));

test("what was pushed without a pull request is named, and done where that is allowed", () =>
  onGithub(async (on) => {
    on.github.state.commits.push({ sha: THIRD, paths: [FILE] });
    const what = await approved(on, THIRD);
    const inputs = { path: "clusters", clusters: [], allowDirectPush: true, isFragment: false };
    const allowed = await approved(on, THIRD, undefined, { inputs });

    assert.deepEqual(
      [stops(PLAN, what), gapsOf(what)],
      [all, [`${THIRD.slice(0, 9)} was pushed without a pull request`]],
    );
    assert.deepEqual(
      [stops(PLAN, allowed), stops(DELETING, allowed)],
      [{}, { "apply/unconfirmed": PLAN.changes.length }],
    );
  }));

test("a pull request that was closed, or merged elsewhere, approves nothing", () =>
  onGithub(async (on) => {
    for (const number of [1, 2]) {
      propose(on, number, shaOf(number));
      await planned(on, number, shaOf(number));
    }
    merge(on, 2, FIRST);
    on.github.state.pulls.get(2)!.baseRef = "next";
    on.github.state.pullsOfCommit.set(FIRST, [1, 2]);

    assert.deepEqual(stops(PLAN, await approved(on, FIRST)), all);
  }));

const LABELS: readonly [
  what: string,
  permission: "admin" | "write" | "read" | undefined,
  actor: Actor,
  when: "before" | "after",
  trouble: RegExp | undefined,
][] = [
  ["by a writer, after the plan", "write", person("ann"), "after", undefined],
  ["by a triager", "read", person("tom"), "after", /#1: tom, who set the label confirm-deletion, may not write/],
  [
    "by somebody who is no collaborator",
    undefined,
    person("eve"),
    "after",
    /eve, who set the label confirm-deletion, may not write/,
  ],
  ["by a workflow", undefined, ACTIONS, "after", /may not write/],
  ["before its newest plan", "write", person("ann"), "before", /was set before its newest commit was planned/],
];

for (const [what, permission, actor, when, trouble] of LABELS) {
  test(`confirm-deletion set ${what} ${trouble === undefined ? "lets" : "does not let"} the merge delete`, () =>
    onGithub(async (on) => {
      const { state } = on.github;
      if (permission !== undefined)
        state.people.set(actor.login, {
          permission: permission === "read" ? "read" : permission,
          role: permission === "read" ? "triage" : permission,
        });
      propose(on, 1, shaOf(1));
      if (when === "before") state.label(1, "confirm-deletion", actor);
      await planned(on, 1, shaOf(1), DELETING);
      if (when === "after") state.label(1, "confirm-deletion", actor);
      merge(on, 1, FIRST);
      const findings = approvalFindings(DELETING, await approved(on, FIRST), []);

      assert.equal(findings.length, trouble === undefined ? 0 : DELETING.changes.length);
      if (trouble !== undefined) assert.match(findings[0]!.message, trouble);
    }));
}

test("a new push takes the label off again", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    propose(on, 1, shaOf(1));
    state.label(1, "confirm-deletion", person("ann"));
    state.push(1, shaOf(2));
    const inputs = { path: "clusters", clusters: [], allowDirectPush: false, isFragment: true };
    await runOn(on, ofPull(1, shaOf(2)), { isNewHead: true, inputs });
    assert.deepEqual(state.issues.get(1)!.labels, ["confirm-deletion"], "one job of many leaves it to the first");
    await runOn(on, ofPull(1, shaOf(2)), { isNewHead: true });

    assert.deepEqual(state.issues.get(1)!.labels, []);
  }));

test("what GitHub does not tell is not taken for approved", () =>
  onGithub(async (on) => {
    propose(on, 1, shaOf(1));
    await planned(on, 1, shaOf(1));
    merge(on, 1, FIRST);
    on.github.faults.push({
      operation: "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
      times: 9,
      answer: { status: 403, body: { message: "no" } },
    });
    const run = await runOn(on, ofCommit(FIRST), { warn: () => {} });

    await assert.rejects(
      run.approvals!.since(CLUSTER, [FILE], undefined),
      /what was approved of prod can't be read from GitHub/,
    );
  }));

test("what is to be applied now begins at the newest commit that was applied whole, by us", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    for (const sha of [FIRST, SECOND, THIRD]) state.commits.push({ sha, paths: [FILE] });
    const base = () =>
      baseCommit(on.client, { kind: "last-applied", from: THIRD }, "clusters", async () => "github-actions[bot]");
    const check = async (sha: string, result: "applied" | "stopped" | "failed" | "no-changes", token?: string) =>
      (await runOn(on, ofCommit(sha), token === undefined ? {} : { token })).finish(
        commandResult("apply", [], [{ ...CLUSTER, description: "", result, findings: [] }]),
      );
    const theirs = on.github.grant("theirs", {
      actor: { login: "mallory[bot]", id: 6, type: "Bot", app: { id: 6, slug: "mallory" } },
    });

    assert.equal(await base(), undefined);
    await check(FIRST, "applied");
    await check(SECOND, "stopped");
    await check(THIRD, "no-changes", theirs);
    assert.equal(await base(), FIRST);
    await check(SECOND, "failed");
    assert.equal(await base(), FIRST);
    await check(SECOND, "no-changes");
    assert.equal(await base(), SECOND);
  }));
