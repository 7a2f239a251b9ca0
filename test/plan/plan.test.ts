/** Plans against what a real apply left on the twin, and then somebody, or something, changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Cluster } from "../../src/config/cluster.ts";
import type { Change } from "../../src/plan/change.ts";
import { planCluster } from "../../src/plan/plan.ts";
import { spread } from "../../src/plan/spread.ts";
import type { Inventory } from "../../src/survey/survey.ts";
import type { Thing } from "../../src/twin/records.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { marketCost, surveyCost } from "../support/measures.ts";
import { EMPTY, market, OWNER } from "../support/plans.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const SMALL = {
  spec: {
    controlPlane: { size: 1, zones: ["us-east-1a"] },
    workerPools: [{ name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1c"] }],
  },
};

/** A cluster that stands on the twin. */
async function standing(cluster: Cluster, seed = 1): Promise<Simulation> {
  const simulation = new Simulation({ seed });
  const result = await simulation.apply(cluster);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  return simulation;
}

const lines = (changes: readonly Change[]): string[] =>
  changes.map(({ action, id, fields }) => [action, id, ...fields.map(({ field }) => field)].join(" ")).sort();

test("nothing has to be done where everything is as the file says", async () => {
  const cluster = clusterWith();
  const simulation = await standing(cluster);
  const before = simulation.mutatingCalls();

  const [plan, apply] = [await simulation.plan(cluster), await simulation.apply(cluster)];

  assert.deepEqual([plan.result, plan.plan?.changes, plan.findings], ["no-changes", [], []]);
  assert.equal(apply.result, "no-changes");
  assert.equal(simulation.mutatingCalls(), before);
});

test("a no-change plan of three zones asks AWS at most 25 times in 4 rounds for the cluster, and 20 times for the market", async () => {
  const cluster = clusterWith();
  const simulation = await standing(cluster);

  const surveyed = await surveyCost(simulation, cluster);
  const marketed = await marketCost(simulation, cluster);

  assert.ok(surveyed.calls <= 25 && surveyed.rounds <= 4, JSON.stringify(surveyed));
  assert.ok(marketed.calls <= 20 && marketed.rounds <= 4, JSON.stringify(marketed));
});

test("adding zone b between a and c changes no subnet that is there", async () => {
  const two = clusterWith(SMALL);
  const simulation = await standing(two);
  const three = clusterWith({
    spec: {
      ...SMALL.spec,
      workerPools: [
        { name: "default", size: 3, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b", "us-east-1c"] },
      ],
    },
  });
  const subnets = () => [...simulation.world.subnets.values()].map(({ id, zone, cidr }) => `${id} ${zone} ${cidr}`);
  const before = subnets();

  const planned = await simulation.plan(three);
  const applied = await simulation.apply(three);

  const touched = planned.plan!.changes.filter(({ id }) => id.startsWith("subnet/"));
  assert.deepEqual(lines(touched), ["create subnet/private/us-east-1b", "create subnet/public/us-east-1b"]);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.deepEqual(subnets().slice(0, before.length), before);
  assert.deepEqual(
    subnets()
      .slice(before.length)
      .map((text) => text.split(" ").slice(1).join(" "))
      .sort(),
    ["us-east-1b 10.0.8.0/22", "us-east-1b 10.0.96.0/19"],
  );
});

/** What somebody did behind Slipway's back, and what the plan says of it. All but the last are repaired in place. */
const DRIFT: readonly [name: string, drift: (world: World) => void, expected: string[]][] = [
  [
    "a rule was added by hand",
    (world) => {
      const open = { protocol: "tcp", fromPort: 22, toPort: 22, peer: "0.0.0.0/0", description: "" };
      called(world.securityGroups, "security-group/worker").ingress.push(open);
    },
    ["update security-group-rules/worker ingress"],
  ],
  [
    "a rule was removed",
    (world) => void called(world.securityGroups, "security-group/control-plane").ingress.pop(),
    ["update security-group-rules/control-plane ingress"],
  ],
  [
    "egress was closed",
    (world) => void called(world.securityGroups, "security-group/worker").egress.pop(),
    ["update security-group-rules/worker egress"],
  ],
  ["a tag was changed", (world) => retag(called(world.vpcs, "vpc/main")), ["update vpc/main tags.team"]],
  [
    "a tag of the load balancer was changed",
    (world) => retag(called(world.loadBalancers, "load-balancer/api")),
    ["update load-balancer/api tags.team"],
  ],
  [
    "a tag of a role was changed",
    (world) => retag(called(world.roles, "role/control-plane")),
    ["update role/control-plane tags.team"],
  ],
  [
    "DNS hostnames were turned off",
    (world) => {
      called(world.vpcs, "vpc/main").dnsHostnames = false;
    },
    ["update vpc/main dnsHostnames"],
  ],
  [
    "a route leads nowhere",
    (world) => void called(world.routeTables, "route-table/private/us-east-1a").routes.set("0.0.0.0/0", "nat-gone"),
    ["update route/private/us-east-1a target"],
  ],
  [
    "a route was deleted",
    (world) => called(world.routeTables, "route-table/private/us-east-1a").routes.clear(),
    ["create route/private/us-east-1a"],
  ],
  [
    "an association was undone",
    (world) => void called(world.routeTables, "route-table/public/us-east-1a").associations.pop(),
    ["update route-table/public/us-east-1a subnet"],
  ],
  [
    "the endpoint lost a table",
    (world) => void called(world.endpoints, "vpc-endpoint/s3").routeTableIds.pop(),
    ["update vpc-endpoint/s3 routeTables"],
  ],
  [
    "deletion protection was turned off",
    (world) => {
      called(world.loadBalancers, "load-balancer/api").attributes["deletion_protection.enabled"] = "false";
    },
    ["update load-balancer/api deletionProtection"],
  ],
  [
    "client addresses are preserved",
    (world) => {
      called(world.targetGroups, "target-group/api").attributes["preserve_client_ip.enabled"] = "true";
    },
    ["update target-group/api preserveClientIp"],
  ],
  [
    "the health check was changed",
    (world) => {
      called(world.targetGroups, "target-group/api").healthPath = "/";
    },
    ["update target-group/api healthPath"],
  ],
  ["the listener was deleted", (world) => world.listeners.clear(), ["create listener/api"]],
  [
    "a role's policy was changed",
    (world) => void called(world.roles, "role/control-plane").policies.set("slipway", "{}"),
    ["update role/control-plane policy"],
  ],
  [
    "a role's policy was deleted",
    (world) => called(world.roles, "role/worker").policies.clear(),
    ["update role/worker policy"],
  ],
  [
    "a profile lost its role",
    (world) => void called(world.profiles, "instance-profile/control-plane").roles.pop(),
    ["update instance-profile/control-plane role"],
  ],
  [
    "a control-plane node was deregistered",
    (world) => called(world.targetGroups, "target-group/api").targets.clear(),
    ["update target-group/api/targets"],
  ],
  [
    "the bastion was moved to another group",
    (world) => {
      called(world.instances, "bastion/main").groups = [called(world.securityGroups, "security-group/worker").id];
    },
    ["update bastion/main securityGroups"],
  ],
];

/** The thing of that logical id. */
function called<T extends Thing>(things: ReadonlyMap<string, T>, id: string): T {
  return [...things.values()].find((thing) => thing.tags["slipway:id"] === id)!;
}

function retag(thing: Thing): void {
  thing.tags.team = "other";
}

for (const [name, drift, expected] of DRIFT) {
  test(`when ${name}, the plan says so and an apply puts it right`, async () => {
    const cluster = clusterWith(SMALL);
    const simulation = await standing(cluster);
    drift(simulation.world);

    const planned = await simulation.plan(cluster);
    const applied = await simulation.apply(cluster);
    // What was just made is known everywhere a few seconds later.
    await simulation.run(() => simulation.clock.sleep(5000));
    const after = await simulation.plan(cluster);

    assert.deepEqual(lines(planned.plan!.changes), expected);
    assert.equal(applied.result, "applied", troubles(applied).join("\n"));
    assert.equal(after.result, "no-changes", JSON.stringify(after.plan?.changes));
  });
}

test("a NAT gateway that failed is replaced, and the route that led to it follows", async () => {
  const cluster = clusterWith(SMALL);
  const simulation = await standing(cluster);
  const nat = [...simulation.world.natGateways.values()].find(
    (one) => one.tags["slipway:id"] === "nat-gateway/us-east-1a",
  )!;
  Object.assign(nat, { state: "failed", failure: { code: "InternalError", message: "oops" } });
  simulation.world.interfaces.delete(nat.interfaceId ?? "");
  simulation.world.addresses.get(nat.allocationId)!.holder = undefined;

  const planned = await simulation.plan(cluster);
  const applied = await simulation.apply(cluster);

  const changes = planned.plan!.changes;
  assert.deepEqual(lines(changes), ["replace nat-gateway/us-east-1a", "update route/private/us-east-1a target"]);
  assert.match(changes.find(({ action }) => action === "replace")!.why, /failed: InternalError: oops/);
  assert.equal(changes.find(({ action }) => action === "replace")!.disruption, "none", "it served nobody");
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.equal((await simulation.plan(cluster)).result, "no-changes");
});

test("of two copies of one thing the older settled one stays", async () => {
  const cluster = clusterWith(SMALL);
  const simulation = await standing(cluster);
  const [first] = simulation.world.addresses.values();
  const copy = { ...structuredClone(first!), id: "eipalloc-0copy", publicIp: "198.18.9.9", holder: undefined };
  simulation.world.addresses.set(copy.id, copy);

  const planned = await simulation.plan(cluster);
  const applied = await simulation.apply(cluster);

  assert.equal(planned.plan!.changes.length, 1);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.equal(simulation.world.addresses.size, 2);
  assert.equal((await simulation.plan(cluster)).result, "no-changes");
});

test("a change that would cost the cluster is explained and not done", async () => {
  const cluster = clusterWith(SMALL);
  const simulation = await standing(cluster);
  const refused = async (changes: Record<string, unknown>): Promise<string[]> => {
    const before = simulation.mutatingCalls();
    const result = await simulation.apply(clusterWith({ spec: { ...SMALL.spec, ...changes } }));
    assert.equal(result.result, "blocked");
    assert.equal(simulation.mutatingCalls(), before);
    return result.findings
      .filter(({ level }) => level === "error")
      .map(({ code, message, at }) => `${at?.line} ${code} ${message}`);
  };

  const [cidr] = await refused({ placement: { dynamic: { vpcCidr: "10.1.0.0/16" } } });
  const [access] = await refused({ apiServer: { access: "private", allowedCidrs: [] } });

  assert.match(
    cidr!,
    /^14 plan\/refused VPC: cidr is 10\.0\.0\.0\/16 and should be 10\.1\.0\.0\/16; that can't be changed while the cluster lives/,
  );
  assert.match(
    access!,
    /^16 plan\/refused network load balancer api: scheme is internet-facing and should be internal/,
  );
});

test("another repository's cluster is refused and not adopted; so is one of a newer release, and a name that is taken", async () => {
  const cluster = clusterWith(SMALL);
  const simulation = await standing(cluster);
  const { world } = simulation;

  simulation.owner = "9999";
  const foreign = await simulation.apply(cluster);
  assert.match(troubles(foreign)[0]!, /^plan\/other-owner: .* belongs to "1234", and this is "9999"/);
  assert.equal((await simulation.destroy(cluster)).result, "blocked");
  simulation.owner = "1234";
  for (const vpc of world.vpcs.values()) vpc.tags["slipway:schema"] = "2";
  assert.match(troubles(await simulation.apply(cluster))[0]!, /^plan\/newer-schema: .*schema 2, this one knows 1/);
  for (const vpc of world.vpcs.values()) vpc.tags["slipway:schema"] = "1";
  for (const balancer of world.loadBalancers.values()) balancer.tags = {};
  assert.match(troubles(await simulation.apply(cluster))[0]!, /^plan\/name-taken: .*load-balancer.* not Slipway's/);
});

test("what can't be read blocks: unknown is not unchanged", () => {
  const inventory: Inventory = {
    ...EMPTY,
    unreadable: ["ec2:DescribeVpcs: UnauthorizedOperation: You are not authorized"],
  };

  const plan = planCluster(clusterWith(), inventory, market(), OWNER);

  assert.deepEqual([plan.changes, plan.steps], [[], []]);
  assert.match(plan.findings[0]!.message, /could not be read: ec2:DescribeVpcs/);
});

test("what the region has not is said before anything is made, at the line that asks for it", () => {
  const findings = (changes: Record<string, unknown>, of = market()) =>
    planCluster(clusterWith(changes), EMPTY, of, OWNER)
      .findings.filter(({ level }) => level === "error")
      .map(({ code, at, message }) => `${code} ${at?.line}: ${message}`);
  const workers = (changes: object) => ({
    spec: { workerPools: [{ name: "w", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"], ...changes }] },
  });

  assert.match(
    findings({ spec: { sshKeyName: "nobody" } })[0]!,
    /^market\/no-key-pair 11: there is no key pair "nobody" in us-east-1/,
  );
  assert.match(
    findings(workers({ instanceType: "m99.huge" }))[0]!,
    /^market\/no-instance-type 33: there is no instance type m99\.huge/,
  );
  assert.match(
    findings(workers({ instanceType: "g5.2xlarge", zones: ["us-east-1a", "us-east-1f"] }))[0]!,
    /^market\/type-not-in-zone 33: g5\.2xlarge is not offered in us-east-1f; it is in us-east-1a, us-east-1b, us-east-1c/,
  );
  assert.match(
    findings(workers({ zones: ["us-east-1z"] }))[0]!,
    /^market\/no-zone 35: us-east-1z is not open to this account/,
  );
  assert.match(
    findings({}, market({ images: new Map() }))[0]!,
    /^market\/no-image 8: no image ubuntu-24\.04-amd64 was found/,
  );
  assert.match(
    findings(workers({ spot: { maxPricePercent: 50 } }), market({ onDemandPrices: new Map() }))[0]!,
    /^market\/no-price 37: the on-demand price of m6i\.large in us-east-1 is not known/,
  );
});

test("a market that can't be read is a warning; the plan goes on without those checks", () => {
  const plan = planCluster(
    clusterWith(),
    EMPTY,
    market({ zones: undefined, keyPairs: undefined, unknown: ["ec2:DescribeKeyPairs: denied"] }),
    OWNER,
  );

  assert.deepEqual(
    plan.findings.map(({ level, code }) => `${level} ${code}`),
    ["warning market/unknown"],
  );
  assert.ok(plan.changes.length > 40);
});

test("images are kept from live nodes until the profile asks for another release or build", async () => {
  const cluster = clusterWith(SMALL);
  const simulation = await standing(cluster);
  simulation.world.images.set("ami-0new", {
    name: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261120",
    arm: false,
    createdAt: "2026-11-20T00:00:00.000Z",
  });

  assert.equal((await simulation.plan(cluster)).result, "no-changes", "a newer image rolls nobody");

  const pinned = clusterWith({ spec: { ...SMALL.spec, overrides: { os: { values: { serial: "20261120" } } } } });
  const planned = await simulation.plan(pinned);
  assert.deepEqual(lines(planned.plan!.changes), [
    "replace bastion/main image",
    "roll pool/control-plane image",
    "roll pool/default image",
  ]);
});

test("spot nodes whose price is too high wait, and come when it is not", async () => {
  const cluster = clusterWith({
    spec: {
      ...SMALL.spec,
      workerPools: [
        {
          name: "s",
          size: 2,
          instanceType: "m6i.large",
          zones: ["us-east-1a", "us-east-1b"],
          spot: { maxPricePercent: 60 },
        },
      ],
    },
  });
  const simulation = new Simulation();
  simulation.world.spotPrices.set("m6i.large/us-east-1b", "0.070000");

  const first = await simulation.apply(cluster);
  const nodes = () =>
    [...simulation.world.instances.values()]
      .filter((i) => i.tags["slipway:pool"] === "s")
      .map((i) => `${i.zone} ${i.isSpot} ${i.spotMaxPrice}`);
  assert.equal(first.result, "waiting", troubles(first).join("\n"));
  assert.match(
    first.findings.find(({ code }) => code === "plan/waiting-for-price")!.message,
    /1 node of s waits in us-east-1b: spot m6i\.large costs \$0\.070000 an hour there, and the most to pay is \$0\.057600/,
  );
  assert.deepEqual(nodes(), ["us-east-1a true 0.057600"]);

  simulation.world.spotPrices.set("m6i.large/us-east-1b", "0.057600");
  assert.equal((await simulation.apply(cluster)).result, "applied");
  assert.deepEqual(nodes(), ["us-east-1a true 0.057600", "us-east-1b true 0.057600"]);
});

test("every zone of a pool has floor or ceil of size / zones, and nothing moves without need", () => {
  const zones = fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 1 });
  fc.assert(
    fc.property(
      fc.nat(60),
      zones,
      fc.dictionary(fc.constantFrom(..."abcdef"), fc.array(fc.nat(20))),
      (size, names, present) => {
        const wanted = spread(size, names, new Map(Object.entries(present)));

        const counts = [...wanted.values()];
        assert.equal(
          counts.reduce((sum, n) => sum + n, 0),
          size,
        );
        assert.ok(counts.every((n) => n === Math.floor(size / names.length) || n === Math.ceil(size / names.length)));
      },
    ),
  );
  assert.deepEqual(
    [...spread(3, ["a", "b"], new Map())],
    [
      ["a", 2],
      ["b", 1],
    ],
  );
  assert.deepEqual(
    [
      ...spread(
        3,
        ["a", "b"],
        new Map([
          ["a", [1]],
          ["b", [1, 2]],
        ]),
      ),
    ],
    [
      ["a", 1],
      ["b", 2],
    ],
  );
});

test("a change keeps its hash when half of what comes before it is done, and another change has another", async () => {
  const cluster = clusterWith(SMALL);
  const fresh = planCluster(cluster, EMPTY, market(), OWNER);
  const simulation = new Simulation();
  await simulation.apply(cluster, { faults: [{ at: 125, kind: "refuse", times: 1_000_000 }] });

  const resumed = (await simulation.plan(cluster)).plan!;

  const hashes = new Map(fresh.changes.map(({ id, hash }) => [id, hash]));
  const network = resumed.changes.filter(({ id }) => /^(nat-gateway|route|listener|security-group-rules)\//.test(id));
  assert.ok(resumed.changes.length > 5 && resumed.changes.length < fresh.changes.length);
  for (const { id, hash } of network) assert.equal(hash, hashes.get(id), id);
  const other = planCluster(
    clusterWith({ spec: { ...SMALL.spec, apiServer: { access: "public", allowedCidrs: ["198.51.100.0/24"] } } }),
    EMPTY,
    market(),
    OWNER,
  );
  const differs = other.changes.filter(({ id, hash }) => hashes.get(id) !== hash).map(({ id }) => id);
  assert.deepEqual(differs, ["security-group-rules/load-balancer"]);
  assert.notEqual(other.fingerprint, fresh.fingerprint);
  assert.doesNotMatch(JSON.stringify([...hashes]), /vpc-0|subnet-0/);
});
