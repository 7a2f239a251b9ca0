#!/usr/bin/env node
import { homedir, hostname, userInfo } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ownLogin } from "./aws/login.ts";
import { CLI_COMMANDS } from "./commands/names.ts";
import { exitCode } from "./commands/results.ts";
import { type Request, runCommand, type Surroundings } from "./commands/run.ts";
import { systemClock } from "./core/clock.ts";
import { messageOf, UsageError } from "./core/errors.ts";
import { alternatives } from "./core/words.ts";
import { commitsOf, filesOfCommit } from "./git.ts";
import { helmIn } from "./helm.ts";
import { blocksOf } from "./report/blocks.ts";
import { jsonReport } from "./report/json.ts";
import { colours, noColours, type Paint, renderTerminal } from "./report/terminal.ts";
import { leaseTtlFrom, ownerFrom, timeFrom } from "./run-settings.ts";
import { savePage } from "./save-page.ts";
import { STDOUT, saveSecret } from "./save-secret.ts";
import { leaveWhenStopped, stopSignal } from "./stop-signal.ts";
import { showProgress } from "./terminal-progress.ts";
import { VERSION } from "./version.ts";

const USAGE = `slipway ${VERSION}: Kubernetes clusters on AWS, from YAML in a git repository

  slipway validate                            check the files; asks nobody
  slipway discover [--base COMMIT]            say which clusters differ from those of another commit; asks nobody
  slipway plan [CLUSTER]                      show what would change in AWS; changes nothing
  slipway apply [CLUSTER]                     make AWS as the files say
  slipway reconcile [CLUSTER]                 bring it back to what was last applied: lost nodes, spot, drift
  slipway destroy CLUSTER --confirm CLUSTER   delete all that AWS has of a cluster, by its tags
  slipway status [CLUSTER] [--all]            show pools, nodes, who is at work, and what it costs
  slipway values CLUSTER                      show what its packs work with, and where each value comes from
  slipway unlock CLUSTER --confirm CLUSTER    release the lease of a run that is known to be dead
  slipway kubeconfig CLUSTER [--out FILE]     break the glass: an administrator's access for 60 minutes
  slipway doctor                              who am I, which account, what may it do, and what to paste

  --path FOLDER          where the cluster files are (clusters)
  --base COMMIT          with discover: the commit or branch to compare the files with (none: all clusters)
  --confirm NAME         what may be deleted or unlocked: CLUSTER, or CLUSTER/POOL with apply; more than once
  --all                  with status: also clusters that no file describes, in every region of the accounts
  --out FILE             with kubeconfig: the file to write, or - for stdout (~/.kube/slipway-CLUSTER)
  --html FILE            with plan, apply, reconcile, destroy and status: also write the report as a page to look at
  --wait-timeout TIME    how long nodes may take to become ready (30m)
  --no-rehearse          with plan and apply: do not carry the plan out on a model of AWS first
  --time-limit TIME      stop in good order after this long, and let the next run go on (none)
  --json                 print one JSON document on stdout; progress goes to stderr in any case
  --no-color             no colours
  --version, --help

Credentials and region come from the environment, as for the AWS CLI. Clusters belong to the repository that made them:
from the command line set SLIPWAY_OWNER to the number of theirs (GITHUB_REPOSITORY_ID in a workflow). With
GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN  doctor  looks at who can make a run apply, too.
Exit code: 0 good, 1 invalid, blocked or failed, 2 wrong usage, 130 stopped.
`;

interface Arguments {
  request: Request;
  path: string;
  base: string | undefined;
  nodeTimeoutMs: number;
  rehearse: boolean;
  timeLimitMs: number | undefined;
  json: boolean;
  /** A file for the report as a page. */
  html: string | undefined;
  color: boolean;
  toldBeside: boolean;
}

const OPTIONS = {
  path: { type: "string", default: "clusters" },
  base: { type: "string" },
  confirm: { type: "string", multiple: true, default: [] as string[] },
  all: { type: "boolean", default: false },
  out: { type: "string" },
  html: { type: "string" },
  "wait-timeout": { type: "string", default: "30m" },
  "no-rehearse": { type: "boolean", default: false },
  "time-limit": { type: "string" },
  json: { type: "boolean", default: false },
  "no-color": { type: "boolean", default: false },
  version: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Whose report is a page to look at. */
const WITH_PAGE: readonly string[] = ["plan", "apply", "reconcile", "destroy", "status"];

function readArguments(argv: readonly string[]): Arguments | "help" | "version" {
  const { values, positionals } = parse(argv);
  if (values.help) return "help";
  if (values.version) return "version";
  const limit = values["time-limit"];
  return {
    request: requestFrom(positionals, values),
    path: values.path,
    base: values.base,
    nodeTimeoutMs: timeFrom("--wait-timeout", values["wait-timeout"]),
    rehearse: !values["no-rehearse"],
    timeLimitMs: limit === undefined ? undefined : timeFrom("--time-limit", limit),
    json: values.json,
    html: values.html,
    color: !values["no-color"],
    toldBeside: values.out === STDOUT,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function requestFrom(positionals: readonly string[], values: ReturnType<typeof parse>["values"]): Request {
  const { confirm, all, out, base, html } = values;
  const [word, cluster, ...rest] = positionals;
  if (word === undefined) throw new UsageError(`say what to do: ${alternatives(CLI_COMMANDS)}`);
  const command = CLI_COMMANDS.find((candidate) => candidate === word);
  if (command === undefined) {
    throw new UsageError(`there is no command ${JSON.stringify(word)}; it can be ${alternatives(CLI_COMMANDS)}`);
  }
  const isOffline = command === "validate" || command === "discover";
  const extra = isOffline || command === "doctor" ? positionals.slice(1) : rest;
  if (extra.length > 0) throw new UsageError(`too many arguments: ${extra.join(" ")}`);
  if (all && command !== "status") throw new UsageError("--all goes with status");
  if (out !== undefined && command !== "kubeconfig") throw new UsageError("--out goes with kubeconfig");
  if (out === STDOUT && values.json) throw new UsageError("--json and --out - would both take stdout");
  if (base !== undefined && command !== "discover") throw new UsageError("--base goes with discover");
  if (html !== undefined && !WITH_PAGE.includes(command))
    throw new UsageError(`--html goes with ${alternatives(WITH_PAGE)}`);
  if (html === "") throw new UsageError("--html needs the name of a file");
  if (isOffline || command === "doctor") return { command };
  if (command === "status") return { command, cluster, all };
  if (command === "plan" || command === "reconcile") return { command, cluster };
  if (command === "apply") return { command, cluster, confirm };
  if (cluster === undefined) {
    throw new UsageError(
      command === "kubeconfig" || command === "values"
        ? `${command} needs the name of a cluster`
        : `say which cluster to ${command}`,
    );
  }
  if (command === "kubeconfig") {
    const file = out ?? path.join(homedir(), ".kube", `slipway-${cluster}`);
    return { command, cluster, save: (secret) => saveSecret(secret, file, process.stdout) };
  }
  if (command === "values") return { command, cluster };
  return { command, cluster, confirm };
}

/** The files of another commit, and that only what differs from them counts. */
function baseOf(commit: string, folder: string): Pick<Surroundings, "scope" | "baseFiles"> {
  return {
    scope: { clusters: "changed", only: [], isProposal: false },
    baseFiles: () => filesOfCommit(process.cwd(), commit, folder),
  };
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
  const stop = stopSignal(args.timeLimitMs);
  const shown = showProgress(process.stderr, systemClock.now, paintFor(process.stderr));
  const result = await runCommand(args.request, {
    root: process.cwd(),
    path: args.path,
    owner: ownerFrom(env),
    login: ownLogin(env.GITHUB_RUN_ID ?? "cli"),
    ...(args.base === undefined ? {} : baseOf(args.base, args.path)),
    by: `${userInfo().username}@${hostname()}`,
    commits: await commitsOf(process.cwd(), undefined),
    leaseTtlMs: leaseTtlFrom(env),
    ambientRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    nodeTimeoutMs: args.nodeTimeoutMs,
    rehearse: args.rehearse,
    helm: helmIn(process.cwd()),
    askGithub: async () => {
      const { readFacts } = await import("./github/facts.ts");
      return readFacts(env, env.GITHUB_TOKEN ?? "", { clock: systemClock, signal: stop });
    },
    clock: systemClock,
    random: Math.random,
    emit: shown.emit,
    signal: stop,
  }).finally(shown.end);
  // Where the command's own product goes to stdout, what there is to say about it goes beside it.
  const told = args.toldBeside ? process.stderr : process.stdout;
  told.write(
    args.json ? `${JSON.stringify(jsonReport(result), null, 2)}\n` : renderTerminal(blocksOf(result), paintFor(told)),
  );
  if (args.html !== undefined) await savePage(result, path.resolve(args.html));
  process.exitCode = exitCode(result.result);
  leaveWhenStopped(stop);
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
