/** The page to look at: what it says, that it is whole by itself, and that nothing in it is what a name makes of it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import type { ReportedResult } from "../../src/commands/results.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { html, lines } from "../../src/report/page/markup.ts";
import { renderPage } from "../../src/report/page/page.ts";
import { contentPolicy, PALETTES, STYLE } from "../../src/report/page/style.ts";
import { readJsonReport } from "../../src/report/read-json.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { assertGolden } from "../support/golden.ts";
import { elementsOf, textOf } from "../support/markup.ts";
import { fleetOf, hostile, largePlan, plans } from "../support/pages.ts";

const page = (result: ReportedResult): string => renderPage(result, { version: "0.0.0" });

let all: Record<"create" | "change" | "blocked" | "status" | "large", ReportedResult>;
before(async () => {
  all = { ...(await plans()), large: await largePlan() };
});

for (const name of ["create", "change", "blocked"] as const) {
  test(`the page of a plan is what was reviewed: ${name}`, () => {
    // How it looks is seen in a browser.
    const said = page(all[name]).replace(STYLE, "").replace(contentPolicy().replaceAll("'", "&#39;"), "");

    assertGolden(`page/${name}.html`, said);
  });
}

test("a page says what the terminal says: every finding with its place, every change, every sum", () => {
  for (const result of Object.values(all)) {
    const [cluster] = result.clusters;
    const said = textOf(page(result));
    const told = [
      ...(cluster?.findings ?? []).flatMap(({ code, message, at }) => [code, message, `${at?.file}:${at?.line}`]),
      ...(result.result === "blocked" ? [] : (cluster?.plan?.changes ?? []).map(({ title }) => title)),
      ...(cluster?.rehearsal?.verdict === "converges" ? cluster.rehearsal.pools.map(({ name }) => name) : []),
    ];
    const terminal = renderTerminal(blocksOf(result), noColours);

    for (const text of told) assert.ok(said.includes(text) && terminal.includes(text), text);
    for (const [sum] of terminal.matchAll(/\$[\d.]+ a month/g)) assert.ok(said.includes(sum), sum);
  }
});

test("a page is drawn alike from a run and from the JSON that a job has left", () => {
  const back = readJsonReport(JSON.stringify(jsonReport(all.change)));

  assert.ok(typeof back !== "string");
  assert.equal(page(back), page(all.change));
});

const VOID = new Set(["meta", "link", "br", "col"]);
const ELEMENTS = new Set(
  [
    "html head meta title link style body header main footer section div span p a h1 h2 h3 h4 ul ol li dl dt dd small strong code pre del ins",
    "table caption colgroup col thead tbody tfoot tr th td details summary br",
    "svg g defs use path rect circle line text tspan desc",
  ].flatMap((names) => names.split(" ")),
);
const ATTRIBUTES = new Set(
  [
    "charset http-equiv content name lang rel href class id role tabindex scope open width height",
    "viewBox d x y x1 x2 y1 y2 cx cy r rx fill stroke stroke-width stroke-linecap text-anchor transform",
    "aria-hidden aria-label aria-labelledby",
  ].flatMap((names) => names.split(" ")),
);

/** What must hold of any page, whoever named the things in it. */
function assertSound(text: string): void {
  const open: string[] = [];
  const ids = new Set<string>();
  for (const { name, closes, isWhole, attributes } of elementsOf(text)) {
    assert.ok(ELEMENTS.has(name), `an element ${name}`);
    if (closes) assert.equal(open.pop(), name, `</${name}>`);
    else if (!isWhole && !VOID.has(name)) open.push(name);
    for (const [key, value] of attributes) {
      assert.ok(ATTRIBUTES.has(key), `an attribute ${key} of ${name}`);
      if (key === "href") assert.match(value, /^(#[\w-]+|data:,)$/);
      if (key === "id") {
        assert.ok(!ids.has(value), `two of the id ${value}`);
        ids.add(value);
      }
    }
  }
  assert.deepEqual(open, []);
  for (const { attributes } of elementsOf(text)) {
    for (const id of (attributes.get("aria-labelledby") ?? "").split(" ").filter(Boolean)) assert.ok(ids.has(id), id);
    const link = attributes.get("href") ?? "";
    if (link.startsWith("#")) assert.ok(ids.has(link.slice(1)), link);
  }
}

test("a page is well formed, runs nothing and loads nothing", () => {
  for (const result of [...Object.values(all), fleetOf(all.change, 5), fleetOf(all.change, 40)])
    assertSound(page(result));
});

test("whatever is in a report, a page is well formed, runs nothing and loads nothing", () => {
  const results = [all.change, all.blocked, all.status];
  const known = ["</style><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'--><svg onload=x>", "&lt;"];
  const meant = fc.oneof(
    fc.constantFrom(...known),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.array(fc.constantFrom(..."<>\"'&/=!-`\u202e\u0000\n x"), { maxLength: 16 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(fc.constantFrom(...results), meant, (result, text) => assertSound(page(hostile(result, text)))),
    // What is known to be meant comes first, each time.
    {
      numRuns: 60,
      examples: results.flatMap((result) => known.map((text): [typeof result, string] => [result, text])),
    },
  );
});

test("marks of direction and what has no width are shown by their number, as in the other reports", () => {
  const said = page(hostile(all.change, "\u202egpj\u200b"));

  assert.match(said, /\\u202egpj\\u200b/);
  assert.doesNotMatch(said, /[\u202e\u200b]/);
});

test("a page's policy admits its own style sheet, and nothing else", () => {
  const text = page(all.create);
  const [, style = ""] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = elementsOf(text).find(({ attributes }) => attributes.get("http-equiv") === "Content-Security-Policy");

  assert.equal(
    policy?.attributes.get("content")?.replaceAll("&#39;", "'"),
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test("text in a template is text, and only a template makes markup", () => {
  const meant = { toString: () => "<b>" } as unknown as string;

  assert.equal(
    html`<p title="${'"x"'}">${"<b>"}${1}${[html`<i>${"&"}</i>`, false, undefined]}</p>`.toString(),
    '<p title="&quot;x&quot;">&lt;b&gt;1<i>&amp;</i></p>',
  );
  assert.equal(html`${lines("a\n<b>")}`.toString(), "a<br>&lt;b&gt;");
  assert.throws(() => html`${meant}`);
});

describe("a page of many", () => {
  test("a thousand nodes are no thousand shapes: what is drawn is bounded", () => {
    const text = page(all.large);
    const names = elementsOf(text).map(({ name }) => name);

    assert.ok(text.length < 120_000, `${text.length} characters`);
    assert.ok(names.filter((name) => name === "rect").length < 400);
    assert.ok(names.filter((name) => name === "circle").length < 200);
    assert.match(textOf(text), /180 → 200 × m6i\.large/);
    assert.match(textOf(text), /wait for new node of rolled × 60/);
  });

  test("clusters that stay as they are have a line each, and no part of their own where there are many", () => {
    const [few, many] = [fleetOf(all.change, 6), fleetOf(all.change, 60)].map(page) as [string, string];
    const parts = (text: string): number => text.match(/<section class="cluster /g)?.length ?? 0;

    assert.deepEqual([parts(few), parts(many)], [6, 40]);
    assert.equal(textOf(many).match(/(shop|data|edge|lab)-\d{3}\s+us-east-1/g)?.length, 60);
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test("text stands out from what is behind it, light and dark", () => {
  for (const [scheme, palette] of Object.entries(PALETTES)) {
    for (const ground of ["page", "card", "sunken"] as const) {
      for (const ink of ["text", "muted", "accent", "add", "change", "replace", "remove"] as const) {
        const ratio = contrast(palette[ink], palette[ground]);
        assert.ok(ratio >= 4.5, `${scheme}: ${ink} on ${ground} has ${ratio.toFixed(2)}`);
      }
      // Shapes need 3 (WCAG 1.4.11), and so do signs within them.
      assert.ok(contrast(palette.node, palette[ground]) >= 3, `${scheme}: nodes on ${ground}`);
    }
    for (const mark of ["add", "change", "replace", "remove"] as const)
      assert.ok(contrast(palette.sign, palette[mark]) >= 4.5, `${scheme}: the sign in ${mark}`);
  }
});
