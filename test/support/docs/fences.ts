/** The fenced blocks of a page, and what is said about them. */
export interface Fence {
  page: string;
  /** Of its first line of content. */
  line: number;
  language: string;
  text: string;
  /** Why its commands are not run: the page's own marker above it. */
  notRun: string | undefined;
}

const MARKER = /^<!-- not run here: (.+) -->$/;

export function fencesOf(page: string, text: string): Fence[] {
  const fences: Fence[] = [];
  const lines = text.split("\n");
  let open: { fence: Fence; indent: string; end: RegExp; content: string[] } | undefined;
  lines.forEach((line, at) => {
    if (open !== undefined) {
      if (!open.end.test(line)) {
        open.content.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
        return;
      }
      fences.push({ ...open.fence, text: `${open.content.join("\n")}\n` });
      open = undefined;
      return;
    }
    const [, indent = "", ticks, language = ""] = /^( *)(`{3,})([a-z-]*)/.exec(line) ?? [];
    if (ticks === undefined) return;
    const notRun = MARKER.exec(lines[at - 1]?.trim() ?? "")?.[1];
    const end = new RegExp(`^ *${ticks}\\s*$`);
    open = { fence: { page, line: at + 2, language, text: "", notRun }, indent, end, content: [] };
  });
  if (open !== undefined) throw new Error(`${page}:${open.fence.line} has a block without an end`);
  return fences;
}

/** The commands of a block, one a line; lines that go on, and comments, taken together. */
export function commandsIn(text: string): string[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
