/** Changes that are killed or stopped on their way: the next run goes on, takes them back, or makes something else of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { controlPlane, edited, setPool, smallFiles } from "../support/day2-files.ts";
import {
  describeInterruption,
  type Interruption,
  JOURNEYS,
  lengthOf,
  playInterruption,
  sampleOf,
} from "../support/day2-interruptions.ts";
import { Story } from "../support/day2-story.ts";

/** Each has once found a fault. */
const KNOWN: readonly [what: string, story: Interruption][] = [
  [
    "an upgrade that is gone on with launches no newer kubelet while the old API server is there",
    { journey: "upgrade", how: { stoppedAfterSeconds: 103 }, afterwards: "goes on", pauseMs: 30_000, seed: 1 },
  ],
  [
    "a control-plane node that joins while the change is taken back leaves by its agent",
    {
      journey: "control plane to three",
      how: { stoppedAfterSeconds: 196 },
      afterwards: "goes back",
      pauseMs: 0,
      seed: 1,
    },
  ],
  [
    "a node that a stopped run has left shutting down is waited for",
    { journey: "roll", how: { stoppedAfterSeconds: 534 }, afterwards: "shrinks", pauseMs: 0, seed: 1 },
  ],
];

for (const [what, story] of KNOWN) test(what, () => playInterruption(story));

for (const [what, edit] of [
  ["another one goes", controlPlane({ instanceType: "m6i.xlarge" })],
  ["another one comes", controlPlane({ size: 3 })],
] as const) {
  test(`a control-plane node that the load balancer does not know yet is healthy behind it before ${what}`, async () => {
    const from = smallFiles();
    const story = await Story.begin(from);
    const stop = new AbortController();
    story.once(
      () => story.nodes("control-plane").find(({ state }) => state === "pending"),
      () => stop.abort(new Error("told to stop")),
    );
    await story.run(edited(from, edit), { signal: stop.signal });
    await story.sleep(600_000);
    const [known] = [...story.world.targetGroups.values()].map(({ targets }) => targets.size);

    await story.settle(edited(from, edit), {}, 1);

    assert.equal(known, 1);
  });
}

const launchesOf = ({ world }: Story): number =>
  world.calls.filter(({ action, error }) => action === "ec2:RunInstances" && error === undefined).length;

const GROWN = setPool("default", { size: 5 });
const ROLLED = setPool("default", { instanceType: "m6i.xlarge" });
const WITHOUT_SURGE = setPool("default", { rollout: { maxSurge: 0, maxUnavailable: 1 } });

for (const [what, begun, then, launches] of [
  ["that nobody wants any more is not made", [GROWN], [setPool("default", { size: 2 })], 0],
  ["of nodes that would be born otherwise by now is not made", [GROWN], [GROWN, ROLLED], 5],
  ["that is to come after a node has gone by now is not made before", [ROLLED], [ROLLED, WITHOUT_SURGE], 3],
] as const) {
  test(`a launch that was written down and not asked for, and ${what}`, async () => {
    const from = smallFiles();
    const story = await Story.begin(from);
    const died = await story.run(edited(from, ...begun), {
      faults: [{ kind: "crash-before", at: "ec2:RunInstances", times: 9 }],
    });
    const before = launchesOf(story);

    await story.settle(edited(from, ...then), {}, 1);

    assert.equal(died, "crashed");
    assert.equal(launchesOf(story) - before, launches);
  });
}

test("a launch that nobody wants any more, and that EC2 does not list yet, is waited for and counted", async () => {
  const from = smallFiles();
  const story = await Story.begin(from);
  const before = new Set(story.nodes().map(({ id }) => id));
  const died = await story.run(edited(from, GROWN), { faults: [{ kind: "crash-after", at: "ec2:RunInstances" }] });
  const launched = story.nodes().filter(({ id }) => !before.has(id));
  // The dead run's lease holds for a minute; then some of this is still to come.
  for (const node of launched) node.visibleAtMs = story.simulation.clock.now() + 100_000;

  await story.settle(edited(from, setPool("default", { size: 2 })), {}, 1);

  assert.equal(died, "crashed");
  const found = story.simulation.events.flatMap((event) => (event.code === "launch/replayed" ? event.instanceIds : []));
  assert.deepEqual(
    found,
    launched.map(({ id }) => id),
  );
  assert.equal(found.length, 1);
});

test("whatever call or moment a change is interrupted at, and whatever comes then, its bounds hold", async (context) => {
  const names = Object.keys(JOURNEYS);
  const lengths = new Map<string, { calls: number; seconds: number }>();
  for (const name of names) lengths.set(name, await lengthOf(name, 1));
  for (const story of sampleOf(6, 3, lengths)) {
    await context.test(describeInterruption(story), () => playInterruption(story));
  }
});
