/** What a route of the loopback GitHub is made of. */
import { createHash } from "node:crypto";
import { filled, type Json } from "./description.ts";
import type { Grant, Issue, Pull, Scope, State } from "./state.ts";

export interface Asked {
  state: State;
  grant: Grant;
  /** Of the path. */
  values: Record<string, string>;
  query: URLSearchParams;
  body: Json;
}

export interface Answered {
  status: number;
  body?: unknown;
  /** A list, of which the server gives the page that is asked for; `member` where the list is in an object. */
  list?: readonly unknown[];
  member?: string;
}

export interface Route {
  /** What the token must be allowed: one of these. */
  scopes: readonly Scope[];
  answer(asked: Asked): Answered;
}

export const NOT_FOUND: Answered = { status: 404, body: { message: "Not Found" } };
export const invalid = (message: string): Answered => ({
  status: 422,
  body: { message: "Validation Failed", documentation_url: "", errors: [{ code: "custom", message }] },
});
export const ok = (body: unknown): Answered => ({ status: 200, body });
export const created = (body: unknown): Answered => ({ status: 201, body });
export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Pull requests are issues, so either permission does. */
export const TALK: readonly Scope[] = ["issues", "pull_requests"];

const issueAt = ({ state, values }: Asked): Issue | undefined => state.issues.get(Number(values.issue_number));

export function ofIssue(answer: (issue: Issue, asked: Asked) => Answered): Route {
  return {
    scopes: TALK,
    answer: (asked) => {
      const issue = issueAt(asked);
      return issue === undefined ? NOT_FOUND : answer(issue, asked);
    },
  };
}

export function ofPull(answer: (pull: Pull, asked: Asked) => Answered): Route {
  return {
    scopes: ["pull_requests"],
    answer: (asked) => {
      const pull = asked.state.pulls.get(Number(asked.values.pull_number));
      return pull === undefined ? NOT_FOUND : answer(pull, asked);
    },
  };
}

/** The commit that a name of a branch, or a commit, means. */
export const commitOf = (sha: string): Json => filled("commit", { sha, commit: { message: "" } });

/** As git names a file's content. */
export function blobOf(content: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest("hex");
}

export const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

export function tooLong(state: State, body: string): Answered | undefined {
  return body.length > state.longestBody
    ? invalid(`body is too long (maximum is ${state.longestBody} characters)`)
    : undefined;
}

export const changeComment = (change: (asked: Asked, id: number) => Answered): Route => ({
  scopes: TALK,
  answer: (asked) => {
    const id = Number(asked.values.comment_id);
    return asked.state.comments.has(id) ? change(asked, id) : NOT_FOUND;
  },
});
