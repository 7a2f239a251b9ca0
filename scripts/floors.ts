/**
 * The house's rule: an import never runs up, and pure rooms stay pure. Reads every import of src/ and says which break
 * it. `npm run lint` calls it, and a test does.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** Rooms from the top of the house to its ground; rooms of one floor may not import each other. */
const FLOORS: readonly (readonly string[])[] = [
  ["doors"],
  ["github"],
  ["report"],
  ["commands"],
  ["rehearse"],
  ["apply"],
  ["plan"],
  ["survey", "market", "blueprint"],
  ["permissions"],
  ["resources"],
  ["bootstrap"],
  ["twin", "packs"],
  ["aws"],
  ["config"],
  ["core"],
];

/** Rooms without a clock, a network or an environment. */
const PURE = new Set(["config", "blueprint", "permissions", "plan", "report", "packs"]);

/** What a pure room may not load; types are nothing at run time. */
const IMPURE_IMPORTS =
  /^(@aws-sdk\/|@smithy\/|@actions\/|node:(fs|http|https|net|child_process|timers|os|dns|worker_threads|process))/;
const IMPURE_TEXT: readonly [pattern: RegExp, what: string][] = [
  [/\bprocess\.(?!stdout\b)/, "process"],
  [/\bDate\.now\(|new Date\(\)/, "the machine's clock"],
  [/\bMath\.random\b/, "Math.random"],
  [/\bset(Timeout|Interval|Immediate)\(/, "a timer"],
  [/\bfetch\(/, "fetch"],
];

/** SDK clients are made in aws/ alone, so that every call goes through its middleware. */
const CLIENT_CLASSES = /\bnew \w*(EC2|ElasticLoadBalancingV2|IAM|SSM|STS|Pricing|S3|ServiceQuotas)Client\(/;

export interface Import {
  from: string;
  isType: boolean;
}

export function importsOf(text: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?([^"';]*?\sfrom\s+)?"([^"]+)"/gm)) {
    found.push({ from: match[3] ?? "", isType: match[1] !== undefined });
  }
  return found;
}

function roomOf(file: string): string {
  const [first = "", ...rest] = path.relative("src", file).split(path.sep);
  return rest.length === 0 ? "doors" : first;
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** One line for each breach; none when the house stands. `read` is for tests. */
export function breaches(files: readonly string[], read: (file: string) => string): string[] {
  const found: string[] = [];
  for (const file of files) {
    const room = roomOf(file);
    const text = read(file);
    if (floorOf(room) < 0) {
      found.push(
        `${file}: the house has no room ${room}; add it to scripts/floors.ts and docs/architecture.md, or use another`,
      );
      continue;
    }
    for (const { from, isType } of importsOf(text)) {
      if (from.startsWith(".")) {
        const target = path.join(path.dirname(file), from);
        if (!target.startsWith(`src${path.sep}`)) continue; // schemas and the manifest
        const other = roomOf(target);
        if (other !== room && floorOf(other) <= floorOf(room))
          found.push(`${file}: ${room} may not import ${other} (${from})`);
      } else if (PURE.has(room) && !isType && IMPURE_IMPORTS.test(from)) {
        found.push(`${file}: ${room} is pure and may not load ${from}`);
      }
    }
    if (PURE.has(room)) {
      for (const [pattern, what] of IMPURE_TEXT) {
        if (pattern.test(withoutComments(text))) found.push(`${file}: ${room} is pure and may not use ${what}`);
      }
    }
    if (room !== "aws" && CLIENT_CLASSES.test(text)) found.push(`${file}: clients are made in aws/ alone`);
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

export function sourceFiles(): string[] {
  return globSync("src/**/*.ts").sort();
}

if (import.meta.main) {
  const found = breaches(sourceFiles(), (file) => readFileSync(file, "utf8"));
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
}
