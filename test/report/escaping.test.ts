/** Hostile text: names as people write them who mean harm, and everything else that a generator comes up with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  asText,
  code,
  codeCell,
  cutMarkdown,
  details,
  escaped,
  escapedLines,
  fenced,
  mermaidLabel,
  withoutCommands,
} from "../../src/report/escaping.ts";
import { plain, short } from "../../src/report/plain.ts";
import { UNSEEN } from "../support/markdown.ts";

/** Pieces of which an attack is made, in any order and number. */
const piece = fc.oneof(
  fc.constantFrom(
    "</details>", "<!--", "-->", "<img src=x onerror=a>", "@org/team", "a@b.com", "#12", "GH-1", "o/r#1", "|", "\\", "`", "```",
    "[a](b)", "![a](b)", "https://x.y", "www.x.y", "mailto:a@b.c", "**", "__", "~~", "\n", "\r", "\r\n", "\n\n", "    ", "\t",
    "# ", "- ", "1. ", "> ", "---", "===", "$x$", "$$", ":tada:", ":+1:", "&lt;", "&#35;1", "::error::", "##[error]",
    "::set-output name=x::y", "\u202e", "\u200b", "\u200d", "\u2028", "\u00a0", "שלום", "🧨", "\ud800", "deadbeef1", "[^1]", "[x]",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
); // biome-ignore format: a list
const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

const each = (check: (text: string) => void): void => fc.assert(fc.property(hostile, check), { numRuns: 3000 });

test("text that is shown has no control character, no other order than it has, and nothing that is not seen", () => {
  each((text) => {
    assert.doesNotMatch(plain(text), UNSEEN);
    assert.doesNotMatch(plain(text), /\n/);
    assert.equal(plain(plain(text)), plain(text));
  });
  assert.equal(plain("a\u202eb\u200bc\u{e0041}\ud800"), "a\\u202eb\\u200bc\\u{e0041}\\ud800");
  assert.equal(plain("👩\u200d🚀 ⚠️ x\u200dy"), "👩\u200d🚀 ⚠️ x\\u200dy");
});

test("text is cut between characters, and says that it is cut", () => {
  assert.equal(short("🧨".repeat(200), 5), "🧨🧨🧨🧨…");
  assert.equal(short("prod", 4), "prod");
});

test("text in Markdown, in a table's cell and in HTML is text and nothing else", () => {
  each((text) => {
    const safe = escaped(text).replaceAll("&#8203;", "¦"); // the break that is ours
    assert.doesNotMatch(safe, /[<>"\\`*[\]|~\n]|(?<![a-z\d_])_|_(?![a-z\d_])/i);
    assert.doesNotMatch(safe, /&(?!#\d+;)/);
    assert.doesNotMatch(safe, /@(?!¦)|(?<!&)#\d|GH-\d|:\/\/|www\.|mailto:/i);
    assert.doesNotMatch(safe, /^(?:[#+=-]|\d+[.)](?:\s|$)|\s)/);
    assert.doesNotMatch(safe, /\$(?!\d)/);
    assert.doesNotMatch(safe, /:(?:[a-z\d_]*[a-z][a-z\d_]*|[+-]1):/);
    assert.doesNotMatch(safe, UNSEEN);
  });
});

test("what is escaped reads as it was written, but for what is not to be seen", () => {
  const seen = (markdown: string): string => asText(markdown).replace(/[\u2068\u2069]/g, "");

  each((text) => assert.equal(seen(escaped(text)), plain(text).trim()));
  assert.equal(escaped("spot costs $0.19 an hour in us-east-1a"), "spot costs $0.19 an hour in us-east-1a");
  assert.equal(escaped("10.0.0.0/16 at 10:30:15"), "10.0.0.0/16 at 10:30:15");
});

for (const [name, text, expected] of [
  ["a mention", "@org/team", "@&#8203;org/team"],
  ["an issue", "fixes #1 and o/r#22", "fixes #&#8203;1 and o/r#&#8203;22"],
  ["an issue of the old form", "GH-1", "GH-&#8203;1"],
  ["a commit", "see 0a1b2c3d4e", "see 0a1b&#8203;2c3d4e"],
  ["an address", "https://evil.example www.evil.example", "https:&#8203;//evil.example www&#8203;.evil.example"],
  ["an end of what is folded", "</details>", "&#60;/details&#62;"],
  ["an entity", "&lt;b&gt; &#35;1", "&#38;lt;b&#38;gt; &#38;#&#8203;35;1"],
  ["a row", "a|b\nc", "a&#124;b c"],
  ["a heading", "# Approved", "&#35; Approved"],
  ["a list", "1. x", "1&#46; x"],
  ["a formula", "$\\phantom{x}$", "&#36;&#92;phantom{x}&#36;"],
  ["a stress", "_x_ AWS_ACCESS_KEY_ID a__b _", "&#95;x&#95; AWS_ACCESS_KEY_ID a__b &#95;"],
  ["a picture", ":tada:", ":&#8203;tada:"],
  ["another direction", "שלום", "\u2068שלום\u2069"],
] as const) {
  test(`${name} in a name is no ${name.replace(/^an? /, "")}`, () => {
    assert.equal(escaped(text), expected);
  });
}

test("lines stay in a place for one, each escaped for itself", () => {
  assert.equal(escapedLines("a\n# b\n- c"), "a<br>&#35; b<br>&#45; c");
});

test("code ends where it should, whatever runs of backticks, bars and backslashes are in it", () => {
  each((text) => {
    const safe = code(text).replace(/^\u2068|\u2069$/g, "");
    if (safe === "") return assert.equal(plain(text).trim(), "");
    const fence = /^`+/.exec(safe)![0];
    const inside = safe.slice(fence.length, -fence.length);
    assert.ok(safe.endsWith(fence));
    assert.ok([...inside.matchAll(/`+/g)].every((run) => run[0].length !== fence.length));
    assert.doesNotMatch(safe, /\n/);
    // GitHub splits a row before it looks for code.
    assert.doesNotMatch(codeCell(text).replace(/^<code>|<\/code>$/g, ""), /\|/);
  });
  assert.equal(codeCell("a\\|b"), "<code>a&#92;&#124;b</code>");
  assert.equal(code("`x"), "`` `x ``");
});

test("a fence is longer than every run of backticks in it", () => {
  fc.assert(
    fc.property(fc.array(hostile), (lines) => {
      const [open = "", ...rest] = fenced(lines).split("\n");
      const fence = open.replace("text", "");
      assert.equal(rest.at(-1), fence);
      assert.ok(rest.slice(0, -1).every((line) => !line.includes(fence)));
    }),
  );
});

test("what is folded away is closed once, whatever its title", () => {
  each((text) => {
    const folded = details(text, "body");
    assert.equal(folded.match(/<\/?(details|summary)>/g)?.length, 4);
    assert.match(folded, /<\/summary>\n\nbody\n\n<\/details>$/);
  });
});

test("a name in a drawing can neither end its label nor begin a comment, and is not too long", () => {
  each((text) => assert.match(mermaidLabel(text), /^[\p{L}\p{N}_ .:/×·-]*…?$/u));
  assert.ok([...mermaidLabel("x".repeat(200))].length <= 60);
});

test("no line of a log is a command, whatever blank it begins with and wherever the old form stands", () => {
  each((text) => {
    // .NET splits lines at \r too, and trims what Unicode calls blank.
    for (const line of withoutCommands(text).split(/\r\n|\r|\n/)) {
      assert.doesNotMatch(line.trimStart(), /^::/);
      assert.doesNotMatch(line, /##\[/);
    }
  });
  assert.equal(withoutCommands("ok\r\u3000::error::x ##[group]"), "ok\r\u3000: :error::x ## [group]");
});

test("Markdown that is cut is whole, wherever it is cut", () => {
  const text = `# x\n\n${details("a", fenced(["b", "</details>", "```"], "diff"))}\n\n${details("c", details("d", "- e"))}\n`;
  for (let most = 1; most <= text.length; most++) {
    const cut = cutMarkdown(text, most);
    const outside = cut.replace(/^(`{3,})[^\n]*\n(?:[\s\S]*?\n)?\1$/gm, "");
    assert.doesNotMatch(outside, /^```/m);
    assert.equal(outside.match(/<details/g)?.length, outside.match(/<\/details>/g)?.length);
    assert.equal(cut === text, most === text.length);
  }
});
