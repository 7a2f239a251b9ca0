/** What a cluster costs before and after a plan, held against sums that were made by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Transport } from "../../src/aws/transport.ts";
import type { ClusterResult } from "../../src/commands/results.ts";
import { commandResult } from "../../src/commands/results.ts";
import type { Cost, CostLine } from "../../src/plan/cost.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { awsError } from "../../src/twin/errors.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const WORKERS = { name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a"] };
const SPOT = {
  name: "batch",
  size: 2,
  instanceType: "m6i.xlarge",
  zones: ["us-east-1a", "us-east-1b"],
  spot: { maxPricePercent: 60 },
};
const small = (workerPools: object[], more: object = {}) =>
  clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools, ...more } });

const costOf = ({ plan }: ClusterResult): Cost => {
  assert.ok(plan?.cost !== undefined);
  return plan.cost;
};
const text = ({ of, what, now, after, afterAtMostUsdPerHour: atMost }: CostLine): string =>
  [of, what, now.count, now.usdPerHour, after.count, after.usdPerHour, atMost]
    .filter((one) => one !== undefined)
    .join(" | ");
const dollars = (price: string | undefined): number => Math.round(Number(price) * 1e6) / 1e6;

/** A month's 50 GiB at $0.08, by the hour and rounded down to Pricing's ten decimals. */
const GIB_HOUR = Math.floor((0.08 / 730) * 1e10) / 1e10;
const NODE = 0.096 + 50 * GIB_HOUR;
/** NAT gateway and its address; load balancer and its address; bastion, its address and 10 GiB. */
const REST = 0.045 + 0.005 + 0.0225 + 0.005 + 0.0104 + 0.005 + 10 * GIB_HOUR;

test("a new cluster costs nothing now, and its sum is that of its parts", async () => {
  const cost = costOf(await new Simulation().plan(small([WORKERS])));

  assert.deepEqual([cost.now.usdPerHour, cost.now.isComplete, cost.after.isComplete], ["0.0000000000", true, true]);
  assert.equal(dollars(cost.after.usdPerHour), dollars(String(3 * NODE + REST)));
  assert.equal(dollars(cost.after.usdPerMonth), dollars(String((3 * NODE + REST) * 730)));
  assert.equal(cost.difference.usdPerHour, cost.after.usdPerHour);
  assert.equal(cost.pricedOn, "2026-01-01");
  assert.deepEqual(
    cost.lines.map(({ of, what, after }) => `${of}: ${after.count} ${what}`),
    [
      "control-plane: 1 m6i.large",
      "control-plane: 50 GiB of gp3 volumes",
      "default: 2 m6i.large",
      "default: 100 GiB of gp3 volumes",
      "bastion: 1 t3.micro",
      "bastion: 1 public IPv4 address",
      "bastion: 10 GiB of gp3 volumes",
      "network: 1 public IPv4 address",
      "network: 1 NAT gateway",
      "API server: 1 network load balancer",
      "API server: 1 public IPv4 address",
    ],
  );
});

test("what was planned is what it costs once it stands", async () => {
  const simulation = new Simulation();
  const cluster = small([WORKERS, SPOT]);
  const planned = costOf(await simulation.plan(cluster));
  const applied = await simulation.apply(cluster);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));

  const idle = costOf(await simulation.plan(cluster));

  assert.deepEqual(idle.now, planned.after);
  assert.deepEqual(idle.after, planned.after);
  assert.equal(Number(idle.difference.usdPerHour), 0);
});

test("a pool on spot is counted at the zones' present prices, and at the most that the file allows beside it", async () => {
  const simulation = new Simulation();
  simulation.world.spotPrices.set("m6i.xlarge/us-east-1a", "0.050000");
  simulation.world.spotPrices.set("m6i.xlarge/us-east-1b", "0.070000");

  const cost = costOf(await simulation.plan(small([SPOT])));
  simulation.world.spotPrices.set("m6i.xlarge/us-east-1b", "0.200000"); // above the cap of 0.1152: that node waits
  const waiting = costOf(await simulation.plan(small([SPOT])));

  const line = ({ lines }: Cost): string => text(lines.find(({ what }) => what === "m6i.xlarge spot")!);
  assert.equal(line(cost), "batch | m6i.xlarge spot | 0 | 0.0000000000 | 2 | 0.1200000000 | 0.2304000000");
  assert.equal(line(waiting), "batch | m6i.xlarge spot | 0 | 0.0000000000 | 1 | 0.0500000000 | 0.1152000000");
  assert.equal(dollars(cost.afterAtMost.usdPerHour), dollars(String(Number(cost.after.usdPerHour) + 0.2304 - 0.12)));
});

test("a change costs its difference: nodes more, a pool's new zone, a bastion less", async () => {
  const simulation = new Simulation();
  await simulation.apply(small([WORKERS]));
  const difference = async (cluster: ReturnType<typeof small>): Promise<number> =>
    dollars(costOf(await simulation.plan(cluster)).difference.usdPerHour);

  assert.equal(await difference(small([{ ...WORKERS, size: 4 }])), dollars(String(2 * NODE)));
  assert.equal(
    await difference(small([{ ...WORKERS, size: 3, zones: ["us-east-1a", "us-east-1b"] }])),
    dollars(String(NODE + 0.045 + 0.005)),
  );
  assert.equal(
    await difference(small([WORKERS], { bastion: false })),
    -dollars(String(0.0104 + 0.005 + 10 * GIB_HOUR)),
  );
});

test("in the user's network no gateway is counted, and a private load balancer has no address to pay", async () => {
  const simulation = new Simulation();
  const { lines } = costOf(
    await simulation.plan(small([], { bastion: false, apiServer: { access: "private", allowedCidrs: [] } })),
  );

  assert.deepEqual(
    lines.filter(({ of }) => of === "API server").map(({ what }) => what),
    ["network load balancer"],
  );
});

test("prices that can't be read are not known: a warning, never nothing to pay, and no reason to stop", async () => {
  const simulation = new Simulation();
  const denied = { faults: [{ kind: "deny" as const, at: "pricing:GetProducts", times: 1000 }] };

  const planned = await simulation.plan(small([WORKERS]), denied);
  const applied = await simulation.apply(small([WORKERS]), denied);

  const cost = costOf(planned);
  assert.deepEqual(
    planned.findings.map(({ level, code }) => `${level} ${code}`),
    ["warning cost/unknown"],
  );
  assert.match(
    planned.findings[0]!.message,
    /^what m6i\.large, GiB of gp3 volumes, t3\.micro, .* cost is not known \(pricing:GetProducts: AccessDenied: /,
  );
  assert.deepEqual([cost.after, cost.difference], [{ isComplete: false }, { isComplete: false }]);
  assert.ok(cost.lines.every(({ after }) => after.count > 0 && after.usdPerHour === undefined));
  assert.match(
    renderTerminal(blocksOf(commandResult("plan", [], [planned])), noColours),
    /^costs {2}not known \(difference not known\)$/m,
  );
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
});

test("with some prices unknown the sum is the least that is to be paid", async () => {
  const simulation = new Simulation();
  const dear =
    (inner: Transport): Transport =>
    async (call) => {
      if (call.operation === "GetProducts" && JSON.stringify(call.input).includes('"m6i.large"'))
        throw awsError("ThrottlingException", "Rate exceeded");
      return inner(call);
    };
  const planned = await simulation.plan(small([WORKERS]), { through: dear });

  const cost = costOf(planned);
  assert.match(
    planned.findings[0]!.message,
    /^what m6i\.large costs is not known \(pricing:GetProducts: ThrottlingException/,
  );
  assert.equal(dollars(cost.after.usdPerHour), dollars(String(REST + 150 * GIB_HOUR)));
  assert.equal(cost.after.isComplete, false);
  assert.match(
    renderTerminal(blocksOf(commandResult("plan", [], [planned])), noColours),
    /^costs {2}at least \$0\.\d+ an hour, \$\d+\.\d\d a month \(as far as is known \+/m,
  );
});

test("a type that is still there and not in the file any more has its price too", async () => {
  const simulation = new Simulation();
  await simulation.apply(small([{ ...WORKERS, instanceType: "c6i.large" }]));

  const { cost } = (await simulation.plan(small([{ ...WORKERS, instanceType: "m7i.large" }]))).plan!;

  const lines = cost!.lines.filter(({ of, what }) => of === "default" && what.endsWith("large")).map(text);
  assert.deepEqual(lines, [
    "default | m7i.large | 0 | 0.0000000000 | 2 | 0.2016000000",
    "default | c6i.large | 2 | 0.1700000000 | 0 | 0.0000000000",
  ]);
});

test("disks that can't be read leave what they cost unknown, and stop nothing", async () => {
  const simulation = new Simulation();
  await simulation.apply(small([WORKERS]));

  const { result, findings, plan } = await simulation.plan(small([WORKERS]), {
    faults: [{ kind: "deny", at: "ec2:DescribeVolumes", times: 100 }],
  });

  assert.equal(result, "no-changes");
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["cost/unknown"],
  );
  assert.deepEqual([plan!.cost!.now.isComplete, plan!.cost!.after.isComplete], [false, true]);
});

test("what each change costs adds up to the plan's difference: of a creation, an edit, a roll, and a deletion", async () => {
  const simulation = new Simulation();
  const before = small([WORKERS, SPOT]);
  const after = small([{ ...WORKERS, instanceType: "m6i.xlarge", size: 3, zones: ["us-east-1a", "us-east-1c"] }], {
    bastion: false,
  });
  const created = await simulation.plan(before);
  await simulation.apply(before);
  const edited = await simulation.plan(after);
  const deleted = await simulation.destroy(before, { confirm: [] });

  for (const result of [created, edited, deleted]) {
    const { difference } = costOf(result);
    const parts = result.plan!.changes.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
    assert.ok(parts.length > 3 && parts.every(({ isComplete }) => isComplete));
    const sum = (of: "usdPerHour" | "usdPerMonth"): number =>
      dollars(String(parts.reduce((total, cost) => total + Number(cost[of]), 0)));
    assert.equal(sum("usdPerHour"), dollars(difference.usdPerHour));
    assert.equal(sum("usdPerMonth"), dollars(difference.usdPerMonth));
  }
  const costs = new Map(edited.plan!.changes.map(({ id, cost }) => [id, cost?.usdPerHour]));
  assert.equal(dollars(costs.get("nat-gateway/us-east-1c")), 0.045);
  assert.equal(dollars(costs.get("nat-gateway/us-east-1b")), -0.045);
  assert.equal(dollars(costs.get("pool/default")), dollars(String(3 * 0.192 - 2 * 0.096 + 50 * GIB_HOUR)));
  assert.equal(costs.get("subnet/private/us-east-1c"), undefined, "a subnet costs nothing");
});

test("a deletion saves all that there is, and says so before anybody confirms it", async () => {
  const simulation = new Simulation();
  const cluster = small([WORKERS]);
  await simulation.apply(cluster);
  const stands = costOf(await simulation.plan(cluster));

  const asked = await simulation.destroy(cluster, { confirm: [] });
  const dark = await simulation.destroy(cluster, {
    confirm: [],
    faults: [{ kind: "deny", at: "pricing:GetProducts", times: 1000 }],
  });
  const done = await simulation.destroy(cluster);

  const cost = costOf(asked);
  assert.deepEqual([asked.result, cost.now], ["blocked", stands.now]);
  assert.equal(dollars(cost.difference.usdPerMonth), -dollars(stands.now.usdPerMonth));
  const said = renderTerminal(blocksOf(commandResult("destroy", [], [asked])), noColours);
  assert.match(said, /^costs {2}\$0\.00 an hour, \$0\.00 a month \(-\$0\.\d+, -\$\d+\.\d\d\)$/m);
  assert.deepEqual([dark.result, costOf(dark).difference], ["blocked", { isComplete: false }]);
  assert.deepEqual([done.result, costOf(done).now], ["destroyed", stands.now], "it was priced by what then stood");
});

test("without permission to read quotas and prices a plan stands, and says what it does not know", async () => {
  const denied = ["servicequotas:ListServiceQuotas", "pricing:GetProducts"].map((at) => ({
    kind: "deny" as const,
    at,
    times: 1000,
  }));

  const planned = await new Simulation().plan(small([WORKERS]), { faults: denied });

  assert.equal(planned.result, "planned");
  assertGolden("report/unread.txt", renderTerminal(blocksOf(commandResult("plan", [], [planned])), noColours));
});

test("where there is no price list, as in a partition without its endpoint, that is said, and soon", async () => {
  const simulation = new Simulation();
  const nowhere =
    (inner: Transport): Transport =>
    async (call) => {
      if (call.service !== "pricing") return inner(call);
      throw Object.assign(new Error("getaddrinfo ENOTFOUND api.pricing.us-east-1.amazonaws.com"), {
        code: "ENOTFOUND",
      });
    };
  const began = simulation.clock.now();

  const planned = await simulation.plan(small([WORKERS]), { through: nowhere });

  assert.equal(planned.result, "planned");
  assert.deepEqual(
    planned.findings.map(({ level, code }) => `${level} ${code}`),
    ["warning cost/unknown"],
  );
  assert.match(planned.findings[0]!.message, /ENOTFOUND/);
  assert.ok(simulation.clock.now() - began < 120_000, `${simulation.clock.now() - began} ms`);
});

test("the JSON of a plan has its cost and its quotas", async () => {
  const report = jsonReport(commandResult("plan", [], [await new Simulation().plan(small([WORKERS]))]));

  const [cluster] = report.clusters;
  assert.deepEqual(Object.keys(cluster!.cost!), [
    "pricedOn",
    "lines",
    "now",
    "after",
    "afterAtMost",
    "difference",
    "notCounted",
  ]);
  assert.deepEqual(cluster!.capacity[0], {
    quota: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    service: "ec2",
    code: "L-1216C47A",
    unit: "vCPU",
    scope: "us-east-1",
    used: 0,
    needed: 8,
    free: 100_000,
    limit: 100_000,
    isDefault: false,
    fits: "yes",
  });
});
