import type { Finding } from "../core/findings.ts";
import { commandResult, type ReportedCluster, type ReportedResult } from "./results.ts";

/** What one job of a matrix left: its result, or why that can't be read. */
export interface Fragment {
  file: string;
  report: ReportedResult | string;
}

/**
 * One result out of those of a matrix's jobs. Every cluster that is expected has a part in it: one whose job left none
 * has failed, for all that is known. Of two about one cluster the worse counts.
 */
export function joined(
  command: string,
  expected: readonly Pick<ReportedCluster, "name" | "description" | "region" | "accountId">[],
  fragments: readonly Fragment[],
): ReportedResult {
  const findings: Finding[] = [];
  const parts = new Map<string, ReportedResult>();
  for (const { file, report } of fragments) {
    if (typeof report === "string") findings.push(unreadable(file, report));
    else {
      findings.push(...report.findings);
      for (const cluster of report.clusters) {
        const both = [...(parts.get(cluster.name)?.clusters ?? []), cluster];
        parts.set(cluster.name, commandResult(command, [], both));
      }
    }
  }
  const missing = expected.filter(({ name }) => !parts.has(name));
  const clusters = [
    ...[...parts.values()].flatMap(({ clusters: all, result }) => all.filter((one) => one.result === result).slice(-1)),
    ...missing.map((header): ReportedCluster => ({ ...header, result: "failed", findings: [absent(header.name)] })),
  ];
  const sorted = clusters.sort((a, b) => (a.name < b.name ? -1 : 1));
  const whole = commandResult(command, once(findings), sorted);
  return findings.some(({ level }) => level === "error") ? { ...whole, result: worse(whole, fragments) } : whole;
}

/** Files with errors have kept a job from looking at its clusters. */
function worse(whole: ReportedResult, fragments: readonly Fragment[]): ReportedResult["result"] {
  if (whole.result === "failed" || whole.result === "stopped") return whole.result;
  return fragments.every(({ report }) => typeof report !== "string") ? "invalid" : "failed";
}

/** What is said of the files, every job says. */
function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function unreadable(file: string, why: string): Finding {
  return { level: "error", code: "report/unreadable", message: `${file} can't be taken into the report: ${why}` };
}

function absent(name: string): Finding {
  return {
    level: "error",
    code: "report/no-plan",
    message: `the job of ${name} left no plan: it failed before it had one, was cancelled, or did not hand it on`,
    fix: "look at that job's log, and run the failed jobs again",
  };
}
