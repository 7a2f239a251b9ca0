/** What is measured, and how much of it there may be. */

/** One row: what is measured must be at most its bar. */
export interface Bar {
  what: string;
  unit: Unit;
  bar: number;
}

export type Unit = "×" | "calls" | "rounds" | "s of CPU" | "MiB" | "exponent" | "jobs" | "requests" | "min";

/** By the ids that `--bar` and the last line know them by. docs/performance.md has a reason for each. */
export const BARS = {
  "start-cpu": { what: "CPU of the Action to its first line, of an empty script's", unit: "×", bar: 3 },
  "start-wall": { what: "time of the Action to its first line, of an empty script's", unit: "×", bar: 3 },
  "start-bytes": { what: "bundled code that is loaded for the first line", unit: "MiB", bar: 0.75 },
  "main-bytes": { what: "bundled code that is loaded until AWS is asked", unit: "MiB", bar: 2.7 },
  "survey-calls": { what: "calls of a survey, three zones", unit: "calls", bar: 25 },
  "survey-rounds": { what: "rounds of a survey, each waiting for the one before", unit: "rounds", bar: 4 },
  "market-calls": { what: "calls for the market", unit: "calls", bar: 20 },
  "market-rounds": { what: "rounds for the market, beside the survey's", unit: "rounds", bar: 4 },
  "plan-calls": { what: "calls of a whole plan without changes", unit: "calls", bar: 50 },
  "plan-rounds": { what: "rounds of a whole plan without changes", unit: "rounds", bar: 4 },
  "plan-calls-1000": { what: "calls of it with 996 nodes, of those with 6", unit: "×", bar: 1.05 },
  "plan-wall": { what: "time of a plan without changes, of one AWS call of 100 ms", unit: "×", bar: 12 },
  "plan-memory": { what: "peak memory of that plan's process", unit: "MiB", bar: 200 },
  creation: { what: "creating three zones, of the longest chain of AWS's own waits", unit: "×", bar: 1.05 },
  roll: { what: "rolling a pool, of its nodes' launches, boots, drains and ends", unit: "×", bar: 1.05 },
  "large-plan-cpu": { what: "plan of 10,000 nodes", unit: "s of CPU", bar: 1 },
  "large-plan-memory": { what: "peak memory of that", unit: "MiB", bar: 300 },
  "large-roll-cpu": { what: "plan that replaces 10,000 nodes", unit: "s of CPU", bar: 1.5 },
  "large-roll-memory": { what: "peak memory of that", unit: "MiB", bar: 300 },
  "files-cpu": { what: "validating 1,000 cluster files, and their blueprints", unit: "s of CPU", bar: 3 },
  "files-memory": { what: "peak memory of validating 1,000 cluster files", unit: "MiB", bar: 300 },
  "nodes-growth": { what: "plan, from 10 to 10,000 nodes", unit: "exponent", bar: 1.1 },
  "nodes-last": { what: "plan, from 1,000 to 10,000 nodes", unit: "exponent", bar: 1.2 },
  "rolls-last": { what: "plan that replaces all, from 1,000 to 10,000 nodes", unit: "exponent", bar: 1.3 },
  "clusters-growth": { what: "validate and discover, from 1 to 1,000 clusters", unit: "exponent", bar: 1.1 },
  "clusters-last": { what: "validate and discover, from 100 to 1,000 clusters", unit: "exponent", bar: 1.2 },
  "fan-out-jobs": { what: "jobs for 1,000 clusters", unit: "jobs", bar: 256 },
  "fan-out-requests": { what: "requests to GitHub of a pull request that touches all", unit: "requests", bar: 1000 },
  "fan-out-minutes": { what: "planning 1,000 clusters with 60 runners, on paper", unit: "min", bar: 10 },
} as const satisfies Record<string, Bar>;

export type BarId = keyof typeof BARS;

/** What was measured; what is absent or not a number was not, which misses the bar too. */
export type Measured = Partial<Record<BarId, number>>;

export interface Row extends Bar {
  id: BarId;
  measured: number | undefined;
  isMet: boolean;
}

/** The rows that were asked for, judged. `bars`: other bars than those of the table, for tests. */
export function judge(
  measured: Measured,
  ids: readonly BarId[],
  bars: Readonly<Partial<Record<BarId, number>>> = {},
): Row[] {
  return ids.map((id) => {
    const bar = bars[id] ?? BARS[id].bar;
    const value = measured[id];
    return { ...BARS[id], id, bar, measured: value, isMet: value !== undefined && value <= bar };
  });
}

/** The last line. */
export function verdict(rows: readonly Row[]): string {
  const missed = rows.filter(({ isMet }) => !isMet).map(({ id }) => id);
  if (rows.length === 0) return "missed: nothing was measured";
  return missed.length === 0 ? `all ${rows.length} bars met` : `missed: ${missed.join(", ")}`;
}

export function isBarId(text: string): text is BarId {
  return text in BARS;
}

/** As people read it: `2.31 ×`. */
export function shown(value: number | undefined, unit: Unit): string {
  if (value === undefined || Number.isNaN(value)) return "not measured";
  const isCount = unit === "calls" || unit === "rounds" || unit === "jobs" || unit === "requests";
  return `${isCount ? value : value.toFixed(2)} ${unit}`;
}
