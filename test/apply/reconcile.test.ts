/** Reconcile: towards what was last applied, gently, and not a step further. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import { terminate } from "../../src/twin/ec2/instances.ts";
import type { Instance } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { isInService, poolNodes } from "../support/day2-nodes.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

function cluster(spec: Record<string, unknown> = {}): Cluster {
  return clusterWith({
    spec: {
      controlPlane: { size: 3, zones: ZONES },
      workerPools: [{ name: "default", size: 3, instanceType: "m6i.large", zones: ZONES }],
      ...spec,
    },
  });
}

async function standing(of: Cluster = cluster(), seed = 1): Promise<Simulation> {
  const simulation = new Simulation({ seed });
  const result = await simulation.apply(of);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  await pass(simulation, 300_000);
  return simulation;
}

async function pass(simulation: Simulation, ms: number): Promise<void> {
  await simulation.run(() => simulation.clock.sleep(ms));
  simulation.world.catchUp();
}

const first = (nodes: Iterable<Instance>): Instance => [...nodes].find(({ state }) => state === "running")!;
const tagged = <T extends { tags: Record<string, string> }>(things: ReadonlyMap<string, T>, id: string): T =>
  [...things.values()].find(({ tags }) => tags["slipway:id"] === id)!;

/** Says why the instance's own kubelet is not heard any more: it runs, and nothing comes of it. */
function silence(instance: Instance, world: World): void {
  const since = new Date(world.now() - 11 * 60_000).toISOString().slice(0, 16);
  instance.tags["slipway:phase"] = `unready 00:00:00Z since ${since}Z`;
}

const DRIFTS: readonly [what: string, happen: (world: World) => void][] = [
  [
    "a rule of the load balancer was taken away",
    ({ securityGroups }) => tagged(securityGroups, "security-group/load-balancer").ingress.pop(),
  ],
  [
    "a rule was added that lets everybody in",
    ({ securityGroups }) =>
      tagged(securityGroups, "security-group/worker").ingress.push({
        protocol: "tcp",
        fromPort: 22,
        toPort: 22,
        peer: "0.0.0.0/0",
        description: "",
      }),
  ],
  [
    "a tag of a subnet was changed",
    ({ subnets }) => {
      tagged(subnets, "subnet/private/us-east-1a").tags.team = "somebody else";
    },
  ],
  [
    "a tag of a node was changed",
    (world) => {
      first(poolNodes(world, "prod", "default")).tags.team = "somebody else";
    },
  ],
  [
    "a route to a NAT gateway was deleted",
    ({ routeTables }) => tagged(routeTables, "route-table/private/us-east-1b").routes.clear(),
  ],
  [
    "the load balancer's protection was switched off",
    ({ loadBalancers }) => {
      for (const { attributes } of loadBalancers.values()) attributes["deletion_protection.enabled"] = "false";
    },
  ],
  [
    "a control-plane node was taken out of the load balancer",
    ({ targetGroups }) => {
      for (const { targets } of targetGroups.values()) targets.delete([...targets.keys()][0]!);
    },
  ],
  [
    "a worker was terminated",
    (world) => terminate(world, first(poolNodes(world, "prod", "default")), "Client.UserInitiatedShutdown"),
  ],
  [
    "a worker was stopped",
    (world) => {
      first(poolNodes(world, "prod", "default")).state = "stopped";
    },
  ],
  [
    "a control-plane node was terminated",
    (world) => terminate(world, first(poolNodes(world, "prod", "control-plane")), "Client.UserInitiatedShutdown"),
  ],
  [
    "a control-plane node was stopped",
    (world) => {
      first(poolNodes(world, "prod", "control-plane")).state = "stopped";
    },
  ],
  [
    "a zone's private subnet was deleted, with what was in it",
    (world) => {
      const subnet = tagged(world.subnets, "subnet/private/us-east-1c");
      for (const node of [...world.instances.values()].filter(({ subnetId }) => subnetId === subnet.id)) {
        terminate(world, node, "Client.UserInitiatedShutdown");
      }
      for (const [id, nic] of world.interfaces) if (nic.subnetId === subnet.id) world.interfaces.delete(id);
      for (const table of world.routeTables.values()) {
        table.associations = table.associations.filter(({ subnetId }) => subnetId !== subnet.id);
      }
      world.subnets.delete(subnet.id);
    },
  ],
  [
    "all workers were terminated, and Ubuntu has a newer image by now",
    (world) => {
      for (const node of poolNodes(world, "prod", "default")) terminate(world, node, "Client.UserInitiatedShutdown");
      world.images.set("ami-0new", {
        name: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261120",
        arm: false,
        createdAt: "2026-11-20T00:00:00.000Z",
      });
    },
  ],
];

for (const [what, happen] of DRIFTS) {
  test(`${what}: reconcile puts it right, and finds nothing the next time`, async () => {
    const simulation = await standing();
    const { world } = simulation;
    happen(world);
    await pass(simulation, 120_000);

    const repaired = await simulation.reconcile(cluster());
    const again = await simulation.reconcile(cluster());
    const plan = await simulation.plan(cluster());

    assert.equal(repaired.result, "applied", troubles(repaired).join("\n"));
    assert.deepEqual([again.result, plan.result], ["no-changes", "no-changes"]);
    for (const pool of ["control-plane", "default"]) {
      const serving = poolNodes(world, "prod", pool).filter((node) => isInService(world, node));
      assert.deepEqual(serving.map(({ zone }) => zone).sort(), ZONES, pool);
    }
    assert.equal(world.kubernetes.get("prod")!.members.size, 3);
  });
}

test("a worker that has not been ready for ten minutes is replaced; most of a pool at once is left alone and told of", async () => {
  const simulation = await standing();
  const { world } = simulation;
  const [one, two, three] = poolNodes(world, "prod", "default") as [Instance, Instance, Instance];
  for (const node of [one, two]) world.kubernetes.get("prod")!.nodes.get(node.id)!.silentSinceMs = 0;
  silence(one, world);
  silence(two, world);

  const many = await simulation.plan(cluster());
  two.tags["slipway:phase"] = "ready";
  const single = await simulation.plan(cluster());
  two.tags["slipway:phase"] = one.tags["slipway:phase"]!;
  const startedAtMs = simulation.clock.now();
  const left = await simulation.reconcile(cluster());

  assert.deepEqual([many.result, many.plan?.changes], ["no-changes", []]);
  assert.equal(left.result, "drifted");
  assert.ok(simulation.clock.now() - startedAtMs < 60_000, "nobody waits for them");
  assert.match(many.findings[0]!.message, /2 of 3 nodes of default are not ready any more/);
  assert.deepEqual(
    single.plan?.changes.flatMap(({ action, nodes }) => [action, ...(nodes ?? []).map(({ instanceId }) => instanceId)]),
    ["scale", one.id],
  );
  assert.equal(three.state, "running");
});

test("the only control-plane node that is stopped is left as it is: its disk holds the cluster", async () => {
  const single = cluster({ controlPlane: { size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] } });
  const simulation = await standing(single);
  first(poolNodes(simulation.world, "prod", "control-plane")).state = "stopped";
  const before = simulation.mutatingCalls();

  const plan = await simulation.plan(single);

  assert.deepEqual(plan.plan?.changes, []);
  assert.match(
    plan.findings.map(({ message, fix }) => `${message} → ${fix}`).join(),
    /was stopped, and only 0 of 1 control-plane nodes are ready: etcd would lose what it has left → .*start those that were stopped/,
  );
  assert.equal(simulation.mutatingCalls(), before);
});

test("where the files ask for something else than was applied, reconcile tells and changes nothing", async () => {
  const simulation = await standing();
  const { world } = simulation;
  terminate(world, first(poolNodes(world, "prod", "default")), "Client.UserInitiatedShutdown");
  await pass(simulation, 120_000);
  const larger = cluster({
    workerPools: [{ name: "default", size: 4, instanceType: "m6i.large", zones: ZONES }],
  });
  const before = simulation.mutatingCalls();

  const ahead = await simulation.reconcile(larger);

  assert.equal(ahead.result, "drifted");
  assert.match(ahead.findings[0]!.message, /ask for something else than what was last applied \(nodes of default\)/);
  assert.equal(simulation.mutatingCalls(), before);
});

test("of a cluster that was never fully applied reconcile leaves everything to apply", async () => {
  const simulation = new Simulation();
  await simulation.apply(cluster(), { faults: [{ at: 120, kind: "refuse", times: 1_000_000 }] });
  const before = simulation.mutatingCalls();

  const result = await simulation.reconcile(cluster());

  assert.deepEqual([result.result, result.findings[0]?.code], ["drifted", "reconcile/never-applied"]);
  assert.equal(simulation.mutatingCalls(), before);
});

test("what would roll nodes is left and told of, and what else has drifted is repaired beside it", async () => {
  const simulation = await standing();
  const { world } = simulation;
  const node = first(poolNodes(world, "prod", "default"));
  node.tags["slipway:config-hash"] = "of something else";
  tagged(world.securityGroups, "security-group/load-balancer").ingress.pop();

  const result = await simulation.reconcile(cluster());

  assert.equal(result.result, "drifted", troubles(result).join("\n"));
  assert.deepEqual(
    result.findings.map(({ code }) => code),
    ["reconcile/left"],
  );
  assert.equal(node.state, "running");
  assert.deepEqual(
    (await simulation.plan(cluster())).plan?.changes.map(({ action, id }) => `${action} ${id}`),
    ["roll pool/default"],
  );
});
