/** The loopback GitHub's issues, comments and labels. */
import * as answers from "./answers.ts";
import { changeComment, created, invalid, NOT_FOUND, ofIssue, ok, type Route, TALK, text, tooLong } from "./route.ts";

export const TALK_ROUTES: Readonly<Record<string, Route>> = {
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
