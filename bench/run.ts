/**
 * `npm run bench`: measures what docs/performance.md explains, and says which bars are met. `--only start-cpu,roll` measures
 * some; `--json FILE` and `--markdown FILE` write the table; `--bar roll=1` sets another bar, to see it missed. Ends with 1
 * when a bar is missed; the last line says which.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { build } from "../scripts/build.ts";
import { BARS, type BarId, isBarId, judge, type Measured, verdict } from "./bars.ts";
import { FAN_OUT } from "./fan-out.ts";
import type { Group } from "./group.ts";
import { FILES, NODES_GROUP } from "./large.ts";
import { CALLS, DURATIONS } from "./on-twin.ts";
import { PLAN_TIME } from "./plan-time.ts";
import { SIZES, START } from "./start.ts";
import { jsonOf, markdownOf, tableOf } from "./tables.ts";

const GROUPS: readonly Group[] = [START, SIZES, CALLS, PLAN_TIME, DURATIONS, NODES_GROUP, FILES, FAN_OUT];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "string" },
    markdown: { type: "string" },
    bar: { type: "string", multiple: true, default: [] as string[] },
  },
});

function idOf(text: string): BarId {
  if (isBarId(text)) return text;
  console.error(`there is no row ${text}; there is ${Object.keys(BARS).join(", ")}`);
  return process.exit(2);
}

const ids = values.only === undefined ? (Object.keys(BARS) as BarId[]) : values.only.split(",").map(idOf);
const bars: Partial<Record<BarId, number>> = {};
for (const text of values.bar) {
  const [id = "", bar = ""] = text.split("=");
  bars[idOf(id)] = Number(bar);
}

const groups = GROUPS.filter((group) => group.ids.some((id) => ids.includes(id)));
if (groups.some(({ needsDoors }) => needsDoors)) await build();
const measured: Measured = {};
const details: string[] = [];
for (const group of groups) {
  process.stderr.write(`measuring ${group.ids.filter((id) => ids.includes(id)).join(", ")}\n`);
  try {
    const outcome = await group.measure();
    Object.assign(measured, outcome.measured);
    details.push(...(outcome.details ?? []));
  } catch (error) {
    // What could not be measured misses its bar.
    details.push(`not measured: ${group.ids.join(", ")}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const rows = judge(measured, ids, bars);
const report = {
  measuredOn: new Date().toISOString(),
  machine: `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
  rows,
  details,
  verdict: verdict(rows),
};
if (values.json !== undefined) writeFileSync(values.json, jsonOf(report));
if (values.markdown !== undefined) writeFileSync(values.markdown, markdownOf(report));
process.stdout.write(tableOf(report));
process.exitCode = rows.length > 0 && rows.every(({ isMet }) => isMet) ? 0 : 1;
