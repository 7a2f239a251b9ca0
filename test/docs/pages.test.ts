/** The pages: what is made of them is current, links lead somewhere, and what looks like a file of Slipway's is one. */
import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
// biome-ignore lint/suspicious/noDeprecatedImports: of its overloads only the one for iterators is.
import { dump, loadAll } from "js-yaml";
import { filled, pages } from "../../scripts/docs/pages.ts";
import { MESSAGES } from "../../src/core/messages/messages.ts";
import { accountTree, profileTree, read } from "../support/builders.ts";
import { fencesOf } from "../support/docs/fences.ts";

const PAGES = pages().map((page) => ({ page, text: readFileSync(page, "utf8") }));

test("the made parts of the pages are current", () => {
  for (const { page, text } of PAGES) assert.ok(filled(text) === text, `${page} is stale: npm run generate`);
});

/** A page without its blocks of code and comments, where nothing is a link or a heading. */
function prose(text: string): string {
  return text.replace(/^( *)(`{3,})[\s\S]*?^\1\2\s*$/gm, "").replace(/<!--[\s\S]*?-->/g, "");
}

/** The anchors of a page, as GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...prose(text).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = ""]) => {
      const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
      const slug = plain
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-");
      const before = seen.get(slug) ?? 0;
      seen.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}

function linksOf(text: string): string[] {
  const plain = prose(text).replace(/`[^`\n]*`/g, "");
  return [
    ...[...plain.matchAll(/\]\(([^()\s]+(?:\([^)]*\))?)\)/g)].map(([, target = ""]) => target),
    ...[...plain.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, target = ""]) => target),
  ];
}

test("every link within the repository leads to a file, and every anchor to a heading", () => {
  const broken: string[] = [];
  let followed = 0;
  for (const { page, text } of PAGES) {
    for (const target of linksOf(text)) {
      if (/^[a-z]+:/.test(target)) continue;
      followed += 1;
      const [file = "", anchor] = target.split("#");
      const full = file === "" ? page : path.join(path.dirname(page), file);
      if (!existsSync(full)) broken.push(`${page}: ${target}`);
      else if (anchor !== undefined && statSync(full).isFile() && !anchorsOf(readFileSync(full, "utf8")).has(anchor))
        broken.push(`${page}: ${target} has no such heading`);
    }
  }

  assert.ok(followed > 80, `${followed}`);
  assert.deepEqual(broken, []);
});

test("every page of docs/ is found from its index", () => {
  const index = readFileSync("docs/README.md", "utf8");
  const found = new Set(linksOf(index).map((target) => target.split("#")[0]));
  const all = globSync(["docs/*.md", "docs/*/README.md"]).map((file) => path.relative("docs", file));

  assert.deepEqual(all.filter((file) => file !== "README.md" && !found.has(file)).sort(), []);
});

test("architecture has a paragraph for each room of the house, and a decision its rule, why and how", () => {
  const architecture = readFileSync("docs/architecture.md", "utf8");
  const rooms = readdirSync("src", { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  for (const room of rooms) assert.match(architecture, new RegExp(`\\*\\*\`${room}/`), room);

  const index = linksOf(readFileSync("docs/decisions/README.md", "utf8"));
  const decisions = readdirSync("docs/decisions").filter((file) => file !== "README.md");
  assert.deepEqual(index, decisions.sort());
  for (const file of decisions) {
    const text = readFileSync(`docs/decisions/${file}`, "utf8");
    assert.match(text, /^# \d{3} [^\n]+\n\n\*\*Rule\.\*\* [\s\S]+\n\n\*\*Why\.\*\* [\s\S]+\n\n\*\*How\.\*\* /, file);
  }
});

test("every code that a page speaks of is registered", () => {
  const rooms = new Set(Object.keys(MESSAGES).map((code) => code.split("/")[0]));
  // What is so spelt and is something else: files, GitHub's and AWS's names, ids of things.
  const others = /^(packs\/|config\/rules|plan\/|report\/|run\/)$/;
  const spoken = PAGES.flatMap(({ page, text }) =>
    [...text.matchAll(/`([a-z]+)\/([a-z0-9-]+)`/g)]
      .filter(
        ([, room = "", name = ""]) => rooms.has(room) && !others.test(`${room}/`) && !existsSync(`src/${room}/${name}`),
      )
      .map(([, room, name]) => ({ page, code: `${room}/${name}` })),
  );

  assert.ok(spoken.length > 30, `${spoken.length}`);
  assert.deepEqual(
    spoken.filter(({ code }) => !(code in MESSAGES)),
    [],
  );
});

test("cluster files that pages show are valid, whole or as a part of one", () => {
  let seen = 0;
  for (const { page, text } of PAGES) {
    for (const fence of fencesOf(page, text)) {
      if (fence.language !== "yaml") continue;
      const trees = (loadAll(fence.text) as unknown[]).filter(
        (tree): tree is Record<string, unknown> => typeof tree === "object" && tree !== null,
      );
      const own = trees.filter(({ apiVersion }) => apiVersion === "slipway/v1");
      if (own.length === 0) continue;
      seen += own.length;
      const { findings } = read([{ path: `${page}.yaml`, text: fence.text }, ...standIns(own)]);
      assert.deepEqual(
        findings.filter(({ level }) => level === "error"),
        [],
        `${page}:${fence.line}`,
      );
    }
  }

  assert.ok(seen >= 3, `${seen}`);
});

/** What a shown document refers to and the block does not have. */
function standIns(trees: readonly Record<string, unknown>[]): { path: string; text: string }[] {
  const has = (kind: string): boolean => trees.some((tree) => tree.kind === kind);
  const cluster = trees.find((tree) => tree.kind === "Cluster") as
    | { spec?: { profile?: string; account?: string } }
    | undefined;
  const [name = "standard", version = "1.2.0"] = cluster?.spec?.profile?.split("@") ?? [];
  const account = accountTree({ metadata: { name: cluster?.spec?.account ?? "production" } });
  return [
    ...(has("ClusterProfile")
      ? []
      : [{ path: "profile.yaml", text: dump(profileTree({ metadata: { name, version } })) }]),
    ...(has("CloudAccount") ? [] : [{ path: "account.yaml", text: dump(account) }]),
  ];
}

test("workflows that README shows are those of docs/workflows", () => {
  const readme = readFileSync("README.md", "utf8");

  for (const name of ["plan", "apply"]) {
    const [, ...rest] = readFileSync(`docs/workflows/${name}.yml`, "utf8").trimEnd().split("\n");
    assert.ok(readme.includes(rest.join("\n")), name);
  }
});
