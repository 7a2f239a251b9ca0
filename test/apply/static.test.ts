/** Clusters in a network that is not theirs: created, found in sync, destroyed, and the network as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import { clusterWith } from "../support/builders.ts";
import { Crashed, Simulation, troubles } from "../support/simulation.ts";
import { networkText, placedIn, type UserNetwork, userNetwork } from "../support/user-network.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

function withoutPublic(network: UserNetwork): Cluster {
  const { vpcId, subnets } = placedIn(network).static;
  const closed = subnets.map(({ zone, private: id }) => ({ zone, private: id }));
  return clusterWith({
    spec: {
      placement: { dynamic: undefined, static: { vpcId, subnets: closed } },
      apiServer: { access: "private", allowedCidrs: [] },
      bastion: false,
    },
  });
}

const SHAPES: readonly [name: string, cluster: (network: UserNetwork) => Cluster][] = [
  ["a public API server and a bastion", (network) => clusterWith({ spec: { placement: placedIn(network) } })],
  ["a private API server, no bastion, no public subnets", withoutPublic],
];

for (const [name, clusterIn] of SHAPES) {
  test(`in the user's network, created, found in sync, destroyed, and the network is untouched: ${name}`, async () => {
    const simulation = new Simulation({ eventualConsistency: false });
    const { world } = simulation;
    const network = await userNetwork(simulation, ZONES);
    const cluster = clusterIn(network);
    const before = networkText(world);
    const tenants = JSON.stringify([...world.securityGroups, ...world.interfaces]);

    const created = await simulation.apply(cluster);
    assert.equal(created.result, "applied", troubles(created).join("\n"));
    assert.deepEqual(created.findings, []);
    assert.equal(networkText(world), before, "creating changed the user's network");
    const nodes = [...world.instances.values()].filter((one) => one.tags["slipway:pool"] !== undefined);
    assert.equal(nodes.length, 6);
    for (const node of nodes) {
      assert.equal(node.subnetId, network.zones.find(({ zone }) => zone === node.zone)!.closed);
      assert.match(node.tags["slipway:phase"]!, /^ready/);
      assert.equal(node.publicIp, undefined);
    }
    const changes = simulation.mutatingCalls();
    assert.equal((await simulation.apply(cluster)).result, "no-changes");
    assert.equal(simulation.mutatingCalls(), changes);

    const destroyed = await simulation.destroy(cluster);
    assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
    await simulation.run(() => simulation.clock.sleep(2 * 3_600_000));
    world.catchUp();
    assert.equal(networkText(world), before, "destroying changed the user's network");
    assert.equal(JSON.stringify([...world.securityGroups, ...world.interfaces]), tenants);
    const left = [world.instances, world.volumes, world.loadBalancers, world.targetGroups, world.roles, world.profiles];
    assert.deepEqual(
      left.map((store) => store.size),
      [0, 0, 0, 0, 0, 0],
    );
  });
}

test("an apply in the user's network that dies and a destroy after it leave the network untouched", async () => {
  for (const at of [130, 165]) {
    const simulation = new Simulation();
    const network = await userNetwork(simulation, ["us-east-1a"]);
    const cluster = clusterWith({
      spec: { placement: placedIn(network), controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] },
    });
    const { world } = simulation;
    const before = networkText(world);

    await assert.rejects(simulation.apply(cluster, { faults: [{ at, kind: "crash-after" }] }), Crashed);
    const standing = [...world.securityGroups.values()].filter((group) => group.tags["slipway:cluster"] !== undefined);
    const destroyed = await simulation.destroy(cluster);

    assert.ok(standing.length > 0, `nothing was made before call ${at}`);
    assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
    assert.equal(networkText(world), before);
  }
});
