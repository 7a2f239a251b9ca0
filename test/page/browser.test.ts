/** The page in a browser: it loads nothing, nobody complains, nothing sticks out, on a phone, on a screen and on paper. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { ReportedResult } from "../../src/commands/results.ts";
import { renderPage } from "../../src/report/page/page.ts";
import { PALETTES } from "../../src/report/page/style.ts";
import { Chromium, findChromium, type Look } from "../support/chromium.ts";
import { fleetOf, hostile, largePlan, plans } from "../support/pages.ts";

const LOOKS: readonly Look[] = [
  { width: 320, scheme: "dark" },
  { width: 390, scheme: "light" },
  { width: 768, scheme: "light" },
  { width: 1280, scheme: "dark" },
  { width: 760, scheme: "dark", print: true },
];

/** What sticks out of the page, of its card, or of the drawing that it is in; folded parts are opened first. */
const STICKS_OUT = `(() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  const found = [];
  const wide = document.documentElement;
  if (wide.scrollWidth > wide.clientWidth) found.push("the page: " + wide.scrollWidth + " > " + wide.clientWidth);
  const inside = (element, box, what) => {
    const own = element.getBoundingClientRect();
    if (own.width === 0 || own.height === 0) return;
    if (own.left < box.left - 1 || own.right > box.right + 1)
      found.push(what + ": " + (element.textContent || element.outerHTML).trim().slice(0, 60));
  };
  for (const card of document.querySelectorAll(".card, .tiles > div")) {
    const box = card.getBoundingClientRect();
    for (const element of card.querySelectorAll("*"))
      if (!element.closest(".scroll, pre, svg, .heard, thead")) inside(element, box, "a card");
  }
  for (const drawing of document.querySelectorAll(".drawing")) {
    const box = drawing.getBoundingClientRect();
    for (const element of drawing.querySelectorAll("text, rect, use, circle")) inside(element, box, "a drawing");
    // Text stays within the box that it was put into: the rectangle drawn last before it around its beginning.
    for (const text of drawing.querySelectorAll("text")) {
      const own = text.getBoundingClientRect();
      const around = [...drawing.querySelectorAll("rect.box")].map((rect) => rect.getBoundingClientRect()).filter((rect) =>
        rect.left <= own.left && rect.top <= own.top && rect.bottom >= own.bottom - 2 && rect.right > own.left);
      const smallest = around.sort((a, b) => a.width * a.height - b.width * b.height)[0];
      if (own.width > 0 && smallest && own.right > smallest.right + 1) found.push("a box: " + text.textContent);
    }
  }
  return found;
})()`;

const program = findChromium();

describe("in a browser", () => {
  if (program === undefined) {
    const how = "apt-get install chromium, or CHROME_BIN with the path of one";
    console.error(`NOT TESTED: the page in a browser. There is no Chromium on the PATH (${how})`);
    test.skip(`the page is drawn: there is no Chromium (${how})`);
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-page-"));
  let browser: Chromium;
  const pages = new Map<string, string>();

  const put = (name: string, result: ReportedResult): void => {
    const file = path.join(folder, `${name}.html`);
    writeFileSync(file, renderPage(result, { version: "0.0.0" }));
    pages.set(name, file);
  };
  before(async () => {
    const { create, change, blocked } = await plans();
    put("create", create);
    put("change", change);
    put("blocked", blocked);
    put("fleet", fleetOf(change, 12));
    put("large", await largePlan());
    put("long names", hostile(change, "-and-what-it-may-be-called-when-nobody-is-looking"));
    put("hostile", hostile(change, `"><script>console.error(1)</script><img src="http://127.0.0.1:9/x" onerror="x">`));
    browser = await Chromium.start(program);
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of ["create", "change", "blocked", "fleet", "large", "long names", "hostile"]) {
    test(`the page "${name}" loads nothing, nobody complains, and nothing sticks out of it at any width`, async () => {
      const file = pages.get(name) ?? "";
      for (const look of LOOKS) {
        await browser.open(file, look);
        assert.deepEqual(await browser.evaluate(STICKS_OUT), [], JSON.stringify(look));
      }
      const own = pathToFileURL(file).href;
      assert.deepEqual(
        browser.requests.filter((url) => url !== own && !url.startsWith("data:,")),
        [],
      );
      assert.deepEqual(browser.complaints, []);
      browser.requests.length = 0;
    });
  }

  test("it is light or dark as its reader's screen is, and light on paper", async () => {
    const grounds: string[] = [];
    for (const look of [{ scheme: "light" }, { scheme: "dark" }, { scheme: "dark", print: true }] as const) {
      await browser.open(pages.get("create") ?? "", { width: 1280, ...look });
      grounds.push(await browser.evaluate<string>(`getComputedStyle(document.querySelector(".card")).backgroundColor`));
    }

    assert.deepEqual(grounds, [PALETTES.light.card, PALETTES.dark.card, PALETTES.light.card].map(rgb));
  });

  test("a narrow screen has zones one below the other, a wide one side by side; never both", async () => {
    const shown = `[...document.querySelectorAll(".drawing")].map((one) => getComputedStyle(one).display !== "none")`;
    const seen: boolean[][] = [];
    for (const width of [1280, 390]) {
      await browser.open(pages.get("create") ?? "", { width, scheme: "light" });
      seen.push(await browser.evaluate<boolean[]>(shown));
    }

    assert.deepEqual(seen, [
      [true, false],
      [false, true],
    ]);
  });

  test("those who hear it are told what the drawings show, and what is folded is printed", async () => {
    await browser.open(pages.get("change") ?? "", { width: 1280, scheme: "light" });
    const told = await browser.evaluate<string>(`document.querySelector(".drawing desc").textContent`);
    const levels = await browser.evaluate<string[]>(
      `[...document.querySelectorAll("h1, h2, h3, h4")].map((one) => one.localName)`,
    );

    assert.match(told, /us-east-1b: public subnet .* with .*2 × m6i\.xlarge of default \(replaced\)/);
    assert.match(told, /0 → 2 × m6i\.xlarge spot of night \(added\)/);
    levels.slice(1).forEach((level, n) => {
      assert.ok(Number(level[1]) <= Number(levels[n]?.[1]) + 1, `${levels[n]} before ${level}`);
    });
    await browser.open(pages.get("change") ?? "", { width: 760, scheme: "light", print: true });
    const folded = await browser.evaluate<number>(
      `document.querySelector("details .scroll").getBoundingClientRect().height`,
    );
    assert.ok(folded > 100, `${folded} px`);
  });

  test("the documentation's pictures are there, and small; UPDATE=1 takes them anew", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const file = `docs/images/plan-${scheme}.webp`;
      if (process.env.UPDATE === "1") {
        await browser.open(pages.get("change") ?? "", { width: 1200, scheme });
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, await browser.screenshot({ y: 0, height: 1960 }, "webp"));
      }
      const picture = readFileSync(file);
      assert.equal(picture.toString("latin1", 8, 12), "WEBP");
      assert.ok(picture.length < 200_000, `${file} has ${picture.length} bytes`);
    }
  });
});

function rgb(hex: string): string {
  return `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
}
