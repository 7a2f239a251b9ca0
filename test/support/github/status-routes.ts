/** The loopback GitHub's check runs, deployments, and who may do what. */
import * as answers from "./answers.ts";
import { filled, type Json } from "./description.ts";
import { created, invalid, NOT_FOUND, ok, type Route, text } from "./route.ts";
import type { Annotation, CheckRun } from "./state.ts";

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

export const STATUS_ROUTES: Readonly<Record<string, Route>> = {
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
};
