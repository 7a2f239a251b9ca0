import type { StepResult } from "../apply/apply.ts";
import type { Outcome } from "../apply/scheduler.ts";
import type { Pack } from "../config/parts.ts";
import type { PoolProgress } from "../core/events.ts";
import type { Finding, Place } from "../core/findings.ts";
import type { UsdPerHour } from "../core/money.ts";
import type { Plan, Step } from "../plan/change.ts";

/** How a command ended. The words are part of the interface: workflows branch on them. */
export type Result =
  | "valid"
  | "invalid"
  | "no-changes"
  | "planned"
  | "blocked"
  | "applied"
  | "resumed"
  | "waiting"
  | "drifted"
  | "destroyed"
  | "unlocked"
  | "issued"
  | "shown"
  | "failed"
  | "stopped";

/** From the one that matters most to the one that matters least, when several clusters end differently. */
const WEIGHT: readonly Result[] = [
  "failed",
  "stopped",
  "invalid",
  "blocked",
  "drifted",
  "waiting",
  "destroyed",
  "unlocked",
  "resumed",
  "applied",
  "planned",
  "issued",
  "shown",
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
  /** Nodes that came and went, pool by pool, where the plan was carried out. */
  nodes?: readonly PoolProgress[];
  /** How the cluster is, where that was asked. */
  status?: ClusterStatus;
  /** What its packs work with, where that was asked. */
  values?: { profile: string; packs: readonly PackValues[] };
}

/** A pack, and all that it works with. */
export interface PackValues {
  layer: Pack["layer"];
  name: string;
  version: string;
  /** Of the version. */
  from: "profile" | "cluster";
  at: Place;
  values: readonly ShownValue[];
}

/** One value; members of mappings are named with dots. */
export interface ShownValue {
  name: string;
  /** Compact JSON; of a secret its length and hash. */
  value: string;
  /** The pack itself, the profile, or the cluster's overrides. */
  from: "default" | "profile" | "cluster";
  /** Absent where it is a default of a pack that comes with Slipway. */
  at?: Place;
}

/** How a cluster is. */
export interface ClusterStatus {
  /** Whether a file describes it. One without costs money, and nobody looks after it. */
  hasDocument: boolean;
  /** How many things AWS has of it besides nodes. */
  resources: number;
  /** The file's pools, then those that only AWS knows. */
  pools: readonly PoolStatus[];
  /** Who is at work on it, in words; absent: nobody. */
  lease?: string;
  /** What it costs by kind of thing, before data that flows and requests. */
  costs: readonly CostLine[];
}

export interface PoolStatus {
  name: string;
  /** How many nodes the file wants; absent where no file says. */
  wanted?: number;
  /** How many nodes are as new ones would be, and what the next apply does; absent where it is not known. */
  current?: number;
  toAdd?: number;
  toReplace?: number;
  toRemove?: number;
  /** How many more it launches as soon as their price allows. */
  waiting?: number;
  nodes: readonly NodeStatus[];
}

export interface NodeStatus {
  instanceId: string;
  zone: string;
  instanceType: string;
  market: "on-demand" | "spot";
  /** EC2's word for the instance. */
  state: string;
  /** What the node last said of itself, `booting` before its first word; `detail` is its own text. */
  phase: string;
  detail: string;
  ageMs: number;
  /** Kubernetes' version that it was born with; absent: it does not say. */
  version?: string;
  /** What it costs now: on demand, or on spot in its zone. Absent: not known. */
  usdPerHour?: UsdPerHour;
  /** Until when it was asked to leave, RFC 3339; absent: it was not. */
  leaveBy?: string;
  /** Why it goes with the next apply, and whether another takes its place; absent: it stays, or that is not known. */
  goes?: { why: string; isReplaced: boolean };
}

export interface CostLine {
  what: string;
  count: number;
  /** For all of them together; absent: not known. */
  usdPerHour?: UsdPerHour;
}

/** What a command ends with. */
export interface CommandResult {
  command: string;
  result: Result;
  /** Findings that belong to no cluster: those of the files. */
  findings: readonly Finding[];
  clusters: readonly ClusterResult[];
  /** Clusters that were left alone because nothing of theirs was changed, by name; absent where that was not asked. */
  untouched?: readonly string[];
  /** Of `discover` alone. */
  matrix?: Matrix;
}

/** A job matrix as GitHub Actions takes it; a job each. */
export interface Matrix {
  /** `cluster` goes to the input of that name: a name, or several separated by commas. */
  include: readonly { cluster: string }[];
}

/** A result as people are told of it: what comes back from a JSON report. */
export type ReportedResult = Omit<CommandResult, "clusters"> & { clusters: readonly ReportedCluster[] };

export type ReportedCluster = Omit<ClusterResult, "plan" | "steps"> & {
  plan?: Omit<Plan, "steps" | "wanted" | "pools" | "requires"> & {
    steps: readonly Pick<Step, "id" | "title" | "needs">[];
  };
  steps?: readonly { step: Pick<Step, "id" | "title">; outcome: Outcome }[];
};

/** Puts the clusters' results together: the one that matters most is the command's, or `none` where there are none. */
export function commandResult<Cluster extends ReportedCluster>(
  command: string,
  findings: readonly Finding[],
  clusters: readonly Cluster[],
  none: Result = "no-changes",
): Omit<CommandResult, "clusters"> & { clusters: readonly Cluster[] } {
  const weights = clusters.map(({ result }) => WEIGHT.indexOf(result));
  const result = WEIGHT[Math.min(...weights)] ?? none;
  return { command, result, findings, clusters };
}

/** 0: all is well or as planned; 1: something is wrong; 130: stopped by a signal, as shells have it. */
export function exitCode(result: Result): number {
  if (result === "stopped") return 130;
  return result === "invalid" || result === "blocked" || result === "failed" ? 1 : 0;
}
