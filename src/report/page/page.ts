import type { ReportedCluster, ReportedResult, Result } from "../../commands/results.ts";
import { formatDuration } from "../../core/durations.ts";
import { differenceText, inCents, shortPrice } from "../../core/money.ts";
import { count, listed } from "../../core/words.ts";
import { type Block, blocksOf } from "../blocks.ts";
import { verdictLine } from "../comment-verdict.ts";
import { asText } from "../escaping.ts";
import { changesOf, impactOf, nodesText, worstOf } from "../impact.ts";
import { rehearsalText } from "../rehearsal.ts";
import { changesCost } from "../tables.ts";
import { availabilitySection } from "./availability.ts";
import { MARK_WORD, type Mark, markIcon, markSymbols } from "./marks.ts";
import { html, type Markup, type Part, verbatim } from "./markup.ts";
import {
  capacitySection,
  changesSection,
  costSection,
  failuresSection,
  findingsSection,
  packsSection,
  valuesSection,
} from "./sections.ts";
import { statusSection } from "./status.ts";
import { contentPolicy, STYLE } from "./style.ts";
import { rehearsalTimeline, runTimeline } from "./timeline.ts";
import { topologySection } from "./topology.ts";

/** Of more clusters than that, each is folded. */
const MOST_OPEN = 3;
/** Of more than that, those that stay as they are have no part of their own. */
const MOST_PARTS = 20;

export interface PageOptions {
  /** Of this program, for the page's own description. */
  version: string;
}

/**
 * A report as one HTML page that is whole by itself: it loads nothing and runs nothing, and the same report gives the same
 * page. What it says is what the other reports say; secrets are gone before any of them.
 */
export function renderPage(result: ReportedResult, { version }: PageOptions): string {
  const { command, clusters, findings } = result;
  const names = listed(
    clusters.map(({ name }) => name),
    3,
  );
  const title = `${command}${names === "" ? "" : ` ${names}`}: ${result.result}`;
  const parts = clusters.map((cluster, index) => ({ cluster, id: `c${index + 1}` }));
  const look = clusters.length === 1 ? "only" : clusters.length > MOST_OPEN ? "folded" : "open";
  const shown = clusters.length > MOST_PARTS ? parts.filter(({ cluster }) => !isQuiet(cluster)) : parts;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Slipway ${version}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${verbatim(STYLE)}</style>
</head>
<body>
${markSymbols()}
<header>
<div class="brand"><svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="5" r="2.5"/><path d="M12 7.5V21M4 13c0 5 3.5 8 8 8s8-3 8-8M8 11h8"/></svg>Slipway</div>
<h1>${heading(result)} ${badge(result.result)}</h1>
<p class="lead">${lead(result)}</p>
</header>
<main>
${findings.length > 0 && findingsSection(findings, "all")}
${clusters.length > 1 && overview(parts, shown)}
${shown.map(({ cluster, id }) => clusterPart(command, cluster, { id, look }))}
</main>
<footer>Made by Slipway ${version}. The page is whole by itself: it asks for nothing, and runs nothing.</footer>
</body>
</html>
`;
  return page.toString();
}

const TITLES: Readonly<Record<string, string>> = { plan: "Plan", apply: "Apply", reconcile: "Reconcile" };

function heading({ command, clusters }: ReportedResult): string {
  const [only] = clusters;
  const title = TITLES[command] ?? `${command.slice(0, 1).toUpperCase()}${command.slice(1)}`;
  if (clusters.length === 1 && only !== undefined) return `${title} of ${only.name}`;
  return clusters.length === 0 ? title : `${title} of ${count(clusters.length, "cluster")}`;
}

/** The verdict in a sentence, and what the cluster is. */
function lead(result: ReportedResult): string {
  const [first] = blocksOf(result);
  const isShown = result.result === "shown" && first?.block === "verdict";
  const said = isShown ? first.text : verdictLine(result);
  const [only, ...others] = result.clusters;
  return only === undefined || others.length > 0 || only.description === "" ? said : `${only.description}: ${said}`;
}

const TONE: Readonly<Record<Result, "good" | "look" | "wait" | "bad">> = {
  valid: "good",
  "no-changes": "good",
  applied: "good",
  resumed: "good",
  destroyed: "good",
  unlocked: "good",
  issued: "good",
  shown: "look",
  planned: "look",
  waiting: "wait",
  drifted: "wait",
  stopped: "wait",
  blocked: "bad",
  invalid: "bad",
  failed: "bad",
};

function badge(result: Result): Markup {
  return html`<span class="badge ${TONE[result] ?? "look"}">${result}</span>`;
}

/** Nothing of it needs to be looked at. */
function isQuiet({ result, findings }: ReportedCluster): boolean {
  return result === "no-changes" && findings.every(({ level }) => level === "notice");
}

interface ClusterPart {
  cluster: ReportedCluster;
  id: string;
}

/** A line a cluster. */
function overview(parts: readonly ClusterPart[], shown: readonly ClusterPart[]): Markup {
  const rows = parts.map(({ cluster, id }) => {
    const { name, region, result, plan, rehearsal } = cluster;
    const link = shown.some((one) => one.id === id) ? html`<a href="#${id}">${name}</a>` : name;
    const time = rehearsal === undefined || rehearsal.verdict === "unknown" ? "" : formatDuration(rehearsal.makespanMs);
    const month = plan?.cost?.difference.usdPerMonth;
    return html`<tr><th scope="row">${link}</th><td>${region}</td><td>${badge(result)}</td><td>${tally(cluster, "heard")}</td><td>${asText(worstOf(impactOf(changesOf(cluster))))}</td><td class="num">${time}</td><td class="num">${month === undefined ? "" : differenceText(month, inCents)}</td></tr>
`;
  });
  return html`<section class="card long overview" aria-labelledby="overview"><h3 id="overview">Clusters</h3><div class="scroll" tabindex="0" role="region" aria-label="Clusters"><table><thead><tr><th scope="col">cluster</th><th scope="col">region</th><th scope="col">result</th><th scope="col">changes</th><th scope="col">disruption</th><th scope="col" class="num">takes</th><th scope="col" class="num">a month</th></tr></thead><tbody>
${rows}</tbody></table></div></section>`;
}

/** How many changes of each kind, with their marks. */
function tally(cluster: ReportedCluster, words: "seen" | "heard" = "seen"): Markup | string {
  const { added, changed, replaced, removed } = impactOf(changesOf(cluster));
  const counts: readonly (readonly [Mark, number])[] = [
    ["add", added],
    ["change", changed],
    ["replace", replaced],
    ["remove", removed],
  ];
  const there = counts.filter(([, n]) => n > 0);
  if (there.length === 0) return "none";
  return html`<span class="tally">${there.map(([mark, n]) => html`<span>${markIcon(mark)}${n} <span class="${words}">${MARK_WORD[mark]}</span></span>`)}</span>`;
}

interface PartLook {
  id: string;
  look: "only" | "open" | "folded";
}

function clusterPart(command: string, cluster: ReportedCluster, { id, look }: PartLook): Markup {
  const { name, region, accountId, plan, result } = cluster;
  const head = html`<h2 id="${id}-name">${name}</h2> ${badge(result)}`;
  const body = html`<ul class="facts"><li>${region}</li><li>account ${accountId}</li>${plan !== undefined && plan.fingerprint !== "" && html`<li>plan <code>${plan.fingerprint}</code></li>`}</ul>
${tiles(cluster)}
${sections(command, cluster, id)}`;
  const title = {
    // The page's own heading has said it, but to those who go from heading to heading.
    only: html`<h2 class="heard" id="${id}-name">${name}</h2>${body}`,
    open: html`<div class="head">${head}</div>${body}`,
    folded: html`<details><summary>${head}</summary>${body}</details>`,
  }[look];
  return html`<section class="cluster ${look}" id="${id}" aria-labelledby="${id}-name">${title}</section>`;
}

/** What matters most, in numbers. */
function tiles(cluster: ReportedCluster): Markup | undefined {
  const { plan, rehearsal, steps } = cluster;
  if (plan === undefined) return undefined;
  const changes = changesOf(cluster);
  const impact = impactOf(changes);
  const nodes = nodesText(changes);
  const tile = (title: string, big: Part, small: string): Markup =>
    html`<div><dt>${title}</dt><dd>${big}${small !== "" && html`<small>${small}</small>`}</dd></div>`;
  const isBefore = steps === undefined;
  return html`<dl class="tiles">${[
    tile("changes", tally(cluster), nodes),
    isBefore && changes.length > 0 && tile("disruption", DISRUPTION[impact.disruption], asText(worstOf(impact))),
    isBefore && rehearsal !== undefined && rehearsedTile(rehearsal, tile),
    isBefore && plan.cost !== undefined && costTile(plan.cost, tile),
  ]}</dl>`;
}

const DISRUPTION = { none: "none", rolling: "rolling", outage: html`<span class="bad">outage</span>` } as const;

type Tile = (title: string, big: Part, small: string) => Markup;

function rehearsedTile(rehearsal: NonNullable<ReportedCluster["rehearsal"]>, tile: Tile): Markup {
  if (rehearsal.verdict === "unknown") return tile("rehearsed", "not known", rehearsal.why);
  const [time = "", ...kept] = rehearsalText(rehearsal).split("; ");
  const [big = "", ...chain] = time.split(", ");
  return tile("rehearsed on a model of AWS", big, [chain.join(", "), kept.at(0) ?? ""].filter(Boolean).join("; "));
}

function costTile(cost: NonNullable<NonNullable<ReportedCluster["plan"]>["cost"]>, tile: Tile): Markup {
  const { after, difference } = cost;
  if (after.usdPerMonth === undefined || after.usdPerHour === undefined)
    return tile("costs afterwards", "not known", "");
  const least = after.isComplete ? "" : "at least ";
  const more =
    changesCost(cost) && difference.usdPerMonth !== undefined
      ? `, ${differenceText(difference.usdPerMonth, inCents)} a month`
      : "";
  return tile(
    "costs a month afterwards",
    `${least}$${inCents(after.usdPerMonth)}`,
    `$${shortPrice(after.usdPerHour)} an hour${more}`,
  );
}

/** In the order in which a page is read; a block that is in none of the others comes with the last. */
const ORDER: readonly Block["block"][] = [
  "findings",
  "failures",
  "topology",
  "rehearsal",
  "changes",
  "cost",
  "capacity",
  "packs",
];

function sections(command: string, cluster: ReportedCluster, id: string): Part {
  const place = ({ block }: Block): number => (ORDER.includes(block) ? ORDER.indexOf(block) : ORDER.length);
  const blocks = blocksOf({ command, result: cluster.result, findings: [], clusters: [cluster] });
  const drawn = blocks.toSorted((a, b) => place(a) - place(b)).map((block) => drawBlock(block, cluster, id));
  return [...drawn, cluster.steps !== undefined && ranSection(cluster.steps, id)];
}

function drawBlock(block: Block, cluster: ReportedCluster, id: string): Part {
  switch (block.block) {
    case "findings":
      return findingsSection(block.findings, id);
    case "failures":
      return failuresSection(block.failures, id);
    case "topology":
      return topologySection(cluster.name, id, block.topology, changesOf(cluster));
    case "rehearsal": {
      const drawing = rehearsalTimeline(block.rehearsal, id);
      const text = rehearsalText(block.rehearsal);
      return [
        html`<section class="card long" aria-labelledby="${id}-timeline"><h3 id="${id}-timeline">How it goes</h3><p>Rehearsed on a model of AWS: ${text}.</p>${drawing}</section>`,
        availabilitySection(block.rehearsal, id),
      ];
    }
    case "changes":
      return changesSection(block.groups, id);
    case "cost":
      return costSection(block.cost, id);
    case "capacity":
      return capacitySection(block.rows, id);
    case "packs":
      return packsSection(block.packs, id);
    case "values":
      return valuesSection(block.packs, id);
    case "status":
      return statusSection(block.status, id);
    // The heading says it; and what is under way has no page.
    case "verdict":
    case "under-way":
    case "recent":
      return undefined;
  }
}

function ranSection(steps: NonNullable<ReportedCluster["steps"]>, id: string): Markup | undefined {
  const drawing = runTimeline(steps, id);
  return (
    drawing &&
    html`<section class="card long" aria-labelledby="${id}-timeline"><h3 id="${id}-timeline">How it went</h3>${drawing}</section>`
  );
}
