import { type Approvals, labelTrouble } from "../commands/approval.ts";
import type { ReportedResult } from "../commands/results.ts";
import { clusterKey } from "./approval-record.ts";
import { approvalsFrom, type MergedPull } from "./approvals.ts";
import { plannedAt } from "./checks.ts";
import type { Github } from "./client.ts";
import { CONFIRM_DELETION } from "./confirm-label.ts";
import { confirmationFacts } from "./confirmation.ts";
import type { GithubRunOptions } from "./flow.ts";

/** What this run may do. `appId` tells whose plans count: those of the App that we are, as its check run has shown. */
export function approvalsOf(options: GithubRunOptions, github: Github, appId: () => number | undefined): Approvals {
  const { decision, inputs, commit, branch } = options;
  if (decision.do === "run" && decision.isByHand) {
    return { since: async () => ({ kind: "all", why: "somebody started it by hand" }) };
  }
  const known = new Map<number, ReturnType<typeof plannedAt>>();
  const planned = ({ number, head }: MergedPull): ReturnType<typeof plannedAt> => {
    const id = appId();
    if (id === undefined) throw new Error("this job can't make a check run, so whose plans to believe is not known");
    const reading = known.get(number) ?? plannedAt(github, { headSha: head.sha, pull: number, appId: id });
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
      const { firstShownAtMs } = await planned(pull);
      return deletionTrouble(github, pull.number, firstShownAtMs);
    },
  });
}

/** Why a pull request may not delete, with its newest commit's plan shown at that time; undefined: it may. */
async function deletionTrouble(
  github: Github,
  pull: number,
  shownAtMs: number | undefined,
): Promise<string | undefined> {
  const facts = await confirmationFacts(github, pull);
  return labelTrouble({ ...facts, ...(shownAtMs === undefined ? {} : { plannedAtMs: shownAtMs }) }, CONFIRM_DELETION);
}

/** What still stands between a plan's merge and its apply, for people; a plan that deletes wants somebody's word. */
export async function missingBefore(
  github: Github,
  { number: pull, headSha, appId }: { number: number; headSha: string; appId: number },
  { clusters }: ReportedResult,
): Promise<string[]> {
  const deletions = clusters.flatMap(({ plan }) =>
    (plan?.changes ?? []).filter(({ destructive, confirm }) => destructive || confirm !== undefined),
  );
  if (deletions.length === 0) return [];
  const { firstShownAtMs } = await plannedAt(github, { headSha, pull, appId });
  if (firstShownAtMs !== undefined && (await deletionTrouble(github, pull, firstShownAtMs)) === undefined) return [];
  return [
    `the label \`${CONFIRM_DELETION}\`, set after this by somebody who may write here: without it nothing is deleted`,
  ];
}
