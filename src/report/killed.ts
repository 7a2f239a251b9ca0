import { formatDuration } from "../core/durations.ts";
import type { Finding } from "../core/findings.ts";
import { count, listed } from "../core/words.ts";
import type { Block } from "./blocks.ts";
import { nodesInAll } from "./node-counts.ts";
import { progressLine } from "./progress.ts";
import type { RunProgress } from "./run-progress.ts";
import { noColours } from "./terminal.ts";

/**
 * What is known of a run that ended without its report: how far it had come; that it had not begun; or, where what it
 * wrote down can't be read, nothing.
 */
export type LastKnown = RunProgress | "not begun" | "unknown";

/** The report of a run that was killed, from what it wrote down while it went on. */
export function killedBlocks(last: LastKnown): Block[] {
  const verdict = { block: "verdict", result: "killed", title: titleOf(last), text: howFar(last) } as const;
  const findings: Block = { block: "findings", findings: [{ ...KILLED, message: CAUSES, fix: fixOf(last) }] };
  if (typeof last === "string") return [{ ...verdict, description: "" }, findings];
  const { ended, running, recent, atMs, startedAtMs } = last;
  const before = ended.map(({ cluster, result }) => `${cluster} ${result}`);
  const blocks: Block[] = [
    { ...verdict, description: before.length === 0 ? "" : `before it: ${listed(before, 50)}` },
    findings,
  ];
  if (running.length > 0) {
    const steps = running.map(({ title, detail, sinceMs }) => ({ title, detail, forMs: atMs - sinceMs }));
    blocks.push({ block: "under-way", steps });
  }
  const lines = recent.flatMap(({ event, atMs: thenMs }) => {
    const line = progressLine(event, thenMs - startedAtMs, noColours);
    return line === undefined ? [] : [line];
  });
  if (lines.length > 0) blocks.push({ block: "recent", lines });
  return blocks;
}

/** The same in one finding, for an annotation. */
export function killedFinding(last: LastKnown): Finding {
  const titles = typeof last === "string" ? [] : last.running.map(({ title }) => title);
  const at = titles.length === 0 ? "" : `; at work on ${listed(titles)}`;
  return { ...KILLED, message: `${titleOf(last)}: ${howFar(last)}${at}. ${CAUSES}`, fix: fixOf(last) };
}

const KILLED = { level: "error", code: "run/killed" } as const;
const CAUSES = "The run ended without its report: it was killed, or cancelled and not done in time";

/** The commands that change things in AWS. */
const CHANGING: readonly string[] = ["apply", "reconcile", "destroy"];

function fixOf(last: LastKnown): string {
  if (last === "not begun") return "run it again";
  const resumes = "nothing is lost: run the same again, and it goes on from what AWS has";
  if (last === "unknown") return resumes;
  if (!CHANGING.includes(last.command)) return `run it again; ${last.command} makes nothing in AWS`;
  const ttl = formatDuration(last.leaseTtlMs);
  return `${resumes}. A lease that this run still holds runs out ${ttl} after its death; the next run waits for that by itself`;
}

function titleOf(last: LastKnown): string {
  if (typeof last === "string") return "slipway";
  return last.cluster === undefined ? last.command : `${last.command} ${last.cluster}`;
}

function howFar(last: LastKnown): string {
  if (last === "not begun") return "it had not begun, and nothing was changed";
  if (last === "unknown") return "how far it came is not known";
  const after = `${formatDuration(last.atMs - last.startedAtMs)} after its start`;
  if (last.steps === 0) return `it had begun none of its steps ${after}`;
  const nodes = nodesInAll(last.pools);
  return `${last.done} of ${count(last.steps, "step")} were done ${after}${nodes === "" ? "" : `: ${nodes}`}`;
}
