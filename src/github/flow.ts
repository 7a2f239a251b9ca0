import type { Approvals } from "../commands/approval.ts";
import type { ReportedResult } from "../commands/results.ts";
import type { SourceFile } from "../config/yaml.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Emit } from "../core/events.ts";
import { type Github, type GithubAccess, makeGithub } from "./client.ts";
import type { Decision, Subject } from "./event.ts";
import { filesAt } from "./files.ts";
import { baseCommit } from "./history.ts";

/** What a run on GitHub begins with. */
export interface GithubRunOptions {
  decision: Extract<Decision, { do: "run" | "close" }>;
  subject: Subject;
  access: GithubAccess;
  inputs: { path: string; allowDirectPush: boolean; isFragment: boolean };
  run: { address: string; id: number; attempt: number };
  /** The commit that was checked out, as the runner says. */
  commit: string;
  clock: Clock;
  stop: AbortSignal;
  /** Tells what GitHub was not told, and why. */
  warn: (message: string) => void;
}

/** Begins to tell GitHub of a run. */
export async function beginGithubRun(options: GithubRunOptions) {
  const { access, clock, stop } = options;
  const github = makeGithub(access, { clock, signal: stop });
  return {
    baseFiles: (here: readonly SourceFile[]) => baseFilesOf(github, options, here),
    emit: ((_event) => {}) as Emit,
    finish: async (_result: ReportedResult): Promise<boolean> => false,
    close: async (): Promise<void> => {},
    approvals: undefined as Approvals | undefined,
  };
}

/** The files to compare with. Without them all clusters are gone through, and roles that a proposal names not taken on. */
async function baseFilesOf(
  github: Github,
  { decision, inputs, warn }: GithubRunOptions,
  here: readonly SourceFile[],
): Promise<SourceFile[] | undefined> {
  if (decision.do === "close" || decision.base === undefined) return undefined;
  try {
    const commit = await baseCommit(github, decision.base, inputs.path, undefined);
    if (commit === undefined) return undefined;
    const files = await filesAt(github, commit, inputs.path, here);
    if (files === undefined)
      warn(`GitHub can't list the files of ${commit}: they are too many. All clusters count as changed`);
    return files;
  } catch (error) {
    warn(
      `the files of ${JSON.stringify(decision.base)} can't be read from GitHub (${messageOf(error)}): all clusters count as changed`,
    );
    return undefined;
  }
}
