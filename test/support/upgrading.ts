/**
 * An upgrade by a minor in which one call goes wrong, and which is then run again until it is done. `npm run break` plays
 * all of it, `npm test` a sample.
 */
import assert from "node:assert/strict";
import type { Cluster } from "../../src/config/cluster.ts";
import type { FaultKind } from "../../src/twin/faults.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterOf } from "../packs/support.ts";
import { KINDS, type Played } from "./breaking.ts";
import { Crashed, Simulation, troubles } from "./simulation.ts";
import { watchSkew } from "./skew.ts";

/** One story: what goes wrong, at which call of the upgrade's first run. */
export interface UpgradeStory {
  kind: FaultKind;
  at: number;
}

const SMALL = {
  controlPlane: { size: 1, zones: ["us-east-1a"] },
  workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] }],
};
const ENOUGH_RUNS = 4;
const DONE = ["applied", "resumed", "no-changes"];

export const clusterAt = (version: string, spec: object = SMALL): Cluster =>
  clusterOf({ kubernetes: { version } }, { spec });

/** A cluster that was made without trouble. */
export async function standing(cluster: Cluster): Promise<Simulation> {
  const simulation = new Simulation();
  const result = await simulation.apply(cluster);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  return simulation;
}

/** The Kubernetes versions of the nodes that are there, as they are tagged. */
export function versionsOf(world: World): string[] {
  const there = [...world.instances.values()].filter(({ state }) => state === "running");
  return [...new Set(there.flatMap(({ tags }) => tags["slipway:version"] ?? []))].sort();
}

/** Every call that an undisturbed upgrade makes, with everything that can happen to it. */
export async function upgradeStories(): Promise<UpgradeStory[]> {
  const simulation = await standing(clusterAt("1.35.9"));
  const before = simulation.world.calls.length;
  await simulation.apply(clusterAt("1.36.4"));
  const calls = simulation.world.calls.length - before;
  return Array.from({ length: calls }, (_, at) => KINDS.map((kind): UpgradeStory => ({ kind, at }))).flat();
}

/** Plays a story, and throws an AssertionError when something does not hold. */
export async function playUpgrade({ kind, at }: UpgradeStory): Promise<Played> {
  const simulation = await standing(clusterAt("1.35.9"));
  const { world } = simulation;
  const callsBefore = world.calls.length;
  const breaches = watchSkew(world, clusterAt("1.35.9"));
  let result = "";
  let runs = 0;
  while (runs < ENOUGH_RUNS && !DONE.includes(result)) {
    const faults = runs === 0 ? [{ kind, at }] : [];
    runs += 1;
    result = await simulation.apply(clusterAt("1.36.4"), { faults }).then(
      (ended) => (DONE.includes(ended.result) ? ended.result : `${ended.result}: ${troubles(ended).join("\n")}`),
      (error: unknown) => {
        if (error instanceof Crashed) return "crashed";
        throw error;
      },
    );
  }
  const where = `${kind} at ${at}`;
  assert.ok(DONE.includes(result), `${where}: not done after ${runs} runs: ${result}`);
  assert.deepEqual(breaches, [], where);
  assert.deepEqual(versionsOf(world), ["1.36.4"], where);
  return { calls: world.calls.length - callsBefore, faults: world.faultsMet, runs };
}
