import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Commits } from "./commands/commits.ts";
import type { SourceFile } from "./config/yaml.ts";
import { messageOf, UsageError } from "./core/errors.ts";

const exec = promisify(execFile);

/**
 * The history of the repository at `root`, by git. `branch` is the one whose newest commit counts; a run from the command
 * line follows none.
 */
export async function commitsOf(root: string, branch: string | undefined): Promise<Commits> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    try {
      const { stdout } = await exec("git", ["-C", root, ...args], { timeout: 20_000 });
      return stdout.trim();
    } catch {
      return undefined; // no git, no repository, no such commit, no way to the remote
    }
  };
  const current = await git("rev-parse", "--verify", "--quiet", "HEAD");
  return {
    current,
    async precedes(older, newer) {
      const base = await git("merge-base", older, newer);
      if (base !== undefined && base !== "") return base === older;
      // Without a common commit git fails, and also when it does not know one of them: only the former is an answer.
      const known = await Promise.all([older, newer].map((commit) => git("cat-file", "-e", `${commit}^{commit}`)));
      return known.includes(undefined) || (await git("rev-parse", "--is-shallow-repository")) === "true"
        ? undefined
        : false;
    },
    async tip() {
      if (branch === undefined || current === undefined) return undefined;
      const line = await git("ls-remote", "--exit-code", "origin", `refs/heads/${branch}`);
      const commit = line?.split(/\s/)[0];
      if (commit === undefined || commit === "") return undefined;
      if (commit === current) return { commit, changed: [] };
      if ((await git("fetch", "--quiet", "--depth=1", "origin", commit)) === undefined) return undefined;
      const names = await git("diff", "--name-only", "-z", current, commit);
      return names === undefined ? undefined : { commit, changed: names.split("\0").filter((name) => name !== "") };
    },
  };
}

const LARGEST_BYTES = 64 * 1024 * 1024;

/** The YAML files under a folder as a commit of the repository at `root` has them. A UsageError for one that is not there. */
export async function filesOfCommit(root: string, commit: string, folder: string): Promise<SourceFile[]> {
  const git = async (...args: string[]): Promise<string> => {
    try {
      return (await exec("git", ["-C", root, ...args], { maxBuffer: LARGEST_BYTES })).stdout;
    } catch (error) {
      throw new UsageError(`git does not tell what ${JSON.stringify(commit)} holds: ${messageOf(error).trim()}`);
    }
  };
  const id = (await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`)).trim();
  const listed = await git("ls-tree", "-r", "-z", id, "--", folder);
  const paths = listed.split("\0").flatMap((line) => {
    const [attributes = "", path = ""] = line.split("\t");
    return /^100\d+ blob /.test(attributes) && /\.ya?ml$/.test(path) ? [path] : []; // a link's content is not a file's
  });
  const files: SourceFile[] = [];
  for (const path of paths) files.push({ path, text: await git("cat-file", "blob", `${id}:${path}`) });
  return files;
}
