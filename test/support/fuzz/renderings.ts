/** What must hold of everything that is shown, whatever text has found its way into it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { blocksOf } from "../../../src/report/blocks.ts";
import { type CommentView, commentBody, MOST_COMMENT_BYTES, MOST_SUMMARY_BYTES } from "../../../src/report/comment.ts";
import { verdictLine } from "../../../src/report/comment-verdict.ts";
import { withoutCommands } from "../../../src/report/escaping.ts";
import { jsonReport } from "../../../src/report/json.ts";
import { killedBody, liveBody } from "../../../src/report/live-comment.ts";
import { groupTitle } from "../../../src/report/log-groups.ts";
import { renderMarkdown } from "../../../src/report/markdown.ts";
import { progressLine } from "../../../src/report/progress.ts";
import { readJsonReport } from "../../../src/report/read-json.ts";
import { ProgressAccount } from "../../../src/report/run-progress.ts";
import { colours, noColours, renderTerminal } from "../../../src/report/terminal.ts";
import { assertMarkup, assertVisible } from "../markdown.ts";
import { type Poison, poisoned, poisons } from "./poison.ts";
import { SECRETS, type Stories } from "./stories.ts";

export interface Rendering {
  story: string;
  poison: Poison;
}

export function renderings({ results }: Stories): fc.Arbitrary<Rendering> {
  return fc.record({ story: fc.constantFrom(...results.keys()), poison: poisons });
}

const AT_MS = Date.UTC(2026, 10, 22);
const SHA = "0123abcd0123abcd0123abcd0123abcd0123abcd";
const LINKS: CommentView["links"] = {
  run: { name: "run 12", url: "https://github.com/acme/clusters/actions/runs/99" },
  commit: { sha: SHA, url: `https://github.com/acme/clusters/commit/${SHA}` },
  files: `https://github.com/acme/clusters/blob/${SHA}/`,
};

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");

/** Draws a story in every way that there is; gives how many texts that made. */
export function checkRendering({ results, events }: Stories, { story, poison }: Rendering): number {
  const told = results.get(story);
  assert.ok(told !== undefined);
  const result = poisoned(told, poison);
  const shown: string[] = [];
  const lifecycle = { state: result.command === "plan" ? "planned" : "applied", atMs: AT_MS } as const;
  for (const [most, text] of [
    [MOST_COMMENT_BYTES, commentBody({ result, links: LINKS, lifecycle })],
    [MOST_SUMMARY_BYTES, commentBody({ result, links: LINKS, lifecycle }, MOST_SUMMARY_BYTES)],
    [Number.POSITIVE_INFINITY, renderMarkdown(blocksOf(result))],
  ] as const) {
    assert.ok(Buffer.byteLength(text) <= most, `${Buffer.byteLength(text)} bytes of ${most}`);
    assertMarkup(text);
    shown.push(text);
  }
  const log = withoutCommands(renderTerminal(blocksOf(result), noColours));
  assertLog(log);
  const painted = renderTerminal(blocksOf(result), colours);
  assertVisible(painted.replace(COLOUR, ""));
  assertVisible(verdictLine(result));
  shown.push(log, painted, verdictLine(result), ...checkEvents(events, poison), checkJson(result));
  for (const text of shown) assertNoSecret(text);
  return shown.length;
}

function checkEvents(events: Stories["events"], poison: Poison): string[] {
  const shown: string[] = [];
  const account = new ProgressAccount("apply", 60_000, AT_MS);
  const some = events.filter((_event, index) => index % 17 === poison.seed % 17);
  for (const [index, event] of some.map((one) => poisoned(one, poison)).entries()) {
    account.handle(event, AT_MS + index * 1000);
    const [line, title] = [progressLine(event, index * 1000, noColours), groupTitle(event)];
    for (const text of [line, title]) {
      if (text === undefined) continue;
      // What a finding says may have lines, and so may its fix; all else is one.
      if (event.code !== "finding") assert.doesNotMatch(text, /\n/);
      assertLog(withoutCommands(text));
      shown.push(text);
    }
  }
  const progress = account.at(AT_MS + 3_600_000);
  for (const text of [liveBody(progress, LINKS), killedBody(progress, LINKS, AT_MS)]) {
    assert.ok(Buffer.byteLength(text) <= MOST_COMMENT_BYTES, `${Buffer.byteLength(text)} bytes`);
    assertMarkup(text);
    shown.push(text);
  }
  return shown;
}

/** What others read is whole, comes back, and comes back once more. */
function checkJson(result: Parameters<typeof jsonReport>[0]): string {
  const text = JSON.stringify(jsonReport(result));
  const back = readJsonReport(text);
  assert.ok(typeof back !== "string", String(back));
  const again = JSON.parse(JSON.stringify(jsonReport(back)));
  const { clusters } = JSON.parse(text);
  for (const [index, cluster] of clusters.entries()) {
    const { nodes: _nodes, ...kept } = cluster;
    const { nodes: _none, ...read } = again.clusters[index];
    assert.deepEqual(read, kept, "another report after it was read");
  }
  return text;
}

/** The runner splits a log at every end of a line that .NET knows, and trims what Unicode calls blank. */
function assertLog(text: string): void {
  for (const line of text.split(/\r\n|\r|\n/)) assert.doesNotMatch(line.trimStart(), /^::/, line.slice(0, 200));
  assert.doesNotMatch(text, /##\[/);
  assertVisible(text);
}

function assertNoSecret(text: string): void {
  for (const secret of SECRETS)
    for (const form of [secret, Buffer.from(secret).toString("base64")])
      assert.ok(
        !text.includes(form),
        `a secret is shown: …${text.slice(text.indexOf(form) - 60, text.indexOf(form) + 20)}`,
      );
}
