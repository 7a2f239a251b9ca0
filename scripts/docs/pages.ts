/**
 * The pages that people read, and the parts of them that are made from other files. Such a part stands between
 * `<!-- made: WHAT -->` and `<!-- /made -->`; `npm run generate` writes it anew and a test finds what is stale.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import { cell } from "./markdown.ts";
import { messagesPage } from "./messages.ts";
import { schemaReference } from "./reference.ts";

const MADE = /<!-- made: ([^>]+?) -->\n[\s\S]*?<!-- \/made -->/g;

export function pages(): string[] {
  return ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md").sort()];
}

/** A page with every made part as it should be. Throws for a part that nobody knows how to make. */
export function filled(text: string): string {
  return text.replace(MADE, (_all, what: string) => `<!-- made: ${what} -->\n\n${make(what)}\n\n<!-- /made -->`);
}

function make(what: string): string {
  const [kind = "", ...words] = words_(what);
  switch (kind) {
    case "inputs":
      return inputs();
    case "outputs":
      return outputs();
    case "help":
      return fence("text", help());
    case "schema":
      return schemaReference(words[0] ?? "");
    case "policies":
      return policySizes();
    case "messages":
      return messagesPage();
    case "golden":
      return fence("text", cut(`fixtures/expected/${words[0]}`, words[1], words[2]));
    case "file":
      return fence(languageOf(words[0] ?? ""), cut(words[0] ?? "", words[1], words[2]));
    default:
      throw new Error(`nobody knows how to make ${JSON.stringify(what)}`);
  }
}

/** Words of a made part; those with spaces are quoted. */
function words_(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/**
 * A file's text, or its lines from the first that holds `from` to the first after it that holds `to`; `blank`: to the end of
 * that paragraph.
 */
function cut(file: string, from?: string, to?: string): string {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  if (from === undefined) return lines.join("\n");
  const first = lines.findIndex((line) => line.includes(from));
  const isLast = (line: string, at: number): boolean =>
    to === "blank" ? (lines[at + 1] ?? "") === "" : line.includes(to ?? "");
  const last = to === undefined ? lines.length - 1 : lines.findIndex((line, at) => at >= first && isLast(line, at));
  if (first < 0 || last < 0) throw new Error(`${file} has no part from ${from} to ${to}`);
  return lines.slice(first, last + 1).join("\n");
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function languageOf(file: string): string {
  return /\.ya?ml$/.test(file) ? "yaml" : "text";
}

/** Characters without white space (reference_iam-quotas.html#reference_iam-quotas-entity-length). */
const LIMITS = { managed: 6144, "inline in a user": 2048, "inline in a role": 10_240 } as const;
const POLICIES = ["plan", "apply", "apply-dynamic", "apply-static", "reconcile", "set-up", "boundary", "node-boundary"];

function policySizes(): string {
  const rows = POLICIES.map((name) => {
    const size = readFileSync(`policies/${name}.json`, "utf8").replace(/\s/g, "").length;
    const fits = Object.entries(LIMITS).flatMap(([where, limit]) => (size <= limit ? [where] : []));
    return `| \`${name}.json\` | ${size.toLocaleString("en")} | ${fits.join(", ")} |`;
  });
  return ["| file | characters | fits |", "|---|---|---|", ...rows].join("\n");
}

let said: string | undefined;
/** What the command line says of itself. */
function help(): string {
  said ??= execFileSync(process.execPath, ["--import", "tsx", "src/cli.ts", "--help"], { encoding: "utf8" }).trimEnd();
  return said;
}

interface Action {
  inputs: Record<string, { description: string; default: string }>;
  outputs: Record<string, { description: string }>;
}

function action(): Action {
  return load(readFileSync("action.yml", "utf8")) as Action;
}

function inputs(): string {
  const rows = Object.entries(action().inputs).map(
    ([name, { description, default: value }]) =>
      `| \`${name}\` | ${value === "" ? "" : `\`${value}\``} | ${cell(description)} |`,
  );
  return ["| input | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function outputs(): string {
  const rows = Object.entries(action().outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ["| output | meaning |", "|---|---|", ...rows].join("\n");
}
