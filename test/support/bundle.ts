/** What the bundled doors load. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** The bundled files that are loaded when these are: they, and what they import at once. */
export function loadedWith(...files: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const add = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, found = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"]*?"(\.[^"]+)";?$/gm))
      add(path.join(path.dirname(file), found));
  };
  for (const file of files) add(file);
  return seen;
}

export function bytesOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + readFileSync(file).length, 0);
}

/** What the Action loads before it says its first line. */
export const atStart = (): Set<string> => loadedWith("dist/index.js");

/** What it loads until it asks AWS for the first time. */
export const untilAws = (): Set<string> => loadedWith("dist/index.js", "dist/chunks/run-on-aws.js");
