import type { ReportedResult, Result } from "../commands/results.ts";
import type { SourceFile } from "../config/yaml.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Event } from "../core/events.ts";
import { type CommentView, commentBody, MOST_SUMMARY_BYTES } from "../report/comment.ts";
import type { Lifecycle } from "../report/comment-links.ts";
import { verdictLine } from "../report/comment-verdict.ts";
import type { LastKnown } from "../report/killed.ts";
import { closedBody, killedBody, liveBody } from "../report/live-comment.ts";
import type { ProgressAccount } from "../report/run-progress.ts";
import { aboutOf } from "./about.ts";
import { type Github, type GithubAccess, makeGithub } from "./client.ts";
import { ClusterSurfaces } from "./cluster-surfaces.ts";
import { CONFIRM_DELETION } from "./confirm-label.ts";
import type { Decision, Subject } from "./event.ts";
import { filesAt, type Stored } from "./files.ts";
import { baseCommit } from "./history.ts";
import { takeLabel } from "./labels.ts";
import { liveComment } from "./live-comment.ts";
import { approvalsOf, missingBefore } from "./planned.ts";
import { type About, type Begun, conclusionOf, outlookOf, Surfaces } from "./surfaces.ts";
import { Telling } from "./telling.ts";

/** What a run on GitHub begins with. */
export interface GithubRunOptions {
  decision: Extract<Decision, { do: "run" | "close" }>;
  subject: Subject;
  access: GithubAccess;
  inputs: { path: string; clusters: readonly string[]; allowDirectPush: boolean; isFragment: boolean };
  run: { address: string; id: number; attempt: number };
  /** The commit that was checked out, as the runner says, and the name of its branch. */
  commit: string;
  branch: string;
  clock: Clock;
  stop: AbortSignal;
  /** Tells what GitHub was not told, and why. */
  warn: (message: string) => void;
  /** Where the run stands, for those who look at the comment meanwhile. */
  account: ProgressAccount;
  /** Where GitHub's pages are: https://github.com. */
  serverUrl: string;
  /** What the clone that was checked out has of other commits' files. */
  stored: Stored;
  /** Writes down what another process needs should this one be killed. */
  keep: (begun: Begun) => void;
}

/**
 * Once the run is to stop, all that is still told may take so long: the runner kills a step 7.5 s after its first signal.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const LAST_WORDS_MS = 4000;

/** Begins to tell GitHub of a run. */
export async function beginGithubRun(options: GithubRunOptions) {
  const { access, clock, stop, decision, subject, run, commit } = options;
  const github = makeGithub(access, { clock, signal: stop });
  // What is told at the end is told also by a run that was stopped.
  const last = (): Github =>
    stop.aborted
      ? makeGithub(access, { clock, signal: AbortSignal.timeout(LAST_WORDS_MS), patienceMs: LAST_WORDS_MS })
      : github;
  const telling = new Telling(options.warn);
  const startedAtMs = clock.now();
  const about = await aboutOf(options, github, telling, startedAtMs);
  const surfaces = new Surfaces(about, { telling, clock });
  const clusters = new ClusterSurfaces(telling, { sha: commit, run, startedAtMs });
  const { links } = about;
  const author = () => surfaces.me(github);
  const live = isFollowed(options, about)
    ? liveComment({
        clock,
        account: options.account,
        write: (progress) => surfaces.say(github, liveBody(progress, links)),
        warn: options.warn,
      })
    : undefined;
  if (decision.do === "run") {
    await surfaces.openCheck(github);
    options.keep(surfaces.begun);
    await dropConfirmation(options, github, telling);
  }
  const command = decision.do === "run" ? decision.command : undefined;

  return {
    baseFiles: (here: readonly SourceFile[]) => baseFilesOf(options, github, author, here),
    approvals: command === "apply" ? approvalsOf(options, github, () => surfaces.appId) : undefined,
    emit: (event: Event): void => {
      if (command !== "apply") return;
      clusters.handle(github, event);
      live?.emit(event);
    },
    async finish(result: ReportedResult): Promise<{ isAnnotated: boolean; summary: string }> {
      await live?.end();
      const github = last();
      const { pull, phase } = about;
      const { appId } = surfaces;
      const asked = pull === undefined || appId === undefined || phase === "apply" ? undefined : { ...pull, appId };
      const missing = async () => (asked === undefined ? [] : missingBefore(github, asked, result));
      const before = (await telling.now("what is missing", "checks: read", missing)) ?? [];
      const isDraft = subject.kind === "pull-request" && subject.isDraft;
      const view: CommentView = {
        result,
        links,
        lifecycle: { state: stateOf(phase, result.result), atMs: clock.now() },
        before: [...(isDraft ? ["mark it as ready for review: it is a draft"] : []), ...before],
      };
      const body = commentBody(view);
      // A pull request that changes nothing need not notify anybody, but for what it said before.
      const isQuiet = result.result === "no-changes" || result.result === "valid";
      await surfaces.say(github, body, isQuiet ? "only when there is one" : "always");
      const said = { title: verdictLine(result), summary: body };
      const isAnnotated = await surfaces.conclude(github, conclusionOf(phase, result.result), said, result);
      await surfaces.label(github, outlookOf(result));
      await clusters.finish(github, result);
      if (command === "apply" || command === "reconcile") await clusters.tellDrift(github, author, result);
      return { isAnnotated, summary: commentBody(view, MOST_SUMMARY_BYTES) };
    },
    async close(): Promise<void> {
      await surfaces.say(github, closedBody(links, clock.now()), "only when there is one");
    },
  };
}

/** A plan is told when it is there; an apply is followed while it goes on. */
function isFollowed({ decision }: GithubRunOptions, { pull }: About): boolean {
  return decision.do === "run" && decision.command === "apply" && pull !== undefined;
}

function stateOf(phase: About["phase"], result: Result): Lifecycle["state"] {
  if (conclusionOf(phase, result) !== "success") return "ended";
  return phase === "plan" ? "planned" : "applied";
}

/**
 * What was confirmed was confirmed of the commits that were there: a new push takes the label off. Of several jobs the first
 * does, so that none takes off what was set since.
 */
async function dropConfirmation(
  { decision, subject, inputs }: GithubRunOptions,
  github: Github,
  telling: Telling,
): Promise<void> {
  if (decision.do !== "run" || !decision.isNewHead || subject.kind !== "pull-request") return;
  if (inputs.isFragment || decision.command === "report") return;
  await telling.now(`the label ${CONFIRM_DELETION}`, "pull-requests: write", () =>
    takeLabel(github, subject.number, CONFIRM_DELETION),
  );
}

/** The files to compare with. Without them all clusters are gone through, and roles that a proposal names not taken on. */
async function baseFilesOf(
  { decision, inputs, stored, warn }: GithubRunOptions,
  github: Github,
  author: () => Promise<string>,
  here: readonly SourceFile[],
): Promise<SourceFile[] | undefined> {
  if (decision.do === "close" || decision.base === undefined) return undefined;
  try {
    const commit = await baseCommit(github, decision.base, inputs.path, author);
    if (commit === undefined) return undefined;
    const files = await filesAt(github, commit, inputs.path, here, stored);
    if (files === undefined) warn(`GitHub can't list all files of ${commit}: all clusters count as changed`);
    return files;
  } catch (error) {
    warn(`what the files were before can't be read from GitHub (${messageOf(error)}): all clusters count as changed`);
    return undefined;
  }
}

/** Tells, in another process, of a run that was killed before its report. */
export async function tellKilled(
  access: GithubAccess,
  { about, check }: Begun,
  lastKnown: LastKnown,
  { clock, warn }: Pick<GithubRunOptions, "clock" | "warn">,
): Promise<void> {
  const github = makeGithub(access, { clock });
  const surfaces = new Surfaces(about, {
    telling: new Telling(warn),
    clock,
    ...(check === undefined ? {} : { check }),
  });
  const body = killedBody(lastKnown, about.links, clock.now());
  await surfaces.say(github, body);
  const said = { title: "The run ended without its report", summary: body };
  await surfaces.conclude(github, conclusionOf(about.phase, "killed"), said, { findings: [], clusters: [] });
}
