import { createHash } from "node:crypto";
import type { SourceFile } from "../config/yaml.ts";
import { path as below, type Github } from "./client.ts";

interface Tree {
  /** GitHub lists 100,000 entries or 7 MB at most. https://docs.github.com/rest/git/trees */
  truncated: boolean;
  tree: readonly { path: string; mode: string; type: string; sha: string; size?: number }[];
}

/** Cluster files are a few kilobytes; beyond this it is not one. */
const LARGEST_FILE_BYTES = 1024 * 1024;

/** Gives what is stored of blobs, by their ids. */
export type Stored = (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * The YAML files under a folder as a commit or branch has them; undefined where GitHub can't list them all. What `here`
 * has the same, or the clone has `stored`, is not fetched: git knows a file by the hash of its content, so that only GitHub
 * is believed.
 */
export async function filesAt(
  github: Github,
  commit: string,
  folder: string,
  here: readonly SourceFile[],
  stored: Stored,
): Promise<SourceFile[] | undefined> {
  const { tree, truncated } = await github.get<Tree>(below`git/trees/${commit}`, { recursive: 1 });
  if (truncated) return undefined;
  const known = new Map(here.map((file) => [blobId(file.text), file.text]));
  const inside = tree.filter(({ path, mode, type, size = 0 }) => {
    const isFile = type === "blob" && mode.startsWith("100"); // a link's content is not a file's
    return isFile && isBelow(path, folder) && /\.ya?ml$/.test(path) && size <= LARGEST_FILE_BYTES;
  });
  const others = inside.filter(({ sha }) => !known.has(sha)).map(({ sha }) => sha);
  for (const [sha, text] of await stored(others)) if (blobId(text) === sha) known.set(sha, text);
  const files: SourceFile[] = [];
  for (const { path, sha } of inside) files.push({ path, text: known.get(sha) ?? (await blob(github, sha)) });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function blob(github: Github, sha: string): Promise<string> {
  const { content } = await github.get<{ content: string }>(below`git/blobs/${sha}`);
  return Buffer.from(content, "base64").toString("utf8");
}

/** As git names a file's content. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function blobId(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function isBelow(file: string, folder: string): boolean {
  const plain = folder.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  return plain === "" || plain === "." || file === plain || file.startsWith(`${plain}/`);
}
