/** What files were in another commit: as GitHub says, and as seldom asked as can be. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { filesAt } from "../../src/github/files.ts";
import { onGithub } from "../support/github/client.ts";
import { shaOf } from "../support/github/state.ts";

const BASE = shaOf(0);
const idOf = (text: string): string => createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");

test("a thousand files that differ are asked for in one request where the clone has the commit", async () => {
  await onGithub(async ({ github, client }) => {
    const files = Array.from({ length: 1000 }, (_, index) => ({
      path: `clusters/${index}.yaml`,
      text: `old: ${index}`,
    }));
    for (const { path, text } of files) github.state.contents.set(`${BASE}:${path}`, text);
    const clone = new Map(files.map(({ text }) => [idOf(text), text]));
    const stored = async (ids: readonly string[]) => new Map(ids.map((id) => [id, clone.get(id) ?? ""]));

    const found = await filesAt(client, BASE, "clusters", [{ path: "clusters/0.yaml", text: "new" }], stored);

    assert.deepEqual(found?.length, 1000);
    assert.deepEqual(new Set(found?.map(({ text }) => text)), new Set(clone.values()));
    assert.equal(github.requests.length, 1);
  });
});

test("what the clone has under a file's id and is not that file is not believed", async () => {
  await onGithub(async ({ github, client }) => {
    const text = "kind: CloudAccount";
    github.state.contents.set(`${BASE}:clusters/account.yaml`, text);

    const found = await filesAt(client, BASE, "clusters", [], async () => new Map([[idOf(text), "kind: Forged"]]));

    assert.deepEqual(found, [{ path: "clusters/account.yaml", text }]);
    assert.equal(github.requests.length, 2);
  });
});
