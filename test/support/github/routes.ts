/** What the loopback GitHub does with each operation of fixtures/github-openapi.json. */
import { createHash } from "node:crypto";
import * as answers from "./answers.ts";
import { filled, type Json } from "./description.ts";
import type { Annotation, CheckRun, Grant, Issue, Pull, Scope, State } from "./state.ts";

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

interface Route {
  /** What the token must be allowed: one of these. */
  scopes: readonly Scope[];
  answer(asked: Asked): Answered;
}

const NOT_FOUND: Answered = { status: 404, body: { message: "Not Found" } };
const invalid = (message: string): Answered => ({
  status: 422,
  body: { message: "Validation Failed", documentation_url: "", errors: [{ code: "custom", message }] },
});
const ok = (body: unknown): Answered => ({ status: 200, body });
const created = (body: unknown): Answered => ({ status: 201, body });
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Pull requests are issues, so either permission does. */
const TALK: readonly Scope[] = ["issues", "pull_requests"];

const issueAt = ({ state, values }: Asked): Issue | undefined => state.issues.get(Number(values.issue_number));

function ofIssue(answer: (issue: Issue, asked: Asked) => Answered): Route {
  return {
    scopes: TALK,
    answer: (asked) => {
      const issue = issueAt(asked);
      return issue === undefined ? NOT_FOUND : answer(issue, asked);
    },
  };
}

function ofPull(answer: (pull: Pull, asked: Asked) => Answered): Route {
  return {
    scopes: ["pull_requests"],
    answer: (asked) => {
      const pull = asked.state.pulls.get(Number(asked.values.pull_number));
      return pull === undefined ? NOT_FOUND : answer(pull, asked);
    },
  };
}

/** The commit that a name of a branch, or a commit, means. */
const commitOf = (sha: string): Json => filled("commit", { sha, commit: { message: "" } });

/** As git names a file's content. */
function blobOf(content: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest("hex");
}

const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

function tooLong(state: State, body: string): Answered | undefined {
  return body.length > state.longestBody
    ? invalid(`body is too long (maximum is ${state.longestBody} characters)`)
    : undefined;
}

const changeComment = (change: (asked: Asked, id: number) => Answered): Route => ({
  scopes: TALK,
  answer: (asked) => {
    const id = Number(asked.values.comment_id);
    return asked.state.comments.has(id) ? change(asked, id) : NOT_FOUND;
  },
});

function putCheck(check: CheckRun, body: Json): void {
  const { output } = body as { output?: Partial<CheckRun["output"]> & { annotations?: Annotation[] } };
  if (typeof body.status === "string") check.status = body.status;
  if (typeof body.conclusion === "string") {
    // A conclusion completes the run.
    Object.assign(check, { conclusion: body.conclusion, status: "completed" });
    check.completedAt = text(body.completed_at) || new Date().toISOString();
  }
  if (typeof body.external_id === "string") check.externalId = body.external_id;
  if (typeof body.details_url === "string") check.detailsUrl = body.details_url;
  if (output === undefined) return;
  const { annotations = [], ...rest } = output;
  check.output = { title: null, summary: null, text: null, ...rest };
  check.annotations.push(...annotations); // each request adds to what is there
}

export const ROUTES: Readonly<Record<string, Route>> = {
  "GET /repos/{owner}/{repo}": {
    scopes: [],
    answer: ({ state }) => ok(filled("full-repository", { full_name: state.repository, default_branch: "main" })),
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
  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": {
    scopes: ["checks"],
    answer: ({ state, values, query }) => {
      const named = [...state.checks.values()]
        .reverse()
        .filter(
          (check) =>
            check.headSha === values.ref &&
            (query.get("check_name") ?? check.name) === check.name &&
            (query.get("app_id") ?? String(check.app.id)) === String(check.app.id),
        );
      // By default only the newest of each App and name.
      const latest = named.filter(
        (check, index) =>
          named.findIndex((other) => other.name === check.name && other.app.id === check.app.id) === index,
      );
      const list = query.get("filter") === "all" ? named : latest;
      return { status: 200, list: list.map((check) => answers.checkAnswer(state, check)), member: "check_runs" };
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
  "POST /repos/{owner}/{repo}/check-runs": {
    scopes: ["checks"],
    answer: ({ state, grant, body }) => {
      const { app } = grant.actor;
      // Check runs are for Apps alone.
      if (app === undefined) return { status: 403, body: { message: "You must authenticate via a GitHub App." } };
      const check: CheckRun = {
        id: state.newId(),
        name: text(body.name),
        headSha: text(body.head_sha),
        app,
        status: "queued",
        conclusion: null,
        externalId: "",
        detailsUrl: "",
        startedAt: text(body.started_at) || new Date(state.now()).toISOString(),
        completedAt: null,
        output: { title: null, summary: null, text: null },
        annotations: [],
      };
      putCheck(check, body);
      state.checks.set(check.id, check);
      return created(answers.checkAnswer(state, check));
    },
  },
  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}": {
    scopes: ["checks"],
    answer: ({ state, grant, values, body }) => {
      const check = state.checks.get(Number(values.check_run_id));
      if (check === undefined) return NOT_FOUND;
      // An App changes its own check runs and no other's.
      if (check.app.id !== grant.actor.app?.id)
        return {
          status: 403,
          body: {
            message: "Invalid app_id `undefined` - check run can only be modified by the GitHub App that created it.",
          },
        };
      putCheck(check, body);
      return ok(answers.checkAnswer(state, check));
    },
  },
  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations": {
    scopes: ["checks"],
    answer: ({ state, values }) => ({
      status: 200,
      list: (state.checks.get(Number(values.check_run_id))?.annotations ?? []).map((annotation) =>
        filled("check-annotation", { ...annotation }),
      ),
    }),
  },
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": {
    scopes: ["contents"],
    answer: ({ state, values }) => {
      const known = state.people.get(values.username ?? "");
      if (known === undefined) return NOT_FOUND;
      return ok(filled("repository-collaborator-permission", { permission: known.permission, role_name: known.role }));
    },
  },
  "GET /repos/{owner}/{repo}/deployments": {
    scopes: ["deployments"],
    answer: ({ state, query }) => {
      const fits = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
      const found = [...state.deployments.values()]
        .reverse()
        .filter(
          ({ sha, environment, task }) => fits("sha", sha) && fits("environment", environment) && fits("task", task),
        );
      return { status: 200, list: found.map(answers.deploymentAnswer) };
    },
  },
  "POST /repos/{owner}/{repo}/deployments": {
    scopes: ["deployments"],
    answer: ({ state, grant, body }) => {
      // Without `required_contexts: []` GitHub wants every check of the commit green, ours among them, and answers 409.
      const unfinished = [...state.checks.values()].filter(
        ({ headSha, conclusion }) => headSha === body.ref && conclusion !== "success",
      );
      if (body.required_contexts === undefined && unfinished.length > 0)
        return { status: 409, body: { message: "Conflict: Commit status checks failed" } };
      const deployment = {
        id: state.newId(),
        sha: text(body.ref),
        ref: text(body.ref),
        environment: text(body.environment) || "production",
        task: text(body.task) || "deploy",
        payload: body.payload,
        transient: body.transient_environment === true,
        production: body.production_environment === true,
        creator: grant.actor,
        createdAtMs: state.now(),
        statuses: [],
      };
      state.deployments.set(deployment.id, deployment);
      return created(answers.deploymentAnswer(deployment));
    },
  },
  "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses": {
    scopes: ["deployments"],
    answer: ({ state, values }) => {
      const deployment = state.deployments.get(Number(values.deployment_id));
      if (deployment === undefined) return NOT_FOUND;
      const newest = [...deployment.statuses].reverse();
      return { status: 200, list: newest.map((status) => answers.statusAnswer(status, deployment.creator)) };
    },
  },
  "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses": {
    scopes: ["deployments"],
    answer: ({ state, grant, values, body }) => {
      const deployment = state.deployments.get(Number(values.deployment_id));
      if (deployment === undefined) return NOT_FOUND;
      const status = {
        id: state.newId(),
        state: text(body.state),
        description: text(body.description),
        logUrl: text(body.log_url),
        createdAtMs: state.now(),
      };
      if (status.description.length > 140) return invalid("description is too long (maximum is 140 characters)");
      deployment.statuses.push(status);
      return created(answers.statusAnswer(status, grant.actor));
    },
  },
  "GET /repos/{owner}/{repo}/issues": {
    scopes: ["issues"],
    answer: ({ state, query }) => {
      const [wanted, labels] = [query.get("state") ?? "open", query.get("labels")?.split(",") ?? []];
      const found = [...state.issues.values()].filter(
        (issue) =>
          (wanted === "all" || issue.state === wanted) &&
          labels.every((label) => issue.labels.includes(label)) &&
          (query.get("creator") ?? issue.author.login) === issue.author.login,
      );
      return { status: 200, list: found.map((issue) => answers.issueAnswer(state, issue)) };
    },
  },
  "POST /repos/{owner}/{repo}/issues": {
    scopes: ["issues"],
    answer: ({ state, grant, body }) => {
      const refused = tooLong(state, text(body.body));
      if (refused !== undefined) return refused;
      const labels = (body.labels ?? []) as string[];
      for (const name of labels)
        if (!state.labels.has(name)) state.labels.set(name, { color: "ededed", description: "" });
      const issue = state.addIssue({ title: text(body.title), body: text(body.body), labels, author: grant.actor });
      return created(answers.issueAnswer(state, issue));
    },
  },
  "GET /repos/{owner}/{repo}/issues/{issue_number}": ofIssue((issue, { state }) =>
    ok(answers.issueAnswer(state, issue)),
  ),
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}": ofIssue((issue, { state, grant, body }) => {
    // A body that is too long is not refused here: GitHub answers 200 and keeps the old one.
    if (typeof body.body === "string" && body.body.length <= state.longestBody) issue.body = body.body;
    if (typeof body.title === "string") issue.title = body.title;
    if (body.state === "open" || body.state === "closed") {
      if (issue.state !== body.state)
        state.happen(issue.number, body.state === "open" ? "reopened" : "closed", grant.actor);
      issue.state = body.state;
      issue.stateReason =
        typeof body.state_reason === "string" ? body.state_reason : body.state === "open" ? "reopened" : null;
    }
    issue.updatedAtMs = state.now();
    return ok(answers.issueAnswer(state, issue));
  }),
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": ofIssue((issue, { state }) => ({
    status: 200,
    list: state.commentsOf(issue.number).map((comment) => answers.commentAnswer(state, comment)),
  })),
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": ofIssue((issue, { state, grant, body }) => {
    const refused = tooLong(state, text(body.body));
    if (refused !== undefined) return refused;
    return created(answers.commentAnswer(state, state.comment(issue.number, text(body.body), grant.actor)));
  }),
  "GET /repos/{owner}/{repo}/issues/comments/{comment_id}": changeComment(({ state }, id) =>
    ok(answers.commentAnswer(state, state.comments.get(id)!)),
  ),
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": changeComment(({ state, body }, id) => {
    const refused = tooLong(state, text(body.body));
    if (refused !== undefined) return refused;
    const comment = state.comments.get(id)!;
    Object.assign(comment, { body: text(body.body), updatedAtMs: state.now() });
    return ok(answers.commentAnswer(state, comment));
  }),
  "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}": changeComment(({ state }, id) => {
    state.comments.delete(id);
    return { status: 204 };
  }),
  "GET /repos/{owner}/{repo}/issues/{issue_number}/events": ofIssue((issue, { state }) => ({
    status: 200,
    // Commits are in the timeline alone.
    list: state.events
      .filter((event) => event.issue === issue.number && event.event !== "committed")
      .map(answers.eventAnswer),
  })),
  "GET /repos/{owner}/{repo}/issues/{issue_number}/timeline": ofIssue((issue, { state }) => ({
    status: 200,
    list: state.events.filter((event) => event.issue === issue.number).map(answers.eventAnswer),
  })),
  "GET /repos/{owner}/{repo}/issues/{issue_number}/labels": ofIssue((issue, { state }) => ({
    status: 200,
    list: answers.labelsAnswer(state, issue),
  })),
  "POST /repos/{owner}/{repo}/issues/{issue_number}/labels": ofIssue((issue, { state, grant, body }) => {
    for (const name of (body.labels ?? []) as string[]) {
      if (!state.labels.has(name)) state.labels.set(name, { color: "ededed", description: "" });
      state.label(issue.number, name, grant.actor);
    }
    return ok(answers.labelsAnswer(state, issue));
  }),
  "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": ofIssue((issue, { state, grant, values }) =>
    state.unlabel(issue.number, values.name ?? "", grant.actor)
      ? ok(answers.labelsAnswer(state, issue))
      : { status: 404, body: { message: "Label does not exist" } },
  ),
  "GET /repos/{owner}/{repo}/labels/{name}": {
    scopes: TALK,
    answer: ({ state, values }) =>
      state.labels.has(values.name ?? "") ? ok(answers.labelOf(state, values.name ?? "")) : NOT_FOUND,
  },
  "POST /repos/{owner}/{repo}/labels": {
    scopes: TALK,
    answer: ({ state, body }) => {
      const name = text(body.name);
      if (state.labels.has(name)) return invalid("already_exists");
      state.labels.set(name, { color: text(body.color) || "ededed", description: text(body.description) });
      return created(answers.labelOf(state, name));
    },
  },
};
