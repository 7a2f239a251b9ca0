/** Changes of day 2 that are killed or stopped on their way, and then go on, go back, or go elsewhere. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src/core/random.ts";
import {
  A,
  B,
  C,
  controlPlane,
  D,
  type Edit,
  edited,
  type Files,
  removePool,
  set,
  setPool,
  smallFiles,
  tripleFiles,
} from "./day2-files.ts";
import { Story } from "./day2-story.ts";

/** A change that takes a while. */
export interface Journey {
  from: () => Files;
  edit: Edit;
  confirm?: string;
}

export const JOURNEYS: Readonly<Record<string, Journey>> = {
  scale: {
    from: smallFiles,
    edit: (files) => {
      setPool("default", { size: 4 })(files);
      setPool("other", { size: 0 })(files);
    },
  },
  roll: { from: smallFiles, edit: setPool("default", { instanceType: "m6i.xlarge" }) },
  "roll of two at a time": {
    from: smallFiles,
    edit: setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: 1, maxUnavailable: 1 } }),
  },
  "roll without surge": {
    from: smallFiles,
    edit: setPool("default", { instanceType: "m6i.xlarge", rollout: { maxSurge: 0, maxUnavailable: 1 } }),
  },
  "control-plane roll of one": { from: smallFiles, edit: controlPlane({ instanceType: "m6i.xlarge" }) },
  "control-plane roll of three": { from: tripleFiles, edit: controlPlane({ instanceType: "m6i.xlarge" }) },
  "control plane to three": { from: smallFiles, edit: controlPlane({ size: 3 }) },
  upgrade: { from: smallFiles, edit: set({ version: "1.37.2" }) },
  "pool removal": {
    from: smallFiles,
    edit: removePool("default"),
    confirm: "prod/default",
  },
  "zone move": { from: smallFiles, edit: setPool("default", { zones: [B, D] }) },
};

/** What comes after: the same again, the change taken back, or something else. */
const AFTERWARDS: Readonly<Record<string, (from: Files, to: Files) => Files>> = {
  "goes on": (_from, to) => to,
  "goes back": (from) => from,
  "goes elsewhere": (_from, to) => edited(to, setPool("default", { instanceType: "m6i.2xlarge", zones: [A, C] })),
  shrinks: (_from, to) => edited(to, setPool("default", { size: 2 })),
};

export interface Interruption {
  journey: string;
  /** Killed at that call, or stopped at that moment, in seconds. */
  how: { killedAt: number } | { stoppedAfterSeconds: number };
  afterwards: string;
  /** How long nobody does anything then. */
  pauseMs: number;
  seed: number;
}

/** How long an undisturbed journey is, in calls and in seconds. */
export async function lengthOf(name: string, seed: number): Promise<{ calls: number; seconds: number }> {
  const { from, edit, confirm } = journeyOf(name);
  const story = await Story.begin(from(), seed);
  const [calls, atMs] = [story.world.calls.length, story.simulation.clock.now()];
  const result = await story.apply(edited(from(), edit), { confirm: confirm === undefined ? [] : [confirm] });
  assert.equal(result.result, "applied");
  return { calls: story.world.calls.length - calls, seconds: (story.simulation.clock.now() - atMs) / 1000 };
}

export async function playInterruption({ journey, how, afterwards, pauseMs, seed }: Interruption): Promise<void> {
  const { from, edit, confirm } = journeyOf(journey);
  const [before, to] = [from(), edited(from(), edit)];
  const options = { confirm: confirm === undefined ? [] : [confirm] };
  const story = await Story.begin(before, seed);
  if ("killedAt" in how) {
    await story.run(to, { ...options, faults: [{ kind: "crash-after", at: how.killedAt }] });
  } else {
    const stop = new AbortController();
    const atMs = story.simulation.clock.now() + how.stoppedAfterSeconds * 1000;
    story.world.observers.push((world) => {
      if (world.now() >= atMs) stop.abort(new Error("told to stop"));
    });
    await story.run(to, { ...options, signal: stop.signal });
  }
  assert.deepEqual(story.watch.breaches, [], "until it was interrupted");
  if (pauseMs > 0) await story.sleep(pauseMs);
  const then = AFTERWARDS[afterwards];
  if (then === undefined) throw new Error(`no ${afterwards}`);
  await story.settle(then(before, to), options, 2);
}

/** A sample of so many, from a seed. */
export function sampleOf(
  count: number,
  seed: number,
  lengths: ReadonlyMap<string, { calls: number; seconds: number }>,
): Interruption[] {
  const random = seededRandom(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, () => {
    const journey = one([...lengths.keys()]);
    const { calls, seconds } = lengths.get(journey) ?? { calls: 1, seconds: 1 };
    const how =
      random() < 0.6
        ? { killedAt: Math.floor(random() * calls) }
        : { stoppedAfterSeconds: Math.floor(random() * seconds) };
    return { journey, how, afterwards: one(Object.keys(AFTERWARDS)), pauseMs: one([0, 0, 30_000, 600_000]), seed: 1 };
    // Kubernetes never goes back, and that is refused: nothing is left to be looked at.
  }).filter(({ journey, afterwards }) => journey !== "upgrade" || afterwards !== "goes back");
}

export function describeInterruption({ journey, how, afterwards, pauseMs }: Interruption): string {
  const what = "killedAt" in how ? `killed at call ${how.killedAt}` : `stopped after ${how.stoppedAfterSeconds} s`;
  return `${journey}, ${what}, then ${pauseMs / 1000} s of nothing, ${afterwards}`;
}

function journeyOf(name: string): Journey {
  const journey = JOURNEYS[name];
  if (journey === undefined) throw new Error(`no journey ${name}`);
  return journey;
}
