/** Lets today's code make a cluster on the twin, and writes down what AWS then says of it. */
import assert from "node:assert/strict";
import { bucketName } from "../../../src/core/names.ts";
import { read } from "../builders.ts";
import { Simulation, troubles } from "../simulation.ts";
import { askEverything, askObjects, iamNamesOf } from "./ask.ts";
import type { Recording } from "./recording.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Long enough for every target to be found healthy. */
const SETTLED_MS = 10 * 60_000;

export async function record(version: string, scenario: string): Promise<Recording> {
  const simulation = new Simulation({ seed: 1 });
  const { world, clock, owner } = simulation;
  const files = (await SCENARIOS[scenario]?.(simulation)) ?? [];
  const { clusters, findings } = read(files);
  const [cluster] = clusters;
  assert.ok(cluster !== undefined, JSON.stringify(findings, null, 1));
  const applied = await simulation.apply(cluster);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));

  const transport = world.connect({ name: "recorder" });
  const bucket = bucketName(world.accountId, world.region);
  const { answers, objects } = await simulation.run(async () => {
    await clock.sleep(SETTLED_MS);
    return { answers: await askEverything(transport, iamNamesOf(world)), objects: await askObjects(transport, bucket) };
  });
  const { region, accountId } = world;
  const at = new Date(clock.now()).toISOString();
  return { version, scenario, region, accountId, owner, at, files, bucket, objects, answers };
}
