/** Which changes a run may make. Pure: what was approved goes in, and what is not comes out. */
import type { Finding } from "../core/findings.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { listed } from "../core/words.ts";
import type { Change, Plan as WholePlan } from "../plan/change.ts";

/** The finding of what would be deleted without anybody's word for it. */
export const UNCONFIRMED = "apply/unconfirmed";

/** What of a plan is approved. */
type Plan = Pick<WholePlan, "cluster" | "changes">;

/** A change that somebody has seen and merged. */
export interface ApprovedChange {
  hash: string;
  /** Ids of the changes that were to come first. */
  needs: readonly string[];
  /** Why it may not delete, should it be destructive; absent: it may. */
  noDeletion?: string;
}

/** What a run may do to one cluster. */
export type Approved =
  /** Whatever its plan says; `why` tells people on whose word. */
  | { kind: "all"; why: string }
  /** `from` tells people where it was approved, and `gaps` what may be missing, each in a few words. */
  | { kind: "set"; changes: readonly ApprovedChange[]; from: readonly string[]; gaps: readonly string[] };

/** Somebody runs it who has the plan before them: what deletes has to be named all the same. */
export const AS_ASKED: Approved = { kind: "all", why: "it was asked for" };

/** Tells what was approved of a cluster's changes. */
export interface Approvals {
  /** Since `appliedCommit`, the last that was wholly applied to it; undefined: since it is there. */
  since(cluster: ClusterIdentity, files: readonly string[], appliedCommit: string | undefined): Promise<Approved>;
}

/**
 * The changes of a plan that were not approved. A change was approved when one that comes to the same was, and when it
 * still waits for whatever it was to wait for then: what is done by now is waited for no more, so that the rest of half
 * an apply needs no new approval.
 */
export function notApproved(plan: Plan, approved: readonly ApprovedChange[]): Change[] {
  const ahead = new Set(plan.changes.map(({ id }) => id));
  const keepsOrder = (change: Change, needs: readonly string[]): boolean =>
    needs.every((id) => !ahead.has(id) || change.needs.includes(id));
  const byHash = Map.groupBy(approved, ({ hash }) => hash);
  return plan.changes.filter(
    (change) => !(byHash.get(change.hash) ?? []).some(({ needs }) => keepsOrder(change, needs)),
  );
}

/**
 * Errors that stop the run: exactly what it may not do, a change each. None: it may go on. `confirm` holds what somebody
 * named for deletion when they started the run: a cluster, or a pool as `<cluster>/<pool>`.
 */
export function approvalFindings(plan: Plan, approved: Approved, confirm: readonly string[]): Finding[] {
  const unseen = approved.kind === "all" ? [] : notApproved(plan, approved.changes);
  const findings = unseen.map((change) => unseenFinding(change, approved));
  for (const change of plan.changes) {
    const name = change.confirm ?? (change.destructive ? plan.cluster : undefined);
    if (name === undefined || unseen.includes(change) || confirm.includes(name)) continue;
    const words = approved.kind === "all" ? [] : approved.changes.filter(({ hash }) => hash === change.hash);
    if (words.some(({ noDeletion }) => noDeletion === undefined)) continue;
    findings.push(unconfirmedFinding(change, name, listed(words.map(({ noDeletion }) => noDeletion ?? ""))));
  }
  return findings;
}

function unseenFinding(change: Change, approved: Approved): Finding {
  const { from, gaps } = approved.kind === "set" ? approved : { from: [], gaps: [] };
  const seen = from.length === 0 ? "no pull request has planned it" : `it is not in what ${from.join(", ")} planned`;
  const why = gaps.length === 0 ? "" : ` (${gaps.join("; ")})`;
  return {
    level: "error",
    code: "approval/not-approved",
    message: `${told(change)}: ${seen}${why}`,
    fix: "open a pull request, whose plan shows it, and merge that; or look at the plan and run apply by hand",
  };
}

function unconfirmedFinding({ title }: Change, name: string, why: string): Finding {
  return {
    level: "error",
    code: UNCONFIRMED,
    message: `${title}: what goes does not come back, and that is not confirmed${why === "" ? "" : ` (${why})`}; nothing was changed`,
    fix: `confirm it by name:  --confirm ${name}  , in a workflow the input confirm: ${name}, or on the pull request the label confirm-deletion; or take the change back`,
  };
}

function told({ action, title, summary }: Change): string {
  return `${action} ${title}${summary === "" ? "" : ` (${summary})`}`;
}

/** What is known of the label that allows a pull request to delete. Times are GitHub's own. */
export interface LabelFacts {
  /** Whether the pull request has the label now. */
  present: boolean;
  /** Who set it last, and when. */
  setBy?: string;
  setAtMs?: number;
  /** What that person may do in the repository now, as GitHub has it: admin, write, read or none. */
  permission?: string;
  /** When the plan of the pull request's newest commit was begun; absent: it was not planned. */
  plannedAtMs?: number;
}

/** Whether a pull request's label allows to delete what its plan says; undefined when it does, else what is missing. */
export function labelTrouble(facts: LabelFacts, label: string): string | undefined {
  const { present, setBy, setAtMs, permission, plannedAtMs } = facts;
  if (!present || setBy === undefined || setAtMs === undefined) return `it has no label ${label}`;
  if (permission !== "admin" && permission !== "write")
    return `${setBy}, who set the label ${label}, may not write to this repository`;
  if (plannedAtMs === undefined) return "its newest commit was not planned";
  // A commit's own dates are its author's to choose; when its plan began is GitHub's to tell.
  if (setAtMs <= plannedAtMs) return `the label ${label} was set before its newest commit was planned`;
  return undefined;
}
