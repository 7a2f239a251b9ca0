/** The codes of findings that there are: those that the source names. */
import { globSync, readFileSync } from "node:fs";

let known: ReadonlySet<string> | undefined;

/** All literals of the shape `room/word` in src; a code that is put together at run time is not among them. */
export function knownCodes(): ReadonlySet<string> {
  known ??= new Set(
    globSync("src/**/*.ts", { exclude: ["src/**/*.generated.ts"] }).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/"([a-z]+\/[a-z-]+)"/g)].map(([, code = ""]) => code),
    ),
  );
  return known;
}
