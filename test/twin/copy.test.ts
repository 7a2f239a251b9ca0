/** Stories that begin alike begin in copies of one world: what happens there must be what would have happened. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { outlineOfWhatStands } from "../support/breaking.ts";
import { clusterWith } from "../support/builders.ts";
import { A, clusterOf, controlPlane, edited, setPool, smallFiles } from "../support/day2-files.ts";
import { Story } from "../support/day2-story.ts";
import { Crashed, Simulation } from "../support/simulation.ts";

const FILES = edited(smallFiles(), controlPlane({ zones: [A] }));
const ROLLED = edited(FILES, setPool("default", { instanceType: "m6i.xlarge" }), setPool("other", { size: 0 }));

/** All that can be told of a world: each call with its moment and how it ended, what stands, and where chance has come to. */
function history({ world, clock }: Simulation) {
  return {
    calls: world.calls.map(({ action, atMs, process, error }) => `${atMs} ${process} ${action} ${error ?? ""}`),
    stands: outlineOfWhatStands(world),
    chance: world.random.state(),
    now: clock.now(),
  };
}

async function live(story: Story): Promise<ReturnType<typeof history>> {
  story.strike(story.nodes("other")[0]!, "terminate");
  await story.run(ROLLED, { faults: [{ kind: "crash-after", at: 120 }] });
  await story.run(ROLLED, { faults: [{ kind: "lose-answer", at: 40 }] });
  await story.sleep(3_700_000); // what is terminated is forgotten
  await story.settle(ROLLED);
  const past = history(story.simulation);
  const destroyed = await story.simulation.destroy(clusterOf(ROLLED));
  assert.equal(destroyed.result, "destroyed");
  return past;
}

test("a story in a copy of a standing cluster goes as in a cluster that was made for it: call by call, to the millisecond", async () => {
  const original = await live(await Story.beginAnew(FILES));

  assert.deepEqual(await live(await Story.begin(FILES)), original);
  assert.deepEqual(await live(await Story.begin(FILES)), original, "one copy knows nothing of the other");
  assert.ok(original.calls.length > 500);
});

test("nothing is shared with a copy that either changes", async () => {
  const simulation = new Simulation();
  const cluster = clusterWith({ spec: { controlPlane: { size: 1, zones: [A] }, workerPools: [] } });
  await simulation.apply(cluster);
  const before = JSON.stringify(history(simulation));

  const copy = simulation.copy();
  await copy.destroy(cluster);

  assert.equal(JSON.stringify(history(simulation)), before);
  assert.equal((await simulation.plan(cluster)).result, "no-changes");
});

test("a world in which something is on its way is not copied", async () => {
  const simulation = new Simulation();
  const cluster = clusterWith({ spec: { controlPlane: { size: 1, zones: [A] }, workerPools: [] } });
  const faults = [{ kind: "crash-after", at: "ec2:CreateNatGateway" }] as const;
  await assert.rejects(simulation.apply(cluster, { faults }), Crashed);

  assert.throws(() => simulation.copy(), /something is on its way/);
});
