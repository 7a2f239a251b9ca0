import { type Github, path } from "./client.ts";
import { isGithubError } from "./errors.ts";
import type { Base } from "./event.ts";

/** The check run on a pushed commit that says how its apply went. On success all that was merged up to it is applied. */
export const APPLY_CHECK = "slipway / apply";

interface Commit {
  sha: string;
  parents: readonly { sha: string }[];
}

/** The commit or branch to compare with; undefined: there is none. `appId`: whose check runs count. */
export async function baseCommit(
  github: Github,
  base: Base,
  folder: string,
  appId: number | undefined,
): Promise<string | undefined> {
  switch (base.kind) {
    case "commit":
      return base.commit;
    case "merge-parent":
      return (await parentOfMerge(github, base.of)) ?? base.otherwise;
    case "last-applied":
      return appId === undefined ? undefined : lastApplied(github, base.from, folder, appId);
  }
}

/** What GitHub has merged a pull request into, to see how it would be. */
async function parentOfMerge(github: Github, commit: string): Promise<string | undefined> {
  try {
    const { parents } = await github.get<Commit>(path`commits/${commit}`, { per_page: 1 });
    return parents.length === 2 ? parents[0]?.sha : undefined;
  } catch (error) {
    if (isGithubError(error, "not-found", "invalid")) return undefined;
    throw error;
  }
}

/** How many commits are looked at; beyond them all clusters are gone through, which is right and slower. */
const MOST_COMMITS = 30;

/**
 * The newest commit up to `from` that was applied whole. Runs of commits in between may have been cancelled while they
 * waited, failed, or never begun: what they had to do is to be done now.
 */
async function lastApplied(github: Github, from: string, folder: string, appId: number): Promise<string | undefined> {
  const commits = await github.get<Commit[]>("commits", { sha: from, path: folder, per_page: MOST_COMMITS });
  for (const { sha } of commits) {
    const query = { check_name: APPLY_CHECK, app_id: appId, filter: "latest" };
    const { check_runs: checks } = await github.get<{
      check_runs: { conclusion: string | null; app: { id: number } | null }[];
    }>(path`commits/${sha}/check-runs`, query);
    if (checks.some(({ conclusion, app }) => conclusion === "success" && app?.id === appId)) return sha;
  }
  return undefined;
}
