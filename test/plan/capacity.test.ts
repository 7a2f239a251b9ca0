/** Whether a plan fits into the account is said before anything of it is made. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Transport } from "../../src/aws/transport.ts";
import { commandResult } from "../../src/commands/results.ts";
import { type Quota, vCpuQuota } from "../../src/market/quota-codes.ts";
import type { CapacityRow } from "../../src/plan/capacity.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { awsError } from "../../src/twin/errors.ts";
import { GRANTED, QUOTAS } from "../../src/twin/quotas.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation, troubles } from "../support/simulation.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const SPOT_POOL = {
  name: "batch",
  size: 2,
  instanceType: "g5.xlarge",
  zones: ["us-east-1a", "us-east-1b"],
  spot: { maxPricePercent: 60 },
};
const DEFAULT_POOL = {
  name: "default",
  size: 3,
  instanceType: "m6i.large",
  zones: ["us-east-1a", "us-east-1b", "us-east-1c"],
};
/** A cluster that takes of every quota. */
const EVERYTHING = clusterWith({ spec: { workerPools: [DEFAULT_POOL, SPOT_POOL] } });

const WORKERS = { name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a"] };
const SMALL = { spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [WORKERS] } };

/** A region in which others are at work: a VPC with its network, and instances. */
async function inUse(seed = 1): Promise<Simulation> {
  const simulation = new Simulation({ seed });
  await userNetwork(simulation, ["us-east-1a"]);
  return simulation;
}

const errors = (result: Awaited<ReturnType<Simulation["plan"]>>): string[] =>
  result.findings
    .filter(({ level }) => level === "error")
    .map(({ code, at, message, fix }) => `${code} ${at?.line}: ${message}\n    ${fix}`);

test("a new account is told that it can't run three nodes of m6i.large before anything exists", async () => {
  const simulation = new Simulation({ isNewAccount: true });

  const planned = await simulation.plan(clusterWith());
  const applied = await simulation.apply(clusterWith());

  assert.deepEqual([planned.result, applied.result], ["blocked", "blocked"]);
  assert.equal(simulation.mutatingCalls(), 0);
  assert.match(
    errors(planned)[0]!,
    /^capacity\/vcpu 24: vCPU are short in us-east-1: 14 needed \(6 for control-plane, 6 for default, 2 for bastion\), 5 free, 0 of 5 used; the quota is Running On-Demand Standard .*, L-1216C47A, at its default\n.* --quota-code L-1216C47A --desired-value 14$/,
  );
  assert.equal(errors(planned).length, 1);
  const result = commandResult("plan", [], [planned]);
  assertGolden("report/new-account.txt", renderTerminal(blocksOf(result), noColours));
  assertGolden("report/new-account.md", renderMarkdown(blocksOf(result)));
});

test("with room for exactly what a plan takes it goes through, and with one less of any it is refused", async () => {
  const rows = (await (await inUse()).plan(EVERYTHING)).plan!.capacity!;
  const exact = (world: World): void => {
    for (const row of rows) world.quotas.set(row.code, limitFor(row.code, most(rows, row.code)));
  };
  const short: string[] = [];
  for (const code of new Set(rows.map((row) => row.code))) {
    const simulation = await inUse();
    exact(simulation.world);
    simulation.world.quotas.set(code, limitFor(code, most(rows, code) - 1));
    const before = simulation.mutatingCalls();
    const applied = await simulation.apply(EVERYTHING);
    assert.equal(applied.result, "blocked", code);
    assert.equal(simulation.mutatingCalls(), before, code);
    short.push(...errors(applied));
  }
  const simulation = await inUse();
  exact(simulation.world);

  const applied = await simulation.apply(EVERYTHING);

  assert.equal(rows.length, 17);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.deepEqual((await simulation.plan(EVERYTHING)).plan?.capacity, undefined);
  assertGolden("report/each-quota-short.txt", `${short.join("\n")}\n`);
});

/** As AWS states it: storage in TiB. */
function limitFor(code: string, count: number): number {
  return code === "L-7A658B76" ? count / 1024 : count;
}

/** What a plan needs the limit to be. */
function most(rows: readonly CapacityRow[], code: string): number {
  return Math.max(...rows.filter((row) => row.code === code).map(({ used, needed }) => used! + needed));
}

test("the table counts what AWS counts: what runs, in its own class and market, and no gateway that failed", async () => {
  const simulation = await inUse();
  const { world } = simulation;
  const spot = { ...WORKERS, name: "spot", size: 1, spot: { maxPricePercent: 60 } };
  await simulation.apply(
    clusterWith({ metadata: { name: "other" }, spec: { ...SMALL.spec, workerPools: [WORKERS, spot] } }),
  );
  const [stopped] = [...world.instances.values()].filter(({ isSpot }) => !isSpot);
  Object.assign(stopped!, { state: "stopped" });
  const [failed] = [...world.natGateways.values()].filter((nat) => nat.tags["slipway:cluster"] === "other");
  Object.assign(failed!, { state: "failed" });

  const rows = (await simulation.plan(EVERYTHING)).plan!.capacity!;

  const used = Object.fromEntries(rows.map((row) => [`${row.code} ${row.scope}`, row.used]));
  assert.deepEqual(
    {
      standard: used["L-1216C47A us-east-1"],
      graphicsOnSpot: used["L-3819A6DF us-east-1"],
      vpcs: used["L-F678F1CE us-east-1"],
      addresses: used["L-0263D0A3 us-east-1"],
      gatewaysInA: used["L-FE5A380F us-east-1a"],
      gatewaysInB: used["L-FE5A380F us-east-1b"],
      balancers: used["L-69A177A2 us-east-1"],
      targets: used["L-B22855CB us-east-1"],
    },
    {
      standard: 6, // of three nodes and a bastion one is stopped, and one more node is on spot
      graphicsOnSpot: 0,
      vpcs: 2,
      addresses: 2,
      gatewaysInA: 1,
      gatewaysInB: 0,
      balancers: 1,
      targets: 1,
    },
  );
});

test("a new zone is counted in the VPC that is there, and more nodes beside those that run", async () => {
  const simulation = new Simulation();
  await simulation.apply(clusterWith(SMALL));
  const [pool] = SMALL.spec.workerPools;
  const wider = clusterWith({
    spec: { ...SMALL.spec, workerPools: [{ ...pool, size: 4, zones: ["us-east-1a", "us-east-1b"] }] },
  });
  const [vpc] = simulation.world.vpcs.keys();

  const rows = (await simulation.plan(wider)).plan!.capacity!;

  assert.deepEqual(
    rows.map(({ code, scope, used, needed }) => [code, scope, used, needed]),
    [
      ["L-1216C47A", "us-east-1", 8, 4],
      ["L-0263D0A3", "us-east-1", 1, 1],
      ["L-FE5A380F", "us-east-1b", 0, 1],
      ["L-407747CB", vpc, 2, 2],
      ["L-589F43AA", vpc, 3, 2],
      ["L-0EA8095F", "load-balancer", 0, 3],
      // Of two nodes and a NAT gateway; of three nodes, a bastion, a NAT gateway and a load balancer before.
      ["L-DF5E4CA3", "us-east-1", 6, 3],
      ["L-7A658B76", "us-east-1", 160, 100],
    ],
  );
});

test("an error stands at the pool that there is no more room for, or the zone, or the list of addresses", async () => {
  const lineOf = async (code: string, limit: number, cluster = EVERYTHING): Promise<string | undefined> => {
    const simulation = new Simulation();
    simulation.world.quotas.set(code, limit);
    const { findings } = await simulation.plan(cluster);
    const finding = findings.find((one) => one.code.startsWith("capacity/"));
    return finding && `${finding.code} ${finding.at?.line}:${finding.at?.column}`;
  };
  const blocks = Array.from({ length: 58 }, (_, n) => `203.0.${n}.0/24`);
  const open = clusterWith({ spec: { apiServer: { access: "public", allowedCidrs: blocks } } });

  const [none, forControlPlane, forPool, forZone, forRules] = [
    await lineOf("L-1216C47A", 5),
    await lineOf("L-1216C47A", 11),
    await lineOf("L-3819A6DF", 7),
    await lineOf("L-0263D0A3", 2),
    await lineOf("L-0EA8095F", 60, open),
  ];

  assert.deepEqual(
    [none, forControlPlane, forPool, forZone, forRules],
    [
      "capacity/vcpu 24:11",
      "capacity/vcpu 32:13",
      "capacity/spot-vcpu 39:13",
      "capacity/elastic-ip 29:9",
      "capacity/security-group-rules 18:7",
    ],
  );
});

test("what can't be read is said as not known, and stops nothing", async () => {
  const simulation = new Simulation();
  const denied = { faults: [{ kind: "deny" as const, at: "servicequotas:ListServiceQuotas", times: 100 }] };

  const planned = await simulation.plan(clusterWith(), denied);
  const applied = await simulation.apply(clusterWith(), denied);

  const [warning, ...others] = planned.findings;
  assert.deepEqual([warning!.level, warning!.code, others], ["warning", "capacity/unknown", []]);
  assert.match(warning!.message, /^not known: room for vCPU, VPCs, .* \(servicequotas:ListServiceQuotas: AccessDenied/);
  assert.ok(
    planned.plan!.capacity!.every(
      ({ fits, limit, used }) => fits === "unknown" && limit === undefined && used !== undefined,
    ),
  );
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
});

test("limits that were granted are found on any page of the list, and the defaults of the others", async () => {
  const simulation = new Simulation({ isNewAccount: true });
  // Everything but two: what the list has is more than a page.
  for (const { code } of QUOTAS)
    if (code !== "L-F678F1CE" && code !== "L-1216C47A") simulation.world.quotas.set(code, 77);

  const rows = (await simulation.plan(clusterWith())).plan!.capacity!;

  const limits = new Map(rows.map(({ code, limit, isDefault }) => [code, `${limit} ${isDefault}`]));
  assert.deepEqual(
    ["L-1216C47A", "L-F678F1CE", "L-0263D0A3", "L-69A177A2"].map((code) => limits.get(code)),
    ["5 true", "5 true", "77 false", "77 false"],
  );
});

test("a plan that takes nothing asks for no quota, and one that adds nodes only for those of nodes", async () => {
  const simulation = new Simulation();
  await simulation.apply(clusterWith(SMALL));
  const asked = async (size: number): Promise<Record<string, number>> => {
    const from = simulation.world.calls.length;
    await simulation.plan(
      clusterWith({ spec: { ...SMALL.spec, workerPools: [{ ...SMALL.spec.workerPools[0], size }] } }),
    );
    const calls = simulation.world.calls.slice(from).map(({ action }) => action);
    return {
      quotas: calls.filter((action) => action.startsWith("servicequotas:")).length,
      instances: calls.filter((action) => action === "ec2:DescribeInstances").length,
      vpcs: calls.filter((action) => action === "ec2:DescribeVpcs").length,
    };
  };

  assert.deepEqual(await asked(2), { quotas: 0, instances: 1, vpcs: 1 });
  // Of three services: of instances, of interfaces and of volumes.
  assert.deepEqual(await asked(3), { quotas: 3, instances: 2, vpcs: 1 });
});

test("instance types count against the quota of their class, and one whose class is not known is said", async () => {
  const codes = (market: Parameters<typeof vCpuQuota>[1]) => (type: string) => vCpuQuota(type, market)?.code;
  const name = (quota: Quota | undefined): string | undefined => quota?.name;

  assert.deepEqual(
    [
      "m6i.large",
      "t4g.micro",
      "im4gn.large",
      "is4gen.large",
      "i7ie.large",
      "g5.xlarge",
      "gr6.4xlarge",
      "vt1.3xlarge",
    ].map(codes("on-demand")),
    [...Array<string>(5).fill("L-1216C47A"), ...Array<string>(3).fill("L-DB2E81BA")],
  );
  assert.deepEqual(
    ["p5.48xlarge", "p4d.24xlarge", "f2.6xlarge", "x2gd.large", "inf2.xlarge", "trn1.2xlarge", "dl1.24xlarge"].map(
      codes("on-demand"),
    ),
    ["L-417A185B", "L-417A185B", "L-74FC7D96", "L-7295265B", "L-1945791B", "L-2C3B7624", "L-6E869C2A"],
  );
  assert.deepEqual(["hpc7a.12xlarge", "u-6tb1.metal", "u7i-12tb.224xlarge", "mac2.metal"].map(codes("on-demand")), [
    "L-F7808C92",
    "L-43DA4232",
    "L-43DA4232",
    undefined,
  ]);
  assert.deepEqual(
    ["m6i.large", "g5.xlarge", "p4d.24xlarge", "p5.48xlarge", "p6-b200.48xlarge", "hpc7a.12xlarge"].map(codes("spot")),
    ["L-34B43A08", "L-3819A6DF", "L-7212CCBC", "L-C4BD4855", undefined, undefined],
  );
  assert.equal(name(vCpuQuota("p5.48xlarge", "spot")), "All P5 Spot Instance Requests");
  // The twin has a list of its own.
  for (const code of GRANTED.map(([granted]) => granted)) assert.ok(QUOTAS.some((quota) => quota.code === code));

  const simulation = new Simulation();
  simulation.world.types.push({ ...simulation.world.types[0]!, name: "mac2.metal" });
  const [pool] = SMALL.spec.workerPools;
  const { findings } = await simulation.plan(
    clusterWith({ spec: { ...SMALL.spec, workerPools: [{ ...pool, instanceType: "mac2.metal" }] } }),
  );
  assert.deepEqual(
    findings.map(({ level, code }) => `${level} ${code}`),
    ["warning capacity/unknown"],
  );
  assert.match(findings[0]!.message, /which quota on-demand instances of mac2\.metal count against/);
});

/** What the account has or has not, and what the plan then says. */
const AVAILABILITY: readonly [
  name: string,
  prepare: (world: World) => void,
  cluster: Parameters<typeof clusterWith>[0],
][] = [
  [
    "a type that one zone does not offer",
    () => {},
    { spec: { workerPools: [{ ...DEFAULT_POOL, instanceType: "g5.xlarge", zones: ["us-east-1a", "us-east-1d"] }] } },
  ],
  ["a key pair that is missing", (world) => world.keyPairs.clear(), {}],
  ["a zone that the account has not opted in to", (world) => void world.closedZones.add("us-east-1c"), {}],
  ["a zone that there is not", () => {}, { spec: { workerPools: [{ ...DEFAULT_POOL, zones: ["us-east-1z"] }] } }],
  ["credentials of root", (world) => void Object.assign(world, { ambientCaller: "root" }), {}],
  ["credentials of another account", (world) => void Object.assign(world, { accountId: "999999999999" }), {}],
  [
    "an image that is for the other architecture",
    (world) => {
      for (const [id, image] of world.images) world.images.set(id, { ...image, arm: !image.arm });
    },
    {},
  ],
  [
    "VPCs with the same addresses",
    (world) => {
      const vpc = { ...world.birth("vpc-0other", { Name: "warehouse" }), state: "available" as const };
      world.vpcs.set(vpc.id, {
        ...vpc,
        visibleAtMs: 0,
        cidr: "10.0.128.0/20",
        secondaryCidrs: ["10.9.0.0/16"],
        dnsSupport: true,
        dnsHostnames: true,
      });
    },
    {},
  ],
];

test("what the account has not is said before anything is made, with what to do", async () => {
  const said: string[] = [];
  for (const [name, prepare, changes] of AVAILABILITY) {
    const simulation = new Simulation();
    prepare(simulation.world);
    const { result, findings } = await simulation.plan(clusterWith(changes));
    said.push(`${name}: ${result}`);
    for (const { level, code, at, message, fix } of findings)
      said.push(`  ${level} ${code} ${at?.line}: ${message}${fix === undefined ? "" : `\n    ${fix}`}`);
    assert.equal(simulation.mutatingCalls(), 0);
  }

  assertGolden("report/availability.txt", `${said.join("\n")}\n`);
});

test("with credentials of another account nothing is asked but whose they are", async () => {
  const simulation = new Simulation({ accountId: "999999999999" });

  const [planned, applied] = [await simulation.plan(clusterWith()), await simulation.apply(clusterWith())];

  assert.deepEqual([planned.result, applied.result], ["blocked", "blocked"]);
  assert.deepEqual(new Set(simulation.world.calls.map(({ action }) => action)), new Set(["sts:GetCallerIdentity"]));
});

test("nodes are not launched from an image that was taken away since the pool was born", async () => {
  const simulation = new Simulation();
  await simulation.apply(clusterWith(SMALL));
  const [node] = [...simulation.world.instances.values()];
  simulation.world.images.delete(node!.imageId);
  const [pool] = SMALL.spec.workerPools;

  const idle = await simulation.plan(clusterWith(SMALL));
  const grown = await simulation.plan(clusterWith({ spec: { ...SMALL.spec, workerPools: [{ ...pool, size: 3 }] } }));

  assert.equal(idle.result, "no-changes");
  assert.match(
    errors(grown)[0]!,
    new RegExp(
      `^market/image-gone 3\\d: default would be launched from ${node!.imageId}, which does not exist for this account in us-east-1\n`,
    ),
  );
});

test("in the user's network no VPC is counted, and none of its own blocks is said to overlap", async () => {
  const simulation = new Simulation();
  const network = await userNetwork(simulation, ["us-east-1a"]);

  const { plan, findings } = await simulation.plan(
    clusterWith({ spec: { ...SMALL.spec, placement: placedIn(network) } }),
  );

  assert.deepEqual(findings, []);
  assert.deepEqual(
    plan!.capacity!.map(({ code }) => code),
    ["L-1216C47A", "L-E79EC296", "L-0EA8095F", "L-69A177A2", "L-B22855CB", "L-DF5E4CA3", "L-7A658B76"],
  );
});

test("where limits are known and their use is not, nothing is said to fit", async () => {
  const simulation = new Simulation();
  // The survey's own look at instances has a filter by tag; the account's has not.
  const blind =
    (inner: Transport): Transport =>
    async (call) => {
      const filters = (call.input as { Filters?: { Name?: string }[] }).Filters ?? [];
      if (call.operation === "DescribeInstances" && !filters.some(({ Name }) => Name?.startsWith("tag:")))
        throw awsError("UnauthorizedOperation", "You are not authorized to perform this operation.", 403);
      return inner(call);
    };

  const { result, findings, plan } = await simulation.plan(clusterWith(), { through: blind });

  const [vCpus, ...others] = plan!.capacity!;
  assert.equal(result, "planned");
  assert.deepEqual([vCpus!.fits, vCpus!.used, vCpus!.limit], ["unknown", undefined, 100_000]);
  assert.ok(others.every(({ fits }) => fits === "yes"));
  assert.match(findings[0]!.message, /^not known: room for vCPU \(ec2:DescribeInstances: UnauthorizedOperation/);
});

/** What changes in a cluster that stands, and how many vCPU the account must have beside those that run now. */
const ROLLS: readonly [name: string, before: object[], after: object[], more: number][] = [
  [
    "one by one, a pool takes one node more",
    [{ ...WORKERS, size: 3 }],
    [{ ...WORKERS, size: 3, rootVolume: { sizeGiB: 60 } }],
    2,
  ],
  [
    "two pools roll one after the other, and one node more is enough for both",
    [WORKERS, { ...WORKERS, name: "more" }],
    [
      { ...WORKERS, rootVolume: { sizeGiB: 60 } },
      { ...WORKERS, name: "more", rootVolume: { sizeGiB: 60 } },
    ],
    2,
  ],
  [
    "leaving before it is replaced, no node takes more",
    [{ ...WORKERS, rollout: { maxSurge: 0, maxUnavailable: 1 } }],
    [{ ...WORKERS, rollout: { maxSurge: 0, maxUnavailable: 1 }, rootVolume: { sizeGiB: 60 } }],
    0,
  ],
  // The last of three goes when the third of the new ones is there: 3 × 4 and still 1 × 2.
  [
    "a larger type takes most at the end",
    [{ ...WORKERS, size: 3 }],
    [{ ...WORKERS, size: 3, instanceType: "m6i.xlarge" }],
    8,
  ],
  ["more nodes of a new type", [WORKERS], [{ ...WORKERS, size: 4, instanceType: "m6i.xlarge" }], 14],
  [
    "a pool that grows while another rolls",
    [WORKERS, { ...WORKERS, name: "more" }],
    [
      { ...WORKERS, rootVolume: { sizeGiB: 60 } },
      { ...WORKERS, name: "more", size: 5 },
    ],
    8,
  ],
  ["fewer nodes take nothing", [WORKERS], [{ ...WORKERS, size: 1 }], 0],
];

for (const [name, before, after, more] of ROLLS) {
  test(`what a change of nodes takes at its worst moment is enough and needed: ${name}`, async () => {
    const pools = (workerPools: object[]) => clusterWith({ spec: { ...SMALL.spec, workerPools } });
    const standing = async (): Promise<[Simulation, number]> => {
      const simulation = new Simulation();
      const applied = await simulation.apply(pools(before));
      assert.equal(applied.result, "applied", troubles(applied).join("\n"));
      const running = [...simulation.world.instances.values()].filter(({ state }) => state === "running");
      return [simulation, running.length * 2];
    };
    const [enough, now] = await standing();
    enough.world.quotas.set("L-1216C47A", now + more);
    const [short] = await standing();
    short.world.quotas.set("L-1216C47A", now + more - 1);

    const planned = await enough.plan(pools(after));
    const applied = await enough.apply(pools(after));
    const refused = await short.plan(pools(after));

    const row = planned.plan!.capacity?.find(({ code }) => code === "L-1216C47A");
    assert.deepEqual([row?.used ?? now, row?.needed ?? 0], [now, more]);
    assert.equal(applied.result, "applied", troubles(applied).join("\n"));
    assert.equal(refused.result, more === 0 ? "planned" : "blocked");
  });
}
