import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { endGroup, setFailed, setOutput, setSecret, startGroup, warning } from "@actions/core";
import { type Inputs, readInputs } from "./action-inputs.ts";
import { type Login, sessionName } from "./aws/login.ts";
import { matrixOf } from "./commands/discover.ts";
import { exitCode, type ReportedResult } from "./commands/results.ts";
import { type Request, runCommand, type Surroundings } from "./commands/run.ts";
import { systemClock } from "./core/clock.ts";
import { messageOf, UsageError } from "./core/errors.ts";
import type { Event } from "./core/events.ts";
import type { Finding } from "./core/findings.ts";
import { hashOf } from "./core/hash.ts";
import { reportOf } from "./fragments.ts";
import { commitsOf } from "./git.ts";
import { type Decision, decide } from "./github/event.ts";
import { identityToken, type TokenSource, tokenSourceFrom } from "./github/identity-token.ts";
import { type GithubRun, openGithub } from "./github-run.ts";
import { helmIn } from "./helm.ts";
import { keepProgress } from "./progress-file.ts";
import { blocksOf } from "./report/blocks.ts";
import { jsonReport } from "./report/json.ts";
import { groupTitle } from "./report/log-groups.ts";
import { renderMarkdown } from "./report/markdown.ts";
import { progressLine } from "./report/progress.ts";
import { ProgressAccount } from "./report/run-progress.ts";
import { noColours } from "./report/terminal.ts";
import { leaseTtlFrom, ownerFrom, runAddress } from "./run-settings.ts";
import { saveProgressFile, saveReported } from "./run-state.ts";
import { savePage } from "./save-page.ts";
import { leaveWhenStopped, stopSignal } from "./stop-signal.ts";
import { addSummary, annotate, log, showReport } from "./workflow-log.ts";

type Run = Extract<Decision, { do: "run" }>;

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const inputs = readInputs(env);
  const decision = decide(inputs.command, env, await payloadFrom(env));
  if (decision.do === "refuse") throw new UsageError(`${decision.why}; ${decision.fix}`);
  const stop = stopSignal(inputs.timeLimitMs);
  if (decision.do === "run") await run(decision, inputs, env, stop);
  else {
    log(`nothing to do: ${decision.why}`);
    if (decision.do === "close") {
      const account = new ProgressAccount("close", leaseTtlFrom(env), systemClock.now());
      await (await openGithub(decision, inputs, env, stop, account)).close();
    }
    await setOutputs({ command: inputs.command, result: "no-changes", findings: [], clusters: [] }, env);
  }
  saveReported();
  leaveWhenStopped(stop);
}

async function run(decision: Run, inputs: Inputs, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<void> {
  const { command } = decision;
  const request = requestFor(decision, inputs);
  const account = new ProgressAccount(command, leaseTtlFrom(env), systemClock.now());
  const github = await openGithub(decision, inputs, env, stop, account);
  startGroup(`slipway ${command}`);
  if (env.GITHUB_EVENT_NAME) log(`${command}: ${decision.why}`);
  const progress = followProgress(account, github, env);
  const surroundings = await surroundingsOf(decision, inputs, { env, github, stop, emit: progress.emit });
  const doing = request === undefined ? reportOf(surroundings, inputs) : runCommand(request, surroundings);
  const result = withOfflineNotice(
    decision,
    await doing.finally(() => {
      progress.end();
      endGroup();
    }),
  );

  const blocks = blocksOf(result);
  showReport(blocks);
  const { isAnnotated, summary = renderMarkdown(blocks) } = await github.finish(result);
  await addSummary(summary, env.GITHUB_STEP_SUMMARY);
  if (!isAnnotated) for (const finding of allFindings(result)) annotate(finding);
  await setOutputs(result, env);
  // What was done is done, whether somebody gets to look at it or not.
  if (inputs.html !== undefined) await savePage(result, inputs.html).catch((error) => warning(messageOf(error)));
  if (exitCode(result.result) !== 0) setFailed(`slipway ${command}: ${result.result}`);
}

/** Undefined: the report of a matrix's jobs. */
function requestFor({ command }: Run, { clusters, confirm }: Inputs): Request | undefined {
  switch (command) {
    case "report":
      return undefined;
    case "validate":
    case "discover":
    case "doctor":
      return { command };
    // Which clusters, the scope says.
    case "plan":
    case "reconcile":
      return { command, cluster: undefined };
    case "apply":
      return { command, cluster: undefined, confirm };
    case "status":
      return { command, cluster: clusters[0], all: clusters.length === 0 };
    case "values":
    case "destroy":
    case "unlock": {
      const [cluster, ...more] = clusters;
      if (cluster === undefined || more.length > 0) {
        const found = cluster === undefined ? "it is empty" : "it names several";
        const asks = command === "values" ? "whose values to show" : `which cluster to ${command}`;
        throw new UsageError(`the input cluster says ${asks}, and ${found}`);
      }
      return command === "values" ? { command, cluster } : { command, cluster, confirm };
    }
  }
}

async function surroundingsOf(
  decision: Run,
  inputs: Inputs,
  {
    env,
    github,
    stop,
    emit,
  }: { env: NodeJS.ProcessEnv; github: GithubRun; stop: AbortSignal; emit: Surroundings["emit"] },
): Promise<Surroundings> {
  const { root, clusters, allowedAccountIds } = inputs;
  const { approvals, baseFiles } = github;
  return {
    root,
    path: inputs.path,
    owner: ownerFrom(env),
    login: loginFrom(inputs, env),
    by: runAddress(env),
    // A pull request's run plans what is proposed: only a branch has a newest commit that an apply must not be behind.
    commits: await commitsOf(root, env.GITHUB_REF_TYPE === "branch" ? env.GITHUB_REF_NAME : undefined),
    scope: { clusters: decision.scope, only: clusters, isProposal: decision.trust === "proposed" },
    ...(baseFiles === undefined ? {} : { baseFiles }),
    ...(approvals === undefined ? {} : { approvals }),
    ...(allowedAccountIds === undefined ? {} : { allowedAccountIds }),
    leaseTtlMs: leaseTtlFrom(env),
    ambientRegion: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    nodeTimeoutMs: inputs.nodeTimeoutMs,
    rehearse: inputs.rehearse,
    helm: helmIn(root),
    askGithub: async () => {
      const { readFacts } = await import("./github/facts.ts");
      return readFacts(env, inputs.token, { clock: systemClock, signal: stop });
    },
    clock: systemClock,
    random: Math.random,
    emit,
    signal: stop,
  };
}

/** What other actions log in with, or what AWS takes GitHub's word for. */
function loginFrom({ role }: Inputs, env: NodeJS.ProcessEnv): Login {
  const source = tokenSourceFrom(env);
  const tokenFrom = async (given: TokenSource): Promise<string> => {
    const value = await identityToken(given, systemClock);
    setSecret(value);
    return value;
  };
  return {
    role,
    identityToken: source === undefined ? undefined : () => tokenFrom(source),
    hasOwn: OWN_CREDENTIALS.some((name) => (env[name] ?? "") !== ""),
    session: sessionName([env.GITHUB_RUN_ID ?? "action", env.GITHUB_RUN_ATTEMPT].filter(Boolean).join("-")),
    mask: setSecret,
  };
}

/** By these the SDK finds credentials without asking the machine. */
const OWN_CREDENTIALS = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/** Tells the log, GitHub and the progress file of each event. */
function followProgress(account: ProgressAccount, github: GithubRun, env: NodeJS.ProcessEnv) {
  const startedAtMs = systemClock.now();
  const file = path.join(temporary(env), `slipway-progress-${randomUUID()}.json`);
  const kept = keepProgress(file, account, systemClock, warning);
  saveProgressFile(file);
  return {
    emit: (event: Event): void => {
      kept.emit(event);
      github.emit(event);
      const title = groupTitle(event);
      if (title !== undefined) {
        endGroup();
        startGroup(title);
      }
      const line = progressLine(event, systemClock.now() - startedAtMs, noColours);
      if (line !== undefined) log(line);
    },
    end: kept.end,
  };
}

/** Who reads that all is well must read, too, that nobody looked at AWS. */
function withOfflineNotice<R extends ReportedResult>({ trust, why }: Run, result: R): R {
  if (trust !== "offline") return result;
  const notice: Finding = {
    level: "notice",
    code: "github/offline",
    message: `the files were checked by themselves, and AWS was not looked at: ${why}`,
  };
  return { ...result, findings: [...result.findings, notice] };
}

async function payloadFrom(env: NodeJS.ProcessEnv): Promise<unknown> {
  const file = env.GITHUB_EVENT_PATH;
  if (file === undefined || file === "") return undefined;
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`the event's payload can't be read: ${messageOf(error)}`);
  }
}

/** The job's own folder, which the runner empties. */
function temporary(env: NodeJS.ProcessEnv): string {
  return env.RUNNER_TEMP ?? ".";
}

function allFindings(result: ReportedResult): Finding[] {
  return [...result.findings, ...result.clusters.flatMap((cluster) => cluster.findings)];
}

async function setOutputs(result: ReportedResult, env: NodeJS.ProcessEnv): Promise<void> {
  const file = path.join(temporary(env), `slipway-${result.command}.json`);
  await writeFile(file, `${JSON.stringify(jsonReport(result), null, 2)}\n`);
  const { matrix = matrixOf([]) } = result;
  const plans = result.clusters.flatMap((cluster) => (cluster.plan === undefined ? [] : [cluster.plan]));
  const fingerprints = plans.map((plan) => plan.fingerprint).filter((fingerprint) => fingerprint !== "");
  const changes = plans.reduce((sum, plan) => sum + plan.changes.length, 0);
  setOutput("result", result.result);
  setOutput("changes", String(result.matrix === undefined ? changes : matrix.include.length));
  setOutput("fingerprint", fingerprints.length > 1 ? hashOf(fingerprints, 16) : (fingerprints[0] ?? ""));
  setOutput("plan", file);
  setOutput("matrix", JSON.stringify(matrix));
}

try {
  await main(process.env);
} catch (error) {
  const stack = process.env.RUNNER_DEBUG === "1" && error instanceof Error ? `\n${error.stack}` : "";
  setFailed(error instanceof UsageError ? error.message : `this should not have happened: ${messageOf(error)}${stack}`);
  // Of what broke down under way, the post step tells how far it came.
  if (error instanceof UsageError) saveReported();
}
