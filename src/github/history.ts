import { APPLY_CHECK } from "./checks.ts";
import { type Github, path } from "./client.ts";
import { isGithubError } from "./errors.ts";
import type { Base } from "./event.ts";

interface Commit {
  sha: string;
  parents: readonly { sha: string }[];
}

/** The commit or branch to compare with; undefined: there is none. `author`: as whom we are known there. */
export async function baseCommit(
  github: Github,
  base: Base,
  folder: string,
  author: () => Promise<string>,
): Promise<string | undefined> {
  switch (base.kind) {
    case "commit":
      return base.commit;
    case "merge-parent":
      return (await parentOfMerge(github, base.of)) ?? base.otherwise;
    case "last-applied":
      return lastApplied(github, base.from, folder, await author());
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

interface Check {
  conclusion: string | null;
  app: { slug?: string } | null;
}

/**
 * The newest commit up to `from` whose apply came through, by a check run of the App that we are. Success there means that
 * all that was merged up to it is applied; runs of commits in between may have been cancelled while they waited, failed,
 * or never begun, so what they had to do is to be done now.
 */
async function lastApplied(github: Github, from: string, folder: string, author: string): Promise<string | undefined> {
  const commits = await github.get<Commit[]>("commits", { sha: from, path: folder, per_page: MOST_COMMITS });
  for (const { sha } of commits) {
    const query = { check_name: APPLY_CHECK, filter: "latest" };
    const { check_runs: checks } = await github.get<{ check_runs: Check[] }>(path`commits/${sha}/check-runs`, query);
    if (checks.some(({ conclusion, app }) => conclusion === "success" && `${app?.slug}[bot]` === author)) return sha;
  }
  return undefined;
}
