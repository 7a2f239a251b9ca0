import type { Finding } from "../core/findings.ts";

/** What is known of the repository's history where the run works. */
export interface Commits {
  /** The commit that is carried out; undefined outside a repository. */
  current: string | undefined;
  /** Whether `older` is `newer` itself or comes before it; undefined when the history at hand does not tell. */
  precedes(older: string, newer: string): Promise<boolean | undefined>;
  /**
   * The branch's newest commit, and which of the repository's files it has otherwise than this one; undefined when the
   * run follows no branch, or it can't be told.
   */
  tip(): Promise<{ commit: string; changed: readonly string[] } | undefined>;
}

/** No history at all: what is there is what is meant. */
export const NO_COMMITS: Commits = {
  current: undefined,
  precedes: async () => undefined,
  tip: async () => undefined,
};

/**
 * The order of commits: a run goes on only when its commit is the newest of its branch for the files of the cluster, and
 * not behind what was applied. Without it, an old run that is started again would take a cluster back in time.
 */
export async function checkOrder(
  commits: Commits,
  applied: { commit?: string; by: string } | undefined,
  files: readonly string[],
): Promise<Finding[]> {
  const { current } = commits;
  if (current === undefined) return [];
  const findings: Finding[] = [];
  const tip = await commits.tip();
  const newer = tip === undefined || tip.commit === current ? [] : files.filter((file) => tip.changed.includes(file));
  if (tip !== undefined && newer.length > 0) {
    findings.push({
      level: "error",
      code: "commits/not-the-tip",
      message: `the branch has gone on: ${short(tip.commit)} has another ${newer.join(", ")} than this run's ${short(current)}`,
      fix: "the run of the newer commit does what is wanted now; let it",
    });
  }
  if (applied?.commit === undefined || applied.commit === current) return findings;
  const [forwards, backwards] = await Promise.all([
    commits.precedes(applied.commit, current),
    commits.precedes(current, applied.commit),
  ]);
  if (backwards === true && forwards !== true) {
    findings.push({
      level: "error",
      code: "commits/behind",
      message: `this run's ${short(current)} is older than ${short(applied.commit)}, which ${applied.by} has applied`,
      fix: "apply the newer commit, or revert it with a new one",
    });
  } else if (forwards === undefined && backwards === undefined) {
    findings.push({
      level: "notice",
      code: "commits/unknown-order",
      message: `whether ${short(current)} comes after ${short(applied.commit)}, which was applied last, the history at hand does not tell`,
      fix: "check out with fetch-depth: 0",
    });
  }
  return findings;
}

function short(commit: string): string {
  return commit.slice(0, 9);
}
