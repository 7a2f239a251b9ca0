import type { ReportedCluster } from "../../commands/results.ts";
import { formatDuration } from "../../core/durations.ts";
import { count } from "../../core/words.ts";
import type { Rehearsed } from "../../rehearse/rehearsal.ts";
import { stepText as textOfStep } from "../drawings.ts";
import { short } from "../plain.ts";
import { STEP_WORDS, stepText } from "../rehearsal.ts";
import { html, type Markup } from "./markup.ts";

/** One thing that took time; times count from the first of them. */
interface Bar {
  text: string;
  /** What is done, without to what. */
  verb: string;
  startMs: number;
  endMs: number;
  state: "done" | "failed" | "waiting" | "stopped";
  isOnChain: boolean;
}

/** A line of the timeline: a step, or several that do the same. */
interface Row {
  text: string;
  bars: readonly Bar[];
}

/** More steps than that are put together by what they do. */
const MOST_ROWS = 36;
const MOST_KINDS = 6;
/** What is shorter than this part of the whole is put together in any case. */
const SHORTEST = 0.02;
/** Bars of one line closer than this part of the whole are drawn as one. */
const FINEST = 1 / 400;

/** The steps of a rehearsal. */
export function rehearsalTimeline(rehearsal: Rehearsed, id: string): Markup | undefined {
  const chain = new Set(rehearsal.longestChain);
  const bars = rehearsal.timeline.map(
    (step): Bar => ({
      ...step,
      text: stepText(step),
      verb: STEP_WORDS[step.action],
      isOnChain: chain.has(step.stepId),
    }),
  );
  return timeline(bars, rehearsal.makespanMs, id);
}

/** The steps of a run. */
export function runTimeline(steps: NonNullable<ReportedCluster["steps"]>, id: string): Markup | undefined {
  const ran = steps.flatMap(({ step, outcome }) => (outcome.state === "skipped" ? [] : [{ step, outcome }]));
  const firstMs = Math.min(...ran.map(({ outcome }) => outcome.startedAtMs));
  const bars = ran.map(({ step, outcome }): Bar => {
    const { state, startedAtMs, endedAtMs } = outcome;
    const times = { startMs: startedAtMs - firstMs, endMs: endedAtMs - firstMs };
    const text = textOfStep(step);
    return { text, verb: text.slice(0, -step.title.length).trim(), ...times, state, isOnChain: false };
  });
  return timeline(bars, Math.max(0, ...bars.map(({ endMs }) => endMs)), id);
}

/** Undefined where nothing took any time. */
function timeline(bars: readonly Bar[], wholeMs: number, id: string): Markup | undefined {
  if (bars.length === 0 || wholeMs <= 0) return undefined;
  const rows = rowsOf(bars, wholeMs);
  const shown = rows.slice(0, 2 * MOST_ROWS);
  const ticks = ticksOf(wholeMs);
  const left = rows.slice(shown.length).reduce((n, row) => n + row.bars.length, 0);
  const hasChain = bars.some(({ isOnChain }) => isOnChain);
  return html`<table class="timeline"><caption id="${id}-timeline-caption">${count(bars.length, "step")} in ${formatDuration(wholeMs)}; each bar runs from a step's beginning to its end</caption>
<thead><tr><th scope="col">step</th><th scope="col" class="bar">${axis(ticks, wholeMs)}</th><th scope="col" class="num took">takes</th></tr></thead>
<tbody>${shown.map((row) => drawRow(row, ticks, wholeMs))}</tbody></table>
${left > 0 && html`<p class="note">and ${count(left, "step")} more</p>`}
${hasChain && html`<ul class="legend"><li><svg class="key" aria-hidden="true"><rect class="chain" width="26" height="12" rx="3"/></svg> ◆ the longest chain: what everything takes as long as</li><li><svg class="key" aria-hidden="true"><rect y="3" width="26" height="6" rx="3"/></svg> beside it</li></ul>`}`;
}

/** Steps one by one where they are few; else those that do the same together. In the order in which they begin. */
function rowsOf(bars: readonly Bar[], wholeMs: number): Row[] {
  const isLong = ({ startMs, endMs, state }: Bar): boolean => endMs - startMs >= SHORTEST * wholeMs || state !== "done";
  const long = bars.filter(isLong);
  const single = long.length <= MOST_ROWS ? long : [];
  const rest = bars.filter((bar) => !single.includes(bar));
  const rows: Row[] = [...single.map((bar) => ({ text: bar.text, bars: [bar] })), ...groupsOf(rest)];
  const begin = ({ bars: members }: Row): number => Math.min(...members.map(({ startMs }) => startMs));
  return rows
    .map((row, index) => ({ row, at: begin(row), index }))
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ row }) => row);
}

/** Steps together that do the same, or, where that still leaves many lines, that do the same to anything. */
function groupsOf(bars: readonly Bar[]): Row[] {
  const kinds = [...Map.groupBy(bars, ({ text }) => kindOf(text)).values()];
  if (kinds.length <= MOST_KINDS) return kinds.map(together);
  const quick = bars.filter(({ state }) => state === "done");
  return [...Map.groupBy(quick, ({ verb }) => verb)].map(([verb, members]) => ({
    text: `${verb} ${count(members.length, "thing")}`,
    bars: members,
  }));
}

function together(bars: readonly Bar[]): Row {
  const [only] = bars;
  if (bars.length === 1 && only !== undefined) return { text: only.text, bars };
  return { text: `${kindOf(only?.text ?? "")} × ${bars.length}`, bars };
}

/** A step's text without the zone and the node that it is about. */
function kindOf(text: string): string {
  return text
    .replace(/ for i-[0-9a-f]+$/, "")
    .replace(/\bi-[0-9a-f]{8,17} of/, "nodes of")
    .replace(/( in)? [a-z]{2}(-[a-z]+)+-\d[a-z]\b/g, "");
}

function drawRow({ text, bars }: Row, ticks: readonly number[], wholeMs: number): Markup {
  const isOnChain = bars.some((bar) => bar.isOnChain);
  const states = [...new Set(bars.map(({ state }) => state))].filter((state) => state !== "done");
  const took = bars.map(({ startMs, endMs }) => endMs - startMs);
  const longestMs = Math.max(...took);
  const longest = longestMs < 1000 ? "under 1s" : `${bars.length > 1 ? "up to " : ""}${formatDuration(longestMs)}`;
  const label = `${short(text.replace(/ for i-[0-9a-f]+$/, ""), 90)}${states.length > 0 ? `: ${states.join(", ")}` : ""}`;
  return html`<tr${isOnChain && html` class="on-chain"`}><th scope="row">${label}</th><td class="bar"><svg aria-hidden="true">${grid(ticks, wholeMs)}${merged(bars, wholeMs).map((bar) => drawBar(bar, wholeMs))}</svg></td><td class="num took">${longest}</td></tr>`;
}

/** Bars of one kind that touch, as one: a thousand nodes are no thousand shapes. */
function merged(bars: readonly Bar[], wholeMs: number): Bar[] {
  const result: Bar[] = [];
  for (const bar of bars.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = result.at(-1);
    const joins = last !== undefined && last.isOnChain === bar.isOnChain && last.state === bar.state;
    if (joins && bar.startMs - last.endMs <= FINEST * wholeMs) {
      result[result.length - 1] = { ...last, endMs: Math.max(last.endMs, bar.endMs) };
    } else result.push(bar);
  }
  return result;
}

function drawBar({ startMs, endMs, state, isOnChain }: Bar, wholeMs: number): Markup {
  const [y, height] = isOnChain || state === "failed" ? [3, 12] : [6, 6];
  const width = Math.max(0.3, ((endMs - startMs) / wholeMs) * 100);
  const from = Math.min((startMs / wholeMs) * 100, 100 - width);
  const look = state === "done" ? (isOnChain ? "chain" : "") : state;
  return html`<rect${look !== "" && html` class="${look}"`} x="${percent(from)}" y="${y}" width="${percent(width)}" height="${height}" rx="3"/>`;
}

/** Times at which a line is drawn: at most six, at distances that people count in. */
function ticksOf(wholeMs: number): number[] {
  const seconds = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];
  const step = 1000 * (seconds.find((one) => wholeMs / (1000 * one) <= 6) ?? Math.ceil(wholeMs / 6000));
  return Array.from({ length: Math.floor(wholeMs / step) + 1 }, (_, n) => n * step);
}

function grid(ticks: readonly number[], wholeMs: number): Markup[] {
  return ticks.map((atMs) => {
    const x = percent((atMs / wholeMs) * 100);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="-9" y2="27"/>`;
  });
}

function axis(ticks: readonly number[], wholeMs: number): Markup {
  const texts = ticks.map((atMs) => {
    const at = (atMs / wholeMs) * 100;
    const anchor = at < 5 ? "start" : at > 92 ? "end" : "middle";
    return html`<text x="${percent(at)}" y="13" text-anchor="${anchor}">${atMs === 0 ? "0" : formatDuration(atMs).replace(/ 00[sm]$/, "")}</text>`;
  });
  return html`<svg role="img" aria-label="time from the first step">${texts}</svg>`;
}

/** Two decimals are less than a pixel of any screen. */
function percent(number: number): string {
  return `${Number(number.toFixed(2))}%`;
}
