import { appendFile } from "node:fs/promises";
import { error as annotateError, notice, warning } from "@actions/core";
import type { Finding } from "./core/findings.ts";
import type { Block } from "./report/blocks.ts";
import { withoutCommands } from "./report/escaping.ts";
import { plain } from "./report/plain.ts";
import { noColours, renderTerminal } from "./report/terminal.ts";

/** Writes to the log what may hold names from files, AWS or nodes. */
export function log(text: string): void {
  process.stdout.write(`${withoutCommands(text)}\n`);
}

/** Puts a finding on its line of the pull request's files, or on the run where it has no place in them. */
export function annotate(finding: Finding): void {
  const place =
    finding.at === undefined
      ? {}
      : { file: finding.at.file, startLine: finding.at.line, startColumn: finding.at.column };
  const text = finding.fix === undefined ? finding.message : `${finding.message}\n→ ${finding.fix}`;
  const show = { error: annotateError, warning, notice }[finding.level];
  show(plain(text, "keep lines"), { title: plain(finding.code), ...place });
}

/** Shows a report in the log. */
export function showReport(blocks: readonly Block[]): void {
  log(renderTerminal(blocks, noColours));
}

/** Puts Markdown on the run's page. */
export async function addSummary(markdown: string, file: string | undefined): Promise<void> {
  if (file) await appendFile(file, markdown);
}
