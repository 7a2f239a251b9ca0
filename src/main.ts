import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { endGroup, getInput, setFailed, setOutput, startGroup, warning } from "@actions/core";
import { type CommandResult, exitCode } from "./commands/results.ts";
import { COMMANDS, isCommand, type Request, runCommand } from "./commands/run.ts";
import { systemClock } from "./core/clock.ts";
import { messageOf, UsageError } from "./core/errors.ts";
import type { Finding } from "./core/findings.ts";
import { hashOf } from "./core/hash.ts";
import { alternatives } from "./core/words.ts";
import { commitsOf } from "./git.ts";
import { factsOfRun } from "./github/facts.ts";
import { helmIn } from "./helm.ts";
import { keepProgress } from "./progress-file.ts";
import { blocksOf } from "./report/blocks.ts";
import { jsonReport } from "./report/json.ts";
import { progressLine } from "./report/progress.ts";
import { ProgressAccount } from "./report/run-progress.ts";
import { noColours } from "./report/terminal.ts";
import { leaseTtlFrom, ownerFrom, timeFrom } from "./run-settings.ts";
import { saveProgressFile, saveReported } from "./run-state.ts";
import { leaveWhenStopped, stopSignal } from "./stop-signal.ts";
import { annotate, log, showReport } from "./workflow-log.ts";

/** Jobs on GitHub's own runners end after six hours, without a word; this leaves time to tell how far it came. */
const TIME_LIMIT = "5h45m";

/** Where people find the run, also one of another attempt. */
function runAddress(env: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT } = env;
  const attempt = GITHUB_RUN_ATTEMPT === undefined ? "" : `/attempts/${GITHUB_RUN_ATTEMPT}`;
  return repository === undefined ? `run ${run ?? "?"}` : `${server}/${repository}/actions/runs/${run}${attempt}`;
}

/** An input; the runner gives '' for one that is not set, and that is the default then. */
function input(name: string, otherwise: string): string {
  return getInput(name) || otherwise;
}

function requestFrom(): Request {
  const asked = input("command", "auto");
  const command = asked === "auto" ? "plan" : asked;
  const cluster = getInput("cluster") || undefined;
  if (!isCommand(command)) {
    const known = alternatives(["auto", ...COMMANDS.filter((word) => word !== "kubeconfig")]);
    throw new UsageError(`the input command is ${JSON.stringify(command)}; it can be ${known}`);
  }
  if (command === "kubeconfig") {
    throw new UsageError("kubeconfig is for people at a command line: a workflow's log and files are no place for it");
  }
  if (command === "validate") return { command };
  if (command === "doctor") return { command, github: factsOfRun(process.env) };
  if (command === "status") return { command, cluster, all: cluster === undefined };
  if (command === "plan" || command === "reconcile") return { command, cluster };
  const confirm = getInput("confirm")
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (command === "apply") return { command, cluster, confirm };
  if (cluster === undefined) {
    throw new UsageError(
      command === "values"
        ? "the input cluster says whose values to show, and it is empty"
        : `the input cluster says which cluster to ${command}, and it is empty`,
    );
  }
  if (command === "values") return { command, cluster };
  return { command, cluster, confirm };
}

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const request = requestFrom();
  const nodeTimeoutMs = timeFrom("the input wait-timeout", input("wait-timeout", "30m"));
  const stop = stopSignal(timeFrom("the input time-limit", input("time-limit", TIME_LIMIT)));
  const root = path.resolve(env.GITHUB_WORKSPACE ?? ".", input("working-directory", "."));

  const leaseTtlMs = leaseTtlFrom(env);
  const startedAtMs = systemClock.now();
  const progressFile = path.join(temporary(env), `slipway-progress-${randomUUID()}.json`);
  const account = new ProgressAccount(request.command, leaseTtlMs, startedAtMs);
  const progress = keepProgress(progressFile, account, systemClock, warning);
  saveProgressFile(progressFile);

  startGroup(`slipway ${request.command}`);
  const result = await runCommand(request, {
    root,
    path: input("path", "clusters"),
    owner: ownerFrom(env),
    run: env.GITHUB_RUN_ID ?? "action",
    by: runAddress(env),
    // A pull request's run plans what is proposed: only a branch has a newest commit that an apply must not be behind.
    commits: await commitsOf(root, env.GITHUB_REF_TYPE === "branch" ? env.GITHUB_REF_NAME : undefined),
    leaseTtlMs,
    ambientRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    nodeTimeoutMs,
    helm: helmIn(root),
    clock: systemClock,
    random: Math.random,
    emit: (event) => {
      progress.emit(event);
      const line = progressLine(event, systemClock.now() - startedAtMs, noColours);
      if (line !== undefined) log(line);
    },
    signal: stop,
  }).finally(() => {
    progress.end();
    endGroup();
  });

  await showReport(blocksOf(result), env.GITHUB_STEP_SUMMARY);
  for (const finding of allFindings(result)) annotate(finding);
  await setOutputs(result, env);
  if (exitCode(result.result) !== 0) setFailed(`slipway ${request.command}: ${result.result}`);
  saveReported();
  leaveWhenStopped(stop);
}

/** The job's own folder, which the runner empties. */
function temporary(env: NodeJS.ProcessEnv): string {
  return env.RUNNER_TEMP ?? ".";
}

function allFindings(result: CommandResult): Finding[] {
  return [...result.findings, ...result.clusters.flatMap((cluster) => cluster.findings)];
}

async function setOutputs(result: CommandResult, env: NodeJS.ProcessEnv): Promise<void> {
  const file = path.join(temporary(env), `slipway-${result.command}.json`);
  await writeFile(file, `${JSON.stringify(jsonReport(result), null, 2)}\n`);
  const plans = result.clusters.flatMap((cluster) => (cluster.plan === undefined ? [] : [cluster.plan]));
  const fingerprints = plans.map((plan) => plan.fingerprint).filter((fingerprint) => fingerprint !== "");
  setOutput("result", result.result);
  setOutput("changes", String(plans.reduce((sum, plan) => sum + plan.changes.length, 0)));
  setOutput("fingerprint", fingerprints.length > 1 ? hashOf(fingerprints, 16) : (fingerprints[0] ?? ""));
  setOutput("plan", file);
}

try {
  await main(process.env);
} catch (error) {
  const stack = process.env.RUNNER_DEBUG === "1" && error instanceof Error ? `\n${error.stack}` : "";
  setFailed(error instanceof UsageError ? error.message : `this should not have happened: ${messageOf(error)}${stack}`);
  // Of what broke down under way, the post step tells how far it came.
  if (error instanceof UsageError) saveReported();
}
