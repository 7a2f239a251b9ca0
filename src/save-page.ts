import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ReportedResult } from "./commands/results.ts";
import { messageOf, UsageError } from "./core/errors.ts";
import { VERSION } from "./version.ts";

/** Writes a report as a page to look at; a UsageError where there can't be such a file. What draws it is loaded only here. */
export async function savePage(result: ReportedResult, file: string): Promise<void> {
  const { renderPage } = await import("./report/page/page.ts");
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, renderPage(result, { version: VERSION }));
  } catch (error) {
    throw new UsageError(`the page can't be written to ${file}: ${messageOf(error)}`);
  }
}
