/** The policies of `policies/`: enough for a cluster's life, no more than that, and in the form that IAM wants. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { subjectsOf, trustPolicy } from "../../src/permissions/set-up.ts";
import type { Statement } from "../../src/permissions/statement.ts";
import { type AccessRequest, decide, type PolicyStatement } from "../../src/twin/access/evaluate.ts";
import { accountTree, clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { warningsOf } from "../support/iam-reference.ts";
import { eachLess, missedIn, Recording } from "../support/leave-one-out.ts";
import { blueprint } from "../support/plans.ts";
import { ACCOUNT_ID, BOUNDARY_ARN, castOf, roleWith, SCENARIOS, shipped } from "../support/shipped-policies.ts";

const HOLDERS = ["plan", "apply", "apply-dynamic", "apply-static", "reconcile"] as const;
const ALL = [...HOLDERS, "set-up", "boundary", "node-boundary"] as const;
const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

const recording = new Recording();

for (const scenario of SCENARIOS) {
  test(`with the shipped policies alone, ${scenario.name}`, async () => {
    assert.deepEqual(await recording.play(scenario), []);
  });
}

test("of the shipped policies no action, no resource and no value of a condition can be left out", async () => {
  const recorded = await recording.all();
  assert.ok(recording.asked > 5000 && recorded.length > 500, `${recording.asked}, ${recorded.length} different`);

  const spare = HOLDERS.flatMap((file) =>
    (["actions", "resources", "conditions"] as const).flatMap((part) =>
      eachLess(shipped(file), part).flatMap((less) =>
        missedIn(recorded, file, less) === undefined ? [`${file}: ${less.what}`] : [],
      ),
    ),
  );

  assert.deepEqual(spare, []);
});

test("no statement of the shipped policies gets the console's warning that something in it provides no permissions", () => {
  assert.deepEqual(
    ALL.flatMap((file) => shipped(file).Statement.flatMap(warningsOf)),
    [],
  );
});

const WARNED: readonly [statement: Omit<PolicyStatement, "Effect">, warning: RegExp][] = [
  [
    { Action: "ec2:DeleteVpc", Resource: "arn:aws:ec2:*:*:subnet/*" },
    /ec2:DeleteVpc has no resource here that it can be about/,
  ],
  [{ Action: "ec2:DescribeVpcs", Resource: "arn:aws:ec2:*:*:vpc/*" }, /ec2:DescribeVpcs has no resource/],
  [
    { Action: ["ec2:DeleteVpc"], Resource: ["arn:aws:ec2:*:*:vpc/*", "arn:aws:ec2:*:*:subnet/*"] },
    /no action here can be about arn:aws:ec2:\*:\*:subnet/,
  ],
  [
    {
      Action: "ec2:CreateVpc",
      Resource: "arn:aws:ec2:*:*:vpc/*",
      Condition: { StringLike: { "aws:ResourceTag/slipway:cluster": "*" } },
    },
    /ec2:CreateVpc knows no aws:ResourceTag\/slipway:cluster on what it is about here/,
  ],
  [
    {
      Action: "iam:CreateRole",
      Resource: "arn:aws:iam::*:role/x",
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
    /iam:CreateRole knows no iam:PassedToService/,
  ],
  [{ Action: "s3:PutObject", Resource: "arn:aws:s3:::slipway-1-us-east-1" }, /s3:PutObject has no resource/],
  [{ Action: "s3:CreateBucket", Resource: "arn:aws:s3:::slipway-1-us-east-1/*" }, /s3:CreateBucket has no resource/],
  [{ Action: "ec2:Frobnicate", Resource: "*" }, /ec2:Frobnicate is not in/],
];

test("the linter finds what the console warns of: actions without resource, resources without action, keys that nobody knows", () => {
  for (const [statement, warning] of WARNED) {
    assert.match(warningsOf({ Sid: "Wrong", Effect: "Allow", ...statement }).join("\n"), warning);
  }
});

/** Characters without white space (reference_iam-quotas.html#reference_iam-quotas-entity-length). */
const LARGEST_MANAGED = 6144;

test("each policy fits a managed policy", () => {
  for (const file of ALL) {
    const size = readFileSync(`policies/${file}.json`, "utf8").replace(/\s/g, "").length;
    assert.ok(size <= LARGEST_MANAGED, `${file} has ${size} characters`);
  }
});

test("policies are of version 2012-10-17, with ids that IAM takes, and deny nothing but the way to secrets and snapshots", () => {
  for (const file of ALL) {
    const policy = shipped(file) as ReturnType<typeof shipped> & { Version: string };
    assert.equal(policy.Version, "2012-10-17");
    const ids = policy.Statement.map(({ Sid = "" }) => Sid);
    assert.ok(
      ids.every((id) => /^[A-Za-z0-9]+$/.test(id)),
      ids.join(),
    );
    assert.equal(new Set(ids).size, ids.length);
    const denied = policy.Statement.filter(({ Effect }) => Effect === "Deny").flatMap(({ Action }) => list(Action));
    assert.ok(
      denied.every((action) => /^(ssm:GetParameter|s3:GetObject)/.test(action)),
      file,
    );
  }
});

const OURS = { "aws:ResourceTag/slipway:cluster": "prod" };
const ASKED = { "aws:RequestTag/slipway:cluster": "prod", "aws:TagKeys": ["slipway:cluster"] };
const ec2 = (rest: string): string => `arn:aws:ec2:us-east-1:${ACCOUNT_ID}:${rest}`;
const iam = (rest: string): string => `arn:aws:iam::${ACCOUNT_ID}:${rest}`;
const BOUNDED = { "iam:PermissionsBoundary": BOUNDARY_ARN };
const NODE_ROLE = iam("role/slipway-prod-us-east-1-worker");

/** What nobody should be able to do, and who can't. */
const REFUSED: readonly [what: string, who: keyof ReturnType<typeof castOf>, request: AccessRequest][] = [
  [
    "terminate a machine of somebody else's",
    "apply",
    { action: "ec2:TerminateInstances", resource: ec2("instance/i-1"), context: {} },
  ],
  [
    "delete a VPC of somebody else's",
    "apply",
    { action: "ec2:DeleteVpc", resource: ec2("vpc/vpc-1"), context: { "aws:ResourceTag/team": "x" } },
  ],
  [
    "delete a VPC, where the network is the user's",
    "applyStatic",
    { action: "ec2:DeleteVpc", resource: ec2("vpc/vpc-1"), context: OURS },
  ],
  [
    "make a VPC, where the network is the user's",
    "applyStatic",
    { action: "ec2:CreateVpc", resource: ec2("vpc/*"), context: ASKED },
  ],
  [
    "make a subnet in somebody else's VPC",
    "apply",
    { action: "ec2:CreateSubnet", resource: ec2("vpc/vpc-1"), context: {} },
  ],
  ["route for somebody else", "apply", { action: "ec2:ReplaceRoute", resource: ec2("route-table/rtb-1"), context: {} }],
  [
    "open somebody else's security group",
    "apply",
    { action: "ec2:AuthorizeSecurityGroupIngress", resource: ec2("security-group/sg-1"), context: {} },
  ],
  [
    "launch a machine that is no cluster's",
    "apply",
    { action: "ec2:RunInstances", resource: ec2("instance/*"), context: {} },
  ],
  [
    "launch into a subnet that is not its cluster's",
    "applyDynamic",
    { action: "ec2:RunInstances", resource: ec2("subnet/subnet-1"), context: {} },
  ],
  [
    "take a foreign thing over by tagging it",
    "apply",
    { action: "ec2:CreateTags", resource: ec2("instance/i-1"), context: ASKED },
  ],
  ["take a foreign VPC's tags away", "apply", { action: "ec2:DeleteTags", resource: ec2("vpc/vpc-1"), context: ASKED }],
  ["make a role without the boundary", "apply", { action: "iam:CreateRole", resource: NODE_ROLE, context: ASKED }],
  [
    "make a role with another boundary",
    "apply",
    {
      action: "iam:CreateRole",
      resource: NODE_ROLE,
      context: { ...ASKED, "iam:PermissionsBoundary": iam("policy/mine") },
    },
  ],
  [
    "write the policy of a role without the boundary",
    "apply",
    { action: "iam:PutRolePolicy", resource: NODE_ROLE, context: OURS },
  ],
  [
    "write its own policy",
    "apply",
    { action: "iam:PutRolePolicy", resource: iam("role/slipway-apply"), context: BOUNDED },
  ],
  [
    "change who may take its own role",
    "apply",
    { action: "iam:UpdateAssumeRolePolicy", resource: iam("role/slipway-apply"), context: BOUNDED },
  ],
  [
    "take a role's boundary away",
    "apply",
    { action: "iam:DeleteRolePermissionsBoundary", resource: NODE_ROLE, context: { ...OURS, ...BOUNDED } },
  ],
  [
    "pass a role to something else than a machine",
    "apply",
    { action: "iam:PassRole", resource: NODE_ROLE, context: { "iam:PassedToService": "lambda.amazonaws.com" } },
  ],
  [
    "pass a role that is no cluster's",
    "apply",
    { action: "iam:PassRole", resource: iam("role/admin"), context: { "iam:PassedToService": "ec2.amazonaws.com" } },
  ],
  [
    "let AWS make its role for another service",
    "apply",
    {
      action: "iam:CreateServiceLinkedRole",
      resource: iam("role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"),
      context: { "iam:AWSServiceName": "autoscaling.amazonaws.com" },
    },
  ],
  [
    "read certificates and keys, when planning",
    "plan",
    {
      action: "ssm:GetParameters",
      resource: `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:parameter/slipway/prod/pki`,
      context: {},
    },
  ],
  [
    "read certificates and keys, when applying",
    "apply",
    {
      action: "ssm:GetParameter",
      resource: `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:parameter/slipway/prod/pki`,
      context: {},
    },
  ],
  [
    "read a join token, when planning",
    "plan",
    {
      action: "ssm:GetParameters",
      resource: `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:parameter/slipway/prod/join`,
      context: {},
    },
  ],
  ...(["plan", "apply", "reconcile"] as const).map((who): [string, typeof who, AccessRequest] => [
    `read a snapshot of etcd, by the role ${who}`,
    who,
    {
      action: "s3:GetObject",
      resource: `arn:aws:s3:::slipway-${ACCOUNT_ID}-us-east-1/prod/etcd/20260101T000000Z.db`,
      context: {},
    },
  ]),
  [
    "write a parameter that is not Slipway's",
    "apply",
    { action: "ssm:PutParameter", resource: `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:parameter/db/password`, context: {} },
  ],
  [
    "write to a bucket of that name in another account",
    "apply",
    { action: "s3:PutObject", resource: "arn:aws:s3:::slipway-999999999999-us-east-1/prod/lease.json", context: {} },
  ],
  [
    "write records, when planning",
    "plan",
    { action: "s3:PutObject", resource: `arn:aws:s3:::slipway-${ACCOUNT_ID}-us-east-1/prod/lease.json`, context: {} },
  ],
  [
    "use a key for anything but through EC2 and SSM",
    "apply",
    { action: "kms:Decrypt", resource: `arn:aws:kms:us-east-1:${ACCOUNT_ID}:key/1`, context: {} },
  ],
  [
    "make a role, when reconciling",
    "reconcile",
    { action: "iam:CreateRole", resource: NODE_ROLE, context: { ...ASKED, ...BOUNDED } },
  ],
  [
    "open a security group, when reconciling",
    "reconcile",
    { action: "ec2:AuthorizeSecurityGroupIngress", resource: ec2("security-group/sg-1"), context: OURS },
  ],
];

for (const [what, who, request] of REFUSED) {
  test(`by the shipped policies nobody can ${what}`, () => {
    const { policies, boundary } = castOf()[who];
    const context = { "aws:PrincipalAccount": ACCOUNT_ID, ...request.context };

    assert.notEqual(decide(policies, boundary, { ...request, context }).decision, "allowed");
  });
}

test("a key that is read with a wildcard more in plan.json is kept by the explicit deny", () => {
  const careless = { ...roleWith("slipway-plan", ["plan"]), boundary: undefined };
  const more = { Statement: [{ Effect: "Allow" as const, Action: "ssm:*", Resource: "*" }] };
  for (const action of ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"]) {
    const request = { action, resource: `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:parameter/slipway/prod/pki`, context: {} };
    assert.equal(decide([...careless.policies, more], undefined, request).decision, "explicitDeny");
  }
});

test("a snapshot of etcd that is read with a wildcard more in plan.json is kept by the explicit deny", () => {
  const more = { Statement: [{ Effect: "Allow" as const, Action: "s3:*", Resource: "*" }] };
  const bucket = `arn:aws:s3:::slipway-${ACCOUNT_ID}-us-east-1`;
  const judge = (key: string) =>
    decide([shipped("plan"), more], undefined, { action: "s3:GetObject", resource: `${bucket}/${key}`, context: {} })
      .decision;

  assert.equal(judge("prod/etcd/20260101T000000Z.db"), "explicitDeny");
  for (const key of ["prod/lease.json", "prod/snapshot-status.json", "etcd/lease.json"])
    assert.equal(judge(key), "allowed", key);
});

test("whatever the role of a node allows lies within the boundary for nodes", () => {
  const kmsKeyArn = `arn:aws:kms:us-east-1:${ACCOUNT_ID}:key/1`;
  const { resources } = blueprint(clusterWith({}, accountTree({ spec: { kmsKeyArn } })));
  const statements = resources.flatMap((wanted) =>
    wanted.kind === "role" ? (JSON.parse(wanted.spec.policy).Statement as Statement[]) : [],
  );
  let judged = 0;
  for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
    for (const action of list(statement.Action)) {
      for (const pattern of list(statement.Resource)) {
        const tests = Object.entries(statement.Condition ?? {}).filter(([operator]) => operator !== "Null");
        const given = tests.flatMap(([, keys]) =>
          Object.entries(keys).map(([key, value]) => [key, list(value)[0]?.replaceAll("*", "x")]),
        );
        const context = { "aws:PrincipalAccount": ACCOUNT_ID, ...Object.fromEntries(given) } as Record<string, string>;
        const request = { action: action.replace("*", "Things"), resource: pattern.replaceAll("*", "x"), context };
        assert.equal(
          decide([{ Statement: [statement] }], undefined, request).decision,
          "allowed",
          JSON.stringify(request),
        );
        assert.equal(
          decide([{ Statement: [statement] }], shipped("node-boundary"), request).decision,
          "allowed",
          JSON.stringify(request),
        );
        judged += 1;
      }
    }
  }
  assert.ok(judged > 80, `${judged} judged`);
});

test("the boundary for nodes lets no node near IAM, and to no parameter or bucket but Slipway's", () => {
  const everything = [{ Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }] }];
  for (const [action, resource] of [
    ["iam:PassRole", NODE_ROLE],
    ["sts:AssumeRole", iam("role/admin")],
    ["ec2:RunInstances", ec2("instance/*")],
    ["ssm:GetParameter", `arn:aws:ssm:us-east-1:${ACCOUNT_ID}:parameter/db/password`],
    ["s3:GetObject", "arn:aws:s3:::payroll/2026.csv"],
  ] as const) {
    const request = { action, resource, context: { "aws:PrincipalAccount": ACCOUNT_ID } };
    assert.equal(decide(everything, shipped("node-boundary"), request).decision, "implicitDeny", action);
  }
});

test("a role is trusted to runs of one environment or one branch, under both forms of a repository's name", () => {
  const repository = { owner: "octo", name: "clusters", ownerId: "583231", id: "456789" };
  assert.deepEqual(subjectsOf(repository, { of: "environment", name: "production" }), [
    "repo:octo/clusters:environment:production",
    "repo:octo@583231/clusters@456789:environment:production",
  ]);
  assert.deepEqual(subjectsOf({ owner: "octo", name: "clusters" }, { of: "ref", ref: "refs/heads/main" }), [
    "repo:octo/clusters:ref:refs/heads/main",
  ]);
  assertGolden(
    "policies/trust.json",
    `${JSON.stringify(trustPolicy(ACCOUNT_ID, repository, { of: "pull-request" }), null, 2)}\n`,
  );
  for (const file of ["trust-plan", "trust-apply-environment", "trust-apply-ref"]) {
    const text = readFileSync(`policies/${file}.json`, "utf8");
    // A wildcard would give a pull request the role that applies.
    assert.doesNotMatch(text, /\*|StringLike/);
    assert.match(text, /"token\.actions\.githubusercontent\.com:aud": "sts\.amazonaws\.com"/);
  }
});

/** What the commands of docs/permissions.md ask of IAM, in order. */
function setUpRequests(): AccessRequest[] {
  const blocks = [...readFileSync("docs/permissions.md", "utf8").matchAll(/```sh setup\n([\s\S]*?)```/g)];
  return blocks
    .flatMap(([, text = ""]) => text.trim().split("\n"))
    .map((line) => {
      const [, , command = "", ...words] = line.split(" ");
      const option = (name: string): string | undefined => words[words.indexOf(`--${name}`) + 1];
      const given = (name: string): string | undefined => (words.includes(`--${name}`) ? option(name) : undefined);
      const name = command.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase());
      const action = `iam:${name.replace("OpenId", "OpenID")}`;
      const role = given("role-name");
      const policy = given("policy-name");
      const resource =
        role !== undefined
          ? iam(`role/${role}`)
          : policy !== undefined
            ? iam(`policy/${policy}`)
            : (given("policy-arn") ?? iam("oidc-provider/token.actions.githubusercontent.com"));
      // A role that stands has the boundary that it was made with.
      const boundary =
        given("permissions-boundary") ??
        (role !== undefined && name !== "CreateRole" ? iam("policy/slipway-boundary") : undefined);
      const attached = /RolePolicy$/.test(name) ? given("policy-arn") : undefined;
      const context = {
        "aws:PrincipalAccount": ACCOUNT_ID,
        ...(boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary }),
        ...(attached === undefined ? {} : { "iam:PolicyARN": attached }),
      };
      return { action, resource, context };
    });
}

test("with set-up.json alone every command of docs/permissions.md is allowed, and each of its actions is needed", () => {
  const requests = setUpRequests();
  const refused = (policy: Parameters<typeof decide>[0][number]): string[] =>
    requests
      .filter((request) => decide([policy], undefined, request).decision !== "allowed")
      .map(({ action }) => action);

  assert.ok(requests.length > 15, `${requests.length} commands`);
  assert.deepEqual(refused(shipped("set-up")), []);
  const spare = eachLess(shipped("set-up"), "actions").filter(({ policy }) => refused(policy).length === 0);
  assert.deepEqual(
    spare.map(({ what }) => what),
    [],
  );
});

const OUTGROWN: readonly [what: string, request: AccessRequest][] = [
  ["make a role without the boundary", { action: "iam:CreateRole", resource: iam("role/slipway-apply"), context: {} }],
  [
    "make another role",
    {
      action: "iam:CreateRole",
      resource: iam("role/admin"),
      context: { "iam:PermissionsBoundary": iam("policy/slipway-boundary") },
    },
  ],
  ["change the boundary", { action: "iam:CreatePolicyVersion", resource: iam("policy/slipway-boundary"), context: {} }],
  [
    "change the boundary for nodes",
    { action: "iam:CreatePolicyVersion", resource: iam("policy/slipway-node-boundary"), context: {} },
  ],
  [
    "give a role AdministratorAccess",
    {
      action: "iam:AttachRolePolicy",
      resource: iam("role/slipway-apply"),
      context: {
        "iam:PermissionsBoundary": iam("policy/slipway-boundary"),
        "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
      },
    },
  ],
];

for (const [what, request] of OUTGROWN) {
  test(`whoever sets Slipway up can't ${what}`, () => {
    const context = { "aws:PrincipalAccount": ACCOUNT_ID, ...request.context };
    assert.notEqual(decide([shipped("set-up")], undefined, { ...request, context }).decision, "allowed");
  });
}

test("every file of policies/ is told of in docs/permissions.md", () => {
  const doc = readFileSync("docs/permissions.md", "utf8");
  for (const file of readdirSync("policies")) assert.ok(doc.includes(file), file);
});
