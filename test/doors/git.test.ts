/** What git tells of commits, their order and their files, in real repositories. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { commitsOf, filesOfCommit, storedBlobs } from "../../src/git.ts";

function git(root: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"];
  return execFileSync("git", ["-C", root, ...identity, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}

function folder(): string {
  return mkdtempSync(path.join(tmpdir(), "slipway-git-"));
}

/** A remote with a branch of three commits, each with another text of the cluster's file, and a clone of it. */
function remoteAndClone(...cloneOptions: string[]): { remote: string; clone: string; commits: string[] } {
  const remote = folder();
  git(remote, "init", "--quiet", "--initial-branch=main");
  const commits = ["1", "2", "3"].map((text) => {
    writeFileSync(path.join(remote, "cluster.yaml"), text);
    writeFileSync(path.join(remote, "README.md"), "always the same");
    git(remote, "add", ".");
    git(remote, "commit", "--quiet", "-m", text);
    return git(remote, "rev-parse", "HEAD");
  });
  const clone = folder();
  git(clone, "clone", "--quiet", ...cloneOptions, `file://${remote}`, ".");
  return { remote, clone, commits };
}

test("which of two commits comes first, and that one without a common past comes neither before nor after", async () => {
  const { clone, commits } = remoteAndClone();
  git(clone, "checkout", "--quiet", "--orphan", "other");
  git(clone, "commit", "--quiet", "-m", "unrelated");
  const unrelated = git(clone, "rev-parse", "HEAD");
  const { precedes, current } = await commitsOf(clone, "main");
  const [first = "", , third = ""] = commits;

  assert.equal(current, unrelated);
  assert.deepEqual(
    [await precedes(first, third), await precedes(third, first), await precedes(first, first)],
    [true, false, true],
  );
  assert.deepEqual([await precedes(first, unrelated), await precedes(unrelated, first)], [false, false]);
  assert.equal(await precedes("f".repeat(40), third), undefined);
});

test("a shallow clone, as actions/checkout makes it, does not pretend to know", async () => {
  const { clone, commits } = remoteAndClone("--depth=1");
  const { precedes, current } = await commitsOf(clone, "main");

  assert.equal(current, commits[2]);
  assert.equal(await precedes(commits[0] ?? "", commits[2] ?? ""), undefined);
});

test("the branch's newest commit, and what it has otherwise, also from a shallow clone", async () => {
  for (const options of [[], ["--depth=1"]]) {
    const { remote, clone, commits } = remoteAndClone(...options);
    const same = await (await commitsOf(clone, "main")).tip();
    writeFileSync(path.join(remote, "cluster.yaml"), "4");
    git(remote, "commit", "--quiet", "-am", "4");
    const moved = await (await commitsOf(clone, "main")).tip();

    assert.deepEqual(same, { commit: commits[2], changed: [] });
    assert.deepEqual(moved, { commit: git(remote, "rev-parse", "HEAD"), changed: ["cluster.yaml"] });
  }
});

test("without a branch, a remote or a repository nothing is claimed", async () => {
  const { clone } = remoteAndClone();
  assert.equal(await (await commitsOf(clone, undefined)).tip(), undefined);
  assert.equal(await (await commitsOf(clone, "no-such")).tip(), undefined);
  git(clone, "remote", "remove", "origin");
  assert.equal(await (await commitsOf(clone, "main")).tip(), undefined);
  const nowhere = await commitsOf(folder(), "main");
  assert.equal(nowhere.current, undefined);
  assert.equal(await nowhere.tip(), undefined);
});

test("the files of a commit are those that it has, however many and whatever is in them", async () => {
  const { remote } = remoteAndClone();
  const texts = ["", "no end of line", "a\nb\n", "ü\u0000\n", "missing\n"];
  for (const [index, text] of texts.entries()) writeFileSync(path.join(remote, `${index} ü.yaml`), text);
  git(remote, "add", ".");
  git(remote, "commit", "--quiet", "-m", "more");
  for (const index of texts.keys()) writeFileSync(path.join(remote, `${index} ü.yaml`), "changed since");

  const files = await filesOfCommit(remote, "HEAD", ".");

  assert.deepEqual(
    files.map((file) => [file.path, file.text]),
    [...texts.map((text, index) => [`${index} ü.yaml`, text]), ["cluster.yaml", "3"]],
  );
});

test("a shallow clone has the blobs of the commits that it brought, and no others; a folder without git has none", async () => {
  const { remote, clone, commits } = remoteAndClone("--depth=2");
  const ids = commits.map((commit) => git(remote, "rev-parse", `${commit}:cluster.yaml`));
  const [, second = "", third = ""] = ids;

  assert.deepEqual(
    await storedBlobs(clone, ids),
    new Map([
      [second, "2"],
      [third, "3"],
    ]),
  );
  assert.deepEqual(await storedBlobs(folder(), ids), new Map());
});
