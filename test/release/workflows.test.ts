/** This repository's own workflows: little may be done by them, by anybody, and their readers would find it in order. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { unpinned } from "../../scripts/release.ts";

interface Job {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  environment?: string;
  steps: { uses?: string; run?: string; with?: Record<string, unknown>; env?: Record<string, string> }[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: object;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

const FILES = globSync(".github/workflows/*.yml").sort();
const EXAMPLES = globSync("docs/workflows/*.yml").sort();
const read = (file: string): string => readFileSync(file, "utf8");
const workflow = (name: string): Workflow => load(read(`.github/workflows/${name}.yml`)) as Workflow;

test("there are workflows for tests, CodeQL, dependencies, releases and the supply chain", () => {
  assert.deepEqual(
    FILES.map((file) => path.basename(file, ".yml")),
    ["ci", "codeql", "dependency-review", "release", "scorecard"],
  );
});

test("every action of other people is pinned by its commit, in our workflows and in those that people copy", () => {
  for (const file of [...FILES, ...EXAMPLES]) assert.deepEqual(unpinned(read(file)), [], file);
});

for (const file of FILES) {
  test(`${path.basename(file)} may do nothing by default, is bounded in time, and keeps no credentials`, () => {
    const { on, permissions, concurrency, jobs } = workflow(path.basename(file, ".yml"));

    assert.deepEqual(permissions, {});
    assert.ok(concurrency !== undefined && !("pull_request_target" in on) && !("workflow_run" in on));
    for (const [name, job] of Object.entries(jobs)) {
      assert.ok((job["timeout-minutes"] ?? 999) <= 45, name);
      for (const { uses = "", run = "", with: given = {} } of job.steps) {
        if (uses.startsWith("actions/checkout@")) assert.equal(given["persist-credentials"], false, name);
        // What somebody else wrote must never be part of a script.
        assert.doesNotMatch(run, /\$\{\{/, name);
      }
      const writes = Object.values(job.permissions ?? {}).includes("write");
      assert.ok(!writes || !("pull_request" in on) || path.basename(file) === "codeql.yml", name);
    }
    assert.doesNotMatch(read(file), /\bsecrets\./);
  });
}

test("only the release's last job may write, and only in an environment whose reviewers were asked", () => {
  const { jobs } = workflow("release");

  assert.deepEqual(jobs.build?.permissions, { contents: "read" });
  assert.equal(jobs.publish?.environment, "release");
  assert.ok(jobs.publish?.steps.every(({ run = "" }) => !/npm (ci|install|run)|node scripts/.test(run)));
});

test("CI does what the README says: its test command, on a clean clone", () => {
  const steps = workflow("ci").jobs.test?.steps ?? [];
  const commands = read(".ci/run")
    .split("\n")
    .filter((line) => /^(npm|node) /.test(line));

  assert.ok(steps.some(({ run }) => run === ".ci/run"));
  assert.ok(commands.includes("npm test") && commands.includes("npm ci"));
  assert.match(read("README.md"), /npm ci && npm test/);
  const manifest = JSON.parse(read("package.json"));
  for (const file of FILES)
    for (const [, version] of read(file).matchAll(/node-version: (.+)/g))
      assert.equal(version, manifest.devDependencies.node, `${file} has another Node than the tests`);
});

test("whatever updates itself waits for a week, lest it be the first to have what was stolen", () => {
  const { updates } = load(read(".github/dependabot.yml")) as {
    updates: { "package-ecosystem": string; directory: string; cooldown?: { "default-days": number } }[];
  };

  assert.deepEqual([...new Set(updates.map((update) => update["package-ecosystem"]))].sort(), [
    "github-actions",
    "npm",
    "pip",
  ]);
  for (const { cooldown, directory } of updates) assert.ok((cooldown?.["default-days"] ?? 0) >= 7, directory);
});

/** Undefined, and said, where the program is not here. */
function found(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.error(`NOT TESTED: workflows by ${program}. It is not on the PATH (npm test -- release makes it)`);
    return false;
  }
}

test("actionlint has nothing to say of any workflow", { skip: !found("actionlint") }, () => {
  // It does not know the queue of concurrency groups yet (v1.7.12).
  const args = ["-ignore", 'unexpected key "queue"', "-shellcheck=", "-pyflakes=", ...FILES, ...EXAMPLES];
  const { status, stdout } = spawnSync("actionlint", args, { encoding: "utf8" });

  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("zizmor has nothing to say of our workflows, and nothing that matters of those that people copy", {
  skip: !found("zizmor"),
}, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-zizmor-"));
  const pinned = `o/slipway@${"0123456789abcdef".repeat(3).slice(0, 40)} # v1.0.0`;
  const copies = EXAMPLES.map((file) => {
    const copy = path.join(folder, path.basename(file));
    writeFileSync(copy, read(file).replaceAll(/OWNER\/slipway@v1 #.*/g, pinned));
    return copy;
  });
  const zizmor = (...args: string[]) =>
    spawnSync("zizmor", ["--offline", "--no-progress", "--color=never", ...args], { encoding: "utf8" });

  for (const { status, stdout } of [
    zizmor("--persona=pedantic", ".github"),
    zizmor("--min-severity=high", ...copies),
  ]) {
    assert.match(stdout, /^No findings to report/);
    assert.equal(status, 0);
  }
});
