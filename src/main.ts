import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  error as annotateError,
  endGroup,
  getInput,
  notice,
  setFailed,
  setOutput,
  startGroup,
  warning,
} from "@actions/core";
import { type CommandResult, exitCode } from "./commands/results.ts";
import { type Request, runCommand } from "./commands/run.ts";
import { systemClock } from "./core/clock.ts";
import { parseDuration } from "./core/durations.ts";
import { messageOf, UsageError } from "./core/errors.ts";
import type { Finding } from "./core/findings.ts";
import { hashOf } from "./core/hash.ts";
import { blocksOf } from "./report/blocks.ts";
import { jsonReport } from "./report/json.ts";
import { renderMarkdown } from "./report/markdown.ts";
import { progressLine } from "./report/progress.ts";
import { noColours, renderTerminal } from "./report/terminal.ts";

/** An input; the runner gives '' for one that is not set, and that is the default then. */
function input(name: string, otherwise: string): string {
  return getInput(name) || otherwise;
}

function requestFrom(): Request {
  const command = input("command", "auto");
  const cluster = getInput("cluster") || undefined;
  switch (command) {
    case "validate":
      return { command };
    case "auto":
    case "plan":
      return { command: "plan", cluster };
    case "apply":
      return { command, cluster };
    case "destroy": {
      if (cluster === undefined)
        throw new UsageError("the input cluster says which cluster to destroy, and it is empty");
      const confirm = getInput("confirm").split(/[\n,]/);
      return { command, cluster, confirm: confirm.map((name) => name.trim()).filter((name) => name !== "") };
    }
    default:
      throw new UsageError(
        `the input command is ${JSON.stringify(command)}; it can be auto, validate, plan, apply or destroy`,
      );
  }
}

/**
 * Writes to the log what may hold names from files, AWS or nodes. The runner takes `::` at the beginning of a line and
 * `##[` anywhere in one for commands, so neither may reach it.
 */
function log(text: string): void {
  process.stdout.write(`${text.replace(/^(\s*)::/gm, "$1: :").replaceAll("##[", "## [")}\n`);
}

/** Puts a finding on its line of the pull request's files. */
function annotate(finding: Finding): void {
  const place =
    finding.at === undefined
      ? {}
      : { file: finding.at.file, startLine: finding.at.line, startColumn: finding.at.column };
  const text = finding.fix === undefined ? finding.message : `${finding.message}\n→ ${finding.fix}`;
  const show = { error: annotateError, warning, notice }[finding.level];
  show(text, { title: finding.code, ...place });
}

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const request = requestFrom();
  const nodeTimeoutMs = parseDuration(input("wait-timeout", "30m"));
  if (nodeTimeoutMs === undefined || nodeTimeoutMs === 0)
    throw new UsageError("the input wait-timeout takes a time such as 30m");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }

  const startedAtMs = systemClock.now();
  startGroup(`slipway ${request.command}`);
  const result = await runCommand(request, {
    root: path.resolve(env.GITHUB_WORKSPACE ?? ".", input("working-directory", ".")),
    path: input("path", "clusters"),
    owner: env.GITHUB_REPOSITORY_ID ?? "local",
    run: env.GITHUB_RUN_ID ?? "action",
    ambientRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    nodeTimeoutMs,
    clock: systemClock,
    random: Math.random,
    emit: (event) => {
      const line = progressLine(event, systemClock.now() - startedAtMs, noColours);
      if (line !== undefined) log(line);
    },
    signal: stop.signal,
  }).finally(endGroup);

  const blocks = blocksOf(result);
  log(renderTerminal(blocks, noColours));
  for (const finding of allFindings(result)) annotate(finding);
  if (env.GITHUB_STEP_SUMMARY) await appendFile(env.GITHUB_STEP_SUMMARY, renderMarkdown(blocks));
  await setOutputs(result, env);
  if (exitCode(result.result) !== 0) setFailed(`slipway ${request.command}: ${result.result}`);
}

function allFindings(result: CommandResult): Finding[] {
  return [...result.findings, ...result.clusters.flatMap((cluster) => cluster.findings)];
}

async function setOutputs(result: CommandResult, env: NodeJS.ProcessEnv): Promise<void> {
  const file = path.join(env.RUNNER_TEMP ?? ".", `slipway-${result.command}.json`);
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
}
