import { CONTROL_PLANE } from "../config/cluster.ts";
import { formatDuration } from "../core/durations.ts";
import { count, listed } from "../core/words.ts";
import type { Rehearsed, TimelineStep } from "../rehearse/rehearsal.ts";
import { plain } from "./plain.ts";
import type { Paint } from "./terminal.ts";

/** One step of a timeline, drawn as a bar. */
interface Bar extends TimelineStep {
  /** Of the chain that the whole takes as long as. */
  isOnChain: boolean;
}

/** So many bars are read; the shortest steps go first, those of the longest chain last. */
const MOST_BARS = 24;
/** A shorter part of the whole is no bar any more. */
const SHORTEST = 0.02;

/** `rehearsed: about 16 min, 15 steps one after the other; default never below 5 of 5, etcd never below 3 of 3`. */
export function rehearsalText(rehearsal: Rehearsed): string {
  const { verdict, makespanMs, longestChain, why } = rehearsal;
  const time = about(makespanMs);
  if (verdict === "does-not-converge") {
    return why?.title === undefined ? `it ends after ${time}, and not as the file says` : `it fails after ${time}`;
  }
  const chain = `about ${time}, ${count(longestChain.length, "step")} one after the other`;
  const kept = keptTexts(rehearsal);
  const waits = verdict === "waits" ? "; some nodes wait for capacity or their price" : "";
  return `${chain}${kept.length === 0 ? "" : `; ${kept.join(", ")}`}${waits}${drains(rehearsal) ? WITHOUT_PODS : ""}`;
}

/** A run sees AWS alone: what is drained is empty in the model, and whoever approves by these times must know. */
const WITHOUT_PODS = "; pods and their budgets are not in it";

function drains({ timeline }: Rehearsed): boolean {
  return timeline.some(({ action }) => action === "remove");
}

/** How much of what was there stays there. */
function keptTexts({ pools, etcd, apiOutageMs }: Rehearsed): string[] {
  const workers = pools.filter(({ name, readyBefore }) => readyBefore > 0 && name !== CONTROL_PLANE);
  const staying = workers
    .filter(({ size }) => size > 0)
    .map((pool) => ({ ...pool, of: Math.min(pool.readyBefore, pool.size) }));
  const least = staying
    .filter(({ leastReady, of }) => leastReady < of)
    .map(
      ({ name, leastReady, of, shortMs }) => `${name} down to ${leastReady} of ${of} for ${formatDuration(shortMs)}`,
    );
  const most = staying
    .filter(({ leastReady, of }) => leastReady >= of)
    .map(({ name, of }) => `${name} never below ${of} of ${of}`);
  return [
    ...(least.length === 0 ? [] : [listed(least)]),
    ...(most.length === 0 ? [] : [listed(most)]),
    ...(etcd === undefined ? [] : [`etcd never below ${etcd.leastAlive} of ${etcd.aliveBefore}`]),
    ...(apiOutageMs > 0 ? [`no Kubernetes API for ${formatDuration(apiOutageMs)}`] : []),
  ];
}

/** Minutes, as people think of what takes that long. */
function about(milliseconds: number): string {
  return milliseconds < 90_000 ? formatDuration(milliseconds) : `${Math.round(milliseconds / 60_000)} min`;
}

/** The bars worth drawing, in the order in which they begin, and how many steps are left out. */
function barsOf({ timeline, longestChain, makespanMs }: Rehearsed): { bars: Bar[]; left: number } {
  const chain = new Set(longestChain);
  const all = timeline.map((step): Bar => ({ ...step, isOnChain: chain.has(step.stepId) }));
  const length = ({ startMs, endMs }: Bar): number => endMs - startMs;
  const long = all.filter((bar) => length(bar) >= SHORTEST * makespanMs || bar.state === "failed");
  const rank = (bar: Bar): number => (bar.state === "failed" ? 2 : bar.isOnChain ? 1 : 0);
  const chosen = new Set([...long].sort((a, b) => rank(b) - rank(a) || length(b) - length(a)).slice(0, MOST_BARS));
  const bars = all.filter((bar) => chosen.has(bar));
  return { bars, left: all.length - bars.length };
}

/** What was left out, in words; empty: nothing. */
function leftText(left: number): string {
  return left === 0 ? "" : `and ${count(left, "shorter step")}`;
}

/** What a step does, in a reader's words. */
export const STEP_WORDS: Readonly<Record<TimelineStep["action"], string>> = {
  request: "ask for",
  create: "create",
  update: "change",
  delete: "delete",
  wait: "wait for",
  launch: "launch",
  remove: "take out",
  terminate: "terminate",
};

/** `wait for nodes of default in us-east-1a`. */
export function stepText({ action, title }: TimelineStep): string {
  return `${STEP_WORDS[action]} ${title}`;
}

/** How wide the whole of a rehearsal is drawn. */
const BAR_WIDTH = 40;

/** A rehearsal for a terminal: a line, and a bar for each step that takes long. */
export function rehearsalBars(rehearsal: Rehearsed, paint: Paint): string {
  const { bars, left } = barsOf(rehearsal);
  const width = Math.max(0, ...bars.map((bar) => plain(stepText(bar)).length));
  const scale = BAR_WIDTH / Math.max(1, rehearsal.makespanMs);
  const lines = bars.map((step) => {
    const { startMs, endMs, state, isOnChain } = step;
    const from = Math.min(BAR_WIDTH - 1, Math.floor(startMs * scale));
    const length = Math.max(1, Math.round(endMs * scale) - from);
    const colour = state === "failed" ? "red" : isOnChain ? "cyan" : "dim";
    const bar = `${" ".repeat(from)}${(isOnChain ? "█" : "░").repeat(length)}`.padEnd(BAR_WIDTH);
    return `  ${plain(stepText(step)).padEnd(width)}  ${paint(colour, bar)}  ${paint("dim", formatDuration(endMs - startMs))}`;
  });
  const rest = leftText(left);
  return [
    `${paint("bold", "rehearsed")}  ${plain(rehearsalText(rehearsal))}`,
    ...lines,
    ...(rest === "" ? [] : [paint("dim", `  ${rest}`)]),
  ].join("\n");
}

const DAY_MS = 24 * 3_600_000;

/** The bars as Mermaid draws them. Its clock has 24 hours: of longer rehearsals there is no drawing. */
export function gantt(rehearsal: Rehearsed): string | undefined {
  if (rehearsal.makespanMs >= DAY_MS) return undefined;
  const { bars } = barsOf(rehearsal);
  const lines = bars.map((bar) => {
    const { startMs, endMs, state, isOnChain } = bar;
    const seconds = Math.max(1, Math.round((endMs - startMs) / 1000));
    const tags = [...(isOnChain || state === "failed" ? ["crit"] : []), ...(state === "done" ? [] : ["active"])];
    return `  ${task(stepText(bar))} :${[...tags, clock(startMs), `${seconds}s`].join(", ")}`;
  });
  return ["gantt", "  dateFormat HH:mm:ss", "  axisFormat %H:%M", ...lines].join("\n");
}

function clock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

/** Colons, commas and semicolons end a task's name for Mermaid; of the rest only what it takes as it is. */
function task(title: string): string {
  return title.replace(/[^\w ./()-]/g, " ").trim();
}
