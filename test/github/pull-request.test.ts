/** Labels, who may confirm a deletion, deployments, and the issue of a cluster that has drifted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CONFIRM_DELETION } from "../../src/github/confirm-label.ts";
import { confirmationFacts } from "../../src/github/confirmation.ts";
import { deploymentState, environmentOf, openDeployment, sayDeployment } from "../../src/github/deployments.ts";
import { DRIFT_LABEL, type Drift, tellDrift } from "../../src/github/drift-issue.ts";
import { putOutlook, takeLabel } from "../../src/github/labels.ts";
import { type OnGithub, onGithub } from "../support/github/client.ts";
import { ACTIONS, person, shaOf } from "../support/github/state.ts";

const CLUSTER = { name: "prod", region: "us-east-1", accountId: "123456789012" };

test("a pull request bears the one label that tells what merging it does, and keeps everybody else's", () =>
  onGithub(async ({ github, client }) => {
    const { number } = github.state.addPull({ labels: ["team-a"] });

    await putOutlook(client, number, "changes");
    await putOutlook(client, number, "deletes");
    const before = github.requests.length;
    await putOutlook(client, number, "deletes");

    assert.deepEqual(github.state.issues.get(number)?.labels, ["team-a", "slipway: deletes"]);
    assert.equal(github.requests.length - before, 1);
    assert.equal(github.state.labels.get("slipway: deletes")?.color, "b60205");
  }));

/** A pull request on which somebody sets the label, as `act` has it. */
async function facts({ github, client, clock }: OnGithub, act: (number: number) => void | Promise<void>) {
  for (const [login, permission, role] of [
    ["ann", "write", "maintain"],
    ["tri", "read", "triage"],
    ["root", "admin", "admin"],
  ] as const)
    github.state.people.set(login, { permission, role });
  const { number } = github.state.addPull();
  await clock.sleep(60_000);
  await act(number);
  return confirmationFacts(client, number);
}

test("of the label for deletions it is told who set it, when, and what they may do", () =>
  onGithub(async (on) => {
    const read = await facts(on, (number) => on.github.state.label(number, CONFIRM_DELETION, person("ann")));

    assert.deepEqual(read, {
      present: true,
      setBy: "ann",
      setAtMs: on.clock.now(),
      permission: "write",
      role: "maintain",
      pushedSince: false,
    });
  }));

test("a triager may set labels, and has no right to write all the same", () =>
  onGithub(async (on) => {
    const read = await facts(on, (number) => on.github.state.label(number, CONFIRM_DELETION, person("tri")));

    assert.deepEqual([read.permission, read.role], ["read", "triage"]);
  }));

for (const [who, actor] of [
  ["somebody who is no collaborator", person("mallory")],
  ["a workflow", ACTIONS],
] as const) {
  test(`the label of ${who} has no weight`, () =>
    onGithub(async (on) => {
      // Even where GitHub says that the App may write.
      on.github.state.people.set(ACTIONS.login, { permission: "write", role: "write" });
      const read = await facts(on, (number) => on.github.state.label(number, CONFIRM_DELETION, actor));

      assert.deepEqual([read.present, read.permission], [true, "none"]);
    }));
}

test("a push after the label is told, be it forced or not", () =>
  onGithub(async (on) => {
    for (const how of ["fast-forward", "force"] as const) {
      const read = await facts(on, (number) => {
        on.github.state.label(number, CONFIRM_DELETION, person("ann"));
        on.github.state.push(number, shaOf(2), how);
      });
      assert.equal(read.pushedSince, true, how);
    }
  }));

test("only who set the label last counts, and only while it is set", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    const again = await facts(on, (number) => {
      state.label(number, CONFIRM_DELETION, person("ann"));
      state.unlabel(number, CONFIRM_DELETION, person("tri"));
      state.label(number, CONFIRM_DELETION, person("tri"));
      state.label(number, "other", person("ann"));
    });
    const gone = await facts(on, async (number) => {
      state.label(number, CONFIRM_DELETION, person("ann"));
      assert.equal(await takeLabel(on.client, number, CONFIRM_DELETION), true);
      assert.equal(await takeLabel(on.client, number, CONFIRM_DELETION), false);
    });

    assert.equal(again.setBy, "tri");
    assert.deepEqual(gone, { present: false, permission: "none", role: "none", pushedSince: false });
  }));

test("a cluster's apply is a deployment of its own environment, from its start to its end", () =>
  onGithub(async ({ github, client }) => {
    const ask = { cluster: CLUSTER, sha: shaOf(9), runId: "10/1" };
    github.faults.push({ operation: "POST /repos/{owner}/{repo}/deployments", answer: "cut", isDone: true });
    // A check of ours that is still under way does not hold it up.
    await client.post("check-runs", { name: "slipway / apply", head_sha: shaOf(9) });

    const id = await openDeployment(client, ask);
    const logUrl = "https://github.com/acme/clusters/actions/runs/10";
    await sayDeployment(client, id, { state: "in_progress", said: "0 of 55 steps", logUrl });
    await sayDeployment(client, id, {
      state: deploymentState("failed"),
      said: `x\u202e${"long ".repeat(100)}`,
      logUrl,
    });

    const [deployment, ...others] = github.state.deployments.values();
    assert.deepEqual(others, []);
    assert.equal(deployment?.environment, environmentOf(CLUSTER));
    assert.equal(deployment.environment, "prod (us-east-1)");
    assert.deepEqual(
      deployment.statuses.map(({ state }) => state),
      ["in_progress", "failure"],
    );
    assert.match(deployment.statuses[1]!.description, /^x\\u202e/);
    assert.deepEqual(
      (["applied", "waiting", "destroyed", "stopped", "killed", "blocked"] as const).map(deploymentState),
      ["success", "success", "inactive", "error", "error", "failure"],
    );
  }));

/** Tells of a cluster as the n-th hourly check does. */
function check({ client, clock }: OnGithub, state: Drift["state"], changes: Partial<Drift> = {}) {
  const runUrl = `https://github.com/acme/clusters/actions/runs/${clock.now() / 3_600_000}`;
  const drift = { cluster: CLUSTER, state, details: "- VPC: `team` differs", runUrl, runStartedAtMs: clock.now() };
  return tellDrift(client, ACTIONS.login, { ...drift, ...changes });
}

test("a cluster that drifts has one issue, which opens, follows, closes and opens again by itself", () =>
  onGithub(async (on) => {
    const { github, clock } = on;
    const told: string[] = [];
    for (const [state, details] of [
      ["in order", ""],
      ["drifted", "a"],
      ["drifted", "a"],
      ["drifted", "b"],
      ["in order", ""],
      ["in order", ""],
      ["failed", "c"],
      ["in order", ""],
    ] as const) {
      told.push(await check(on, state, { details }));
      await clock.sleep(3_600_000);
    }

    assert.deepEqual(told, [
      "nothing to say",
      "opened",
      "unchanged",
      "updated",
      "closed",
      "nothing to say",
      "reopened",
      "closed",
    ]);
    const [issue, ...others] = github.state.issues.values();
    assert.deepEqual(others, []);
    assert.deepEqual([issue?.state, issue?.stateReason, issue?.labels], ["closed", "completed", [DRIFT_LABEL]]);
    assert.equal(github.state.commentsOf(issue!.number).length, 3);
  }));

test("each cluster has its own issue, and an issue that somebody else wrote is not ours", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    await check(on, "drifted");
    const body = [...state.issues.values()][0]!.body;
    state.issues.clear();
    const forged = state.addIssue({ body, labels: [DRIFT_LABEL], author: person("mallory") });

    assert.equal(await check(on, "drifted"), "opened");
    assert.equal(await check(on, "drifted", { cluster: { ...CLUSTER, region: "eu-west-1" } }), "opened");

    assert.equal(state.issues.size, 3);
    assert.equal(forged.body, body);
  }));

test("an older check that comes late leaves what a newer has said", () =>
  onGithub(async (on) => {
    const lateMs = on.clock.now();
    await on.clock.sleep(3_600_000);
    await check(on, "drifted", { details: "new" });

    assert.equal(await check(on, "in order", { runStartedAtMs: lateMs }), "older");

    assert.equal([...on.github.state.issues.values()][0]?.state, "open");
  }));

test("a drift of any length fits into its issue, and its names are text", () =>
  onGithub(async (on) => {
    const cluster = { ...CLUSTER, name: "--> @org/team </details>" };

    await check(on, "drifted", { cluster, details: "x".repeat(200_000) });
    await on.clock.sleep(1000);
    await check(on, "drifted", { cluster, details: "y".repeat(200_000) });

    const [issue] = on.github.state.issues.values();
    assert.ok(issue!.body.length < 65_536 && issue!.body.includes("yyy"));
    assert.match(issue!.body, /^<!-- [^<>]* -->\n\ny/);
  }));
