#!/usr/bin/env node
import { parseArgs } from "node:util";
import { exitCode } from "./commands/results.ts";
import { type Request, runCommand } from "./commands/run.ts";
import { systemClock } from "./core/clock.ts";
import { parseDuration } from "./core/durations.ts";
import { messageOf, UsageError } from "./core/errors.ts";
import { blocksOf } from "./report/blocks.ts";
import { jsonReport } from "./report/json.ts";
import { colours, noColours, type Paint, renderTerminal } from "./report/terminal.ts";
import { showProgress } from "./terminal-progress.ts";
import { VERSION } from "./version.ts";

const USAGE = `slipway ${VERSION}: Kubernetes clusters on AWS, from YAML in a git repository

  slipway validate                            check the files; asks nobody
  slipway plan [CLUSTER]                      show what would change in AWS; changes nothing
  slipway apply [CLUSTER]                     make AWS as the files say
  slipway destroy CLUSTER --confirm CLUSTER   delete all that AWS has of a cluster, by its tags

  --path FOLDER          where the cluster files are (clusters)
  --confirm NAME         what may be deleted; may be given more than once
  --wait-timeout TIME    how long nodes may take to become ready (30m)
  --json                 print one JSON document on stdout; progress goes to stderr in any case
  --no-color             no colours
  --version, --help

Credentials and region come from the environment, as for the AWS CLI.
Exit code: 0 good, 1 invalid, blocked or failed, 2 wrong usage, 130 stopped.
`;

interface Arguments {
  request: Request;
  path: string;
  nodeTimeoutMs: number;
  json: boolean;
  color: boolean;
}

const OPTIONS = {
  path: { type: "string", default: "clusters" },
  confirm: { type: "string", multiple: true, default: [] as string[] },
  "wait-timeout": { type: "string", default: "30m" },
  json: { type: "boolean", default: false },
  "no-color": { type: "boolean", default: false },
  version: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

function readArguments(argv: readonly string[]): Arguments | "help" | "version" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  if (values.version) return "version";
  const nodeTimeoutMs = parseDuration(values["wait-timeout"]);
  if (nodeTimeoutMs === undefined || nodeTimeoutMs === 0) {
    throw new UsageError(`--wait-timeout takes a time such as 30m, not ${values["wait-timeout"]}`);
  }
  const request = requestFrom(positionals, values.confirm);
  return { request, path: values.path, nodeTimeoutMs, json: values.json, color: !values["no-color"] };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function requestFrom(positionals: readonly string[], confirm: readonly string[]): Request {
  const [command, cluster, ...rest] = positionals;
  const extra = command === "validate" ? positionals.slice(1) : rest;
  switch (command) {
    case undefined:
      throw new UsageError("say what to do: validate, plan, apply or destroy");
    case "validate":
    case "plan":
    case "apply":
    case "destroy":
      if (extra.length > 0) throw new UsageError(`too many arguments: ${extra.join(" ")}`);
      break;
    default:
      throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  }
  if (command === "validate") return { command };
  if (command !== "destroy") return { command, cluster };
  if (cluster === undefined) throw new UsageError("say which cluster to destroy");
  return { command, cluster, confirm };
}

async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const args = readArguments(argv);
  if (args === "help" || args === "version") {
    process.stdout.write(args === "help" ? USAGE : `${VERSION}\n`);
    return;
  }
  // NO_COLOR, set to anything, is a wish for no colours (no-color.org).
  const wanted = args.color && (env.NO_COLOR ?? "") === "";
  const paintFor = (stream: NodeJS.WriteStream): Paint => (wanted && stream.isTTY ? colours : noColours);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  const shown = showProgress(process.stderr, systemClock.now, paintFor(process.stderr));
  const result = await runCommand(args.request, {
    root: process.cwd(),
    path: args.path,
    owner: env.GITHUB_REPOSITORY_ID ?? "local",
    run: env.GITHUB_RUN_ID ?? "cli",
    ambientRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    nodeTimeoutMs: args.nodeTimeoutMs,
    clock: systemClock,
    random: Math.random,
    emit: shown.emit,
    signal: stop.signal,
  }).finally(shown.end);
  process.stdout.write(
    args.json
      ? `${JSON.stringify(jsonReport(result), null, 2)}\n`
      : renderTerminal(blocksOf(result), paintFor(process.stdout)),
  );
  process.exitCode = exitCode(result.result);
}

try {
  await main(process.argv.slice(2), process.env);
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`slipway: ${error.message}\nTry  slipway --help\n`);
    process.exitCode = 2;
  } else {
    const stack = process.env.SLIPWAY_DEBUG === undefined || !(error instanceof Error) ? "" : `\n${error.stack}`;
    process.stderr.write(`slipway: this should not have happened: ${messageOf(error)}${stack}\n`);
    if (stack === "") process.stderr.write("Set SLIPWAY_DEBUG=1 to see where.\n");
    process.exitCode = 1;
  }
}
