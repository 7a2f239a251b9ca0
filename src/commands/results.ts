import type { StepResult } from "../apply/apply.ts";
import type { Finding } from "../core/findings.ts";
import type { Plan } from "../plan/change.ts";

/** How a command ended. The words are part of the interface: workflows branch on them. */
export type Result =
  | "valid"
  | "invalid"
  | "no-changes"
  | "planned"
  | "blocked"
  | "applied"
  | "waiting"
  | "destroyed"
  | "failed"
  | "stopped";

/** From the one that matters most to the one that matters least, when several clusters end differently. */
const WEIGHT: readonly Result[] = [
  "failed",
  "stopped",
  "invalid",
  "blocked",
  "waiting",
  "destroyed",
  "applied",
  "planned",
  "no-changes",
  "valid",
];

/** What a command did about one cluster. */
export interface ClusterResult {
  name: string;
  description: string;
  region: string;
  accountId: string;
  result: Result;
  /** Findings of the plan, and of what came before it. */
  findings: readonly Finding[];
  /** Absent when it did not come to a plan. */
  plan?: Plan;
  /** What became of each step, where the plan was carried out. */
  steps?: readonly StepResult[];
}

/** What a command ends with. */
export interface CommandResult {
  command: string;
  result: Result;
  /** Findings that belong to no cluster: those of the files. */
  findings: readonly Finding[];
  clusters: readonly ClusterResult[];
}

/** Puts the clusters' results together: the one that matters most is the command's. */
export function commandResult(
  command: string,
  findings: readonly Finding[],
  clusters: readonly ClusterResult[],
): CommandResult {
  const weights = clusters.map(({ result }) => WEIGHT.indexOf(result));
  const result = WEIGHT[Math.min(...weights)] ?? "no-changes";
  return { command, result, findings, clusters };
}

/** 0: all is well or as planned; 1: something is wrong; 130: stopped by a signal, as shells have it. */
export function exitCode(result: Result): number {
  if (result === "stopped") return 130;
  return result === "invalid" || result === "blocked" || result === "failed" ? 1 : 0;
}
