/** A world that was loaded with an inventory is found to be just that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeAws } from "../../src/aws/clients.ts";
import { identityOf } from "../../src/blueprint/blueprint.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { seededRandom } from "../../src/core/random.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { loadWorld } from "../../src/rehearse/load.ts";
import { RecordStore } from "../../src/resources/records/store.ts";
import { SHAPES } from "../../src/resources/shapes.ts";
import { type Inventory, survey, withRecords } from "../../src/survey/survey.ts";
import { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { assessment } from "../support/rehearsals.ts";
import { Crashed, Simulation, troubles } from "../support/simulation.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

/** In an order of its own, and without the moment at which it was read. */
function compared({ resources, nodes, targets, staticNetwork, records }: Inventory): object {
  const byId = <T extends { awsId: string; id: string }>(a: T, b: T): number =>
    `${a.awsId} ${a.id}` < `${b.awsId} ${b.id}` ? -1 : 1;
  return {
    resources: [...resources].sort(byId),
    nodes: [...nodes].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1)),
    targets: [...targets].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1)),
    staticNetwork,
    records,
  };
}

/** What a survey finds of a cluster in a world that was loaded with what one has found. */
async function foundAgain(simulation: Simulation, cluster: Cluster): Promise<[before: Inventory, after: Inventory]> {
  const seen = await assessment(simulation, cluster);
  const clock = new VirtualClock({ startMs: seen.inventory.readAtMs });
  const world = new World({ clock });
  loadWorld(world, { ...seen, cluster });
  const random = seededRandom(1);
  const aws = makeAws({ region: world.region, clock, random, transport: world.connect() });
  const identity = identityOf(cluster);
  const keys = [...(seen.inventory.records?.keys() ?? [])];
  const find = () => withRecords(survey(aws, identity, cluster.placement), new RecordStore(aws, identity), keys);
  return [seen.inventory, await clock.run(find)];
}

test("every kind of resource, every node, target and record is found again as it was", async () => {
  const simulation = new Simulation();
  const cluster = clusterWith();
  const made = await simulation.apply(cluster);
  assert.equal(made.result, "applied", troubles(made).join("\n"));

  const [before, after] = await foundAgain(simulation, cluster);

  assert.deepEqual(new Set(before.resources.map(({ kind }) => kind)), new Set(Object.keys(SHAPES)));
  assert.deepEqual(compared(after), compared(before));
});

test("what is on its way is found again on its way, and the user's network as the file names it", async () => {
  for (const at of [140, 165, 190, 215]) {
    const simulation = new Simulation({ eventualConsistency: false });
    const cluster = clusterWith({ spec: { placement: placedIn(await userNetwork(simulation, ZONES)) } });
    const dynamic = clusterWith({ metadata: { name: "other" } });
    for (const one of [cluster, dynamic]) {
      await assert.rejects(simulation.apply(one, { faults: [{ at, kind: "crash-after" }] }), Crashed);

      const [before, after] = await foundAgain(simulation, one);

      assert.ok(before.resources.length > 5, `${before.resources.length} resources after call ${at}`);
      assert.deepEqual(compared(after), compared(before), `${one.name} after call ${at}`);
    }
  }
});
