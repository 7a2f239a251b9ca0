/** The one comment: found, kept, made anew, and never taken from a newer run or from somebody else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CommentOptions, StickyComment } from "../../src/github/comment.ts";
import { whoAmI } from "../../src/github/identity.ts";
import { isNewer, markerOf, type Stamp, stampIn } from "../../src/github/marker.ts";
import { type OnGithub, onGithub } from "../support/github/client.ts";
import { ACTIONS, person, shaOf } from "../support/github/state.ts";

const HEAD = shaOf(1);
const STAMP: Stamp = { scope: "clusters", phase: "plan", headSha: HEAD, runId: 10, attempt: 1, startedAtMs: 1000 };

/** A comment as a run of that stamp has it. */
function comment({ client }: Pick<OnGithub, "client">, pull: number, stamp: Partial<Stamp> = {}): StickyComment {
  const options: CommentOptions = { pull, author: ACTIONS.login, stamp: { ...STAMP, ...stamp } };
  return new StickyComment(client, options);
}

const bodies = ({ github }: OnGithub, pull: number): string[] =>
  github.state.commentsOf(pull).map(({ body }) => body.replace(/^<!-- slipway.*\n/, ""));

test("a run says all it has to say in one comment, and so does the next", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    for (let n = 0; n < 130; n++) on.github.state.comment(number, "chat", person("ann"));
    const first = comment(on, number);

    assert.equal(await first.write("planning"), "created");
    assert.equal(await first.write("planned"), "updated");
    assert.equal(await first.write("planned"), "unchanged");
    on.github.state.push(number, shaOf(2));
    assert.equal(await comment(on, number, { headSha: shaOf(2), runId: 11 }).write("planned anew"), "updated");

    assert.deepEqual(
      bodies(on, number).filter((body) => body !== "chat"),
      ["planned anew"],
    );
    assert.equal(await whoAmI(on.client), ACTIONS.login);
  }));

test("a comment that somebody deletes while the run goes on is made anew, once", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    const { number } = state.addPull({ headSha: HEAD });
    const sticky = comment(on, number);
    await sticky.write("1 of 3");
    state.comments.clear();

    assert.equal(await sticky.write("2 of 3"), "created");
    assert.equal(await sticky.write("3 of 3"), "updated");

    const operation = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
    on.github.faults.push({
      operation,
      answer: { status: 404, body: { message: "Not Found" } },
      meanwhile: () => state.comments.clear(),
    });
    assert.equal(await sticky.write("done"), "created");
    assert.deepEqual(bodies(on, number), ["done"]);
  }));

test("a comment that another wrote is never touched, whatever marker it bears", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    const { number } = state.addPull({ headSha: HEAD });
    const forged = `${markerOf({ ...STAMP, phase: "apply", startedAtMs: 9e15 })}\napproved`;
    const theirs = [person("mallory"), { ...ACTIONS, login: "other-app[bot]", id: 7 }].map((author) =>
      state.comment(number, forged, author),
    );
    const quoted = state.comment(number, `> x\n${forged}`, ACTIONS);

    assert.equal(await comment(on, number).write("planned"), "created");

    for (const { id } of theirs) assert.equal(state.comments.get(id)?.body, forged);
    assert.match(state.comments.get(quoted.id)!.body, /^> x/);
    assert.equal(bodies(on, number).at(-1), "planned");
  }));

test("the re-run of an older run leaves what the newer has said, though it runs later", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    const { number } = state.addPull({ headSha: HEAD });
    await comment(on, number).write("old");
    state.push(number, shaOf(2));
    await comment(on, number, { headSha: shaOf(2), runId: 11, startedAtMs: 2000 }).write("new");

    const again = comment(on, number, { attempt: 2, startedAtMs: 3000 });

    assert.equal(await again.write("old again"), "older");
    assert.deepEqual(bodies(on, number), ["new"]);
  }));

test("after the merge a plan's run says nothing more, and the apply goes on in the same comment", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    await comment(on, number).write("planned");
    const apply = comment(on, number, { phase: "apply", runId: 12, startedAtMs: 2000 });

    assert.equal(await apply.write("applying"), "updated");
    assert.equal(await comment(on, number, { runId: 13, startedAtMs: 3000 }).write("planned late"), "older");
    assert.equal(await apply.write("applied"), "updated");
    const retry = comment(on, number, { phase: "apply", runId: 12, attempt: 2, startedAtMs: 4000 });
    assert.equal(await retry.write("applied, attempt 2"), "updated");
    assert.equal(await apply.write("applied, late word of attempt 1"), "older");

    assert.deepEqual(bodies(on, number), ["applied, attempt 2"]);
  }));

test("whatever was there, a failure of the newest run takes its place", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    await comment(on, number).write("✅ all is well");

    assert.equal(await comment(on, number, { runId: 11, startedAtMs: 2000 }).write("❌ failed"), "updated");

    assert.deepEqual(bodies(on, number), ["❌ failed"]);
  }));

test("what a newer Slipway wrote is left alone", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    const { number } = state.addPull({ headSha: HEAD });
    state.comment(number, "<!-- slipway:v2 {} -->\nsomething new", ACTIONS);

    assert.equal(await comment(on, number).write("planned"), "foreign");

    assert.equal(state.comments.size, 1);
  }));

test("of two comments that two runs began at once, the older is kept and the other taken away", () =>
  onGithub(async (on) => {
    const { state } = on.github;
    const { number } = state.addPull({ headSha: HEAD });
    for (const runId of [10, 11]) state.comment(number, `${markerOf({ ...STAMP, runId })}\n${runId}`, ACTIONS);
    const [oldest] = state.commentsOf(number);

    assert.equal(await comment(on, number, { runId: 12, startedAtMs: 2000 }).write("planned"), "updated");

    assert.deepEqual([...state.comments.keys()], [oldest!.id]);
  }));

test("an answer that is lost on its way makes no second comment", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    const operation = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    on.github.faults.push({ operation, answer: "cut", isDone: true });
    const sticky = comment(on, number);

    await sticky.write("planning");
    await sticky.write("planned");

    assert.deepEqual(bodies(on, number), ["planned"]);
  }));

test("two Slipways of one repository have a comment each", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });

    await comment(on, number, { scope: "a--> b" }).write("of a");
    await comment(on, number, { scope: "b" }).write("of b");
    await comment(on, number, { scope: "a--> b" }).write("of a again");

    assert.deepEqual(bodies(on, number), ["of a again", "of b"]);
  }));

test("what changes nothing is said where something was said before, and nowhere else", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });

    assert.equal(await comment(on, number).write("no changes", "only when there is one"), "left out");
    assert.deepEqual(bodies(on, number), []);
    await comment(on, number).write("1 to create");
    assert.equal(await comment(on, number).write("no changes", "only when there is one"), "updated");
  }));

test("a fork's token is refused, and the refusal is told apart from an outage", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    const client = on.clientOf(on.github.grant("ghs_fork", { scopes: { contents: "read", pull_requests: "read" } }));

    await assert.rejects(comment({ client }, number).write("planned"), { code: "forbidden" });

    assert.equal(on.github.state.comments.size, 0);
  }));

test("a marker comes back as it went, whatever is in it, and is one comment of HTML", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (scope, runId) => {
      const stamp = { ...STAMP, scope, runId };
      const marker = markerOf(stamp);
      assert.deepEqual(stampIn(`${marker}\nbody`), JSON.parse(JSON.stringify(stamp)));
      assert.match(marker.slice(4, -3), /^[^<>-]*$/);
      assert.doesNotMatch(marker, /\n/);
    }),
  );
  for (const text of ["", "hello", "<!-- slipway:v1 {} -->", "<!-- slipway:v1 { -->", " <!-- slipway:v1 {} -->"])
    assert.equal(stampIn(text), undefined, text);
});

test("of two runs never both are newer than the other", () => {
  const stamp = fc.record({
    scope: fc.constant("x"),
    phase: fc.constantFrom("plan" as const, "apply" as const),
    headSha: fc.constantFrom("a", "b"),
    runId: fc.nat(2),
    attempt: fc.nat(2),
    startedAtMs: fc.nat(2),
  });
  fc.assert(
    fc.property(stamp, stamp, (one, other) => {
      assert.ok(!(isNewer(one, other, "a") && isNewer(other, one, "a")));
    }),
  );
});
