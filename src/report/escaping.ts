/**
 * Names come from files, from AWS and from nodes, and whoever writes them may mean harm. Here is all that makes them mean
 * nothing: to Markdown and HTML, to GitHub's mentions and links, to Mermaid, and to the runner that reads a job's log.
 */
import { plain, short } from "./plain.ts";

/** Breaks a mention or a link and is not seen. GitHub looks for them after entities are resolved, so entities are no help. */
const BREAK = "&#8203;";

/** Entities are text to Markdown and to HTML within it, where a backslash would be seen. */
const ENTITIES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'&<>"\\`*[]|~'].map((character) => [character, `&#${character.charCodeAt(0)};`]),
);

/**
 * Text for Markdown, a cell of its tables, or HTML within it, in one line: no markup, no mention, no link, no formula, no
 * picture. (What GitHub links: mentions, `#1`, `GH-1`, `user/repo#1`, `user@sha`, commits, addresses.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls)
 */
export function escaped(text: string): string {
  const inert = plain(text)
    .trim() // four blanks would make code of it
    .replace(/[&<>"\\`*[\]|~]/g, (character) => ENTITIES[character] ?? "")
    // Within a word it is a letter to GitHub, and names are full of it.
    .replace(/([a-z\d]_+(?=[a-z\d]))|_/gi, (_match, inWord: string | undefined) => inWord ?? "&#95;")
    .replaceAll("@", `@${BREAK}`)
    .replace(/(?<!&)#(?=\d)/g, `#${BREAK}`)
    .replace(/(GH-)(?=\d)/gi, `$1${BREAK}`)
    .replaceAll("://", `:${BREAK}//`)
    .replace(/(www)\./gi, `$1${BREAK}.`)
    .replace(/(mailto|xmpp):/gi, `$1${BREAK}:`)
    .replace(/:(?=(?:[a-z\d_+-]*[a-z][a-z\d_+-]*|[+-]1|100|1234):)/g, `:${BREAK}`)
    .replace(/(?<![\w-])(?=\d*[a-f])[0-9a-f]{7,40}(?![\w-])/gi, (sha) => `${sha.slice(0, 4)}${BREAK}${sha.slice(4)}`)
    .replace(/\$(?!\d)/g, "&#36;") // a price is no formula, and nothing else closes one
    .replace(/^([#+=-])/, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_match, digits, mark) => `${digits}&#${mark.charCodeAt(0)};`);
  return isolated(inert);
}

/** Text of another direction must not move what stands beside it. */
function isolated(text: string): string {
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u.test(
    text,
  )
    ? `\u2068${text}\u2069`
    : text;
}

/** What was escaped, as it reads; bold and all. For places that show text as it is. */
export function asText(markdown: string): string {
  return markdown
    .replaceAll("**", "")
    .replaceAll(BREAK, "")
    .replace(/&#(\d+);/g, (_match, digits) => String.fromCodePoint(Number(digits)));
}

/** Text of several lines, in a place for one. */
export function escapedLines(text: string): string {
  return text.split("\n").map(escaped).join("<br>");
}

/** Text as code, but not in a table: the fence is longer than any run of backticks in it. */
export function code(text: string): string {
  const line = plain(text).trim();
  if (line === "") return "";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return isolated(`${fence}${pad}${line}${pad}${fence}`);
}

/** Text as code in a cell of a table, where a bar would end the cell even in code, and a backslash saves it only at times. */
export function codeCell(text: string): string {
  return /[|\\]/.test(text) ? `<code>${escaped(plain(text))}</code>` : code(text);
}

/** Lines as they are; the fence is longer than any run of backticks in them, so that none can end it. */
export function fenced(lines: readonly string[], language = "text"): string {
  const text = lines.map((line) => plain(line)).join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A part that is folded away. `body` is Markdown. */
export function details(summary: string, body: string, isOpen = false): string {
  return `<details${isOpen ? " open" : ""}><summary>${escaped(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** Markdown that is too long, cut at the end of a line, and whole: what is open there is closed. */
export function cutMarkdown(markdown: string, most: number): string {
  if (markdown.length <= most) return markdown;
  const end = markdown.lastIndexOf("\n", most - 1);
  const cut = `${markdown.slice(0, end < 0 ? most : end)}\n`;
  let fence = "";
  let folded = 0;
  for (const line of cut.split("\n")) {
    const [mark = ""] = /^`{3,}/.exec(line) ?? [];
    if (fence === "") {
      fence = mark;
      folded += (line.match(/<details/g)?.length ?? 0) - (line.match(/<\/details>/g)?.length ?? 0);
    } else if (line === fence) fence = "";
  }
  return `${cut}${fence === "" ? "" : `${fence}\n`}${"\n</details>\n".repeat(Math.max(0, folded))}\n…`;
}

/** Names in a drawing keep to characters that Mermaid takes as they are. */
export function mermaidLabel(text: string): string {
  return short(plain(text).replace(/[^\p{L}\p{N}_ .:/×·-]/gu, " "), 60);
}

/**
 * Text for a job's log. The runner takes `::` for a command at the beginning of a line, before which it trims all that
 * Unicode calls blank, and `##[` anywhere in one.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*)::/gm, "$1: :").replaceAll("##[", "## [");
}
