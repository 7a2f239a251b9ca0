/**
 * The Action on every event, started as the runner does, with a GitHub on loopback that takes no request that GitHub would
 * not. What it did is golden text: what it said, how it ended, and every request that it made.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dump } from "js-yaml";
import { markerOf } from "../../src/github/marker.ts";
import { clusterTree, filesOf } from "../support/builders.ts";
import { pullRequest, REPOSITORY } from "../support/events.ts";
import { type LoopbackGithub, TOKEN } from "../support/github/github.ts";
import { ACTIONS, shaOf } from "../support/github/state.ts";
import { assertGolden } from "../support/golden.ts";
import { standInForAws } from "../support/loopback.ts";
import { BUNDLE, onEvent } from "../support/on-event.ts";
import { start } from "../support/spawn.ts";

const BASE = filesOf(clusterTree());
const BIGGER = filesOf(clusterTree({ spec: { controlPlane: { size: 5 } } }));
const BROKEN = filesOf(clusterTree({ spec: { controlPlane: { size: 2 } } }));
const STAGING = { path: "clusters/staging.yaml", text: dump(clusterTree({ metadata: { name: "staging" } })) };

/** AWS knows nobody: each command that comes so far says so. */
let asked = 0;
const aws = await standInForAws((_request, response) => {
  asked += 1;
  response.statusCode = 403;
  response.end(
    "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>who?</Message></Error></ErrorResponse>",
  );
});
after(aws.close);

interface Scenario extends Omit<Parameters<typeof onEvent>[0], "aws" | "base"> {
  name: string;
  /** What else there is on GitHub. */
  prepare?: (github: LoopbackGithub) => void;
}

const OURS = markerOf({ scope: "clusters", phase: "plan", headSha: shaOf(2), runId: 98, attempt: 1, startedAtMs: 1 });
const FORK = pullRequest({ pull_request: { head: { repo: { id: 9, full_name: "mallory/clusters" } } } });
const PUSH = { ref: "refs/heads/main", before: shaOf(0), after: shaOf(3), repository: REPOSITORY };
const QUEUE = "refs/heads/gh-readonly-queue/main/pr-1";

const SCENARIOS: readonly Scenario[] = [
  { name: "pull-request", event: "pull_request", payload: pullRequest(), files: BIGGER },
  {
    name: "pull-request-new-push",
    event: "pull_request",
    payload: pullRequest({ action: "synchronize" }),
    files: BIGGER,
    prepare: ({ state }) => state.label(1, "confirm-deletion", { login: "ann", id: 2, type: "User" }),
  },
  {
    name: "pull-request-draft",
    event: "pull_request",
    payload: pullRequest({ pull_request: { draft: true } }),
    files: BIGGER,
  },
  { name: "pull-request-nothing-touched", event: "pull_request", payload: pullRequest(), files: BASE },
  {
    name: "pull-request-renamed-file",
    event: "pull_request",
    payload: pullRequest(),
    files: BASE.map((file) => ({ ...file, path: file.path.replace("cluster.yaml", "east/prod.yaml") })),
  },
  { name: "pull-request-invalid", event: "pull_request", payload: pullRequest(), files: BROKEN },
  {
    name: "pull-request-document-removed",
    event: "pull_request",
    payload: pullRequest(),
    files: BASE.filter(({ path: file }) => !file.endsWith("cluster.yaml")).concat(STAGING),
  },
  {
    name: "pull-request-too-many-files-to-list",
    event: "pull_request",
    payload: pullRequest(),
    files: [...BASE, STAGING],
    prepare: ({ state }) => {
      state.truncatesTrees = true;
    },
  },
  { name: "pull-request-fork", event: "pull_request", payload: FORK, files: BIGGER },
  { name: "pull-request-fork-invalid", event: "pull_request", payload: FORK, files: BROKEN },
  {
    name: "pull-request-fork-discover",
    event: "pull_request",
    payload: FORK,
    files: BIGGER,
    inputs: { INPUT_COMMAND: "discover" },
  },
  {
    name: "pull-request-fork-asking-for-apply",
    event: "pull_request",
    payload: FORK,
    files: BIGGER,
    inputs: { INPUT_COMMAND: "apply" },
  },
  {
    name: "pull-request-dependabot",
    event: "pull_request",
    payload: pullRequest(),
    files: BIGGER,
    env: { GITHUB_ACTOR: "dependabot[bot]" },
  },
  {
    name: "pull-request-closed",
    event: "pull_request",
    payload: pullRequest({ action: "closed" }),
    prepare: ({ state }) => {
      state.comment(1, `${OURS}\nthe plan`, ACTIONS);
    },
  },
  {
    name: "pull-request-merged",
    event: "pull_request",
    payload: pullRequest({ action: "closed", pull_request: { merged: true } }),
  },
  {
    name: "pull-request-asking-for-apply",
    event: "pull_request",
    payload: pullRequest(),
    inputs: { INPUT_COMMAND: "apply" },
  },
  { name: "pull-request-target", event: "pull_request_target", payload: pullRequest() },
  {
    name: "pull-request-without-permissions",
    event: "pull_request",
    payload: pullRequest(),
    files: BIGGER,
    inputs: { "INPUT_GITHUB-TOKEN": "narrow" },
    prepare: (github) => {
      github.grant("narrow", { scopes: { contents: "read" } });
    },
  },
  {
    name: "pull-request-without-token",
    event: "pull_request",
    payload: pullRequest(),
    files: BIGGER,
    inputs: { "INPUT_GITHUB-TOKEN": "" },
  },
  {
    name: "discover",
    event: "pull_request",
    payload: pullRequest(),
    files: [...BIGGER, STAGING],
    inputs: { INPUT_COMMAND: "discover" },
  },
  {
    name: "discover-nothing",
    event: "pull_request",
    payload: pullRequest(),
    files: BASE,
    inputs: { INPUT_COMMAND: "discover" },
  },
  {
    name: "one-of-a-matrix",
    event: "pull_request",
    payload: pullRequest(),
    files: [...BIGGER, STAGING],
    inputs: { INPUT_COMMAND: "plan", INPUT_CLUSTER: "staging", INPUT_FRAGMENT: "true" },
  },
  {
    name: "report-with-a-missing-part",
    event: "pull_request",
    payload: pullRequest(),
    files: [...BIGGER, STAGING],
    inputs: { INPUT_COMMAND: "report" },
  },
  {
    name: "merge-group",
    event: "merge_group",
    ref: QUEUE,
    payload: {
      action: "checks_requested",
      merge_group: { head_sha: shaOf(3), head_ref: QUEUE, base_sha: shaOf(0), base_ref: "refs/heads/main" },
      repository: REPOSITORY,
    },
    files: BIGGER,
  },
  { name: "push", event: "push", payload: PUSH, files: BIGGER, prepare: merged },
  {
    name: "push-after-one-that-was-applied",
    event: "push",
    payload: PUSH,
    files: BASE.concat(STAGING),
    prepare: (github) => {
      merged(github);
      applied(github, shaOf(0), "success");
    },
  },
  {
    name: "push-after-one-that-was-cancelled",
    event: "push",
    payload: PUSH,
    files: [...BIGGER, STAGING],
    prepare: (github) => {
      merged(github);
      github.state.commits.unshift({ sha: shaOf(9), paths: ["clusters/cluster.yaml"] });
      applied(github, shaOf(9), "success");
      applied(github, shaOf(0), "cancelled");
      for (const file of BASE) github.state.contents.set(`${shaOf(9)}:${file.path}`, file.text);
    },
  },
  {
    name: "accounts-that-are-not-allowed",
    event: "pull_request",
    payload: pullRequest(),
    files: BIGGER,
    inputs: { "INPUT_ALLOWED-ACCOUNT-IDS": "12345" },
  },
  { name: "push-nothing-touched", event: "push", payload: PUSH, files: BASE, prepare: merged },
  {
    name: "push-other-branch",
    event: "push",
    ref: "refs/heads/next",
    payload: { ...PUSH, ref: "refs/heads/next" },
    files: BIGGER,
  },
  { name: "by-hand", event: "workflow_dispatch", payload: { repository: REPOSITORY }, files: BIGGER },
  {
    name: "by-hand-apply-of-one",
    event: "workflow_dispatch",
    payload: { repository: REPOSITORY },
    files: BIGGER,
    inputs: { INPUT_COMMAND: "apply", INPUT_CLUSTER: "prod" },
  },
  {
    name: "by-hand-apply-elsewhere",
    event: "workflow_dispatch",
    ref: "refs/heads/next",
    payload: { repository: REPOSITORY },
    files: BIGGER,
    inputs: { INPUT_COMMAND: "apply" },
  },
  {
    name: "doctor",
    event: "workflow_dispatch",
    payload: { repository: REPOSITORY },
    inputs: { INPUT_COMMAND: "doctor" },
    prepare: ({ state }) => state.environments.set("production", { reviewers: [], branches: "all" }),
  },
  { name: "schedule", event: "schedule", payload: { schedule: "7 * * * *" }, files: BASE },
];

for (const scenario of SCENARIOS) {
  test(`on GitHub: ${scenario.name}`, async () => {
    const told = await play(scenario);

    assertGolden(`github/${scenario.name}.txt`, told);
  });
}

test("from the command line the doctor asks GitHub with somebody's token, and only then", async () => {
  const given = await onEvent({ event: "", payload: {}, files: BASE, aws: aws.env });
  const { github, env, cwd } = given;
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH: _path, GITHUB_REF: _ref, ...rest } = env;
  const asSomebody = { ...rest, GITHUB_API_URL: GITHUB_API_URL!, GITHUB_REPOSITORY: GITHUB_REPOSITORY! };
  const doctor = (more: object) => start(`${BUNDLE}/cli.js`, ["doctor"], { cwd, env: { ...asSomebody, ...more } });

  const mute = await doctor({});
  const unasked = github.requests.length;
  const told = await doctor({ GITHUB_TOKEN: TOKEN });
  github.close();

  assert.equal(unasked, 0);
  assert.match(mute.stdout, /doctor\/branch-unknown/);
  assert.match(told.stdout, /main is not protected: whoever may push can apply {2}doctor\/branch-open/);
  assert.ok(github.requests.every(({ route }) => route.startsWith("GET ")));
});

async function play({ name, prepare, ...scenario }: Scenario): Promise<string> {
  const given = await onEvent({ files: BASE, base: BASE, ...scenario, aws: aws.env });
  const { github } = given;
  prepare?.(github);
  asked = 0;
  const { code, stdout, stderr } = await start(`${BUNDLE}/index.js`, [], given);
  github.close();
  assert.deepEqual(github.breaches, [], name);
  assert.equal(stderr, "");
  const outputs = Object.entries(given.outputs()).map(([key, value]) => `${key}: ${value}`);
  const requests = github.requests.map(
    ({ route, query, body }) => `${route}${query}${body === undefined ? "" : `\n    ${short(JSON.stringify(body))}`}`,
  );
  return [
    `exit ${code}; AWS was asked ${asked === 0 ? "nothing" : "who this is"}`,
    ...outputs,
    "",
    "── log",
    stdout.trimEnd(),
    "",
    "── requests",
    ...requests,
    "",
  ]
    .join("\n")
    .replaceAll(given.env.RUNNER_TEMP!, "<temp>")
    .replaceAll(/\b\d+s\b/g, "<s>")
    .replaceAll(/^ +<s>/gm, "<s>")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<when>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/"?startedAtMs\\?":\d+/g, "<began>")
    .replaceAll(/atMs\\":\d+/g, "<at>");
}

function merged({ state }: LoopbackGithub): void {
  const pull = state.pulls.get(1)!;
  pull.mergedSha = shaOf(3);
  pull.state = "closed";
  state.commits.push({ sha: shaOf(3), paths: ["clusters/cluster.yaml"] });
  state.pullsOfCommit.set(shaOf(3), [1]);
}

/** How the apply of a commit went. */
function applied({ state }: LoopbackGithub, sha: string, conclusion: string): void {
  const id = state.newId();
  const output = { title: null, summary: null, text: null };
  const more = {
    externalId: "",
    detailsUrl: "",
    startedAt: "2026-11-02T10:00:00Z",
    completedAt: "2026-11-02T10:05:00Z",
  };
  state.checks.set(id, {
    id,
    name: "slipway / apply",
    headSha: sha,
    app: ACTIONS.app!,
    status: "completed",
    conclusion,
    output,
    annotations: [],
    ...more,
  });
}

function short(text: string): string {
  return text.length > 600 ? `${text.slice(0, 600)} … ${text.length}` : text;
}
