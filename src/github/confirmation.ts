import { type Github, path } from "./client.ts";
import { CONFIRM_DELETION } from "./confirm-label.ts";
import { isGithubError } from "./errors.ts";

export type Permission = "admin" | "write" | "read" | "none";

/** Who said that something may be deleted, and when: facts, to be judged elsewhere. */
export interface ConfirmationFacts {
  present: boolean;
  /** The last that set it; absent where it is not set, or GitHub does not say. */
  setBy?: string;
  /** By GitHub's clock. */
  setAtMs?: number;
  /** What they may do now. GitHub counts `maintain` as write and `triage` as read; an App has none. */
  permission: Permission;
  /** What the repository calls their role. */
  role: string;
  /** Whether commits came after it, or the branch was forced to another. */
  pushedSince: boolean;
}

interface TimelineEvent {
  event?: string;
  created_at?: string;
  actor?: { login: string; type: string } | null;
  label?: { name: string };
}

/**
 * Reads who set the label on a pull request. The timeline is in GitHub's order; a commit in it bears its author's own date,
 * which proves nothing, so that whoever judges must compare `setAtMs` with the time at which this head's plan was shown.
 */
export async function confirmationFacts(
  client: Github,
  pull: number,
  label: string = CONFIRM_DELETION,
): Promise<ConfirmationFacts> {
  const events = await client.all<TimelineEvent>(path`issues/${pull}/timeline`);
  const index = events.findLastIndex(
    ({ event, label: one }) => (event === "labeled" || event === "unlabeled") && one?.name === label,
  );
  const last = events[index];
  if (last?.event !== "labeled") return { present: false, permission: "none", role: "none", pushedSince: false };
  const setBy = last.actor?.login;
  const standing = await standingOf(client, last.actor ?? undefined);
  const setAtMs = Date.parse(last.created_at ?? "");
  const pushedSince = events
    .slice(index + 1)
    .some(({ event }) => event === "committed" || event === "head_ref_force_pushed");
  return {
    present: true,
    ...(setBy === undefined ? {} : { setBy }),
    ...(Number.isNaN(setAtMs) ? {} : { setAtMs }),
    ...standing,
    pushedSince,
  };
}

/** What somebody may do in the repository; nothing where they are no collaborator, or no person. */
async function standingOf(
  client: Github,
  actor: { login: string; type: string } | undefined,
): Promise<{ permission: Permission; role: string }> {
  const none = { permission: "none", role: "none" } as const;
  // A workflow that sets labels would else confirm in the place of people.
  if (actor === undefined || actor.type !== "User") return none;
  try {
    const { permission, role_name: role } = await client.get<{ permission: string; role_name: string }>(
      path`collaborators/${actor.login}/permission`,
    );
    return isPermission(permission) ? { permission, role } : none;
  } catch (error) {
    if (!isGithubError(error, "not-found")) throw error;
    return none;
  }
}

function isPermission(word: string): word is Permission {
  return word === "admin" || word === "write" || word === "read" || word === "none";
}
