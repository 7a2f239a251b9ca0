/** The workflows in docs/workflows: what people copy. Each is read as GitHub would, and run by act where that is there. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { load } from "js-yaml";
import { clusterTree, filesOf } from "../support/builders.ts";
import { pullRequest, REPOSITORY } from "../support/events.ts";
import { LoopbackGithub } from "../support/github/github.ts";
import { shaOf } from "../support/github/state.ts";
import { BUNDLE } from "../support/on-event.ts";

interface Step {
  uses?: string;
  run?: string;
  id?: string;
  with?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: object;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, Job>;
}

const FILES = globSync("docs/workflows/*.yml").sort();
const WORKFLOWS = FILES.map((file) => ({ name: path.basename(file), text: readFileSync(file, "utf8") })).map(
  ({ name, text }) => ({ name, text, workflow: load(text) as Workflow }),
);
const ACTION = load(readFileSync("action.yml", "utf8")) as { inputs: object; outputs: object };

test("there are workflows for a plan, an apply, a reconcile, for work by hand, and for many clusters", () => {
  assert.deepEqual(
    WORKFLOWS.map(({ name }) => name),
    ["apply.yml", "by-hand.yml", "many-clusters-apply.yml", "many-clusters-plan.yml", "plan.yml", "reconcile.yml"],
  );
});

for (const { name, text, workflow } of WORKFLOWS) {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test(`${name} gives each job what it needs and nothing by default, and bounds its time`, () => {
    assert.deepEqual(workflow.permissions, {});
    for (const { permissions = {}, "timeout-minutes": minutes } of jobs) {
      assert.equal(permissions.contents, "read");
      assert.ok(minutes !== undefined && minutes <= 360);
    }
  });

  test(`${name} pins other people's actions by commit, runs no shell, and knows our inputs and outputs`, () => {
    assert.ok(!("pull_request_target" in workflow.on));
    for (const { uses = "", run, with: inputs = {} } of steps) {
      assert.equal(run, undefined);
      if (!uses.startsWith("OWNER/slipway@")) {
        assert.match(text, new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
        assert.match(uses, /^actions\/[a-z-]+@[0-9a-f]{40}$/);
      } else for (const input of Object.keys(inputs)) assert.ok(input in ACTION.inputs, input);
    }
    for (const [, output = ""] of text.matchAll(/steps\.slipway\.outputs\.([\w-]+)/g))
      assert.ok(output in ACTION.outputs, output);
  });

  test(`${name} lets a plan be overtaken, and nothing that changes AWS`, () => {
    const isPlan = name.endsWith("plan.yml");

    assert.equal(workflow.concurrency?.["cancel-in-progress"], isPlan);
    const writes = jobs.some(({ permissions = {} }) => "deployments" in permissions || "issues" in permissions);
    assert.equal(writes, !isPlan);
  });
}

test("what plans, applies, reconciles and is done by hand does not wait for each other", () => {
  const groups = new Set(WORKFLOWS.map(({ workflow }) => workflow.concurrency?.group));

  assert.equal(groups.size, 4); // the two plans are one or the other, and so are the two applies
});

const PUSH = { ref: "refs/heads/main", before: shaOf(0), after: shaOf(3), repository: REPOSITORY };
const FORK = pullRequest({ pull_request: { head: { repo: { id: 9 } } } });

const RUNS: readonly [file: string, event: string, payload: object, said: RegExp, ends: "succeeded" | "failed"][] = [
  ["plan.yml", "pull_request", FORK, /the files are valid/, "succeeded"],
  ["plan.yml", "pull_request", pullRequest(), /AWS does not say whose credentials these are/, "failed"],
  ["apply.yml", "push", PUSH, /slipway apply: blocked/, "failed"],
  ["reconcile.yml", "schedule", { repository: REPOSITORY }, /slipway reconcile: blocked/, "failed"],
  [
    "by-hand.yml",
    "workflow_dispatch",
    { repository: REPOSITORY, inputs: { command: "status", cluster: "", confirm: "" } },
    /slipway status: blocked/,
    "failed",
  ],
  ["many-clusters-plan.yml", "pull_request", FORK, /Job succeeded/, "succeeded"],
  ["many-clusters-plan.yml", "pull_request", pullRequest(), /slipway report: blocked/, "failed"],
  ["many-clusters-apply.yml", "push", PUSH, /slipway report: blocked/, "failed"],
];

const act = ((): string | undefined => {
  try {
    return execFileSync("act", ["--version"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
})();

describe("by act, on this machine", () => {
  if (act === undefined) {
    const how = "npm test -- github makes one, with Go";
    console.error(`NOT TESTED: no example workflow was run. There is no act on the PATH (${how})`);
    test.skip(`the example workflows run: act is not on the PATH (${how})`);
    return;
  }
  const stage = stageRepository();
  for (const [file, event, payload, said, ends] of RUNS) {
    test(`${file} on ${event} ${ends}, and says ${said.source}`, async () => {
      const github = await LoopbackGithub.start();
      after(() => github.close());
      github.state.addPull({ number: 7, headSha: shaOf(2) });
      const { code, output, artifacts } = await runAct(stage, file, event, payload, github);

      assert.match(output, said);
      assert.match(output, ends === "succeeded" ? /Job succeeded/ : /Job failed/);
      assert.equal(code === 0, ends === "succeeded", output);
      assert.deepEqual(github.breaches, []);
      // What a plan says is kept as a page, whatever it says.
      const page = path.join(artifacts, "slipway-page/slipway.html");
      const hasPage = file === "plan.yml" || (file === "many-clusters-plan.yml" && payload !== FORK);
      assert.equal(existsSync(page) && /<h1>(Plan|Validate|Report)/.test(readFileSync(page, "utf8")), hasPage, page);
      assert.equal(github.requests.length > 0, payload !== FORK && event !== "workflow_dispatch");
    });
  }
});

/** A repository with the workflows, this Action in a folder of its own, and stand-ins for the actions that hand on files. */
function stageRepository(): string {
  const stage = mkdtempSync(path.join(tmpdir(), "slipway-act-"));
  const root = path.join(stage, "repository");
  for (const folder of [".github/workflows", ".slipway", "clusters"])
    mkdirSync(path.join(root, folder), { recursive: true });
  for (const { name, text } of WORKFLOWS) {
    // act 0.2.89 does not know the queue of concurrency groups, and gives no strategy.job-index.
    const known = text.replace(/^ +queue: max\n/m, "").replaceAll("OWNER/slipway@v1", "./.slipway");
    writeFileSync(path.join(root, ".github/workflows", name), known);
  }
  cpSync(BUNDLE, path.join(root, ".slipway/dist"), { recursive: true });
  cpSync("action.yml", path.join(root, ".slipway/action.yml"));
  writeFileSync(path.join(root, ".slipway/package.json"), '{ "type": "module" }\n');
  for (const file of filesOf(clusterTree())) writeFileSync(path.join(root, file.path), file.text);
  standIn(
    path.join(stage, "upload"),
    ["name", "path", "overwrite", "retention-days", "if-no-files-found"],
    // What is not there is left out, as with if-no-files-found: ignore.
    'mkdir -p "$ARTIFACTS/$NAME" && { [ ! -e "$FROM" ] || cp "$FROM" "$ARTIFACTS/$NAME/"; }',
  );
  standIn(path.join(stage, "download"), ["pattern", "path"], 'mkdir -p "$FROM" && cp -r "$ARTIFACTS"/. "$FROM"/');
  commit(root);
  return stage;
}

/** As a workflow writes an input. */
function given(name: string): string {
  return ["$", `{{ inputs.${name} }}`].join("");
}

function standIn(folder: string, inputs: readonly string[], command: string): void {
  mkdirSync(folder, { recursive: true });
  const action = {
    name: "stand-in",
    inputs: Object.fromEntries(inputs.map((name) => [name, { default: "" }])),
    runs: {
      using: "composite",
      steps: [{ shell: "bash", env: { NAME: given("name"), FROM: given("path") }, run: command }],
    },
  };
  writeFileSync(path.join(folder, "action.yml"), JSON.stringify(action));
  commit(folder);
}

function commit(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  git("init", "--quiet", "--initial-branch=main", ".");
  git("add", "--all");
  git("commit", "--quiet", "--message=all");
}

async function runAct(
  stage: string,
  file: string,
  event: string,
  payload: object,
  github: LoopbackGithub,
): Promise<{ code: number | null; output: string; artifacts: string }> {
  const artifacts = mkdtempSync(path.join(stage, "artifacts-"));
  const eventFile = path.join(artifacts, "..", `${path.basename(artifacts)}.json`);
  writeFileSync(eventFile, JSON.stringify(payload));
  const { apiUrl, graphqlUrl, token } = github.access();
  const used = (name: string): string => {
    const found = WORKFLOWS.flatMap(({ workflow }) => Object.values(workflow.jobs).flatMap((job) => job.steps));
    return found.find(({ uses }) => uses?.startsWith(`actions/${name}@`))?.uses ?? "";
  };
  const child = spawn(
    "act",
    [
      event,
      ...[
        "--directory",
        path.join(stage, "repository"),
        "--workflows",
        `.github/workflows/${file}`,
        "--eventpath",
        eventFile,
      ],
      ...["--platform", "ubuntu-24.04=-self-hosted", "--no-cache-server", "--pull=false", "--action-offline-mode"],
      ...["--local-repository", `${used("upload-artifact")}=${path.join(stage, "upload")}`],
      ...["--local-repository", `${used("download-artifact")}=${path.join(stage, "download")}`],
      ...[
        "--secret",
        `GITHUB_TOKEN=${token}`,
        "--env",
        `GITHUB_API_URL=${apiUrl}`,
        "--env",
        `GITHUB_GRAPHQL_URL=${graphqlUrl}`,
      ],
      ...["--env", `ARTIFACTS=${artifacts}`, "--env", "AWS_EC2_METADATA_DISABLED=true"],
    ],
    {
      env: {
        PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
        HOME: stage,
        XDG_CACHE_HOME: path.join(stage, "cache"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output, artifacts }));
  });
}
