/** From nothing to a cluster and back, for clusters of every shape, on the twin. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import type { World } from "../../src/twin/world.ts";
import { stores } from "../support/breaking.ts";
import { clusterWith } from "../support/builders.ts";
import { creation } from "../support/measures.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const ONE = ["us-east-1a"];
const TWO = ["us-east-1a", "us-east-1b"];
const pool = (changes: object) => ({ name: "default", size: 3, instanceType: "m6i.large", zones: TWO, ...changes });

const SHAPES: readonly [name: string, cluster: Cluster][] = [
  ["three zones, three control-plane nodes, workers", clusterWith()],
  [
    "one node and nothing else",
    clusterWith({
      spec: { bastion: false, sshKeyName: undefined, controlPlane: { size: 1, zones: ONE }, workerPools: [] },
    }),
  ],
  ["five control-plane nodes over three zones", clusterWith({ spec: { controlPlane: { size: 5 } } })],
  ["a private API server", clusterWith({ spec: { apiServer: { access: "private", allowedCidrs: [] } } })],
  [
    "workers in a zone that the control plane is not in",
    clusterWith({ spec: { controlPlane: { size: 1, zones: ONE }, workerPools: [pool({ zones: ["us-east-1d"] })] } }),
  ],
  [
    "a spot pool beside an on-demand pool, arm beside amd64",
    clusterWith({
      spec: {
        controlPlane: { size: 1, zones: ONE },
        workerPools: [
          pool({}),
          pool({ name: "spot", size: 2, spot: { maxPricePercent: 60 } }),
          pool({ name: "arm", instanceType: "m6g.large", size: 1 }),
        ],
      },
    }),
  ],
  ["an empty pool", clusterWith({ spec: { controlPlane: { size: 1, zones: ONE }, workerPools: [pool({ size: 0 })] } })],
  [
    "the longest name and the most tags",
    clusterWith({
      metadata: {
        name: "a".repeat(40),
        tags: Object.fromEntries(Array.from({ length: 34 }, (_, n) => [`key-${n}`, "v".repeat(200)])),
      },
      spec: { controlPlane: { size: 1, zones: ONE }, workerPools: [] },
    }),
  ],
  ["the smallest VPC", clusterWith({ spec: { placement: { dynamic: { vpcCidr: "10.0.0.0/22" } } } })],
];

/** Refusals by AWS that are no fault of the order: it takes its time to agree with itself. */
const LATE = /Invalid IAM Instance Profile|iam:|ec2:ReleaseAddress/;

for (const [name, cluster] of SHAPES) {
  test(`created, found in sync, destroyed: ${name}`, async () => {
    const simulation = new Simulation({ eventualConsistency: false });
    const { world } = simulation;
    const untouched = outline(world);

    const created = await simulation.apply(cluster);
    assert.equal(created.result, "applied", troubles(created).join("\n"));
    checkNodes(world, cluster);
    const calls = simulation.mutatingCalls();
    assert.equal((await simulation.apply(cluster)).result, "no-changes");
    assert.equal(simulation.mutatingCalls(), calls);

    const destroyed = await simulation.destroy(cluster);
    assert.equal(destroyed.result, "destroyed", troubles(destroyed).join("\n"));
    assert.equal((await simulation.destroy(cluster)).result, "destroyed");
    await simulation.run(() => simulation.clock.sleep(2 * 3_600_000));
    world.catchUp();
    assert.equal(outline(world), untouched, "something is left");

    const refused = world.calls.filter(
      (call) =>
        call.error !== undefined &&
        !/NotFound|NoSuchEntity|NoSuchKey|NoSuchBucket|InvalidResourceId|InvalidParameterValue/.test(call.error) &&
        !LATE.test(call.action),
    );
    assert.deepEqual(
      refused.map(({ action, error }) => `${action} ${error}`),
      [],
      "AWS refused an order",
    );
  });
}

/** What a finished cluster owes its file: the right nodes, in private subnets, spread, tagged, and behind the load balancer. */
function checkNodes(world: World, cluster: Cluster): void {
  const nodes = [...world.instances.values()].filter(
    (instance) => instance.state === "running" && instance.tags["slipway:pool"] !== undefined,
  );
  for (const wanted of [cluster.controlPlane, ...cluster.workerPools]) {
    const own = nodes.filter((node) => node.tags["slipway:pool"] === wanted.name);
    assert.equal(own.length, wanted.size, wanted.name);
    for (const zone of wanted.zones) {
      const here = own.filter((node) => node.zone === zone).length;
      const even = wanted.size / wanted.zones.length;
      assert.ok(here === Math.floor(even) || here === Math.ceil(even), `${wanted.name} has ${here} in ${zone}`);
    }
    for (const node of own) {
      assert.equal(node.publicIp, undefined);
      assert.equal(node.type, wanted.instanceType);
      assert.match(node.tags["slipway:phase"]!, /^ready/);
      assert.match(world.subnets.get(node.subnetId)!.tags["slipway:id"]!, /^subnet\/private\//);
      const tagged = [world.volumes.get(node.volumeId)!, world.interfaces.get(node.interfaceId)!];
      for (const thing of tagged) assert.equal(thing.tags["slipway:cluster"], cluster.name);
      assert.equal(world.volumes.get(node.volumeId)!.encrypted, true);
      assert.equal(node.isSpot, wanted.role === "worker" && wanted.spot !== undefined);
    }
  }
  const [group] = world.targetGroups.values();
  const behind = [...group!.targets.keys()].sort();
  assert.deepEqual(
    behind,
    nodes
      .filter((node) => node.tags["slipway:role"] === "control-plane")
      .map((node) => node.id)
      .sort(),
  );
  const open = [...world.instances.values()].filter((instance) => instance.publicIp !== undefined);
  assert.equal(open.length, cluster.bastion === undefined ? 0 : 1);
}

/** Everything that there is, in a few words. */
function outline(world: World): string {
  return stores(world)
    .map(([, things]) => [...things.keys()].join(","))
    .join(";");
}

test("creating three zones takes at most 1.05 times the longest chain of AWS's own waits", async () => {
  for (const pace of [0, 0.5, 1]) {
    const { tookMs, neededMs } = await creation(pace);
    assert.ok(tookMs <= 1.05 * neededMs, `${tookMs / 1000} s, and the longest chain is ${neededMs / 1000} s`);
  }
});

test("an apply starts no node before its way out stands, and no NAT gateway before the internet gateway is attached", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  world.observers.push(() => {
    for (const nat of world.natGateways.values()) assert.notEqual(nat.state, "failed");
    for (const instance of world.instances.values()) {
      if (instance.tags["slipway:pool"] === undefined || instance.state !== "pending") continue;
      const table = [...world.routeTables.values()].find((one) =>
        one.associations.some(({ subnetId }) => subnetId === instance.subnetId),
      );
      const target = table?.routes.get("0.0.0.0/0");
      assert.equal(world.natGateways.get(target ?? "")?.state, "available");
    }
  });

  // Both are made late, so that whatever does not wait for them is early.
  const faults = ["ec2:AttachInternetGateway", "ec2:CreateRoute"].map((at) => ({
    at,
    kind: "throttle" as const,
    times: 3,
  }));
  const result = await simulation.apply(clusterWith(), { faults });

  assert.equal(result.result, "applied", troubles(result).join("\n"));
});

test("instances are launched in one call for each pool and zone", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const cluster = clusterWith({ spec: { bastion: false, workerPools: [pool({ size: 40 })] } });

  const result = await simulation.apply(cluster);

  assert.equal(result.result, "applied", troubles(result).join("\n"));
  const launches = simulation.world.calls.filter(
    ({ action, error }) => action === "ec2:RunInstances" && error === undefined,
  );
  assert.equal(launches.length, 5);
});

test("a file that names the addresses of the cluster's own NAT gateways asks for nothing new", async () => {
  const simulation = new Simulation();
  assert.equal((await simulation.apply(clusterWith())).result, "applied");
  const own = [...simulation.world.addresses.values()].map(({ publicIp }) => `${publicIp}/32`);
  const allowedCidrs = ["203.0.113.0/24", ...own];
  const naming = clusterWith({ spec: { apiServer: { access: "public", allowedCidrs } } });
  assert.equal(own.length, 3);
  assert.equal((await simulation.apply(naming)).result, "no-changes");
});

test("destroying needs the cluster's name, and without it nothing is changed", async () => {
  const simulation = new Simulation();
  const cluster = clusterWith({ spec: { controlPlane: { size: 1, zones: ONE }, workerPools: [] } });
  await simulation.apply(cluster);
  const before = simulation.mutatingCalls();

  for (const confirm of [[], ["other"], ["Prod"]]) {
    const result = await simulation.destroy(cluster, { confirm });
    assert.equal(result.result, "blocked");
    assert.equal(result.findings[0]?.code, "destroy/unconfirmed");
    assert.ok(result.plan!.changes.length > 10);
  }
  assert.equal(simulation.mutatingCalls(), before);
});
