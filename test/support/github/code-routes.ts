/** The loopback GitHub's pull requests, commits and files. */
import * as answers from "./answers.ts";
import { filled } from "./description.ts";
import { blobOf, commitOf, isWithin, NOT_FOUND, ofPull, ok, type Route } from "./route.ts";

export const CODE_ROUTES: Readonly<Record<string, Route>> = {
  "GET /repos/{owner}/{repo}": {
    scopes: [],
    answer: ({ state }) =>
      ok(
        filled("full-repository", {
          full_name: state.repository,
          default_branch: "main",
          id: 456789,
          owner: { id: 583231 },
        }),
      ),
  },
  "GET /repos/{owner}/{repo}/pulls": {
    scopes: ["pull_requests"],
    answer: ({ state, query }) => {
      const wanted = query.get("state") ?? "open";
      const pulls = [...state.pulls.values()].filter((pull) => wanted === "all" || pull.state === wanted);
      return { status: 200, list: pulls.map((pull) => answers.pullAnswer(state, pull, "pull-request-simple")) };
    },
  },
  "GET /repos/{owner}/{repo}/pulls/{pull_number}": ofPull((pull, { state }) =>
    ok(answers.pullAnswer(state, pull, "pull-request")),
  ),
  // GitHub names at most 3000 files, whatever the pull request has.
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/files": ofPull((pull) => ({
    status: 200,
    list: pull.files.slice(0, 3000).map(answers.fileAnswer),
  })),
  "GET /repos/{owner}/{repo}/commits": {
    scopes: ["contents"],
    answer: ({ state, query }) => {
      const from = state.commits.findIndex(({ sha }) => sha === query.get("sha"));
      const found = state.commits
        .slice(0, from + 1)
        .reverse()
        .filter(({ paths }) => paths.some((path) => isWithin(path, query.get("path") ?? "")));
      return { status: 200, list: found.map(({ sha }) => commitOf(sha)) };
    },
  },
  "GET /repos/{owner}/{repo}/git/trees/{tree_sha}": {
    scopes: ["contents"],
    answer: ({ state, values, query }) => {
      const sha = values.tree_sha ?? "";
      const files = [...state.contents].flatMap(([key, content]) =>
        key.startsWith(`${sha}:`) ? [{ path: key.slice(sha.length + 1), content }] : [],
      );
      const entries = files
        .filter(({ path }) => query.get("recursive") !== null || !path.includes("/"))
        .map(({ path, content }) => ({
          path,
          mode: "100644",
          type: "blob",
          sha: blobOf(content),
          size: content.length,
        }));
      return files.length === 0
        ? NOT_FOUND
        : ok(filled("git-tree", { sha, truncated: state.truncatesTrees, tree: entries }));
    },
  },
  "GET /repos/{owner}/{repo}/git/blobs/{file_sha}": {
    scopes: ["contents"],
    answer: ({ state, values }) => {
      const content = [...state.contents.values()].find((candidate) => blobOf(candidate) === values.file_sha);
      if (content === undefined) return NOT_FOUND;
      const encoded = { encoding: "base64", content: Buffer.from(content).toString("base64") };
      return ok(filled("blob", { sha: values.file_sha, size: content.length, ...encoded }));
    },
  },
  "GET /repos/{owner}/{repo}/commits/{ref}": {
    scopes: ["contents"],
    answer: ({ state, values }) => {
      const parents = (state.parents.get(values.ref ?? "") ?? []).map((sha) => ({ sha, url: "" }));
      return ok({ ...commitOf(values.ref ?? ""), parents });
    },
  },
  "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls": {
    scopes: ["pull_requests"],
    answer: ({ state, values }) => {
      const numbers = state.pullsOfCommit.get(values.commit_sha ?? "") ?? [];
      const pulls = numbers.flatMap((number) => state.pulls.get(number) ?? []);
      return { status: 200, list: pulls.map((pull) => answers.pullAnswer(state, pull, "pull-request-simple")) };
    },
  },
  "GET /repos/{owner}/{repo}/compare/{basehead}": {
    scopes: ["contents"],
    answer: ({ state, values }) => {
      const basehead = values.basehead ?? "";
      const compared = state.compared.get(basehead);
      if (compared === undefined) return NOT_FOUND;
      const { status, commits, files } = compared;
      return ok(
        filled("commit-comparison", {
          status,
          ahead_by: status === "behind" ? 0 : commits.length,
          behind_by: status === "behind" || status === "diverged" ? 1 : 0,
          total_commits: commits.length,
          base_commit: commitOf(basehead.split("...")[0] ?? ""),
          merge_base_commit: commitOf(basehead.split("...")[0] ?? ""),
          commits: commits.slice(0, 250).map(commitOf),
          files: files.slice(0, 300).map(answers.fileAnswer), // GitHub names 300 at most, and does not say so
        }),
      );
    },
  },
  "GET /repos/{owner}/{repo}/contents/{path}": {
    scopes: ["contents"],
    answer: ({ state, values, query }) => {
      const content = state.contents.get(`${query.get("ref") ?? "main"}:${values.path}`);
      if (content === undefined) return NOT_FOUND;
      const name = (values.path ?? "").split("/").at(-1) ?? "";
      const encoded = { encoding: "base64", content: Buffer.from(content).toString("base64") };
      return ok(filled("content-file", { type: "file", name, path: values.path, size: content.length, ...encoded }));
    },
  },
};
