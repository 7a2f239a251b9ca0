/** What an apply may do is what was approved of it: through deaths, retries and what others do in AWS meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DeleteNatGatewayCommand } from "@aws-sdk/client-ec2";
import type { Approvals, Approved, ApprovedChange } from "../../src/commands/approval.ts";
import type { Plan } from "../../src/plan/change.ts";
import { clusterWith } from "../support/builders.ts";
import { Crashed, Simulation } from "../support/simulation.ts";

/** One zone, one node of each kind: quick to make. */
const small = (changes: object = {}) => {
  const spec = {
    bastion: false,
    controlPlane: { size: 1, zones: ["us-east-1a"] },
    workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] }],
    ...changes,
  };
  return clusterWith({ spec });
};

const changesOf = ({ changes }: Plan, noDeletion?: string): ApprovedChange[] =>
  changes.flatMap(({ hash, covers, needs }) =>
    [hash, ...covers].map((one) => ({ hash: one, needs, ...(noDeletion === undefined ? {} : { noDeletion }) })),
  );

/** What pull requests have planned, in their order. */
function planned(...plans: readonly (readonly ApprovedChange[])[]): {
  approvals: Approvals;
  asked: (string | undefined)[];
} {
  const asked: (string | undefined)[] = [];
  const approved: Approved = {
    kind: "set",
    changes: plans.flat(),
    from: plans.map((_, index) => `#${index + 1}`),
    gaps: [],
  };
  return {
    asked,
    approvals: {
      since: async (_cluster, _files, appliedCommit) => {
        asked.push(appliedCommit);
        return approved;
      },
    },
  };
}

const codes = (findings: readonly { code: string }[]): string[] => [...new Set(findings.map(({ code }) => code))];

test("an apply does what its pull request planned; without a plan it does nothing, and names each change", async () => {
  const simulation = new Simulation();
  const cluster = small();
  const { plan } = await simulation.plan(cluster);
  const unseen = await simulation.apply(cluster, { approvals: planned().approvals });

  assert.equal(unseen.result, "blocked");
  assert.deepEqual(codes(unseen.findings), ["approval/not-approved"]);
  assert.equal(unseen.findings.length, plan!.changes.length);
  assert.equal(simulation.mutatingCalls(), 0);

  const seen = await simulation.apply(cluster, { approvals: planned(changesOf(plan!)).approvals });
  assert.equal(seen.result, "applied");
});

test("an apply that died half-way is finished with the same approval", async () => {
  const simulation = new Simulation();
  const cluster = small();
  const { plan } = await simulation.plan(cluster);
  const { approvals } = planned(changesOf(plan!));
  const faults = [{ kind: "crash-after", at: "ec2:CreateRoute" }] as const;

  await assert.rejects(simulation.apply(cluster, { approvals, faults }), Crashed);
  const result = await simulation.apply(cluster, { approvals });

  assert.equal(result.result, "resumed", codes(result.findings).join());
});

test("two merges, the first never applied: the second does both", async () => {
  const simulation = new Simulation();
  const first = (await simulation.plan(small())).plan!;
  const bigger = small({
    workerPools: [{ name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a"] }],
  });
  const second = (await simulation.plan(bigger)).plan!;
  const own = changesOf(second).filter(({ hash }) => !first.changes.some((change) => change.hash === hash));

  assert.equal((await simulation.apply(bigger, { approvals: planned(own).approvals })).result, "blocked");
  assert.equal(
    (await simulation.apply(bigger, { approvals: planned(changesOf(first), own).approvals })).result,
    "applied",
  );
});

test("what somebody changed in AWS after the plan stops the apply with exactly that; what is done already does not", async () => {
  const simulation = new Simulation();
  const cluster = small();
  await simulation.apply(cluster);
  const bigger = small({
    workerPools: [{ name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a"] }],
  });
  const { plan } = await simulation.plan(bigger);
  const { approvals } = planned(changesOf(plan!));
  const { world } = simulation;
  const [nat] = [...world.natGateways.values()];
  await simulation.run(async () => {
    const aws = simulation.connect();
    await aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: nat!.id }));
    await simulation.clock.sleep(10 * 60_000);
  });
  const stopped = await simulation.apply(bigger, { approvals });

  assert.equal(stopped.result, "blocked");
  assert.ok(
    stopped.findings.some(({ code, message }) => code === "approval/not-approved" && /NAT gateway/.test(message)),
  );
  assert.ok(
    !stopped.findings.some(({ code, message }) => code === "approval/not-approved" && /nodes of default/.test(message)),
  );
});

test("a pool that was removed goes when its pull request's label says so, and not else", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const without = small({ workerPools: [] });
  const { plan } = await simulation.plan(without);
  const unconfirmed = planned(changesOf(plan!, "it has no label confirm-deletion")).approvals;
  const blocked = await simulation.apply(without, { approvals: unconfirmed });

  assert.deepEqual([blocked.result, blocked.findings[0]?.code], ["blocked", "apply/unconfirmed"]);
  assert.match(
    blocked.findings[0]!.message,
    /nodes of default: what goes does not come back, and that is not confirmed \(it has no label confirm-deletion\)/,
  );
  assert.equal(
    (await simulation.apply(without, { approvals: unconfirmed, confirm: ["prod/default"] })).result,
    "applied",
  );
});

test("the removal of a pool is one change, its record's included; what is left of it when its nodes are gone was approved with it", async () => {
  const simulation = new Simulation();
  await simulation.apply(small());
  const { objects } = simulation.world.buckets.get("slipway-123456789012-us-east-1")!;
  const record = () => objects.get("prod/pools.json")!;
  const before = record().body;
  const without = small({ workerPools: [] });
  const { plan } = await simulation.plan(without);
  const { approvals } = planned(changesOf(plan!));
  const removed = await simulation.apply(without, { approvals });
  const after = record().body;

  // As if the run had died before it wrote that.
  record().body = before;
  const half = await simulation.plan(without);
  const rest = await simulation.apply(without, { approvals });

  assert.deepEqual(
    [plan, half.plan].map((one) => one!.changes.map(({ id }) => id)),
    [["pool/default"], ["labels/default"]],
  );
  assert.deepEqual([removed.result, rest.result], ["applied", "applied"], codes(rest.findings).join());
  assert.ok(before.includes("default") && !after.includes("default"));
  assert.equal(record().body, after);
});

test("what was approved is asked for since the commit that was applied last", async () => {
  const simulation = new Simulation();
  const commits = (current: string) => ({ current, precedes: async () => true, tip: async () => undefined });
  const cluster = small();
  const { plan } = await simulation.plan(cluster);
  const { approvals, asked } = planned(changesOf(plan!));
  await simulation.apply(cluster, { approvals, commits: commits("aaa") });
  const bigger = small({
    workerPools: [{ name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a"] }],
  });
  const second = await simulation.apply(bigger, { approvals, commits: commits("bbb") });

  assert.deepEqual([...new Set(asked)], [undefined, "aaa"]);
  assert.equal(second.result, "blocked");
});

test("a cluster whose document is gone goes when that was planned and confirmed; without, nothing of it is touched", async () => {
  const simulation = new Simulation();
  const cluster = small();
  await simulation.apply(cluster);
  const shown = await simulation.removal("plan", cluster);
  const before = simulation.mutatingCalls();
  const trouble = changesOf(shown.plan!, "#1: it has no label confirm-deletion");
  const unplanned = await simulation.removal("apply", cluster, { approvals: planned().approvals });
  const unconfirmed = await simulation.removal("apply", cluster, { approvals: planned(trouble).approvals });

  assert.deepEqual([shown.result, codes(shown.findings)], ["planned", ["cluster/removed"]]);
  assert.ok(shown.plan!.changes.every(({ action, destructive }) => action === "delete" && destructive));
  assert.deepEqual(
    [unplanned.result, codes(unplanned.findings)],
    ["blocked", ["approval/not-approved", "cluster/removed"]],
  );
  assert.equal(unconfirmed.result, "blocked");
  assert.match(
    unconfirmed.findings[0]!.message,
    /the document of prod is gone, and nobody has confirmed that the cluster is to go too: #1: it has no label confirm-deletion; nothing/,
  );
  assert.equal(simulation.mutatingCalls(), before);

  const gone = await simulation.removal("apply", cluster, { approvals: planned(changesOf(shown.plan!)).approvals });
  assert.equal(gone.result, "destroyed");
  assert.equal((await simulation.removal("plan", cluster)).result, "no-changes");
});

test("a cluster whose document is gone is deleted by hand only when it is named", async () => {
  const simulation = new Simulation();
  const cluster = small();
  await simulation.apply(cluster);
  const blocked = await simulation.removal("apply", cluster, { confirm: ["staging"] });

  assert.deepEqual([blocked.result, blocked.findings[0]?.code], ["blocked", "apply/unconfirmed"]);
  assert.equal((await simulation.removal("apply", cluster, { confirm: ["prod"] })).result, "destroyed");
});

test("in an account that is not among the allowed ones nothing is looked at, whatever the files say", async () => {
  const simulation = new Simulation();
  const allowedAccountIds = ["210987654321"];
  const applied = await simulation.apply(small(), { allowedAccountIds });
  const removed = await simulation.removal("apply", small(), { allowedAccountIds, confirm: ["prod"] });

  for (const { result, findings } of [applied, removed])
    assert.deepEqual([result, codes(findings)], ["blocked", ["account/not-allowed"]]);
  assert.deepEqual([...new Set(simulation.world.calls.map(({ action }) => action))], ["sts:GetCallerIdentity"]);
  assert.equal((await simulation.apply(small(), { allowedAccountIds: ["123456789012"] })).result, "applied");
});
