/** How long a roll of a pool takes, and what of it AWS, the nodes and their agents need, one node after the other. */
import assert from "node:assert/strict";
import { edited, setPool, smallFiles } from "./day2-files.ts";
import { Story } from "./day2-story.ts";
import type { Duration } from "./measures.ts";

/** When things happened to a node, in milliseconds. */
interface Times {
  launched?: number;
  running?: number;
  ready?: number;
  asked?: number;
  left?: number;
  terminating?: number;
  terminated?: number;
}

function timesOf(story: Story): Map<string, Times> {
  const all = new Map<string, Times>();
  story.world.observers.push((world) => {
    for (const { id, state, tags } of world.instances.values()) {
      if (tags["slipway:pool"] !== "default") continue;
      const times = all.get(id) ?? {};
      all.set(id, times);
      const phase = tags["slipway:phase"]?.split(" ")[0];
      const now = world.now();
      times.launched ??= now;
      if (state === "running") times.running ??= now;
      if (phase === "ready") times.ready ??= now;
      if (tags["slipway:leave"] !== undefined) times.asked ??= now;
      if (phase === "left") times.left ??= now;
      if (state === "shutting-down") times.terminating ??= now;
      if (state === "terminated") times.terminated ??= now;
    }
  });
  return all;
}

const between = (from: number | undefined, to: number | undefined): number => (to ?? Number.NaN) - (from ?? Number.NaN);

/** Replaces all nodes of a pool of that size, one by one. */
export async function roll(size: number, seed: number): Promise<Duration> {
  const from = edited(smallFiles(), setPool("default", { size }));
  const story = await Story.begin(from, seed);
  const old = new Set(story.nodes("default").map(({ id }) => id));
  const times = timesOf(story);
  const startedAtMs = story.simulation.clock.now();

  await story.apply(edited(from, setPool("default", { instanceType: "m6i.xlarge" })));

  // The parts as AWS, the nodes and their agents took them, their own polling with them; all else is the run's.
  const neededMs = [...times].reduce(
    (sum, [id, one]) =>
      sum +
      (old.has(id)
        ? between(one.asked, one.left) + between(one.terminating, one.terminated)
        : between(one.launched, one.running) + between(one.running, one.ready)),
    0,
  );
  assert.equal(times.size, 2 * size);
  return { tookMs: story.simulation.clock.now() - startedAtMs, neededMs };
}
