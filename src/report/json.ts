import { NodeTrouble } from "../apply/node-trouble.ts";
import type { ClusterStatus, Matrix, ReportedCluster, ReportedResult } from "../commands/results.ts";
import { messageOf } from "../core/errors.ts";
import type { PoolProgress } from "../core/events.ts";
import type { Finding } from "../core/findings.ts";
import type { CapacityRow } from "../plan/capacity.ts";
import type { Change, Step } from "../plan/change.ts";
import type { Cost } from "../plan/cost.ts";
import type { PackDiff } from "../plan/pack-diff.ts";
import type { Topology } from "../plan/topology.ts";

/** The version of the JSON shape. Fields are added without a new one; it changes when one goes or changes its meaning. */
export const JSON_SCHEMA_VERSION = 1;

/** What `--json` prints, documented in docs/json.md. */
export interface JsonReport {
  schema: typeof JSON_SCHEMA_VERSION;
  command: string;
  result: string;
  findings: readonly Finding[];
  clusters: readonly JsonCluster[];
  /** Of `discover` alone. */
  matrix?: Matrix;
}

export interface JsonCluster {
  name: string;
  description: string;
  region: string;
  accountId: string;
  result: string;
  /** Names the plan: two plans with one fingerprint do the same. */
  fingerprint: string;
  changes: readonly Change[];
  findings: readonly Finding[];
  /** What the cluster will look like; absent where there is no plan, or nothing left. */
  topology?: Topology;
  /** What an apply would do, in an order that keeps each after what it needs; absent where there is no plan. */
  order?: readonly Pick<Step, "id" | "title" | "needs">[];
  /** What the plan takes of each quota; empty where it takes nothing. */
  capacity: readonly CapacityRow[];
  /** What the cluster costs before and after; absent where it did not come to a plan. */
  cost?: Cost;
  steps: readonly JsonStep[];
  /** Nodes that came and went, pool by pool; none without steps. */
  nodes: readonly PoolProgress[];
  /** What becomes of packs' values and manifests; absent where nothing does. */
  packs?: PackDiff;
  /** Of `status` alone. */
  status?: ClusterStatus;
  /** Of `values` alone. */
  values?: ReportedCluster["values"];
}

export interface JsonStep {
  id: string;
  title: string;
  state: "done" | "failed" | "waiting" | "stopped" | "skipped";
  /** RFC 3339; absent for a step that was never started. */
  startedAt?: string;
  endedAt?: string;
  /** Why it failed, or what it was waiting for. */
  reason?: string;
  /** What to do, and the last lines of the log, where it is a node that failed. */
  fix?: string;
  log?: readonly string[];
}

export function jsonReport(result: ReportedResult): JsonReport {
  return {
    schema: JSON_SCHEMA_VERSION,
    command: result.command,
    result: result.result,
    findings: result.findings,
    clusters: result.clusters.map(jsonCluster),
    ...(result.matrix === undefined ? {} : { matrix: result.matrix }),
  };
}

function jsonCluster(cluster: ReportedCluster): JsonCluster {
  const { name, description, region, accountId, result, findings, plan, steps, nodes = [], status, values } = cluster;
  return {
    name,
    description,
    region,
    accountId,
    result,
    fingerprint: plan?.fingerprint ?? "",
    changes: plan?.changes ?? [],
    findings,
    ...(plan?.topology === undefined ? {} : { topology: plan.topology }),
    ...(plan === undefined ? {} : { order: plan.steps.map(({ id, title, needs }) => ({ id, title, needs })) }),
    capacity: plan?.capacity ?? [],
    ...(plan?.cost === undefined ? {} : { cost: plan.cost }),
    steps: (steps ?? []).map(({ step, outcome }) => {
      const base = { id: step.id, title: step.title, state: outcome.state };
      if (outcome.state === "skipped") return { ...base, reason: outcome.because };
      const times = {
        startedAt: new Date(outcome.startedAtMs).toISOString(),
        endedAt: new Date(outcome.endedAtMs).toISOString(),
      };
      if (outcome.state === "waiting") return { ...base, ...times, reason: outcome.because };
      return outcome.state === "failed" ? { ...base, ...times, ...failureOf(outcome.error) } : { ...base, ...times };
    }),
    nodes,
    ...(plan?.packs === undefined ? {} : { packs: plan.packs }),
    ...(status === undefined ? {} : { status }),
    ...(values === undefined ? {} : { values }),
  };
}

function failureOf(error: unknown): Pick<JsonStep, "reason" | "fix" | "log"> {
  const reason = messageOf(error);
  return error instanceof NodeTrouble ? { reason, fix: error.fix, log: error.log } : { reason };
}
