/**
 * Makes ready what a release consists of, and says everything that stands against it. It publishes nothing: that is the
 * release workflow's, after somebody's word. Without `--out` nothing is kept either.
 *
 *   node scripts/release.ts                      all checks, and a build to throw away
 *   node scripts/release.ts --only NAME          one of them
 *   node scripts/release.ts --out FOLDER         and dist/, the npm package, checksums and notes into that folder
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";

/** What the checks go by; nothing in it is looked up later. */
export interface Facts {
  /** Of package.json, and of package-lock.json. */
  version: string;
  lockVersion: string;
  /** Every tag of the repository. */
  tags: readonly string[];
  /** Lines of `git status --porcelain`. */
  changed: readonly string[];
  changelog: string;
  /** Files below `fixtures/inventories/<version>/`. */
  inventories: readonly string[];
  /** Workflows and the files beside them, with their texts: below .github/ and docs/workflows/. */
  workflows: Readonly<Record<string, string>>;
}

const SEMVER = /^(\d+)\.(\d+)\.(\d+)$/;

/** What stands against a release, by the check that found it; empty: nothing does. */
export const CHECKS: Readonly<Record<string, (facts: Facts) => string[]>> = {
  clean: ({ changed }) => changed.map((line) => `not committed: ${line}`),

  version: ({ version, lockVersion, tags }) => {
    if (!SEMVER.test(version)) return [`package.json has the version ${version}; a release is X.Y.Z`];
    const newest = tags.filter((tag) => SEMVER.test(tag.slice(1))).sort((a, b) => compare(b.slice(1), a.slice(1)))[0];
    return [
      ...(lockVersion === version ? [] : [`package-lock.json has the version ${lockVersion}; run npm install`]),
      ...(tags.includes(`v${version}`) ? [`v${version} was released already; a version is released once`] : []),
      ...(newest !== undefined && compare(version, newest.slice(1)) < 0 ? [`${newest} is newer than ${version}`] : []),
    ];
  },

  changelog: ({ version, changelog }) => {
    const notes = notesOf(changelog, version);
    if (notes === undefined) return [`docs/CHANGELOG.md has no section "## ${version}"`];
    if (notes === "") return [`docs/CHANGELOG.md says nothing of ${version}`];
    const left = notesOf(changelog, "Unreleased") ?? "";
    return left === "" ? [] : [`docs/CHANGELOG.md has changes under "Unreleased": move them to ${version}`];
  },

  // Later versions are tested against what this one leaves in accounts: it can be recorded only while it is the newest.
  inventories: ({ version, inventories }) =>
    inventories.length > 0 ? [] : [`fixtures/inventories/${version} has no recorded inventories`],

  pinned: ({ workflows }) =>
    Object.entries(workflows).flatMap(([file, text]) => unpinned(text).map((use) => `${file}: ${use} is not pinned`)),

  owner: ({ workflows }) =>
    Object.entries(workflows)
      .filter(([file, text]) => file.startsWith(".github/") && /\bOWNER\b/.test(text))
      .map(([file]) => `${file} has OWNER where the repository's owner belongs`),
};

/** What is under a heading of the changelog; undefined: there is no such heading. */
export function notesOf(changelog: string, version: string): string | undefined {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((one) => one.split("\n")[0]?.trim() === version);
  return section?.split("\n").slice(1).join("\n").trim();
}

/** Uses of other people's actions that a tag could move: not by a full commit with its version beside it. */
export function unpinned(workflow: string): string[] {
  const uses = [...workflow.matchAll(/^\s*(?:- )?uses:\s*(.+)$/gm)].map(([, use = ""]) => use.trim());
  return uses.filter(
    (use) =>
      !use.startsWith("./") &&
      !use.startsWith("OWNER/slipway@") &&
      !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use),
  );
}

/** Negative, zero or positive, as `a` is the older, the same or the newer one. */
function compare(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  for (const n of [0, 1, 2]) if (x?.[n] !== y?.[n]) return (x?.[n] ?? 0) - (y?.[n] ?? 0);
  return 0;
}

/** What two builds of the same files differ in. */
export async function irreproducible(folders: readonly [string, string]): Promise<string[]> {
  const [one, other] = await Promise.all(
    folders.map(async (folder) => {
      await build(folder);
      return hashesOf(folder);
    }),
  );
  const names = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  return [...names]
    .filter((name) => one?.get(name) !== other?.get(name))
    .map((name) => `${name} is built otherwise each time`);
}

/** SHA-256 by file. */
export function hashesOf(folder: string): Map<string, string> {
  const files = globSync("**/*", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  return new Map(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(path.join(folder, name)))
        .digest("hex"),
    ]),
  );
}

function factsHere(): Facts {
  const read = (file: string): string => readFileSync(file, "utf8");
  const git = (...args: string[]): string[] =>
    execFileSync("git", args, { encoding: "utf8" })
      .split("\n")
      .filter((line) => line !== "");
  const { version } = JSON.parse(read("package.json"));
  const files = globSync(["{.github,docs/workflows}/**/*.yml", ".github/CODEOWNERS", ".github/*.md"]).sort();
  return {
    version,
    lockVersion: JSON.parse(read("package-lock.json")).version,
    tags: git("tag"),
    changed: git("status", "--porcelain"),
    changelog: read("docs/CHANGELOG.md"),
    inventories: globSync(`fixtures/inventories/${version}/**/*.json*`),
    workflows: Object.fromEntries(files.map((file) => [file, read(file)])),
  };
}

/** dist/, the npm package made of it, checksums of both, and what the changelog says. */
function keep(built: string, out: string, { version, changelog }: Facts): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  cpSync(built, path.join(out, "dist"), { recursive: true });
  rmSync("dist", { recursive: true, force: true });
  cpSync(built, "dist", { recursive: true });
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", out], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const sums = [...hashesOf(out)].map(([file, hash]) => `${hash}  ${file}\n`);
  writeFileSync(path.join(out, "SHA256SUMS"), sums.join(""));
  writeFileSync(path.join(out, "notes.md"), `${notesOf(changelog, version)}\n`);
}

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { only: { type: "string" }, out: { type: "string" } } });
  const names = [...Object.keys(CHECKS), "reproducible"];
  if (values.only !== undefined && !names.includes(values.only)) {
    console.error(`there is no check ${values.only}; there is ${names.join(", ")}`);
    return 2;
  }
  const facts = factsHere();
  const builds = mkdtempSync(path.join(tmpdir(), "slipway-release-"));
  const folders = [path.join(builds, "one"), path.join(builds, "a longer way to the other")] as const;
  let against = 0;
  for (const name of values.only === undefined ? names : [values.only]) {
    const found = await (CHECKS[name]?.(facts) ?? irreproducible(folders));
    console.log(`${found.length === 0 ? "✓" : "✗"} ${name}`);
    for (const line of found) console.log(`    ${line}`);
    against += found.length;
  }
  if (against === 0 && values.out !== undefined && existsSync(folders[0])) {
    keep(folders[0], values.out, facts);
    console.log(`${values.out} has what v${facts.version} consists of`);
  }
  rmSync(builds, { recursive: true, force: true });
  return against === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
