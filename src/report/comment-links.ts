import { code } from "./escaping.ts";

/** Where things are on GitHub. The door makes them; none holds text of a user but a repository's name. */
export interface CommentLinks {
  /** `run 12`, attempt and all. */
  run: { name: string; url: string };
  commit: { sha: string; url: string };
  /** What a file's path is appended to: `https://github.com/o/r/blob/<sha>/`. */
  files: string;
}

/** Where a pull request's plan or apply is in its life. */
export interface Lifecycle {
  state: "planning" | "planned" | "applying" | "applied" | "ended" | "closed";
  atMs: number;
}

/** A file's line on GitHub. Every path stays within its own link. */
export function lineLink(links: CommentLinks, file: string, line: number): string {
  // Half of a pair is no character, and can't be encoded.
  const path = file
    .toWellFormed()
    .split("/")
    .map((part) => encodeURIComponent(part).replace(/[()'!*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`))
    .join("/");
  return `[${code(`${file}:${line}`)}](${links.files}${path}#L${line})`;
}

const WORDS: Readonly<Record<Lifecycle["state"], string>> = {
  planning: "🔎 Being planned",
  planned: "📋 Planned",
  applying: "⏳ Being applied",
  applied: "✅ Applied",
  ended: "⏹️ Ended",
  closed: "🗑️ Closed",
};

/** The comment's last line: what state this is, by which run, of which commit, and when. */
export function lifecycleLine({ state, atMs }: Lifecycle, { run, commit }: CommentLinks): string {
  const when = `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `${WORDS[state]} in [${run.name}](${run.url}) from [${code(commit.sha.slice(0, 7))}](${commit.url}), ${when}.`;
}
