import { type Approvals, labelTrouble } from "../commands/approval.ts";
import type { ReportedResult } from "../commands/results.ts";
import type { SourceFile } from "../config/yaml.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Event } from "../core/events.ts";
import { blocksOf } from "../report/blocks.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { clusterKey } from "./approval-record.ts";
import { approvalsFrom, type MergedPull } from "./approvals.ts";
import { APPLY_CHECK, PLAN_CHECK, plannedAt } from "./checks.ts";
import { type Github, type GithubAccess, makeGithub, path } from "./client.ts";
import { ClusterSurfaces } from "./cluster-surfaces.ts";
import { CONFIRM_DELETION } from "./confirm-label.ts";
import { confirmationFacts } from "./confirmation.ts";
import type { Decision, Subject } from "./event.ts";
import { filesAt } from "./files.ts";
import { baseCommit } from "./history.ts";
import { takeLabel } from "./labels.ts";
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
  const { access, clock, stop, decision, run, commit } = options;
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
  const author = () => surfaces.me(github);
  if (decision.do === "run") {
    await surfaces.openCheck(github);
    options.keep(surfaces.begun);
    await dropConfirmation(options, github, telling);
  }
  const command = decision.do === "run" ? decision.command : undefined;

  return {
    baseFiles: (here: readonly SourceFile[]) => baseFilesOf(options, github, author, here),
    approvals: command === "apply" ? approvalsOf(options, github, surfaces) : undefined,
    emit: (event: Event): void => {
      if (command === "apply") clusters.handle(github, event);
    },
    async finish(result: ReportedResult): Promise<boolean> {
      const body = renderMarkdown(blocksOf(result));
      const title = `${result.command}: ${result.result}`;
      // A pull request that changes nothing need not notify anybody, but for what it said before.
      const isQuiet = result.result === "no-changes" || result.result === "valid";
      const github = last();
      await surfaces.say(github, body, isQuiet ? "only when there is one" : "always");
      const conclusion = conclusionOf(about.phase, result.result);
      const isAnnotated = await surfaces.conclude(github, conclusion, { title, summary: body }, result);
      await surfaces.label(github, outlookOf(result));
      await clusters.finish(github, result);
      if (command === "apply" || command === "reconcile") await clusters.tellDrift(github, author, result);
      return isAnnotated;
    },
    async close(): Promise<void> {
      await surfaces.say(
        github,
        "### Closed without being merged\n\nNothing of it was applied.",
        "only when there is one",
      );
    },
  };
}

/** What there is to tell of, and where. */
async function aboutOf(
  { decision, subject, inputs, run, commit, branch }: GithubRunOptions,
  github: Github,
  telling: Telling,
  startedAtMs: number,
): Promise<About> {
  const command = decision.do === "run" ? decision.command : "close";
  const base = { scope: inputs.path, run, startedAtMs };
  const ofPull = subject.kind === "pull-request" ? { pull: { number: subject.number, headSha: subject.headSha } } : {};
  if (command === "close") return { ...base, ...ofPull, phase: "plan" };
  const isPush = decision.do === "run" && decision.trust === "branch";
  const isShared = command === "plan" || command === "apply" || command === "report";
  const phase = isPush && command !== "plan" ? "apply" : "plan";
  if (!isShared) return { ...base, phase };
  if (inputs.isFragment) {
    // Each of a matrix's jobs has a check run of its own; the one that counts is the report's.
    const name = `${phase === "apply" ? APPLY_CHECK : PLAN_CHECK}: ${inputs.clusters.join(", ")}`.slice(0, 100);
    return { ...base, phase, ...(phase === "apply" ? { check: { name, sha: commit } } : {}) };
  }
  if (phase === "plan") {
    const isByHand = decision.do === "run" && decision.isByHand;
    const sha = subject.kind === "pull-request" ? subject.headSha : subject.sha;
    return { ...base, phase, ...ofPull, ...(isByHand ? {} : { check: { name: PLAN_CHECK, sha } }) };
  }
  // Success of this check run means that all of a commit is applied, which a run on some clusters can't say.
  const check = inputs.clusters.length === 0 ? { check: { name: APPLY_CHECK, sha: commit } } : {};
  const pull = await telling.now("the pull request that was merged", "pull-requests: read", () =>
    mergedPullOf(github, commit, branch),
  );
  return {
    ...base,
    phase,
    ...check,
    ...(pull === undefined ? {} : { pull: { number: pull.number, headSha: pull.head.sha } }),
  };
}

async function mergedPullOf(github: Github, commit: string, branch: string): Promise<MergedPull | undefined> {
  const pulls = await github.get<MergedPull[]>(path`commits/${commit}/pulls`);
  return pulls.find(({ merged_at: at, base }) => at !== null && base.ref === branch);
}

/** What was confirmed was confirmed of the commits that were there: a new push takes the label off. */
async function dropConfirmation(
  { decision, subject }: GithubRunOptions,
  github: Github,
  telling: Telling,
): Promise<void> {
  if (decision.do !== "run" || !decision.isNewHead || subject.kind !== "pull-request") return;
  await telling.now(`the label ${CONFIRM_DELETION}`, "pull-requests: write", () =>
    takeLabel(github, subject.number, CONFIRM_DELETION),
  );
}

function approvalsOf(options: GithubRunOptions, github: Github, surfaces: Surfaces): Approvals {
  const { decision, inputs, commit, branch } = options;
  if (decision.do === "run" && decision.isByHand) {
    return { since: async () => ({ kind: "all", why: "somebody started it by hand" }) };
  }
  const known = new Map<number, ReturnType<typeof plannedAt>>();
  const planned = ({ number, head }: MergedPull): ReturnType<typeof plannedAt> => {
    const { appId } = surfaces;
    if (appId === undefined) throw new Error("this job can't make a check run, so whose plans to believe is not known");
    const reading = known.get(number) ?? plannedAt(github, { headSha: head.sha, pull: number, appId });
    known.set(number, reading);
    return reading;
  };
  return approvalsFrom({
    github,
    commit,
    branch,
    allowDirectPush: inputs.allowDirectPush,
    async planned(pull, cluster) {
      const { record } = await planned(pull);
      return record === undefined ? undefined : (record.clusters.get(clusterKey(cluster)) ?? []);
    },
    async noDeletion(pull) {
      const { firstShownAtMs: shown } = await planned(pull);
      const facts = await confirmationFacts(github, pull.number);
      return labelTrouble({ ...facts, ...(shown === undefined ? {} : { plannedAtMs: shown }) }, CONFIRM_DELETION);
    },
  });
}

/** The files to compare with. Without them all clusters are gone through, and roles that a proposal names not taken on. */
async function baseFilesOf(
  { decision, inputs, warn }: GithubRunOptions,
  github: Github,
  author: () => Promise<string>,
  here: readonly SourceFile[],
): Promise<SourceFile[] | undefined> {
  if (decision.do === "close" || decision.base === undefined) return undefined;
  try {
    const commit = await baseCommit(github, decision.base, inputs.path, author);
    if (commit === undefined) return undefined;
    const files = await filesAt(github, commit, inputs.path, here);
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
  said: { title: string; body: string },
  { clock, warn }: Pick<GithubRunOptions, "clock" | "warn">,
): Promise<void> {
  const github = makeGithub(access, { clock });
  const surfaces = new Surfaces(about, {
    telling: new Telling(warn),
    clock,
    ...(check === undefined ? {} : { check }),
  });
  await surfaces.say(github, said.body);
  const summary = { title: said.title, summary: said.body };
  await surfaces.conclude(github, conclusionOf(about.phase, "killed"), summary, { findings: [], clusters: [] });
}
