import { formatDuration } from "../core/durations.ts";
import { count } from "../core/words.ts";
import { type CommentLinks, lifecycleLine } from "./comment-links.ts";
import { TITLE } from "./comment-verdict.ts";
import { code, details, escaped } from "./escaping.ts";
import { killedBlocks, type LastKnown } from "./killed.ts";
import { MARK, renderMarkdown } from "./markdown.ts";
import { short } from "./plain.ts";
import { progressLine } from "./progress.ts";
import type { RunProgress } from "./run-progress.ts";
import { noColours } from "./terminal.ts";

/** So many steps are named; one apply works on a few hundred at most at once. */
const MOST_RUNNING = 20;
const MOST_ENDED = 50;

/** What the comment says while a run is at work: how far it is, and what it waits for. */
export function liveBody(progress: RunProgress, links: CommentLinks): string {
  const { command, cluster, steps, done, running, ended, atMs, startedAtMs } = progress;
  const title = escaped(TITLE[command] ?? short(command, 20));
  const what = cluster === undefined ? title : `${title} ${escaped(short(cluster, 60))}`;
  const far = steps === 0 ? "looking at what AWS has" : `${done} of ${count(steps, "step")}`;
  const shown = running.slice(0, MOST_RUNNING).map(({ title, detail, sinceMs }) => {
    const waits = detail === "" ? "" : `: ${escaped(short(detail, 200))}`;
    return `- ⏳ **${escaped(short(title, 120))}** for ${formatDuration(atMs - sinceMs)}${waits}`;
  });
  const more = running.length > MOST_RUNNING ? [`- and ${running.length - MOST_RUNNING} more`] : [];
  const parts = [
    `### ⏳ ${what}: ${far}, ${formatDuration(atMs - startedAtMs)}`,
    steps === 0 ? "" : bar(done, steps),
    [...shown, ...more].join("\n"),
    endedLine(ended),
    recentLines(progress),
    lifecycleLine({ state: command === "plan" ? "planning" : "applying", atMs }, links),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** What it says of a run that ended without its own report. */
export function killedBody(last: LastKnown, links: CommentLinks, atMs: number): string {
  return `${renderMarkdown(killedBlocks(last)).trim()}\n\n${lifecycleLine({ state: "ended", atMs }, links)}\n`;
}

/** What it says when the pull request was closed and not merged. */
export function closedBody(links: CommentLinks, atMs: number): string {
  const line = lifecycleLine({ state: "closed", atMs }, links);
  return `### 🗑️ Closed without an apply\n\nNothing of it was changed in AWS.\n\n${line}\n`;
}

const BAR = 20;

function bar(done: number, steps: number): string {
  const full = Math.min(BAR, Math.floor((BAR * done) / steps));
  return code(`${"█".repeat(full)}${"░".repeat(BAR - full)}`);
}

function endedLine(ended: RunProgress["ended"]): string {
  if (ended.length === 0) return "";
  const shown = ended.slice(0, MOST_ENDED).map(({ cluster, result }) => {
    const mark = (MARK as Readonly<Record<string, string>>)[result] ?? "";
    return `${mark} **${escaped(short(cluster, 60))}** ${escaped(result)}`;
  });
  const more = ended.length > MOST_ENDED ? [`and ${ended.length - MOST_ENDED} more`] : [];
  return `Done with: ${[...shown, ...more].join(", ")}`;
}

function recentLines({ recent, startedAtMs }: RunProgress): string {
  const lines = recent.flatMap(({ event, atMs }) => {
    const line = progressLine(event, atMs - startedAtMs, noColours);
    return line === undefined ? [] : [`- ${code(short(line.trim(), 200))}`];
  });
  return lines.length === 0 ? "" : details("The last that it told", lines.join("\n"));
}
