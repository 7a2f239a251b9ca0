/** A comment that follows its run: often enough to be looked at, seldom enough for GitHub. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../src/core/events.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { StickyComment } from "../../src/github/comment.ts";
import { liveComment } from "../../src/github/live-comment.ts";
import { liveBody } from "../../src/report/live-comment.ts";
import { groupTitle } from "../../src/report/log-groups.ts";
import { ProgressAccount, type RunProgress } from "../../src/report/run-progress.ts";
import { onGithub } from "../support/github/client.ts";
import { ACTIONS, shaOf } from "../support/github/state.ts";

const STEP = { code: "step/done", title: "subnet", action: "create", milliseconds: 5 } as const;

/** A comment that takes `tookMs` to write, and what was written when. */
function follow(clock: VirtualClock, tookMs: number, fails = false) {
  const account = new ProgressAccount("apply", 60_000, clock.now());
  const written: RunProgress[] = [];
  const told: string[] = [];
  let isWriting = false;
  const live = liveComment({
    clock,
    account,
    write: async (progress) => {
      assert.ok(!isWriting, "two edits at once");
      isWriting = true;
      await clock.sleep(tookMs);
      isWriting = false;
      if (fails) throw new Error("no");
      written.push(progress);
    },
    warn: (message) => told.push(message),
  });
  const emit = (event: Event): void => {
    account.handle(event, clock.now());
    live.emit(event);
  };
  return { emit, end: live.end, written, told };
}

test("however much happens, the comment is edited once in fifteen seconds, and the last state is always in it", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { emit, end, written } = follow(clock, 2000);
    const startMs = clock.now();
    emit({ code: "apply/start", cluster: "prod", steps: 600 });
    for (let n = 0; n < 600; n++) {
      await clock.sleep(100);
      emit({ ...STEP, id: `${n}` });
    }
    await clock.sleep(20_000);

    assert.deepEqual(
      written.map(({ atMs }) => (atMs - startMs) / 1000),
      [0, 15, 30, 45, 60, 75],
    );
    assert.equal(written.at(-1)?.done, 600);
    await end();
  });
});

test("a run in which nothing happens edits nothing", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { emit, end, written } = follow(clock, 10);
    emit({ code: "apply/start", cluster: "prod", steps: 1 });
    await clock.sleep(3_600_000);
    await end();

    assert.equal(written.length, 1);
  });
});

test("when the run ends no edit is left on its way, and none begins any more", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { emit, end, written } = follow(clock, 4000);
    emit({ code: "apply/start", cluster: "prod", steps: 1 });
    await clock.sleep(1000);
    const startMs = clock.now();
    await end();

    assert.equal(written.length, 1);
    assert.equal(clock.now() - startMs, 3000);
    emit({ ...STEP, id: "late" });
    await clock.sleep(60_000);
    assert.equal(written.length, 1);
  });
});

test("an end does not wait for the next edit's time", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { emit, end } = follow(clock, 100);
    emit({ code: "apply/start", cluster: "prod", steps: 1 });
    await clock.sleep(1000);
    emit({ ...STEP, id: "a" });
    const startMs = clock.now();
    await end();

    assert.equal(clock.now(), startMs);
  });
});

test("a comment that can't be written is told of once, and the run goes on", async () => {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const { emit, end, told } = follow(clock, 10, true);
    for (let n = 0; n < 5; n++) {
      emit({ ...STEP, id: `${n}` });
      await clock.sleep(30_000);
    }
    await end();

    assert.deepEqual(told, ["the comment does not follow this run: no"]);
  });
});

test("the result takes the place of the progress, in one comment", () =>
  onGithub(async ({ github, client, clock }) => {
    const { number } = github.state.addPull();
    const stamp = {
      scope: "clusters",
      phase: "apply",
      headSha: shaOf(1),
      runId: 1,
      attempt: 1,
      startedAtMs: 0,
    } as const;
    const sticky = new StickyComment(client, { pull: number, author: ACTIONS.login, stamp });
    const account = new ProgressAccount("apply", 60_000, clock.now());
    const links = { run: { name: "run 1", url: "u" }, commit: { sha: shaOf(1), url: "u" }, files: "u/" };
    const write = (progress: RunProgress) => sticky.write(liveBody(progress, links));
    const live = liveComment({ clock, account, write, warn: assert.fail });

    for (let n = 0; n < 40; n++) {
      const event = { ...STEP, id: `${n}` };
      account.handle(event, clock.now());
      live.emit(event);
      await clock.sleep(1000);
    }
    await live.end();
    await sticky.write("### ✅ Apply: done");

    assert.match(github.state.commentsOf(number)[0]!.body, /\n### ✅ Apply: done$/);
    assert.equal(github.state.commentsOf(number).length, 1);
    assert.equal(github.writes().length, 4); // one made, two edits of progress, the result
  }));

test("the log's groups tell how a run went, and names in them are text", () => {
  const cluster = "prod\n::error::x";
  const events: Event[] = [
    { code: "cluster/start", command: "apply", cluster, region: "us-east-1" },
    { code: "survey/done", cluster, resources: 1, nodes: 1 },
    { code: "apply/start", cluster, steps: 3 },
    { ...STEP, id: "a" },
    { code: "cluster/end", cluster, result: "applied" },
  ];

  assert.deepEqual(events.map(groupTitle), [
    "apply prod ::error::x in us-east-1: what AWS has",
    undefined,
    "prod ::error::x: 3 steps",
    undefined,
    "prod ::error::x: applied",
  ]);
});
