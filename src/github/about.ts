import type { CommentLinks } from "../report/comment-links.ts";
import type { MergedPull } from "./approvals.ts";
import { APPLY_CHECK, PLAN_CHECK } from "./checks.ts";
import { type Github, path } from "./client.ts";
import type { GithubRunOptions } from "./flow.ts";
import type { About } from "./surfaces.ts";
import type { Telling } from "./telling.ts";

/** What there is to tell of, and where. */
export async function aboutOf(
  options: GithubRunOptions,
  github: Github,
  telling: Telling,
  startedAtMs: number,
): Promise<About> {
  const { decision, subject, inputs, run, commit, branch } = options;
  const command = decision.do === "run" ? decision.command : "close";
  const base = { scope: inputs.path, run, startedAtMs, links: linksOf(options) };
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

function linksOf({ access, serverUrl, subject, run, commit }: GithubRunOptions): CommentLinks {
  const sha = subject.kind === "pull-request" ? subject.headSha : commit;
  const home = `${serverUrl}/${access.repository}`;
  return {
    run: { name: run.attempt > 1 ? `run ${run.id}, attempt ${run.attempt}` : `run ${run.id}`, url: run.address },
    commit: { sha, url: `${home}/commit/${sha}` },
    files: `${home}/blob/${sha}/`,
  };
}
