import type { ReportedCluster } from "../commands/results.ts";
import { count } from "../core/words.ts";
import type { Change, Disruption } from "../plan/change.ts";

/** What a cluster's changes come to, in numbers. */
export interface Impact {
  added: number;
  changed: number;
  replaced: number;
  removed: number;
  /** What is lost for good. */
  lost: readonly Change[];
  disruption: Disruption;
}

const NUMBER: Readonly<Record<Change["action"], "added" | "changed" | "replaced" | "removed">> = {
  create: "added",
  scale: "changed",
  update: "changed",
  roll: "replaced",
  replace: "replaced",
  delete: "removed",
};

const RANK: readonly Disruption[] = ["none", "rolling", "outage"];

export function impactOf(changes: readonly Change[]): Impact {
  const impact = { added: 0, changed: 0, replaced: 0, removed: 0 };
  for (const { action } of changes) impact[NUMBER[action]] += 1;
  const worst = Math.max(0, ...changes.map(({ disruption }) => RANK.indexOf(disruption)));
  return { ...impact, lost: changes.filter(({ destructive }) => destructive), disruption: RANK[worst] ?? "none" };
}

export function changesOf(cluster: ReportedCluster): readonly Change[] {
  return cluster.plan?.changes ?? [];
}

/** Whether a cluster's plan makes it from nothing: every cluster has keys of its own. */
export function isNew(cluster: ReportedCluster): boolean {
  const changes = changesOf(cluster);
  return changes.some(({ id }) => id.startsWith("pki/")) && changes.every(({ action }) => action === "create");
}

/** `4 nodes are replaced, 2 go`; "" where none come or go. */
export function nodesText(changes: readonly Change[]): string {
  const moved = { come: 0, go: 0, "are replaced": 0 };
  for (const { id, action, count: number = 0, nodes } of changes) {
    if (!id.startsWith("pool/")) continue;
    const replaced = nodes?.filter(({ isReplaced }) => isReplaced).length;
    if (action === "roll" || action === "replace") moved["are replaced"] += replaced ?? number;
    else if (nodes !== undefined || action === "delete") moved.go += nodes?.length ?? number;
    else moved.come += number;
  }
  const parts = Object.entries(moved).filter(([, n]) => n > 0);
  return parts
    .map(([verb, n], index) => `${index === 0 ? count(n, "node") : n} ${n === 1 ? singular(verb) : verb}`)
    .join(", ");
}

const singular = (verb: string): string => ({ come: "comes", go: "goes" })[verb] ?? "is replaced";

/** The worst that a reviewer must know, in a few words; the first thing that is read. */
export function worstOf(impact: Impact): string {
  if (impact.lost.length > 0) return `**${count(impact.lost.length, "deletion")} that can't be undone**`;
  if (impact.disruption === "outage") return "**an outage while it happens**";
  if (impact.disruption === "rolling") return "**nodes are replaced**, workloads move";
  return "nothing that runs is disturbed";
}

export const DISRUPTION: Readonly<Record<Disruption, string>> = {
  none: "none",
  rolling: "rolling",
  outage: "**outage**",
};
