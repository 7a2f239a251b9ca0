import { NodeTrouble } from "../apply/node-trouble.ts";
import type { ReportedCluster, ReportedResult, Result } from "../commands/results.ts";
import { messageOf } from "../core/errors.ts";
import { JSON_SCHEMA_VERSION, type JsonCluster, type JsonReport, type JsonStep } from "./json.ts";

/** What a job of a matrix left, as the report is made from it; a text says why it can't be. */
export function readJsonReport(text: string): ReportedResult | string {
  let report: Partial<JsonReport>;
  try {
    report = JSON.parse(text) as Partial<JsonReport>;
  } catch (error) {
    return `it is not JSON: ${messageOf(error)}`;
  }
  const { schema, command, result, findings, clusters } = report ?? {};
  if (schema !== JSON_SCHEMA_VERSION)
    return `its schema is ${String(schema)}, and this release reads ${JSON_SCHEMA_VERSION}`;
  if (typeof command !== "string" || typeof result !== "string") return "it is no report";
  if (!Array.isArray(findings) || !Array.isArray(clusters)) return "it is no report";
  return { command, result: result as Result, findings, clusters: clusters.map(clusterFrom) };
}

function clusterFrom(cluster: JsonCluster): ReportedCluster {
  const {
    name,
    description,
    region,
    accountId,
    result,
    fingerprint,
    changes,
    findings,
    topology,
    order,
    capacity,
    cost,
    packs,
    values,
    steps,
    status,
  } = cluster;
  const where = { region, accountId };
  const plan = {
    ...where,
    cluster: name,
    changes,
    findings,
    fingerprint,
    steps: order ?? [],
    ...(topology && { topology }),
    ...(capacity && { capacity }),
    ...(cost && { cost }),
    ...(packs && { packs }),
  };
  return {
    ...where,
    name,
    description,
    result: result as Result,
    findings,
    ...(order === undefined ? {} : { plan }),
    ...(steps.length === 0 ? {} : { steps: steps.map(stepFrom) }),
    ...(status === undefined ? {} : { status }),
    ...(values === undefined ? {} : { values }),
  };
}

function stepFrom({
  id,
  title,
  state,
  startedAt = "",
  endedAt = "",
  reason = "",
  fix,
  log = [],
}: JsonStep): NonNullable<ReportedCluster["steps"]>[number] {
  const step = { id, title };
  if (state === "skipped") return { step, outcome: { id, state, because: reason } };
  const times = { id, startedAtMs: Date.parse(startedAt), endedAtMs: Date.parse(endedAt) };
  if (state === "waiting") return { step, outcome: { ...times, state, because: reason } };
  if (state !== "failed") return { step, outcome: { ...times, state } };
  const error = fix === undefined ? new Error(reason) : new NodeTrouble(reason, fix, log);
  return { step, outcome: { ...times, state, error } };
}
