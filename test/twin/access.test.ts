/** How the twin decides on calls, as IAM does; and what it asks about for each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  AddRoleToInstanceProfileCommand,
  CreateRoleCommand,
  GetRoleCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { AwsCallError } from "../../src/aws/errors.ts";
import type { Principal } from "../../src/twin/access/access.ts";
import { type AccessRequest, decide, type Policy, type PolicyStatement } from "../../src/twin/access/evaluate.ts";
import { Simulation } from "../support/simulation.ts";

const allow = (
  Action: string | string[],
  Resource: string | string[] = "*",
  Condition?: PolicyStatement["Condition"],
): PolicyStatement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const deny = (Action: string, Resource = "*"): PolicyStatement => ({ Effect: "Deny", Action, Resource });
const policy = (...Statement: PolicyStatement[]): Policy => ({ Statement });

const REQUEST: AccessRequest = {
  action: "ec2:DeleteVpc",
  resource: "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1",
  context: { "aws:ResourceTag/team": "platform", "aws:TagKeys": ["a", "b"], "aws:PrincipalAccount": "123456789012" },
};

const DECISIONS: readonly [what: string, policies: Policy[], boundary: Policy | undefined, decision: string][] = [
  ["nothing allows it", [], undefined, "implicitDeny"],
  ["a wildcard allows it, in any case of letters", [policy(allow("EC2:delete*"))], undefined, "allowed"],
  [
    "a deny of another policy is stronger",
    [policy(allow("*")), policy(deny("ec2:DeleteVpc"))],
    undefined,
    "explicitDeny",
  ],
  [
    "a deny of something else does not matter",
    [policy(allow("*"), deny("*", "arn:aws:ec2:*:*:subnet/*"))],
    undefined,
    "allowed",
  ],
  [
    "the resource is of another region",
    [policy(allow("*", "arn:aws:ec2:eu-west-1:*:vpc/*"))],
    undefined,
    "implicitDeny",
  ],
  ["resources are told apart by case", [policy(allow("*", "arn:aws:ec2:*:*:VPC/*"))], undefined, "implicitDeny"],
  ["a boundary that does not allow it", [policy(allow("*"))], policy(allow("s3:*")), "implicitDeny"],
  ["a boundary allows nothing by itself", [], policy(allow("*")), "implicitDeny"],
  ["a boundary's deny", [policy(allow("*"))], policy(allow("*"), deny("ec2:*")), "explicitDeny"],
  ["NotAction", [policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })], undefined, "allowed"],
  [
    "a variable of the caller",
    [policy(allow("*", `arn:aws:ec2:*:\${aws:PrincipalAccount}:vpc/*`))],
    undefined,
    "allowed",
  ],
  [
    "a variable that is not known",
    [policy(allow("*", `arn:aws:ec2:*:*:vpc/\${aws:username}`))],
    undefined,
    "implicitDeny",
  ],
];

for (const [what, policies, boundary, decision] of DECISIONS) {
  test(`IAM decides: ${what}`, () => {
    assert.equal(decide(policies, boundary, REQUEST).decision, decision);
  });
}

const CONDITIONS: readonly [condition: NonNullable<PolicyStatement["Condition"]>, holds: boolean][] = [
  [{ StringEquals: { "aws:ResourceTag/team": "platform" } }, true],
  [{ StringEquals: { "AWS:resourcetag/team": ["data", "platform"] } }, true],
  [{ StringEquals: { "aws:ResourceTag/team": "plat*" } }, false],
  [{ StringLike: { "aws:ResourceTag/team": "plat*" } }, true],
  [{ StringLike: { "aws:ResourceTag/slipway:cluster": "*" } }, false],
  [{ StringNotEquals: { "aws:ResourceTag/team": "data" } }, true],
  [{ StringNotEquals: { "aws:ResourceTag/team": ["data", "platform"] } }, false],
  [{ StringNotEquals: { "aws:ResourceTag/other": "x" } }, true],
  [{ StringEqualsIfExists: { "aws:ResourceTag/other": "x" } }, true],
  [{ Null: { "aws:ResourceTag/team": "false" } }, true],
  [{ Null: { "aws:ResourceTag/other": "false" } }, false],
  [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b", "c"] } }, true],
  [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }, false],
  [{ "ForAllValues:StringEquals": { "aws:Other": ["a"] } }, true],
  [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["b"] } }, true],
  [{ "ForAnyValue:StringEquals": { "aws:Other": ["b"] } }, false],
  [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/x" } }, false],
  [{ StringEquals: { "aws:ResourceTag/team": "platform" }, Null: { "aws:TagKeys": "true" } }, false],
];

test("conditions hold as IAM has them, absent keys and lists of values too", () => {
  for (const [condition, holds] of CONDITIONS) {
    const verdict = decide([policy(allow("*", "*", condition))], undefined, REQUEST);
    assert.equal(verdict.decision === "allowed", holds, JSON.stringify(condition));
  }
  assert.throws(
    () => decide([policy(allow("*", "*", { DateLessThan: { a: "b" } }))], undefined, REQUEST),
    /does not know the condition operator DateLessThan/,
  );
});

function caller(...statements: PolicyStatement[]): Principal {
  const [arn, sourceArn] = ["arn:aws:sts::123456789012:assumed-role/tester/1", "arn:aws:iam::123456789012:role/tester"];
  return { arn, sourceArn, policies: [policy(...statements)] };
}

/** The words in which a call is refused; empty where it is done. */
async function refused(
  simulation: Simulation,
  principal: Principal,
  call: (aws: ReturnType<Simulation["connect"]>) => Promise<unknown>,
): Promise<string> {
  try {
    await simulation.run(() => call(simulation.connect(principal)));
    return "";
  } catch (error) {
    assert.ok(error instanceof AwsCallError, String(error));
    return `${error.code}: ${(error.cause as Error).message}`;
  }
}

const TAGGED = { TagSpecifications: [{ ResourceType: "vpc" as const, Tags: [{ Key: "a", Value: "1" }] }] };

test("each service refuses in its own words: EC2's are encoded, and which kind of policy it was is said", async () => {
  const simulation = new Simulation();
  const nobody = caller();
  const bounded: Principal = { ...caller(allow("*")), boundary: policy(allow("s3:*")) };

  const vpc = await refused(simulation, nobody, ({ ec2 }) => ec2.send(new DescribeVpcsCommand({})));
  const role = await refused(simulation, nobody, ({ iam }) => iam.send(new GetRoleCommand({ RoleName: "x" })));
  const parameter = await refused(simulation, nobody, ({ ssm }) =>
    ssm.send(new PutParameterCommand({ Name: "/a", Value: "b", Type: "String" })),
  );
  const explicit = await refused(simulation, caller(allow("*"), deny("ec2:*")), ({ ec2 }) =>
    ec2.send(new DescribeVpcsCommand({})),
  );
  const boundary = await refused(simulation, bounded, ({ ec2 }) => ec2.send(new DescribeVpcsCommand({})));

  assert.match(
    vpc,
    /^UnauthorizedOperation: You are not authorized to perform this operation\. User: arn:aws:sts::123456789012:assumed-role\/tester\/1 is not authorized to perform: ec2:DescribeVpcs on resource: \* because no identity-based policy allows the ec2:DescribeVpcs action\. Encoded authorization failure message: [\w-]+$/,
  );
  assert.match(
    role,
    /^AccessDenied: User: \S+ is not authorized to perform: iam:GetRole on resource: arn:aws:iam::123456789012:role\/x because/,
  );
  assert.match(
    parameter,
    /^AccessDeniedException: User: .*ssm:PutParameter on resource: arn:aws:ssm:us-east-1:123456789012:parameter\/a because/,
  );
  assert.match(explicit, /with an explicit deny in an identity-based policy/);
  assert.match(boundary, /because no permissions boundary allows the ec2:DescribeVpcs action/);
});

test("who is calling may be asked by everybody, and the answer is the caller's session", async () => {
  const simulation = new Simulation();
  const answer = await simulation.run(() =>
    simulation.connect(caller(deny("*"))).sts.send(new GetCallerIdentityCommand({})),
  );
  assert.equal(answer.Arn, "arn:aws:sts::123456789012:assumed-role/tester/1");
});

test("tags in the call that creates are a right of their own, by that action; without tags it is not asked for", async () => {
  const simulation = new Simulation();
  const creator = caller(allow("ec2:CreateVpc"));
  const tagger = (action: string): Principal =>
    caller(allow("ec2:CreateVpc"), allow("ec2:CreateTags", "*", { StringEquals: { "ec2:CreateAction": action } }));
  const create = (more: object) => (aws: ReturnType<Simulation["connect"]>) =>
    aws.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", ...more }));

  assert.equal(await refused(simulation, creator, create({})), "");
  assert.match(
    await refused(simulation, creator, create(TAGGED)),
    /ec2:CreateTags on resource: arn:aws:ec2:us-east-1:123456789012:vpc\/\*/,
  );
  assert.match(await refused(simulation, tagger("CreateSubnet"), create(TAGGED)), /ec2:CreateTags/);
  assert.equal(await refused(simulation, tagger("CreateVpc"), create(TAGGED)), "");
  // A tag of the call is not yet a tag of the thing.
  const wrong = caller(allow(["ec2:CreateVpc", "ec2:CreateTags"], "*", { StringLike: { "aws:ResourceTag/a": "*" } }));
  assert.match(await refused(simulation, wrong, create(TAGGED)), /ec2:CreateVpc/);
});

test("tags of what is there limit who may change it", async () => {
  const simulation = new Simulation();
  const owner = caller(allow("ec2:*", "*", { StringEquals: { "aws:ResourceTag/a": "1" } }));
  const [own, other] = await simulation.run(async () => {
    const { ec2 } = simulation.connect();
    const made = await Promise.all(
      [TAGGED, {}].map((more) => ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", ...more }))),
    );
    await simulation.clock.sleep(10_000);
    return made.map(({ Vpc }) => Vpc?.VpcId ?? "");
  });

  const remove = (VpcId = "") => refused(simulation, owner, ({ ec2 }) => ec2.send(new DeleteVpcCommand({ VpcId })));
  assert.match(await remove(other), /UnauthorizedOperation.*vpc\/vpc-/);
  assert.equal(await remove(own), "");
  assert.match(await remove(own), /InvalidVpcID\.NotFound/);
});

const PASS = allow("iam:PassRole", "arn:aws:iam::*:role/node", {
  StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" },
});

test("a role is given to a machine only by who may pass it: in a profile, and in a launch", async () => {
  const simulation = new Simulation({ eventualConsistency: false });
  const { world } = simulation;
  const thing = (id: string) => world.birth(id, {});
  world.roles.set("node", { ...thing("node"), trust: "{}", policies: new Map(), boundary: undefined });
  world.profiles.set("empty", { ...thing("empty"), roles: [], knownToEc2AtMs: 0 });
  world.profiles.set("full", { ...thing("full"), roles: ["node"], knownToEc2AtMs: 0 });
  const add = (principal: Principal) =>
    refused(simulation, principal, ({ iam }) =>
      iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "empty", RoleName: "node" })),
    );
  const launch = (principal: Principal) =>
    refused(simulation, principal, ({ ec2 }) =>
      ec2.send(
        new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ImageId: "ami-x", IamInstanceProfile: { Name: "full" } }),
      ),
    );

  assert.match(
    await add(caller(allow("iam:AddRoleToInstanceProfile"))),
    /iam:PassRole on resource: arn:aws:iam::123456789012:role\/node/,
  );
  assert.match(
    await launch(caller(allow("ec2:*"))),
    /^UnauthorizedOperation.*iam:PassRole on resource: arn:aws:iam::123456789012:role\/node/,
  );
  assert.equal(await add(caller(allow("iam:AddRoleToInstanceProfile"), PASS)), "");
  assert.doesNotMatch(await launch(caller(allow("ec2:*"), PASS)), /Unauthorized/);
});

test("the first of its kind in an account makes a role of AWS's own, in the caller's name", async () => {
  const simulation = new Simulation();
  const spot = { MinCount: 1, MaxCount: 1, InstanceMarketOptions: { MarketType: "spot" as const } };
  const launch = (principal: Principal) =>
    refused(simulation, principal, ({ ec2 }) => ec2.send(new RunInstancesCommand(spot)));
  const balance = (principal: Principal) =>
    refused(simulation, principal, ({ elb }) =>
      elb.send(new CreateLoadBalancerCommand({ Name: "x", Type: "network", Subnets: [] })),
    );
  const linked = (service: string) =>
    allow("iam:CreateServiceLinkedRole", "*", { StringEquals: { "iam:AWSServiceName": service } });

  assert.match(
    await launch(caller(allow("ec2:*"), linked("elasticloadbalancing.amazonaws.com"))),
    /^AuthFailure\.ServiceLinkedRoleCreationNotPermitted: /,
  );
  assert.match(
    await balance(caller(allow("elasticloadbalancing:*"))),
    /iam:CreateServiceLinkedRole on resource: \S+\/AWSServiceRoleForElasticLoadBalancing/,
  );
  assert.doesNotMatch(await launch(caller(allow("ec2:*"), linked("spot.amazonaws.com"))), /AuthFailure/);
  // It stays, for whoever comes next.
  assert.doesNotMatch(await launch(caller(allow("ec2:*"))), /AuthFailure/);
});

test("a boundary that is asked for in a condition is that of the call, or the role's own", async () => {
  const simulation = new Simulation();
  const bounded = caller(allow("iam:CreateRole", "*", { StringEquals: { "iam:PermissionsBoundary": "arn:b" } }));
  const create = (RoleName: string, more: object) =>
    refused(simulation, bounded, ({ iam }) =>
      iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}", ...more })),
    );

  assert.match(await create("a", {}), /AccessDenied/);
  assert.match(await create("a", { PermissionsBoundary: "arn:c" }), /AccessDenied/);
  assert.equal(await create("a", { PermissionsBoundary: "arn:b" }), "");
});

test("S3 tells that an object is missing only to who may list, and compares versions only for who may read", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  const bucket = {
    ...world.birth("b", {}),
    visibleAtMs: 0,
    ownerId: world.accountId,
    isPrivate: true,
    isVersioned: true,
  };
  world.buckets.set("b", { ...bucket, policy: "", lifecycle: "", objects: new Map(), writes: 0 });
  const object = { Bucket: "b", Key: "k" };
  const get = (principal: Principal) =>
    refused(simulation, principal, ({ s3 }) => s3.send(new GetObjectCommand(object)));
  const swap = (principal: Principal) =>
    refused(simulation, principal, ({ s3 }) => s3.send(new PutObjectCommand({ ...object, Body: "x", IfMatch: '"1"' })));

  assert.match(await get(caller(allow("s3:GetObject"))), /^AccessDenied: .*s3:ListBucket on resource: arn:aws:s3:::b /);
  assert.match(await get(caller(allow(["s3:GetObject", "s3:ListBucket"]))), /^NoSuchKey/);
  assert.match(await swap(caller(allow("s3:PutObject"))), /^AccessDenied: .*s3:GetObject/);
  assert.match(await swap(caller(allow(["s3:PutObject", "s3:GetObject"]))), /^NoSuchKey/);
});

test("the simulator answers by the same rules: the strictest for an action, and for each resource its own", async () => {
  const simulation = new Simulation();
  const subject = {
    ...caller(allow("ec2:DeleteVpc", "arn:aws:ec2:*:*:vpc/*", { StringEquals: { "aws:ResourceTag/a": "1" } })),
    boundary: policy(allow("ec2:*")),
  };
  simulation.world.principals.set(subject.sourceArn, subject);
  const simulate = (more: object) =>
    simulation.run(() =>
      simulation.connect().iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: subject.sourceArn,
          ActionNames: ["ec2:DeleteVpc", "ec2:DeleteSubnet"],
          ResourceArns: ["arn:aws:ec2:us-east-1:1:vpc/*", "arn:aws:ec2:us-east-1:1:subnet/*"],
          ContextEntries: [{ ContextKeyName: "aws:ResourceTag/a", ContextKeyType: "string", ContextKeyValues: ["1"] }],
          ...more,
        }),
      ),
    );

  const all = await simulate({});
  const first = await simulate({ MaxItems: 1 });
  const second = await simulate({ MaxItems: 1, Marker: first.Marker });

  assert.deepEqual(
    all.EvaluationResults?.map(({ EvalActionName, EvalDecision, ResourceSpecificResults }) => [
      EvalActionName,
      EvalDecision,
      ...(ResourceSpecificResults ?? []).map(({ EvalResourceDecision }) => EvalResourceDecision),
    ]),
    [
      ["ec2:DeleteVpc", "implicitDeny", "allowed", "implicitDeny"],
      ["ec2:DeleteSubnet", "implicitDeny", "implicitDeny", "implicitDeny"],
    ],
  );
  assert.deepEqual(
    [first.IsTruncated, second.IsTruncated, second.EvaluationResults?.[0]?.EvalActionName],
    [true, false, "ec2:DeleteSubnet"],
  );
  await assert.rejects(simulate({ PolicySourceArn: "arn:aws:iam::1:role/none" }), /NoSuchEntity/);
});

test("rules of a group are the group's matter: a foreign one is not touched", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  const group = {
    ...world.birth("sg-0foreign", { team: "data" }),
    vpcId: "vpc-1",
    name: "x",
    description: "",
    ingress: [],
    egress: [],
  };
  world.securityGroups.set(group.id, group);
  const own = caller(allow("ec2:*", "*", { StringLike: { "aws:ResourceTag/slipway:cluster": "*" } }));

  const answer = await refused(simulation, own, ({ ec2 }) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group.id, IpPermissions: [{ IpProtocol: "-1" }] })),
  );

  assert.match(answer, /^UnauthorizedOperation: .*security-group\/sg-0foreign/);
});
