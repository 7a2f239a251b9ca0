/** What a repository on the loopback GitHub holds. Tests read and change it as they like. */

export interface Actor {
  login: string;
  id: number;
  type: "User" | "Bot";
  /** Whose token it is, where it is an App's. */
  app?: { id: number; slug: string };
}

/** The App behind every workflow's GITHUB_TOKEN. */
export const ACTIONS: Actor = {
  login: "github-actions[bot]",
  id: 41898282,
  type: "Bot",
  app: { id: 15368, slug: "github-actions" },
};

export type Scope = "actions" | "administration" | "checks" | "contents" | "deployments" | "issues" | "pull_requests";

export interface Grant {
  actor: Actor;
  /** Absent: none. */
  scopes: Partial<Record<Scope, "read" | "write">>;
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  stateReason: string | null;
  labels: string[];
  author: Actor;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface Pull extends Issue {
  headSha: string;
  headRef: string;
  /** owner/name; another than the repository's for a fork. */
  headRepository: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  mergedSha: string | null;
  files: { filename: string; status: string; previous_filename?: string }[];
}

export interface Comment {
  id: number;
  issue: number;
  body: string;
  author: Actor;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: string;
  message: string;
  title?: string;
}

export interface CheckRun {
  id: number;
  name: string;
  headSha: string;
  app: { id: number; slug: string };
  status: string;
  conclusion: string | null;
  externalId: string;
  detailsUrl: string;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Annotation[];
}

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  environment: string;
  task: string;
  payload: unknown;
  transient: boolean;
  production: boolean;
  creator: Actor;
  createdAtMs: number;
  statuses: { id: number; state: string; description: string; logUrl: string; createdAtMs: number }[];
}

/** What happened to an issue or a pull request, in GitHub's order. */
export interface TimelineEvent {
  id: number;
  issue: number;
  event: string;
  actor: Actor;
  atMs: number;
  label?: string;
  sha?: string;
}

export class State {
  readonly repository: string;
  readonly issues = new Map<number, Issue>();
  readonly pulls = new Map<number, Pull>();
  readonly comments = new Map<number, Comment>();
  readonly checks = new Map<number, CheckRun>();
  readonly deployments = new Map<number, Deployment>();
  readonly labels = new Map<string, { color: string; description: string }>();
  readonly events: TimelineEvent[] = [];
  /** By login; nobody else has any. `role` is what the repository's settings call it. */
  readonly people = new Map<string, { permission: "admin" | "write" | "read"; role: string }>();
  readonly grants = new Map<string, Grant>();
  /** Text by `sha:path`. */
  readonly contents = new Map<string, string>();
  /** By `base...head`. */
  readonly compared = new Map<
    string,
    { status: "ahead" | "behind" | "diverged" | "identical"; commits: string[]; files: Pull["files"] }
  >();
  /** The default branch's commits, oldest first, and the files that each touched. */
  readonly commits: { sha: string; paths: string[] }[] = [];
  /** A commit's parents, the branch that was merged into first. */
  readonly parents = new Map<string, readonly string[]>();
  /** As GitHub does with trees of very many files. */
  truncatesTrees = false;
  /** Pull requests by a commit of theirs. */
  readonly pullsOfCommit = new Map<string, number[]>();
  /** The default branch's own protection; `approvals` where it asks for pull requests. */
  protection: { approvals?: number } | undefined;
  /** What rulesets ask of the default branch, as GitHub writes it. */
  rules: Record<string, unknown>[] = [];
  readonly environments = new Map<string, { reviewers: readonly Actor[]; branches: "all" | "protected" }>();
  /** Free plans have no rulesets in private repositories. */
  plan: "any" | "free and private" = "any";
  /** How long a comment may be. GitHub's own limit, in characters. */
  readonly longestBody = 65_536;
  readonly now: () => number;
  #nextId = 1000;
  #nextNumber = 1;

  constructor(repository: string, now: () => number) {
    this.repository = repository;
    this.now = now;
  }

  newId(): number {
    return this.#nextId++;
  }

  newNumber(): number {
    return this.#nextNumber++;
  }

  addIssue(changes: Partial<Issue> = {}): Issue {
    const issue: Issue = {
      number: this.newNumber(),
      title: "",
      body: "",
      state: "open",
      stateReason: null,
      labels: [],
      author: person("ann"),
      createdAtMs: this.now(),
      updatedAtMs: this.now(),
      ...changes,
    };
    this.issues.set(issue.number, issue);
    return issue;
  }

  addPull(changes: Partial<Pull> = {}): Pull {
    const pull: Pull = {
      ...this.addIssue(changes),
      headSha: shaOf(1),
      headRef: "change",
      headRepository: this.repository,
      baseRef: "main",
      baseSha: shaOf(0),
      draft: false,
      mergedSha: null,
      files: [],
      ...changes,
    };
    this.issues.set(pull.number, pull);
    this.pulls.set(pull.number, pull);
    this.happen(pull.number, "committed", pull.author, { sha: pull.headSha });
    return pull;
  }

  /** A push to the branch of a pull request. */
  push(number: number, sha: string, how: "fast-forward" | "force" = "fast-forward"): void {
    const pull = this.pulls.get(number)!;
    pull.headSha = sha;
    if (how === "force") this.happen(number, "head_ref_force_pushed", pull.author);
    this.happen(number, "committed", pull.author, { sha });
  }

  label(number: number, name: string, actor: Actor): void {
    const { labels } = this.issues.get(number)!;
    if (labels.includes(name)) return;
    labels.push(name);
    this.happen(number, "labeled", actor, { label: name });
  }

  unlabel(number: number, name: string, actor: Actor): boolean {
    const { labels } = this.issues.get(number)!;
    const index = labels.indexOf(name);
    if (index < 0) return false;
    labels.splice(index, 1);
    this.happen(number, "unlabeled", actor, { label: name });
    return true;
  }

  comment(issue: number, body: string, author: Actor): Comment {
    const atMs = this.now();
    const comment = { id: this.newId(), issue, body, author, createdAtMs: atMs, updatedAtMs: atMs };
    this.comments.set(comment.id, comment);
    return comment;
  }

  commentsOf(issue: number): Comment[] {
    return [...this.comments.values()].filter((comment) => comment.issue === issue);
  }

  happen(issue: number, event: string, actor: Actor, more: { label?: string; sha?: string } = {}): void {
    this.events.push({ id: this.newId(), issue, event, actor, atMs: this.now(), ...more });
  }
}

export function person(login: string): Actor {
  return {
    login,
    id: 1 + ([...login].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1_000_000),
    type: "User",
  };
}

/** A commit's id that reads as its number. */
export function shaOf(n: number): string {
  return n.toString(16).padStart(40, "c0ffee0");
}
