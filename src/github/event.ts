/** What started the run, and what is to be done about it. Pure: the runner's environment and the event's payload go in. */

import type { ActionCommand } from "../commands/names.ts";
import { CONFIRM_DELETION } from "./confirm-label.ts";
import { Payload } from "./payload.ts";

/** What of the runner's environment tells about the event. */
export interface EventEnvironment {
  GITHUB_EVENT_NAME?: string | undefined;
  GITHUB_ACTOR?: string | undefined;
  GITHUB_REF?: string | undefined;
  GITHUB_REPOSITORY_ID?: string | undefined;
  GITHUB_SHA?: string | undefined;
}

/**
 * How far the files are believed. `offline`: whoever wrote them has no right to this repository, so they are read and
 * nothing is asked of AWS or told to GitHub. `proposed`: nobody has reviewed them yet, so that the base branch's files
 * say which roles may be used. `branch`: they are what the default branch says.
 */
export type Trust = "offline" | "proposed" | "branch";

/** What the run is about, where GitHub can be told of it. */
export type Subject =
  | { kind: "pull-request"; number: number; isDraft: boolean; headSha: string }
  | { kind: "commit"; sha: string; ref: string };

export type Decision =
  | {
      do: "run";
      command: ActionCommand;
      /** `changed`: only clusters whose documents differ from `base`. A cluster that was named goes before it. */
      scope: "all" | "changed";
      trust: Trust;
      /** With what the files are compared: a commit or branch; undefined: with nothing. */
      base: Base | undefined;
      subject: Subject | undefined;
      /** Whether a person started it by hand. */
      isByHand: boolean;
      /** Whether the pull request has other commits than before. */
      isNewHead: boolean;
      why: string;
    }
  /** A pull request was closed without being merged: its comment is to say so. */
  | { do: "close"; subject: Subject; why: string }
  | { do: "nothing"; why: string }
  | { do: "refuse"; why: string; fix: string };

/**
 * `merge-parent`: the commit is GitHub's own merge of a pull request, and its first parent the base branch; `otherwise`
 * where it is no merge. `last-applied`: the newest commit up to `from` that was applied whole.
 */
export type Base =
  | { kind: "commit"; commit: string }
  | { kind: "merge-parent"; of: string; otherwise: string }
  | { kind: "last-applied"; from: string };

/** Commands that change AWS. */
const CHANGING: readonly ActionCommand[] = ["apply", "reconcile", "destroy", "unlock"];

/**
 * Events that run the default branch's workflow, with its rights, because of what somebody else did. Slipway reads the
 * files that were checked out and cannot tell whose they are then.
 * https://docs.github.com/actions/reference/security/secure-use#mitigating-the-risks-of-untrusted-code-checkout
 */
const OF_OTHERS = [
  "pull_request_target",
  "workflow_run",
  "issue_comment",
  "issues",
  "discussion",
  "discussion_comment",
];

/** `asked` is the input `command`; `payload` what GITHUB_EVENT_PATH holds. */
export function decide(asked: ActionCommand | "auto", env: EventEnvironment, payload: unknown): Decision {
  const name = env.GITHUB_EVENT_NAME ?? "";
  const event = new Payload(payload);
  if (OF_OTHERS.includes(name)) {
    return {
      do: "refuse",
      why: `${name} runs with this repository's rights on behalf of people who may have none`,
      fix: "use on: pull_request; a plan parses the files and runs nothing of them",
    };
  }
  const wanted = decideTrusted(asked, name, env, event);
  if (wanted.do !== "run" || wanted.trust === "offline" || wanted.trust === "branch") return wanted;
  if (!CHANGING.includes(wanted.command)) return wanted;
  return {
    do: "refuse",
    why: `${wanted.command} changes AWS, and ${wanted.why}: nobody has merged this`,
    fix: "leave command at auto, or run it on the default branch",
  };
}

function decideTrusted(asked: ActionCommand | "auto", name: string, env: EventEnvironment, event: Payload): Decision {
  switch (name) {
    case "pull_request":
      return onPullRequest(asked, env, event);
    case "merge_group":
      return onMergeGroup(asked, event);
    case "push":
      return onPush(asked, env, event);
    case "schedule":
      // GitHub runs schedules on the default branch alone.
      return ofBranch(asked, "reconcile", env, "the schedule says so", { scope: "all" });
    default:
      return onDemand(asked, name, env, event);
  }
}

function onPullRequest(asked: ActionCommand | "auto", env: EventEnvironment, event: Payload): Decision {
  const action = event.text("action");
  const number = event.number("pull_request", "number");
  const subject: Subject = {
    kind: "pull-request",
    number,
    isDraft: event.at("pull_request", "draft") === true,
    headSha: event.text("pull_request", "head", "sha"),
  };
  if (isDependabot(env)) return offline(asked, `Dependabot's pull request #${number} comes without credentials`);
  // A deleted fork has no repository left. Ids stay when a repository is renamed.
  const from = event.at("pull_request", "head", "repo", "id");
  const own = event.at("repository", "id") ?? env.GITHUB_REPOSITORY_ID;
  if (from === undefined || own === undefined || String(from) !== String(own)) {
    if (action === "closed") return { do: "nothing", why: `pull request #${number} of a fork was closed` };
    return offline(asked, `pull request #${number} comes from a fork, without credentials`);
  }
  if (action === "closed") {
    return event.at("pull_request", "merged") === true
      ? { do: "nothing", why: `pull request #${number} was merged: the push that it made applies it` }
      : { do: "close", subject, why: `pull request #${number} was closed without being merged` };
  }
  if ((action === "labeled" || action === "unlabeled") && event.text("label", "name") !== CONFIRM_DELETION) {
    return { do: "nothing", why: `the label ${JSON.stringify(event.text("label", "name"))} changes no plan` };
  }
  return proposed(asked, {
    // Only what the default branch says was reviewed: anybody who can push can make another base.
    base:
      event.text("pull_request", "base", "ref") === event.text("repository", "default_branch")
        ? { kind: "merge-parent", of: env.GITHUB_SHA ?? "", otherwise: event.text("pull_request", "base", "sha") }
        : defaultBranch(event),
    subject,
    isNewHead: action === "synchronize",
    why: `pull request #${number} proposes it`,
  });
}

function onMergeGroup(asked: ActionCommand | "auto", event: Payload): Decision {
  if (event.text("action") !== "checks_requested")
    return { do: "nothing", why: "the merge queue has dropped the group" };
  const sha = event.text("merge_group", "head_sha");
  const isOfDefault =
    event.text("merge_group", "base_ref") === `refs/heads/${event.text("repository", "default_branch")}`;
  return proposed(asked, {
    base: isOfDefault ? { kind: "commit", commit: event.text("merge_group", "base_sha") } : defaultBranch(event),
    subject: { kind: "commit", sha, ref: event.text("merge_group", "head_ref") },
    why: "the merge queue asks whether it may be merged",
  });
}

function onPush(asked: ActionCommand | "auto", env: EventEnvironment, event: Payload): Decision {
  const ref = event.text("ref");
  if (event.at("deleted") === true) return { do: "nothing", why: `${ref} was deleted` };
  const branch = event.text("repository", "default_branch");
  const isDefault = branch !== "" && ref === `refs/heads/${branch}`;
  if (isDependabot(env)) {
    return offline(
      asked,
      `Dependabot's push to ${ref} comes without credentials: what it merged is applied by the next run`,
    );
  }
  if (isDefault) {
    const from = event.text("before");
    return ofBranch(asked, "apply", env, `this was merged to ${branch}`, {
      scope: "changed",
      base: { kind: "last-applied", from: isNothing(from) ? (env.GITHUB_SHA ?? "") : from },
    });
  }
  return ofOtherRef(asked, env, event, { ref });
}

function onDemand(asked: ActionCommand | "auto", name: string, env: EventEnvironment, event: Payload): Decision {
  const branch = event.text("repository", "default_branch");
  const isByHand = name === "workflow_dispatch";
  const why = isByHand ? "somebody started it by hand" : name === "" ? "it was asked for" : `${name} started it`;
  // Without an event nothing runs on GitHub: whoever started it has the files in hand.
  if (name === "" || env.GITHUB_REF === `refs/heads/${branch}`) {
    return ofBranch(asked, "plan", env, why, { scope: "all", isByHand });
  }
  return ofOtherRef(asked, env, event, { ref: env.GITHUB_REF ?? "", isByHand });
}

function ofBranch(
  asked: ActionCommand | "auto",
  usual: ActionCommand,
  env: EventEnvironment,
  why: string,
  { scope, base, isByHand = false }: { scope: "all" | "changed"; base?: Base; isByHand?: boolean },
): Decision {
  return {
    do: "run",
    command: asked === "auto" ? usual : asked,
    scope,
    trust: "branch",
    base,
    subject: commitOf(env),
    isByHand,
    isNewHead: false,
    why,
  };
}

/** A branch or tag that nobody has merged. */
function ofOtherRef(
  asked: ActionCommand | "auto",
  env: EventEnvironment,
  event: Payload,
  { ref, isByHand = false }: { ref: string; isByHand?: boolean },
): Decision {
  return proposed(asked, {
    base: defaultBranch(event),
    subject: commitOf(env),
    isByHand,
    why: `${ref} is not the default branch`,
  });
}

type Run = Extract<Decision, { do: "run" }>;

/** What nobody has merged is planned, and only where it changes something. */
function proposed(
  asked: ActionCommand | "auto",
  about: Pick<Run, "base" | "subject" | "why"> & Partial<Pick<Run, "isByHand" | "isNewHead">>,
): Run {
  return {
    do: "run",
    command: asked === "auto" ? "plan" : asked,
    scope: "changed",
    trust: "proposed",
    isByHand: false,
    isNewHead: false,
    ...about,
  };
}

function offline(asked: ActionCommand | "auto", why: string): Decision {
  if (asked === "report") return { do: "nothing", why };
  return {
    do: "run",
    command: "validate",
    scope: "all",
    trust: "offline",
    base: undefined,
    subject: undefined,
    isByHand: false,
    isNewHead: false,
    why,
  };
}

/**
 * GitHub withholds secrets and the right to write from runs that Dependabot started, whoever owns the pull request.
 * https://docs.github.com/code-security/dependabot/working-with-dependabot/automating-dependabot-with-github-actions
 */
function isDependabot(env: EventEnvironment): boolean {
  return env.GITHUB_ACTOR === "dependabot[bot]";
}

function commitOf(env: EventEnvironment): Subject | undefined {
  const { GITHUB_SHA: sha, GITHUB_REF: ref = "" } = env;
  return sha === undefined || sha === "" ? undefined : { kind: "commit", sha, ref };
}

function defaultBranch(event: Payload): Base | undefined {
  const branch = event.text("repository", "default_branch");
  return branch === "" ? undefined : { kind: "commit", commit: branch };
}

/** A push that makes a branch says forty zeros were there before. */
function isNothing(commit: string): boolean {
  return /^0*$/.test(commit);
}
