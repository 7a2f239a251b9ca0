/** Changes that are killed or stopped on their way: the next run goes on, takes them back, or makes something else of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeInterruption,
  type Interruption,
  JOURNEYS,
  lengthOf,
  playInterruption,
  sampleOf,
} from "../support/day2-interruptions.ts";
import { controlPlane, edited, Story, smallFiles } from "../support/day2-story.ts";

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
    { journey: "roll", how: { stoppedAfterSeconds: 361 }, afterwards: "shrinks", pauseMs: 0, seed: 1 },
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

test("whatever call or moment a change is interrupted at, and whatever comes then, its bounds hold", async (context) => {
  const names = Object.keys(JOURNEYS);
  const lengths = new Map<string, { calls: number; seconds: number }>();
  for (const name of names) lengths.set(name, await lengthOf(name, 1));
  for (const story of sampleOf(6, 3, lengths)) {
    await context.test(describeInterruption(story), () => playInterruption(story));
  }
});
