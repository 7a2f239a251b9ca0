/** Every row of the event matrix: what is done, of which clusters, and how far the files are believed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActionCommand } from "../../src/commands/names.ts";
import { type Decision, decide, type EventEnvironment } from "../../src/github/event.ts";
import { pullRequest, REPOSITORY } from "../support/events.ts";

const ENV: EventEnvironment = {
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: "c".repeat(40),
  GITHUB_REPOSITORY_ID: "4711",
};
const PUSH = { ref: "refs/heads/main", before: "b".repeat(40), after: "c".repeat(40), repository: REPOSITORY };

/** The decision in a line, as a table shows it. */
function told(decision: Decision): string {
  if (decision.do !== "run") return decision.do;
  const { command, scope, trust, base } = decision;
  const of = base === undefined ? "" : `, against ${base.kind}`;
  return `${command} ${scope}, ${trust}${of}`;
}

type Row = readonly [
  what: string,
  asked: ActionCommand | "auto",
  env: EventEnvironment,
  payload: unknown,
  told: string,
];

const ROWS: readonly Row[] = [
  ["a pull request", "auto", pr(), pullRequest(), "plan changed, proposed, against merge-parent"],
  [
    "a new push to it",
    "auto",
    pr(),
    pullRequest({ action: "synchronize" }),
    "plan changed, proposed, against merge-parent",
  ],
  [
    "a draft",
    "auto",
    pr(),
    pullRequest({ pull_request: { draft: true } }),
    "plan changed, proposed, against merge-parent",
  ],
  [
    "one to another branch",
    "auto",
    pr(),
    pullRequest({ pull_request: { base: { ref: "next" } } }),
    "plan changed, proposed, against commit",
  ],
  ["its discover", "discover", pr(), pullRequest(), "discover changed, proposed, against merge-parent"],
  ["its report", "report", pr(), pullRequest(), "report changed, proposed, against merge-parent"],
  ["apply of it", "apply", pr(), pullRequest(), "refuse"],
  ["destroy of it", "destroy", pr(), pullRequest(), "refuse"],
  ["a fork's", "auto", pr(), pullRequest({ pull_request: { head: { repo: { id: 9 } } } }), "validate all, offline"],
  ["a deleted fork's", "plan", pr(), pullRequest({ pull_request: { head: { repo: null } } }), "validate all, offline"],
  [
    "apply of a fork's",
    "apply",
    pr(),
    pullRequest({ pull_request: { head: { repo: { id: 9 } } } }),
    "validate all, offline",
  ],
  ["report of a fork's", "report", pr(), pullRequest({ pull_request: { head: { repo: { id: 9 } } } }), "nothing"],
  ["Dependabot's", "auto", pr({ GITHUB_ACTOR: "dependabot[bot]" }), pullRequest(), "validate all, offline"],
  ["closed, unmerged", "auto", pr(), pullRequest({ action: "closed" }), "close"],
  ["closed, merged", "auto", pr(), pullRequest({ action: "closed", pull_request: { merged: true } }), "nothing"],
  [
    "a fork's, closed",
    "auto",
    pr(),
    pullRequest({ action: "closed", pull_request: { head: { repo: null } } }),
    "nothing",
  ],
  [
    "labelled for deletion",
    "auto",
    pr(),
    pullRequest({ action: "labeled", label: { name: "confirm-deletion" } }),
    "plan changed, proposed, against merge-parent",
  ],
  ["labelled otherwise", "auto", pr(), pullRequest({ action: "labeled", label: { name: "bug" } }), "nothing"],
  [
    "the merge queue",
    "auto",
    ref("gh-readonly-queue/main/pr-7", "merge_group"),
    group("checks_requested"),
    "plan changed, proposed, against commit",
  ],
  [
    "apply by the merge queue",
    "apply",
    ref("gh-readonly-queue/main/pr-7", "merge_group"),
    group("checks_requested"),
    "refuse",
  ],
  ["a group dropped", "auto", ref("gh-readonly-queue/main/pr-7", "merge_group"), group("destroyed"), "nothing"],
  ["a push to the default branch", "auto", ref("main", "push"), PUSH, "apply changed, branch, against last-applied"],
  ["its plan", "plan", ref("main", "push"), PUSH, "plan changed, branch, against last-applied"],
  [
    "Dependabot's merge",
    "auto",
    { ...ref("main", "push"), GITHUB_ACTOR: "dependabot[bot]" },
    PUSH,
    "validate all, offline",
  ],
  [
    "a push to another branch",
    "auto",
    ref("next", "push"),
    { ...PUSH, ref: "refs/heads/next" },
    "plan changed, proposed, against commit",
  ],
  ["apply of another branch", "apply", ref("next", "push"), { ...PUSH, ref: "refs/heads/next" }, "refuse"],
  ["a branch named as a tag is", "apply", ref("next", "push"), { ...PUSH, ref: "refs/tags/main" }, "refuse"],
  ["a deleted branch", "auto", ref("main", "push"), { ...PUSH, deleted: true }, "nothing"],
  ["by hand", "auto", ref("main", "workflow_dispatch"), { repository: REPOSITORY }, "plan all, branch"],
  ["apply by hand", "apply", ref("main", "workflow_dispatch"), { repository: REPOSITORY }, "apply all, branch"],
  ["destroy by hand", "destroy", ref("main", "workflow_dispatch"), { repository: REPOSITORY }, "destroy all, branch"],
  [
    "plan by hand elsewhere",
    "auto",
    ref("next", "workflow_dispatch"),
    { repository: REPOSITORY },
    "plan changed, proposed, against commit",
  ],
  ["apply by hand elsewhere", "apply", ref("next", "workflow_dispatch"), { repository: REPOSITORY }, "refuse"],
  ["a schedule", "auto", ref("main", "schedule"), { schedule: "7 * * * *" }, "reconcile all, branch"],
  ["a schedule that plans", "plan", ref("main", "schedule"), { schedule: "7 * * * *" }, "plan all, branch"],
  ["pull_request_target", "auto", ref("main", "pull_request_target"), pullRequest(), "refuse"],
  ["validate on pull_request_target", "validate", ref("main", "pull_request_target"), pullRequest(), "refuse"],
  ["workflow_run", "plan", ref("main", "workflow_run"), {}, "refuse"],
  ["issue_comment", "apply", ref("main", "issue_comment"), {}, "refuse"],
  ["no event", "auto", {}, undefined, "plan all, branch"],
  ["no event, apply", "apply", {}, undefined, "apply all, branch"],
  ["an event without its payload", "apply", ref("main", "push"), undefined, "refuse"],
  ["a pull request without its payload", "plan", pr(), "?", "validate all, offline"],
];

for (const [what, asked, env, payload, expected] of ROWS) {
  test(`event: ${what}: ${asked} is ${expected}`, () => {
    assert.equal(told(decide(asked, env, payload)), expected);
  });
}

test("what is done on an event says why, in words that fit the report", () => {
  const why = (asked: ActionCommand | "auto", env: EventEnvironment, payload: unknown) =>
    decide(asked, env, payload).why;

  assert.equal(why("auto", pr(), pullRequest()), "pull request #7 proposes it");
  assert.equal(
    why("apply", pr(), pullRequest()),
    "apply changes AWS, and pull request #7 proposes it: nobody has merged this",
  );
  assert.match(
    why("auto", ref("main", "pull_request_target"), {}),
    /^pull_request_target runs with this repository's rights/,
  );
  assert.equal(why("auto", ref("main", "push"), PUSH), "this was merged to main");
});

function ref(name: string, event: string): EventEnvironment {
  return { ...ENV, GITHUB_EVENT_NAME: event, GITHUB_REF: `refs/heads/${name}` };
}

function pr(changes: EventEnvironment = {}): EventEnvironment {
  return { ...ENV, GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/pull/7/merge", ...changes };
}

function group(action: string) {
  const ref = "refs/heads/gh-readonly-queue/main/pr-7";
  return {
    action,
    merge_group: { head_sha: "d".repeat(40), head_ref: ref, base_sha: "b".repeat(40), base_ref: "refs/heads/main" },
    repository: REPOSITORY,
  };
}
