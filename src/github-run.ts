/** What a run tells GitHub and asks of it. What does that is loaded only where there is a token and something to tell. */
import { warning } from "@actions/core";
import type { Inputs } from "./action-inputs.ts";
import type { ReportedResult } from "./commands/results.ts";
import type { Surroundings } from "./commands/run.ts";
import { systemClock } from "./core/clock.ts";
import type { Emit } from "./core/events.ts";
import { storedBlobs } from "./git.ts";
import type { GithubAccess } from "./github/client.ts";
import type { Decision } from "./github/event.ts";
import type { ProgressAccount } from "./report/run-progress.ts";
import { runAddress } from "./run-settings.ts";
import { saveBegun } from "./run-state.ts";

export interface GithubRun {
  /** What the files are compared with. */
  baseFiles: Surroundings["baseFiles"];
  /** What the run may do; undefined: whatever its plan says. */
  approvals: Surroundings["approvals"];
  emit: Emit;
  /** Tells how it ended; gives whether findings are shown on their lines by that, and Markdown for the run's own page. */
  finish(result: ReportedResult): Promise<{ isAnnotated: boolean; summary?: string }>;
  /** The pull request was closed without being merged. */
  close(): Promise<void>;
}

/** Nobody listens. */
const SILENT: GithubRun = {
  baseFiles: undefined,
  approvals: undefined,
  emit: () => {},
  finish: async () => ({ isAnnotated: false }),
  close: async () => {},
};

export async function openGithub(
  decision: Extract<Decision, { do: "run" | "close" }>,
  inputs: Inputs,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  account: ProgressAccount,
): Promise<GithubRun> {
  const access = accessFrom(inputs.token, env);
  const isOffline = decision.do === "run" && decision.trust === "offline";
  if (isOffline || access === undefined || decision.subject === undefined) return SILENT;
  const { beginGithubRun } = await import("./github/flow.ts");
  return beginGithubRun({
    decision,
    subject: decision.subject,
    access,
    inputs,
    run: { address: runAddress(env), id: Number(env.GITHUB_RUN_ID ?? 0), attempt: Number(env.GITHUB_RUN_ATTEMPT ?? 1) },
    commit: env.GITHUB_SHA ?? "",
    branch: env.GITHUB_REF_NAME ?? "",
    clock: systemClock,
    stop,
    warn: warning,
    account,
    serverUrl: env.GITHUB_SERVER_URL ?? "https://github.com",
    stored: (ids) => storedBlobs(inputs.root, ids),
    keep: saveBegun,
  });
}

/** Undefined where GitHub can't be asked: without a token, and outside a workflow. */
export function accessFrom(token: string, env: NodeJS.ProcessEnv): GithubAccess | undefined {
  const { GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: graphqlUrl = "", GITHUB_REPOSITORY: repository } = env;
  return token === "" || !apiUrl || !repository ? undefined : { apiUrl, graphqlUrl, token, repository };
}
