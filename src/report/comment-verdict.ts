import type { ReportedCluster, ReportedResult, Result } from "../commands/results.ts";
import { formatDuration } from "../core/durations.ts";
import { count } from "../core/words.ts";
import { countChanges } from "./blocks.ts";
import { asText, escaped } from "./escaping.ts";
import { changesOf, DISRUPTION, type Impact, impactOf, isNew, nodesText, worstOf } from "./impact.ts";
import { MARK } from "./markdown.ts";
import { short } from "./plain.ts";
import { changesCost, costSummary } from "./tables.ts";

/** What has been done or is meant to be done, at the head of the comment. */
export const TITLE: Readonly<Record<string, string>> = {
  plan: "Plan",
  apply: "Apply",
  reconcile: "Reconcile",
  destroy: "Destroy",
  validate: "Validation",
};

/** A name for a sentence or a cell. */
const nameOf = ({ name }: Pick<ReportedCluster, "name">): string => escaped(short(name, 60));

/** The verdict, in one line: what it is, and the worst of it. */
export function headingOf(result: ReportedResult): string {
  const title = TITLE[result.command] ?? short(result.command, 20);
  return `### ${MARK[result.result]} ${escaped(title)}: ${verdictOf(result)}`;
}

/** The same as plain text, for a check run's title. */
export function verdictLine(result: ReportedResult): string {
  return asText(verdictOf(result));
}

function verdictOf(result: ReportedResult): string {
  const { clusters } = result;
  const ended = (...words: readonly Result[]): string => subject(clusters.filter((one) => words.includes(one.result)));
  const errors = [...result.findings, ...clusters.flatMap(({ findings }) => findings)].filter(
    ({ level }) => level === "error",
  ).length;
  switch (result.result) {
    case "planned": {
      const changing = clusters.filter((cluster) => changesOf(cluster).length > 0);
      const impact = impactOf(changing.flatMap(changesOf));
      if (changing.every(isNew))
        return `${subject(changing)} ${changing.length === 1 ? "is" : "are"} new, nothing is there yet`;
      return `${subject(changing)} ${changing.length === 1 ? "changes" : "change"}, ${worstOf(impact)}`;
    }
    case "no-changes":
      return "no changes";
    case "valid":
      return "the files are valid";
    case "invalid":
      return `${count(errors, "error")} in the files`;
    case "blocked":
      return `${ended("blocked")} can't be applied, ${count(errors, "error")}`;
    case "failed":
      return clusters.length === 0 ? "failed" : `${ended("failed")} failed`;
    case "stopped":
      return clusters.length === 0 ? "stopped" : `${ended("stopped")} stopped; a re-run goes on from there`;
    case "applied":
    case "resumed":
      return `${ended("applied", "resumed")} ${clusters.length === 1 ? "is" : "are"} as the files say`;
    case "waiting":
      return `${ended("waiting")} ${clusters.length === 1 ? "waits" : "wait"} for prices, all else is done`;
    case "destroyed":
      return `${ended("destroyed")} deleted, nothing is left`;
    default:
      return escaped(short(result.result, 40));
  }
}

/** A cluster by its name, several by their number. */
function subject(clusters: readonly ReportedCluster[]): string {
  const [only] = clusters;
  return clusters.length === 1 && only !== undefined ? nameOf(only) : count(clusters.length, "cluster");
}

/** The verdict's numbers, in one sentence. */
export function sentenceOf({ command, clusters, findings }: ReportedResult): string {
  const changes = clusters.flatMap(changesOf);
  const found = [...findings, ...clusters.flatMap((cluster) => cluster.findings)];
  const levels = (["error", "warning", "notice"] as const).flatMap((level) => {
    const n = found.filter((finding) => finding.level === level).length;
    return n === 0 ? [] : [count(n, level)];
  });
  const numbers =
    command === "plan" ? [countChanges(changes), nodesText(changes), costText(clusters)] : [stepsText(clusters)];
  const parts = [...numbers, levels.join(", ")].filter((part) => part !== "");
  return parts.length === 0 ? "" : `${parts.join(". ")}.`;
}

/** What it costs and by how much that differs; "" where it does not, and of several clusters, which have their own tables. */
function costText(clusters: readonly ReportedCluster[]): string {
  const [cost, ...others] = clusters.flatMap(({ plan }) =>
    plan?.cost !== undefined && changesCost(plan.cost) ? [plan.cost] : [],
  );
  return cost === undefined || others.length > 0 ? "" : escaped(costSummary(cost));
}

/** `12 of 55 steps done in 3m 05s`; "" where there was nothing to do. */
function stepsText(clusters: readonly ReportedCluster[]): string {
  const outcomes = clusters.flatMap(({ steps = [] }) => steps.map(({ outcome }) => outcome));
  const ran = outcomes.flatMap((outcome) => (outcome.state === "skipped" ? [] : [outcome]));
  if (ran.length === 0) return "";
  const tookMs =
    Math.max(...ran.map(({ endedAtMs }) => endedAtMs)) - Math.min(...ran.map(({ startedAtMs }) => startedAtMs));
  const done = ran.filter(({ state }) => state === "done").length;
  return `${done} of ${count(outcomes.length, "step")} done in ${formatDuration(tookMs)}`;
}

/** What is lost for good, where nobody can overlook it. */
export function lossAlert(result: ReportedResult, most: number): string {
  if (result.result !== "planned" && result.result !== "blocked") return "";
  const lost = result.clusters.flatMap((cluster) =>
    impactOf(changesOf(cluster)).lost.map(
      (change) => `> - **${nameOf(cluster)}**: ${escaped(short(change.title, 120))}${nodesOf(change.count)}`,
    ),
  );
  if (lost.length === 0) return "";
  const more = lost.length > most ? [`> - and ${lost.length - most} more`] : [];
  return [
    "> [!CAUTION]",
    "> Merging this deletes what applying again would not bring back:",
    ...lost.slice(0, most),
    ...more,
  ].join("\n");
}

const nodesOf = (n: number | undefined): string => (n === undefined ? "" : ` (${count(n, "node")})`);

/** How much each result matters in the table. */
const ORDER: readonly Result[] = ["failed", "stopped", "invalid", "blocked", "waiting"];

/** A row a cluster, in their order; those that don't change share one. */
export function clusterTable({ clusters, untouched = [] }: ReportedResult, rows: number): string {
  const isQuiet = (cluster: ReportedCluster): boolean =>
    cluster.result === "no-changes" && cluster.findings.every(({ level }) => level === "notice");
  const loud = clusters
    .filter((cluster) => !isQuiet(cluster))
    .map((cluster) => ({ cluster, impact: impactOf(changesOf(cluster)) }));
  const quiet = [...clusters.filter(isQuiet).map(({ name }) => name), ...untouched];
  // One cluster's row would say what the heading and the sentence have said.
  if (loud.length + (quiet.length === 0 ? 0 : 1) < 2) return "";
  const shown = loud.slice(0, rows).map(({ cluster, impact }) => row(cluster, impact));
  return [
    "| Cluster | | + | ~ | ± | - | Disruption |",
    "|---|---|--:|--:|--:|--:|---|",
    ...shown,
    ...(loud.length > rows ? [`| and ${loud.length - rows} more | | | | | | |`] : []),
    ...(quiet.length === 0
      ? []
      : [`| ${count(quiet.length, "cluster")} unchanged: ${quietNames(quiet)} | ✅ | | | | | |`]),
  ].join("\n");
}

function quietNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => escaped(short(name, 40)));
  return names.length > 10 ? `${shown.join(", ")} and ${names.length - 10} more` : shown.join(", ");
}

function row(cluster: ReportedCluster, impact: Impact): string {
  const { added, changed, replaced, removed, disruption } = impact;
  const numbers = [added, changed, replaced, removed].map((n) => (n === 0 ? "" : String(n)));
  const verdict = `${MARK[cluster.result]} ${cluster.result}`;
  return `| **${nameOf(cluster)}** ${escaped(cluster.region)} | ${verdict} | ${numbers.join(" | ")} | ${cluster.plan === undefined ? "not known" : DISRUPTION[disruption]} |`;
}

/** Clusters in the order in which somebody has to look at them. */
export function worstFirst(clusters: readonly ReportedCluster[]): ReportedCluster[] {
  const weighed = clusters.map((cluster) => ({ cluster, weight: weightOf(cluster) }));
  return weighed.sort((a, b) => b.weight - a.weight).map(({ cluster }) => cluster);
}

function weightOf(cluster: ReportedCluster): number {
  const { lost, disruption, added, changed, replaced, removed } = impactOf(changesOf(cluster));
  const place = ORDER.indexOf(cluster.result);
  const trouble = place < 0 ? 0 : ORDER.length - place;
  const disturbed = { none: 0, rolling: 1, outage: 2 }[disruption];
  return (
    trouble * 1e9 +
    Math.min(lost.length, 99) * 1e7 +
    disturbed * 1e6 +
    Math.min(added + changed + replaced + removed, 1e5)
  );
}
