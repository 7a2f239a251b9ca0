/** What a plan says about permissions, before anything is done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SimulatePrincipalPolicyRequest } from "@aws-sdk/client-iam";
import { permissionQuestions } from "../../src/plan/permission-questions.ts";
import { planCluster } from "../../src/plan/plan.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import type { Principal } from "../../src/twin/access/access.ts";
import type { Policy } from "../../src/twin/access/evaluate.ts";
import { assertGolden } from "../support/golden.ts";
import { eachLess, libraryWith } from "../support/leave-one-out.ts";
import { EMPTY, market, OWNER } from "../support/plans.ts";
import { ACCOUNT_ID, APPLY_ARN, boundedCluster, castOf, roleWith, shipped } from "../support/shipped-policies.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const APPLY_FILES = ["plan", "apply", "apply-dynamic"] as const;
const SPOT = {
  name: "batch",
  size: 1,
  instanceType: "m6i.large",
  zones: ["us-east-1a"],
  spot: { maxPricePercent: 60 },
};
const POOLS = { controlPlane: { size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] }, workerPools: [SPOT] };
const CLUSTER = boundedCluster({ spec: POOLS });

/** What a plan ends as and finds, where the role that applies is this one; nobody, where there is none. */
async function planFor(role: Principal | undefined, planner = castOf().plan, cluster = CLUSTER) {
  const simulation = new Simulation();
  if (role !== undefined) simulation.world.principals.set(role.sourceArn, role);
  const result = await simulation.plan(cluster, { principal: planner });
  const asked = simulation.world.calls.filter(({ action }) => action === "iam:SimulatePrincipalPolicy");
  return { simulation, result, asked: asked.map(({ input }) => input as SimulatePrincipalPolicyRequest) };
}

/** The role that applies, with a policy file replaced. */
function applierWith(file: string, policy: Policy): Principal {
  return roleWith("slipway-apply", APPLY_FILES, libraryWith(file, policy));
}

function without(file: string, ...actions: string[]): Policy {
  const Statement = shipped(file).Statement.map((one) => ({
    ...one,
    Action: [one.Action ?? []].flat().filter((action) => !actions.includes(action)),
  }));
  return { Statement };
}

test("a role with the shipped policies may do all that a plan needs: nothing is said", async () => {
  const { result, asked } = await planFor(roleWith("slipway-apply", APPLY_FILES));

  assert.deepEqual([result.result, result.findings], ["planned", []]);
  assert.ok(asked.length <= 6, `${asked.length} calls`);
  for (const { PolicySourceArn } of asked) assert.equal(PolicySourceArn, APPLY_ARN);
});

test("each right that this plan needs is missed when it is not there: one finding, which names it and the statement", async () => {
  const questions = permissionQuestions(CLUSTER, planCluster(CLUSTER, EMPTY, market(), OWNER), EMPTY);
  const needed = new Set(questions.map(({ action }) => action));
  let seen = 0;
  for (const file of ["apply", "apply-dynamic"] as const) {
    for (const { what, policy } of eachLess(shipped(file), "actions")) {
      if (!needed.has(what) || what === "iam:CreateServiceLinkedRole") continue;
      seen += 1;
      const { result } = await planFor(applierWith(file, policy));
      const [finding, ...more] = result.findings;
      assert.deepEqual([result.result, finding?.code, more.length], ["blocked", "permissions/missing", 0], what);
      assert.ok(finding?.message.includes(what) && finding.fix?.includes(`"${what}"`), `${what}: ${finding?.message}`);
    }
  }
  assert.ok(seen > 35, `${seen} rights`);
});

test("everything that is missing is said at once, with what to add", async () => {
  const rules = ["ec2:CreateNatGateway", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"];
  const role = roleWith("slipway-apply", APPLY_FILES, (name) =>
    name === "apply-dynamic"
      ? without(name, ...rules)
      : name === "apply"
        ? without(name, "iam:PassRole", "iam:CreateRole", "iam:CreateServiceLinkedRole")
        : shipped(name),
  );

  const { result } = await planFor(role);

  assert.equal(result.result, "blocked");
  const text = renderTerminal(
    blocksOf({ command: "plan", result: result.result, findings: [], clusters: [result] }),
    noColours,
  );
  assertGolden(
    "policies/missing.txt",
    text
      .split("\n\n")
      .filter((part) => /permissions\//.test(part))
      .join("\n\n"),
  );
});

test("a right that a condition keeps from this cluster is missing too: another boundary than the one that is asked for", async () => {
  const { permissionsBoundaryArn: _none, ...account } = CLUSTER.account;
  const { result } = await planFor(roleWith("slipway-apply", APPLY_FILES), undefined, { ...CLUSTER, account });

  const [finding] = result.findings;
  assert.equal(finding?.code, "permissions/missing");
  assert.match(
    finding?.message ?? "",
    /iam:CreateRole on role\/slipway-prod-us-east-1-control-plane; .*iam:PutRolePolicy/,
  );
  assert.match(finding?.fix ?? "", /permissionsBoundaryArn: arn:aws:iam::123456789012:policy\/slipway-node-boundary/);
});

const everything: Policy = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const role = (...policies: Policy[]): Principal => ({
  ...roleWith("slipway-apply", []),
  policies,
  boundary: everything,
});

const CASES: readonly [what: string, applier: Principal | undefined, level: string, code: string, message: RegExp][] = [
  [
    "an explicit deny",
    role(everything, { Statement: [{ Effect: "Deny", Action: "ec2:CreateVpc", Resource: "*" }] }),
    "error",
    "permissions/missing",
    /may not do all that this plan needs; 1 action of \d+ is missing: ec2:CreateVpc on vpc, denied by a policy$/,
  ],
  [
    "a permissions boundary",
    { ...role(everything), boundary: { Statement: [{ Effect: "Allow", NotAction: "ec2:CreateVpc", Resource: "*" }] } },
    "error",
    "permissions/missing",
    /ec2:CreateVpc on vpc, outside its permissions boundary$/,
  ],
  [
    "a role that is not there",
    undefined,
    "error",
    "permissions/no-role",
    /there is no role arn:aws:iam::123456789012:role\/slipway-apply, which is to apply/,
  ],
];

for (const [what, applier, level, code, message] of CASES) {
  test(`a plan says of ${what} what it is`, async () => {
    const { result } = await planFor(applier);

    assert.equal(result.result, "blocked");
    assert.deepEqual(
      result.findings.map((one) => [one.level, one.code]),
      [[level, code]],
    );
    assert.match(result.findings[0]!.message, message);
  });
}

test("only an account's first spot instance or load balancer needs AWS's own role: not to be allowed that is a warning", async () => {
  const { result } = await planFor(applierWith("apply", without("apply", "iam:CreateServiceLinkedRole")));

  assert.equal(result.result, "planned");
  assert.deepEqual(
    result.findings.map(({ level, code }) => [level, code]),
    [["warning", "permissions/linked-role"]],
  );
  assert.match(
    result.findings[0]!.message,
    /its own role for load balancers and spot instances|its own role for spot instances and load balancers/,
  );
});

test("who may not ask is told that it is not known, and the plan stands", async () => {
  const mute = roleWith("slipway-plan", ["plan"], libraryWith("plan", without("plan", "iam:SimulatePrincipalPolicy")));
  const { result } = await planFor(roleWith("slipway-apply", APPLY_FILES), mute);

  assert.equal(result.result, "planned");
  assert.deepEqual(
    result.findings.map(({ level, code }) => [level, code]),
    [["warning", "permissions/unknown"]],
  );
  assert.match(
    result.findings[0]!.message,
    /^whether this plan's calls are allowed is not known: iam:SimulatePrincipalPolicy: AccessDenied: /,
  );
});

test("where no role is named for applying the caller is asked about, and one that only plans is not blamed", async () => {
  const { applyRoleArn: _none, ...account } = CLUSTER.account;
  const cluster = { ...CLUSTER, account };
  const planner = await planFor(undefined, castOf().plan, cluster);
  const applier = await planFor(undefined, applierWith("apply", without("apply", "iam:PassRole")), cluster);
  const named = await planFor(undefined, castOf().plan, { ...cluster, account: { ...account, planRoleArn: "arn:x" } });
  const able = await planFor(undefined, roleWith("slipway-apply", APPLY_FILES), cluster);

  assert.deepEqual(
    planner.result.findings.map(({ level, code }) => [level, code]),
    [["notice", "permissions/not-asked"]],
  );
  assert.deepEqual(
    applier.result.findings.map(({ level, code }) => [level, code]),
    [["warning", "permissions/missing"]],
  );
  assert.deepEqual(
    named.result.findings.map(({ level, code }) => [level, code]),
    [["warning", "permissions/unknown"]],
  );
  assert.deepEqual(able.result.findings, []);
  for (const { result } of [planner, applier, named, able]) assert.equal(result.result, "planned");
});

test("root may do everything, is not asked about, and is warned of", async () => {
  const arn = `arn:aws:iam::${ACCOUNT_ID}:root`;
  const { result, asked } = await planFor(undefined, { arn, sourceArn: arn, policies: [everything] });

  assert.deepEqual(
    [result.result, result.findings.map(({ level, code }) => [level, code]), asked.length],
    ["planned", [["warning", "account/root"]], 0],
  );
  assertGolden("policies/root.txt", `${result.findings[0]?.message}\n→ ${result.findings[0]?.fix}\n`);
});

test("a plan asks about every change that its apply then makes, and in sync it asks nothing", async () => {
  for (const cluster of [
    CLUSTER,
    boundedCluster({ spec: POOLS }, { kmsKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT_ID}:key/1` }),
    boundedCluster({ spec: { ...POOLS, apiServer: { access: "private", allowedCidrs: [] }, bastion: false } }),
  ]) {
    const applier = roleWith("slipway-apply", APPLY_FILES);
    const { simulation, asked } = await planFor(applier, undefined, cluster);
    const done = new Set<string>();
    applier.watch = ({ action }) => done.add(action);
    const applied = await simulation.apply(cluster, { principal: applier });
    assert.equal(applied.result, "applied", troubles(applied).join("\n"));

    const questions = new Set(asked.flatMap(({ ActionNames }) => ActionNames ?? []));
    const changes = [...done].filter((action) => !/:(Describe|Get|List|Simulate)/.test(action));
    assert.deepEqual(
      changes.filter((action) => !questions.has(action)),
      [],
    );
    assert.ok(changes.length > 25, `${changes.length} kinds of changes`);

    const calls = simulation.world.calls.length;
    const again = await simulation.plan(cluster, { principal: castOf().plan });
    const later = simulation.world.calls.slice(calls).filter(({ action }) => action === "iam:SimulatePrincipalPolicy");
    assert.deepEqual([again.result, later.length], ["no-changes", 0]);
  }
});
