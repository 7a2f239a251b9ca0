/** What goes wrong while a cluster changes: it stops where it is, says why, touches nothing else, and goes on later. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterResult } from "../../src/commands/results.ts";
import type { Instance } from "../../src/twin/records.ts";
import { A, B, controlPlane, edited, set, setPool, smallFiles, tripleFiles } from "../support/day2-files.ts";
import { isInService } from "../support/day2-nodes.ts";
import { Story } from "../support/day2-story.ts";
import { allStrikes, describeStrike, playStrike } from "../support/day2-strikes.ts";
import { troubles } from "../support/simulation.ts";

const MINUTE_MS = 60_000;

function said(result: ClusterResult): string {
  return [...troubles(result), ...result.findings.map(({ code, message }) => `${code}: ${message}`)].join("\n");
}

function ids(nodes: readonly Instance[]): string[] {
  return nodes.map(({ id }) => id).sort();
}

/** Both pools get larger machines; or all nodes, the control plane's too, another image. */
const LARGER = ["default", "other"].map((pool) => setPool(pool, { instanceType: "m6i.xlarge" }));
const BOTH = set({ serial: "20260915" });

for (const kind of ["fail", "die", "hang"] as const) {
  test(`the first new node of a pool ${kind}s: the roll stops there, the next pool's is not begun, and it goes on later`, async () => {
    const from = smallFiles();
    const to = edited(from, ...LARGER);
    const story = await Story.begin(from);
    const old = story.nodes();
    story.world.bootFaults.push({ role: "worker", phase: "join", kind, times: kind === "fail" ? 1000 : 1 });

    const result = await story.apply(to);

    assert.equal(result.result, "failed");
    const why =
      kind === "die"
        ? /was terminated before it was ready|is shutting-down and was never ready/
        : /was not ready after 30m 00s; it is at "(join|error)"/;
    assert.match(said(result), why);
    assert.ok(
      old.every((node) => isInService(story.world, node)),
      "an old node was touched",
    );
    const launched = story.nodes().filter((node) => !old.includes(node) && node.state !== "shutting-down");
    assert.deepEqual(
      [launched.length, launched.every(({ tags }) => tags["slipway:pool"] === "default")],
      [kind === "die" ? 0 : 1, true],
    );

    story.world.bootFaults.length = 0;
    await story.settle(to);
  });

  for (const size of [1, 3]) {
    test(`the first new node of a control plane of ${size} ${kind}s: the roll stops there, no pool is rolled, and it goes on later`, async () => {
      const from = size === 1 ? smallFiles() : tripleFiles();
      const to = edited(from, BOTH);
      const story = await Story.begin(from);
      const old = story.nodes();
      story.world.bootFaults.push({ role: "control-plane", phase: "join", kind, times: kind === "fail" ? 1000 : 1 });

      const result = await story.apply(to);

      assert.equal(result.result, "failed");
      assert.ok(
        old.every((node) => isInService(story.world, node)),
        "an old node was touched",
      );
      const launched = story.nodes().filter((node) => !old.includes(node));
      assert.ok(
        launched.every(({ tags }) => tags["slipway:pool"] === "control-plane"),
        "a pool was begun",
      );

      story.world.bootFaults.length = 0;
      await story.settle(to);
    });
  }
}

test("however large the surge, one new node is tried first", async () => {
  const from = smallFiles();
  const to = edited(from, setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: 3 } }));
  const story = await Story.begin(from);
  const old = story.nodes("default");
  story.world.bootFaults.push({ role: "worker", phase: "join", kind: "hang", times: 1 });

  const result = await story.apply(to);

  assert.equal(result.result, "failed");
  assert.equal(story.nodes("default").length, 4);
  assert.ok(
    old.every((node) => isInService(story.world, node)),
    "an old node was touched",
  );
  await story.settle(to);
});

test("a node whose pods may not go stops the roll with their budget's name; it goes on when the budget lets them go", async () => {
  const from = smallFiles();
  const to = edited(from, BOTH);
  const story = await Story.begin(from);
  const [budget] = story.kubernetes.budgets;
  budget!.minAvailable = story.kubernetes.pods.length;
  const others = ids(story.nodes("other"));

  const result = await story.apply(to);

  assert.equal(result.result, "failed");
  assert.match(said(result), /did not leave in 15m 00s: .*shop\/web-\d The disruption budget web needs 4 healthy pods/);
  assert.deepEqual(ids(story.nodes("other")), others, "the next pool was begun");
  assert.equal(story.nodes("default").length, 4);

  budget!.minAvailable -= 1;
  await story.settle(to);
});

for (const [what, edit] of [
  ["that is one too many", setPool("default", { size: 2 })],
  ["of a roll", setPool("default", { instanceType: "m6i.xlarge" })],
] as const) {
  test(`a node ${what} and whose pods may not go keeps them, however often it is asked`, async () => {
    const from = smallFiles();
    const to = edited(from, edit);
    const story = await Story.begin(from);
    const [budget] = story.kubernetes.budgets;
    budget!.minAvailable = story.kubernetes.pods.length;
    const podsBefore = story.kubernetes.pods.map(({ on }) => on);

    const results = [await story.apply(to), await story.apply(to)];

    for (const result of results) assert.match(said(result), /did not leave in 15m 00s: .*shop\/web-\d The disruption/);
    assert.deepEqual([story.kubernetes.pods.map(({ on }) => on), story.watch.breaches], [podsBefore, []]);

    budget!.minAvailable -= 1;
    await story.settle(to);
  });
}

test("a change that is taken back lets the nodes stay that were asked to leave", async () => {
  const from = smallFiles();
  const story = await Story.begin(from);
  const before = ids(story.nodes());
  story.kubernetes.budgets[0]!.minAvailable = story.kubernetes.pods.length;
  await story.apply(edited(from, setPool("default", { instanceType: "m6i.xlarge" })));
  const cordoned = [...story.kubernetes.nodes.values()].filter(({ isCordoned }) => isCordoned).length;

  await story.settle(from);

  assert.equal(cordoned, 1);
  assert.deepEqual(ids(story.nodes()), before);
});

for (const pool of ["default", "control-plane"]) {
  test(`a node of ${pool} that says it has left, and that nobody asked to, is not believed: it stays, and is told of`, async () => {
    const story = await Story.begin(tripleFiles());
    const [node] = story.nodes(pool);
    node!.tags["slipway:phase"] = "left 00:09:00Z";

    const result = await story.apply(story.files);

    assert.equal(result.result, "failed");
    assert.match(said(result), new RegExp(`${node!.id} was not ready after 30m 00s; it is at "left"`));
    assert.equal(node!.state, "running");
    assert.deepEqual(story.watch.breaches, []);
  });
}

test("where AWS has no capacity the nodes wait, type and zone named; the other zones go on", async () => {
  const from = smallFiles();
  const to = edited(from, setPool("default", { size: 6 }));
  const story = await Story.begin(from);
  story.world.exhausted.add(`m6i.large/${B}`);

  const short = await story.apply(to);
  const asked = story.world.calls.filter(({ action, error }) => action === "ec2:RunInstances" && error !== undefined);

  assert.equal(short.result, "waiting", said(short));
  assert.match(said(short), /AWS has no capacity for m6i.large in us-east-1b now/);
  assert.equal(story.nodes("default").filter(({ zone }) => zone === A).length, 3);
  assert.equal(asked.length, 1, "asked again, blindly");

  story.world.exhausted.clear();
  await story.settle(to);
});

test("a roll that finds no capacity for the new type takes no old node away, and goes on when there is some", async () => {
  const from = smallFiles();
  const to = edited(from, ...LARGER);
  const story = await Story.begin(from);
  const before = ids(story.nodes("default"));
  story.world.exhausted.add(`m6i.xlarge/${A}`);
  story.world.exhausted.add(`m6i.xlarge/${B}`);

  const short = await story.apply(to);

  assert.equal(short.result, "waiting", said(short));
  assert.deepEqual(ids(story.nodes("default")), before);

  story.world.exhausted.clear();
  await story.settle(to);
});

test("with zoneFallback the other zones take over, and it moves back when there is capacity", async () => {
  const from = edited(smallFiles(), setPool("default", { zoneFallback: true }));
  const to = edited(from, setPool("default", { size: 6 }));
  const story = await Story.begin(from);
  story.world.exhausted.add(`m6i.large/${B}`);

  const moved = await story.apply(to);
  const inB = story.nodes("default").filter(({ zone }) => zone === B).length;
  const all = story.nodes("default").length;
  story.world.exhausted.clear();

  assert.ok(["applied", "waiting"].includes(moved.result), said(moved));
  assert.deepEqual([all, inB], [6, 1]);
  await story.settle(to);
});

for (const [index, strike] of allStrikes().entries()) {
  // `npm run break` plays all of them.
  if (index % 4 === 1) {
    test(`${describeStrike(strike)}: made up for by the runs that follow`, () => playStrike(strike));
  }
}

test("when half of a pool is not ready any more it is left alone, with a warning", async () => {
  const story = await Story.begin(edited(smallFiles(), setPool("default", { size: 4 })));
  const before = ids(story.nodes());
  for (const node of story.nodes("default").slice(0, 2)) story.strike(node, "hang");
  await story.sleep(20 * MINUTE_MS);

  const result = await story.apply(story.files);

  assert.match(said(result), /plan\/nodes-not-ready: 2 of 4 nodes of default are not ready any more/);
  assert.deepEqual(ids(story.nodes()), before);
  assert.deepEqual(story.watch.breaches, []);
});

for (const how of ["terminate", "stop", "hang"] as const) {
  test(`one of three control-plane nodes is struck by ${how}: it is replaced, and etcd keeps its majority all the time`, async () => {
    const story = await Story.begin(tripleFiles());
    const [node] = story.nodes("control-plane");
    story.strike(node!, how);
    await story.sleep(15 * MINUTE_MS);

    await story.settle(story.files);

    assert.ok(!ids(story.nodes()).includes(node!.id));
  });
}

for (const how of ["stop", "hang"] as const) {
  test(`the only control-plane node is struck by ${how}: it is left alone, with a warning`, async () => {
    const story = await Story.begin(smallFiles());
    const [node] = story.nodes("control-plane");
    story.strike(node!, how);
    await story.sleep(15 * MINUTE_MS);

    const result = await story.apply(story.files);

    assert.match(said(result), /plan\/nodes-not-ready: i-\w+ of the control plane (was stopped|has not been ready)/);
    assert.ok(ids(story.nodes("control-plane")).includes(node!.id));
    assert.notEqual(node!.state, "shutting-down");
  });
}

test("the only control-plane node has stopped and its type is to change: it stays, with etcd on it", async () => {
  const story = await Story.begin(smallFiles());
  const [node] = story.nodes("control-plane");
  story.strike(node!, "stop");
  await story.sleep(15 * MINUTE_MS);

  const result = await story.apply(edited(story.files, controlPlane({ instanceType: "m6i.xlarge" })));

  assert.equal(result.result, "failed");
  assert.equal(node!.state, "stopped");
});
