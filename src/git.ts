import { execFile, spawn } from "node:child_process";
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
  const entries = listed.split("\0").flatMap((line) => {
    const [attributes = "", path = ""] = line.split("\t");
    const [, blob] = /^100\d+ blob (\w+)$/.exec(attributes) ?? []; // a link's content is not a file's
    return blob !== undefined && /\.ya?ml$/.test(path) ? [{ path, blob }] : [];
  });
  const texts = await storedBlobs(
    root,
    entries.map(({ blob }) => blob),
  );
  return entries.map(({ path, blob }) => {
    const text = texts.get(blob);
    if (text === undefined) throw new UsageError(`git does not tell what ${path} was in ${JSON.stringify(commit)}`);
    return { path, text };
  });
}

/**
 * What git has of these blobs at `root`, by their ids, asked in one process. A blob that a shallow clone did not bring is
 * not fetched, and left out; so are all where there is no git.
 */
export async function storedBlobs(root: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const env = { ...process.env, GIT_NO_LAZY_FETCH: "1" };
  const child = spawn("git", ["-C", root, "cat-file", "--batch"], { stdio: ["pipe", "pipe", "ignore"], env });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on("error", () => {}); // it ended before it had read all
  child.stdin.end(`${ids.join("\n")}\n`);
  await new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  return blobsIn(Buffer.concat(chunks));
}

/** What `git cat-file --batch` writes: `<id> blob <bytes>`, the bytes and a line's end; or `<id> missing`. */
function blobsIn(answer: Buffer): Map<string, string> {
  const blobs = new Map<string, string>();
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf("\n", at);
    if (end < 0) break;
    const [id = "", kind, length] = answer.toString("utf8", at, end).split(" ");
    const bytes = length === undefined ? 0 : Number(length) + 1;
    if (kind === "blob") blobs.set(id, answer.toString("utf8", end + 1, end + bytes));
    at = end + 1 + bytes;
  }
  return blobs;
}
