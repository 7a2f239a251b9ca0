/** What the loopback GitHub holds, as GitHub's answers tell it. */
import { filled, type Json } from "./description.ts";
import type { Actor, CheckRun, Comment, Deployment, Issue, Pull, State, TimelineEvent } from "./state.ts";

const time = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");

function userAnswer({ login, id, type }: Actor): Json {
  return filled("simple-user", { login, id, type });
}

function appAnswer(app: { id: number; slug: string } | undefined): Json | null {
  return app === undefined ? null : filled("integration", { id: app.id, slug: app.slug, name: app.slug });
}

const labelAnswer = (name: string, known: State["labels"]): Json =>
  filled("label", { id: 1, name, color: "ededed", description: "", ...known.get(name) });

export function labelsAnswer(state: State, issue: Issue): Json[] {
  return issue.labels.map((name) => labelAnswer(name, state.labels));
}

export function labelOf(state: State, name: string): Json {
  return labelAnswer(name, state.labels);
}

export function issueAnswer(state: State, issue: Issue): Json {
  const isPull = state.pulls.has(issue.number);
  return filled("issue", {
    ...issueFields(state, issue),
    state_reason: issue.stateReason,
    comments: state.commentsOf(issue.number).length,
    performed_via_github_app: appAnswer(issue.author.app),
    ...(isPull ? { pull_request: { url: "", html_url: "", diff_url: "", patch_url: "" } } : {}),
  });
}

function issueFields(state: State, issue: Issue): Json {
  return {
    id: issue.number,
    number: issue.number,
    html_url: `https://github.com/${state.repository}/issues/${issue.number}`,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    user: userAnswer(issue.author),
    labels: labelsAnswer(state, issue),
    locked: false,
    created_at: time(issue.createdAtMs),
    updated_at: time(issue.updatedAtMs),
    closed_at: issue.state === "closed" ? time(issue.updatedAtMs) : null,
  };
}

export function pullAnswer(state: State, pull: Pull, schema: "pull-request" | "pull-request-simple"): Json {
  const side = (ref: string, sha: string, repository: string): Json => ({
    label: `${repository.split("/")[0]}:${ref}`,
    ref,
    sha,
    user: userAnswer(pull.author),
    repo: filled("repository", { full_name: repository, fork: repository !== state.repository }),
  });
  const answer = filled(schema, {
    ...issueFields(state, pull),
    draft: pull.draft,
    head: side(pull.headRef, pull.headSha, pull.headRepository),
    base: side(pull.baseRef, pull.baseSha, state.repository),
    merge_commit_sha: pull.mergedSha,
    merged_at: pull.mergedSha === null ? null : time(pull.updatedAtMs),
    author_association: "MEMBER",
    ...(schema === "pull-request"
      ? { merged: pull.mergedSha !== null, changed_files: pull.files.length, mergeable: null, mergeable_state: "clean" }
      : {}),
  });
  return answer;
}

export function fileAnswer(file: Pull["files"][number]): Json {
  return filled("diff-entry", { sha: "0", ...file });
}

export function commentAnswer(state: State, comment: Comment): Json {
  return filled("issue-comment", {
    id: comment.id,
    node_id: `C_${comment.id}`,
    body: comment.body,
    html_url: `https://github.com/${state.repository}/issues/${comment.issue}#issuecomment-${comment.id}`,
    user: userAnswer(comment.author),
    created_at: time(comment.createdAtMs),
    updated_at: time(comment.updatedAtMs),
    author_association: "NONE",
    performed_via_github_app: appAnswer(comment.author.app),
  });
}

export function checkAnswer(state: State, check: CheckRun): Json {
  return filled("check-run", {
    id: check.id,
    name: check.name,
    head_sha: check.headSha,
    external_id: check.externalId,
    html_url: `https://github.com/${state.repository}/runs/${check.id}`,
    details_url: check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: { ...check.output, annotations_count: check.annotations.length, annotations_url: "" },
    app: appAnswer(check.app),
    check_suite: { id: 1 },
    pull_requests: [],
  });
}

export function deploymentAnswer(deployment: Deployment): Json {
  return filled("deployment", {
    id: deployment.id,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload ?? {},
    environment: deployment.environment,
    creator: userAnswer(deployment.creator),
    created_at: time(deployment.createdAtMs),
    updated_at: time(deployment.createdAtMs),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
  });
}

export function statusAnswer(status: Deployment["statuses"][number], creator: Actor): Json {
  return filled("deployment-status", {
    id: status.id,
    state: status.state,
    description: status.description,
    log_url: status.logUrl,
    creator: userAnswer(creator),
    created_at: time(status.createdAtMs),
    updated_at: time(status.createdAtMs),
  });
}

export function eventAnswer(event: TimelineEvent): Json {
  if (event.event === "committed") {
    const who = { date: time(event.atMs), email: "", name: event.actor.login };
    return filled("timeline-committed-event", {
      event: "committed",
      sha: event.sha ?? "",
      author: who,
      committer: who,
    });
  }
  const base = {
    id: event.id,
    event: event.event,
    actor: userAnswer(event.actor),
    created_at: time(event.atMs),
    performed_via_github_app: appAnswer(event.actor.app),
  };
  if (event.label !== undefined)
    return filled("labeled-issue-event", { ...base, label: { name: event.label, color: "ededed" } });
  return filled("state-change-issue-event", { ...base, commit_id: event.sha ?? null, commit_url: null });
}
