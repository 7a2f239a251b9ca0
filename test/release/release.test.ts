/** What stands against a release, what it consists of, and how its tags come to be. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { CHECKS, type Facts, hashesOf, irreproducible, notesOf, unpinned } from "../../scripts/release.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const GOOD: Facts = {
  version: "1.4.0",
  lockVersion: "1.4.0",
  tags: ["v1.3.0", "v1.10.0-rc.1", "v1", "v0.9.0"],
  changed: [],
  changelog: "# What changed\n\n## Unreleased\n\n## 1.4.0\n\n- a page\n\n## 1.3.0\n\n- more\n",
  inventories: ["fixtures/inventories/1.4.0/everything.json"],
  workflows: { ".github/workflows/ci.yml": `    - uses: actions/checkout@${SHA} # v7.0.1\n` },
};

const against = (changes: Partial<Facts>): string[] =>
  Object.values(CHECKS).flatMap((check) => check({ ...GOOD, ...changes }));

test("nothing stands against a release that is in order", () => {
  assert.deepEqual(against({}), []);
});

const TROUBLES: readonly [what: string, changes: Partial<Facts>, said: RegExp][] = [
  ["something is not committed", { changed: [" M src/cli.ts"] }, /not committed: {2}M src\/cli\.ts/],
  ["the lock has another version", { lockVersion: "1.3.0" }, /package-lock\.json has the version 1\.3\.0/],
  ["the version is none", { version: "1.4" }, /has the version 1\.4; a release is X\.Y\.Z/],
  ["it was released already", { tags: ["v1.4.0"] }, /v1\.4\.0 was released already/],
  ["a newer one was released", { tags: ["v1.10.0"] }, /v1\.10\.0 is newer than 1\.4\.0/],
  ["the changelog does not know it", { changelog: "## Unreleased\n" }, /no section "## 1\.4\.0"/],
  ["the changelog says nothing of it", { changelog: "## 1.4.0\n\n## 1.3.0\n\n- more\n" }, /says nothing of 1\.4\.0/],
  ["a change is left out of it", { changelog: "## Unreleased\n\n- x\n\n## 1.4.0\n\n- y\n" }, /under "Unreleased"/],
  ["nothing was recorded for later versions", { inventories: [] }, /inventories\/1\.4\.0 has no recorded/],
  [
    "an action goes by a tag",
    { workflows: { "a.yml": "- uses: actions/checkout@v7\n" } },
    /a\.yml: .*@v7 is not pinned/,
  ],
  ["the repository has no owner yet", { workflows: { ".github/CODEOWNERS": "* @OWNER/all\n" } }, /has OWNER where/],
];

for (const [what, changes, said] of TROUBLES) {
  test(`a release does not go out when ${what}`, () => {
    assert.match(against(changes).join("\n"), said);
  });
}

test("a release's notes are its section of the changelog", () => {
  assert.equal(notesOf(GOOD.changelog, "1.4.0"), "- a page");
  assert.equal(notesOf(GOOD.changelog, "1.4"), undefined);
  assert.ok(notesOf(readFileSync("docs/CHANGELOG.md", "utf8"), "0.1.0"));
});

test("an action is pinned by a whole commit with its version beside it", () => {
  const uses = [
    `a/b@${SHA} # v1.2.3`,
    `a/b/c@${SHA} # v1.2.3`,
    "./local",
    `a/b@${SHA}`,
    `a/b@${SHA} # v1`,
    "a/b@main",
    `a/b@${SHA.slice(1)} # v1.2.3`,
  ];

  assert.deepEqual(unpinned(uses.map((use) => `      - uses: ${use}\n`).join("")), uses.slice(3));
});

test("two builds in two places have the same bytes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-build-"));
  const [one, other] = [path.join(folder, "one"), path.join(folder, "another name")] as const;

  assert.deepEqual(await irreproducible([one, other]), []);
  assert.ok(hashesOf(one).size > 20);
  appendFileSync(path.join(one, "index.js"), " ");
  assert.notDeepEqual(hashesOf(one), hashesOf(other));
});

/** A repository that git takes for one on GitHub, and releases of it. */
function remoteOf() {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-tags-"));
  const [remote, work] = [path.join(folder, "remote.git"), path.join(folder, "work")];
  writeFileSync(
    path.join(folder, ".gitconfig"),
    `[url "file://${remote}"]\n  insteadOf = https://github.com/o/slipway.git\n`,
  );
  const env = { PATH: process.env.PATH ?? "", HOME: folder };
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd,
      env,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  git(folder, "init", "--quiet", "--bare", "--initial-branch=main", remote);
  git(folder, "clone", "--quiet", `file://${remote}`, work);
  git(work, "checkout", "--quiet", "-B", "main");
  mkdirSync(path.join(work, "scripts"));
  cpSync("scripts/publish-tags.sh", path.join(work, "scripts/publish-tags.sh"));
  writeFileSync(path.join(work, ".gitignore"), "dist/\nrelease/\n");
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "--message=all");
  git(work, "push", "--quiet", "origin", "main");
  let runs = 0;
  /** As a job of its own does, on a fresh clone. */
  const publish = (version: string, built = "built\n") => {
    runs += 1;
    const job = path.join(folder, `job-${runs}`);
    git(folder, "clone", "--quiet", "--depth=1", "--no-tags", `file://${remote}`, job);
    mkdirSync(path.join(job, "release/dist"), { recursive: true });
    for (const name of ["index.js", "cli.js"]) writeFileSync(path.join(job, "release/dist", name), built);
    const given = { VERSION: version, GH_TOKEN: "a-token-of-ours", GITHUB_REPOSITORY: "o/slipway" };
    const ended = spawnSync("sh", ["scripts/publish-tags.sh"], {
      cwd: job,
      env: { ...env, ...given },
      encoding: "utf8",
    });
    return { ...ended, config: readFileSync(path.join(job, ".git/config"), "utf8") };
  };
  return { publish, at: (...args: string[]) => git(remote, ...args) };
}

test("what is built is in the release's commit alone, which its tag and the major version's lead to", () => {
  const { publish, at } = remoteOf();

  const { status, stdout, stderr, config } = publish("1.4.0");

  assert.equal(status, 0, stderr);
  assert.equal(at("rev-parse", "v1.4.0"), at("rev-parse", "v1"));
  assert.equal(at("rev-parse", "v1.4.0^"), at("rev-parse", "main"));
  assert.deepEqual(at("diff", "--name-only", "main", "v1.4.0").split("\n"), ["dist/cli.js", "dist/index.js"]);
  assert.match(at("ls-tree", "v1.4.0", "dist/cli.js"), /^100755/);
  assert.equal(at("branch", "--format=%(refname)"), "refs/heads/main");
  const left = config + stdout + stderr;
  for (const secret of ["a-token-of-ours", Buffer.from("x-access-token:a-token-of-ours").toString("base64")])
    assert.ok(!left.includes(secret));
});

test("a version is released once: a second time moves no tag, and a later one moves the major version's", () => {
  const { publish, at } = remoteOf();
  publish("1.4.0");
  const first = at("rev-parse", "v1.4.0");

  const again = publish("1.4.0", "something else\n");
  const still = [at("rev-parse", "v1.4.0"), at("rev-parse", "v1")];
  const later = publish("1.5.0");

  assert.notEqual(again.status, 0);
  assert.deepEqual(still, [first, first]);
  assert.equal(later.status, 0, later.stderr);
  assert.deepEqual([at("rev-parse", "v1.4.0"), at("rev-parse", "v1")], [first, at("rev-parse", "v1.5.0")]);
});
