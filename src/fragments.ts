import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import type { Inputs } from "./action-inputs.ts";
import { headerOf } from "./commands/header.ts";
import { type Fragment, joined } from "./commands/join.ts";
import type { ReportedResult } from "./commands/results.ts";
import { readScoped, type Surroundings } from "./commands/run.ts";
import { hasErrors, sortFindings } from "./core/findings.ts";
import { readJsonReport } from "./report/read-json.ts";

/** One result out of what the jobs of a matrix left, with a part for each cluster that they were to work on. */
export async function reportOf(
  surroundings: Surroundings,
  { root, fragments: pattern }: Pick<Inputs, "root" | "fragments">,
): Promise<ReportedResult> {
  const { configuration, removed, untouched } = await readScoped(surroundings);
  const fragments: Fragment[] = [];
  for await (const file of glob(pattern, { cwd: root }))
    fragments.push({ file, report: readJsonReport(await readFile(path.join(root, file), "utf8")) });
  fragments.sort((a, b) => (a.file < b.file ? -1 : 1));
  const command = fragments.map(({ report }) => (typeof report === "string" ? "" : report.command)).find(Boolean);
  const findings = sortFindings(configuration.findings);
  if (hasErrors(findings)) return { command: command ?? "plan", result: "invalid", findings, clusters: [] };
  const result = joined(command ?? "plan", [...configuration.clusters, ...removed].map(headerOf), fragments);
  return untouched === undefined ? result : { ...result, untouched };
}
