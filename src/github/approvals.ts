import type { Approvals, Approved, ApprovedChange } from "../commands/approval.ts";
import { messageOf, UserError } from "../core/errors.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { type Github, path } from "./client.ts";

/** A pull request as the list of a commit's pull requests has it. */
export interface MergedPull {
  number: number;
  merged_at: string | null;
  head: { sha: string; repo: { full_name: string } | null };
  base: { ref: string };
  labels: readonly { name: string }[];
}

export interface ApprovalSource {
  github: Github;
  /** The commit that is being applied, and the branch that it is on. */
  commit: string;
  branch: string;
  allowDirectPush: boolean;
  /** What the plan of a pull request's newest commit found; undefined: there is no such plan. */
  planned(pull: MergedPull, cluster: ClusterIdentity): Promise<readonly ApprovedChange[] | undefined>;
  /** Why the pull request may not delete; undefined: it may. */
  noDeletion(pull: MergedPull): Promise<string | undefined>;
}

/**
 * What was approved is what was planned for the newest commits of all pull requests that were merged since a cluster was
 * last wholly applied, as far as they touch its files.
 */
export function approvalsFrom(source: ApprovalSource): Approvals {
  return {
    async since(cluster, files, appliedCommit) {
      try {
        return await approvedSince(source, cluster, files, appliedCommit);
      } catch (error) {
        throw new UserError(
          {
            level: "error",
            code: "approval/unreadable",
            message: `what was approved of ${cluster.name} can't be read from GitHub: ${messageOf(error)}`,
            fix: "run it again; the job's token needs checks: write, contents: read and pull-requests: read",
          },
          { cause: error },
        );
      }
    },
  };
}

async function approvedSince(
  source: ApprovalSource,
  cluster: ClusterIdentity,
  files: readonly string[],
  appliedCommit: string | undefined,
): Promise<Approved> {
  const commits = await commitsOf(source, files, appliedCommit);
  const pulls = new Map<number, MergedPull>();
  const direct: string[] = [];
  for (const sha of commits) {
    const all = await source.github.get<MergedPull[]>(path`commits/${sha}/pulls`);
    const merged = all.filter(({ merged_at: at, base }) => at !== null && base.ref === source.branch);
    if (merged.length === 0) direct.push(sha);
    for (const pull of merged) pulls.set(pull.number, pull);
  }
  if (source.allowDirectPush && direct.length > 0) {
    return { kind: "all", why: `${short(direct[0])} was pushed directly, which allow-direct-push allows` };
  }

  const gaps = direct.map((sha) => `${short(sha)} was pushed without a pull request`);
  const changes: ApprovedChange[] = [];
  const from: string[] = [];
  for (const pull of [...pulls.values()].sort((a, b) => a.number - b.number)) {
    const planned = await source.planned(pull, cluster);
    if (planned === undefined) {
      gaps.push(`the newest commit of #${pull.number} has no plan`);
      continue;
    }
    from.push(`#${pull.number}`);
    const trouble = await source.noDeletion(pull);
    const noDeletion = trouble === undefined ? {} : { noDeletion: `#${pull.number}: ${trouble}` };
    changes.push(...planned.map((change) => ({ ...change, ...noDeletion })));
  }
  return { kind: "set", changes, from, gaps };
}

/** The commits that touch the files, newest first, since the one that was applied last, where one was. */
async function commitsOf(
  { github, commit }: ApprovalSource,
  files: readonly string[],
  appliedCommit: string | undefined,
): Promise<string[]> {
  const touching = new Set<string>();
  for (const file of files) {
    const commits = await github.get<{ sha: string }[]>("commits", { sha: commit, path: file, per_page: 100 });
    for (const { sha } of commits) touching.add(sha);
  }
  if (appliedCommit === undefined) return [...touching];
  if (appliedCommit === commit) return [];
  const commits = await github.all<{ sha: string }>(path`compare/${`${appliedCommit}...${commit}`}`, {}, "commits");
  const since = new Set(commits.map(({ sha }) => sha));
  return [...touching].filter((sha) => since.has(sha));
}

function short(commit = ""): string {
  return commit.slice(0, 9);
}
