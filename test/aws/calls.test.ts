/** What happens around a call: retries on the Clock, tokens, waits for AWS to agree with itself, errors. */
import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { test } from "node:test";
import {
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateVpcCommand,
  DescribeVpcsCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { GetProductsCommand } from "@aws-sdk/client-pricing";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { type Aws, makeAws } from "../../src/aws/clients.ts";
import { CONSISTENCY_RULES } from "../../src/aws/consistency.ts";
import { AwsCallError, isAwsError, isPassing } from "../../src/aws/errors.ts";
import type { WireCall } from "../../src/aws/transport.ts";
import { systemClock } from "../../src/core/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { awsError, connectionLost, queryError } from "../../src/twin/errors.ts";
import { standInForAws } from "../support/loopback.ts";

/** Clients whose every call is answered by `answer`; an Error is thrown. */
function connect(
  answer: (call: WireCall, number: number) => object | Error,
  serialises = false,
): {
  aws: Aws;
  clock: VirtualClock;
  calls: WireCall[];
} {
  const clock = new VirtualClock({ startMs: 0 });
  const calls: WireCall[] = [];
  const transport = async (call: WireCall): Promise<object> => {
    calls.push(call);
    const given = answer(call, calls.length);
    if (given instanceof Error) throw given;
    return given;
  };
  return { aws: makeAws({ region: "us-east-1", clock, random: seededRandom(1), transport, serialises }), clock, calls };
}

test("an internal error is tried again, and the waits pass on the Clock", async () => {
  const { aws, clock, calls } = connect((_call, number) =>
    number < 4 ? awsError("InternalError", "oops", 500) : { Vpcs: [] },
  );

  await clock.run(() => aws.ec2.send(new DescribeVpcsCommand({})));

  assert.equal(calls.length, 4);
  assert.ok(clock.now() > 300 && clock.now() < 1000, `${clock.now()}`);
});

test("a throttled call waits longer than one that met with an accident", async () => {
  const { aws, clock } = connect((_call, number) =>
    number < 3 ? awsError("RequestLimitExceeded", "slow down", 503) : { Vpcs: [] },
  );

  await clock.run(() => aws.ec2.send(new DescribeVpcsCommand({})));

  assert.ok(clock.now() >= 1500, `${clock.now()}`);
});

test("a call that is throttled for half a minute comes through: others of the account are at work", async () => {
  const { aws, clock } = connect(() =>
    clock.now() < 30_000 ? awsError("Throttling", "slow down") : { LoadBalancers: [] },
  );

  await clock.run(() => aws.elb.send(new DescribeLoadBalancersCommand({})));

  assert.ok(clock.now() < 60_000, `${clock.now()}`);
});

test("a quota that is used up is no throttle, whatever the SDK takes it for: it is told at once", async () => {
  const { aws, clock, calls } = connect(() => queryError("LimitExceeded", "Cannot exceed quota", 409));

  await assert.rejects(
    clock.run(() => aws.iam.send(new GetRoleCommand({ RoleName: "r" }))),
    /Cannot exceed quota/,
  );

  assert.equal(calls.length, 1);
});

for (const [name, lost] of [
  ["a broken connection", connectionLost()],
  ["an internal error", awsError("InternalError", "oops", 500)],
] as const) {
  test(`a create without a token is not sent again after ${name}: it may have been done`, async () => {
    const { aws, clock, calls } = connect(() => lost);

    const failed = clock.run(() => aws.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })));

    await assert.rejects(
      failed,
      (error) => error instanceof AwsCallError && error.outcomeUnknown && error.action === "ec2:CreateVpc",
    );
    assert.equal(calls.length, 1);
  });
}

test("an answer that breaks off in the middle is a lost one: the create is not sent again, and asking later may help", async () => {
  const half = "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId>";
  let requests = 0;
  const broken = await standInForAws((request, response) => {
    requests += 1;
    request.resume();
    response.writeHead(200, { "content-type": "text/xml", "content-length": 2 * half.length });
    response.write(half, () => response.socket?.resetAndDestroy());
  });
  const before = { ...process.env };
  Object.assign(process.env, broken.env);
  try {
    const { ec2 } = makeAws({ region: "us-east-1", clock: systemClock, random: seededRandom(1) });
    await assert.rejects(
      ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })),
      (error) => error instanceof AwsCallError && error.httpStatus === 200 && error.outcomeUnknown && isPassing(error),
    );
  } finally {
    process.env = before;
    broken.close();
  }
  assert.equal(requests, 1);
});

test("a create without a token is sent again when AWS says that it did nothing", async () => {
  const { aws, clock, calls } = connect((_call, number) =>
    number === 1 ? awsError("RequestLimitExceeded", "slow down", 503) : { Vpc: { VpcId: "vpc-1" } },
  );

  await clock.run(() => aws.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })));

  assert.equal(calls.length, 2);
});

for (const serialises of [false, true]) {
  const how = serialises ? "through the SDK's serialiser" : "handed over directly";

  test(`attempts of one call ${how} carry one token, also when it was made up`, async () => {
    const { aws, clock, calls } = connect(
      (_call, number) => (number < 3 ? connectionLost() : { NatGateway: {} }),
      serialises,
    );

    await clock.run(() => aws.ec2.send(new CreateNatGatewayCommand({ SubnetId: "subnet-1" })));

    assert.equal(calls.length, 3);
    assert.ok((calls[0]!.clientToken ?? "").length > 10);
    assert.equal(new Set(calls.map((call) => call.clientToken)).size, 1);
  });
}

test("a zone without capacity is not asked again at once, although EC2 answers with status 500", async () => {
  const { aws, clock, calls } = connect(() =>
    awsError("InsufficientInstanceCapacity", "We currently do not have sufficient capacity", 500),
  );

  const failed = clock.run(() => aws.ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 })));

  await assert.rejects(failed, (error) => isAwsError(error, "InsufficientInstanceCapacity") && !error.outcomeUnknown);
  assert.equal(calls.length, 1);
});

test("what AWS does not know yet is waited for, as long as its rule says", async () => {
  const late = connect((_call, number) =>
    number < 6 ? awsError("InvalidNatGatewayID.NotFound", "no such") : { Return: true },
  );
  await late.clock.run(() =>
    late.aws.ec2.send(new CreateRouteCommand({ RouteTableId: "rtb-1", NatGatewayId: "nat-1" })),
  );
  assert.ok(late.clock.now() > 5000 && late.clock.now() < 30_000, `${late.clock.now()}`);

  const never = connect(() => awsError("InvalidNatGatewayID.NotFound", "no such"));
  const failed = never.clock.run(() =>
    never.aws.ec2.send(new CreateRouteCommand({ RouteTableId: "rtb-1", NatGatewayId: "nat-1" })),
  );
  await assert.rejects(failed, /InvalidNatGatewayID.NotFound/);
  assert.ok(never.clock.now() > 100_000 && never.clock.now() <= 120_000, `${never.clock.now()}`);
});

test("an answer that means no is given back at once, where no rule says that it may mean not yet", async () => {
  const { aws, clock, calls } = connect(() => awsError("InvalidVpcID.NotFound", "no such"));

  await assert.rejects(
    clock.run(() => aws.ec2.send(new DescribeVpcsCommand({ VpcIds: ["vpc-1"] }))),
    /InvalidVpcID/,
  );

  assert.equal(calls.length, 1);
});

test("an address that a leaving NAT gateway still holds is released when it lets go", async () => {
  const { aws, clock } = connect((_call, number) =>
    number < 4 ? awsError("AuthFailure", "You do not have permission", 401) : {},
  );

  await clock.run(() => aws.ec2.send(new ReleaseAddressCommand({ AllocationId: "eipalloc-1" })));

  assert.ok(clock.now() > 2000);
});

test("every wait for AWS names its source and ends within five minutes", () => {
  for (const rule of CONSISTENCY_RULES) {
    assert.match(rule.source, /docs\.aws\.amazon\.com|reference\//, rule.name);
    assert.ok(rule.limitMs > 0 && rule.limitMs <= 300_000, rule.name);
  }
});

test("launches keep within EC2's published rate, five at once and two a second, and leave one of the five over", async () => {
  const { aws, clock } = connect(() => ({ Instances: [] }));

  await clock.run(() =>
    Promise.all(Array.from({ length: 15 }, () => aws.ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 })))),
  );

  assert.equal(clock.now(), 5500);
});

test("an error that the SDK names after its class has AWS's own code, which waits and rules go by", async () => {
  const { aws, clock, calls } = connect((_call, number) =>
    number < 3 ? queryError("TargetGroupNotFound", "One or more target groups not found") : {},
  );

  const register = new RegisterTargetsCommand({ TargetGroupArn: "arn:x", Targets: [{ Id: "i-1" }] });
  await clock.run(() => aws.elb.send(register));

  assert.equal(calls.length, 3, "waited until it was known");
});

test("errors keep their cause, code and status", async () => {
  const { aws, clock } = connect(() => awsError("UnauthorizedOperation", "You are not authorized", 403));

  const error: unknown = await clock.run(() => aws.ec2.send(new DescribeVpcsCommand({}))).catch((e: unknown) => e);

  assert.ok(error instanceof AwsCallError);
  assert.deepEqual(
    [error.action, error.code, error.httpStatus, error.outcomeUnknown],
    ["ec2:DescribeVpcs", "UnauthorizedOperation", 403, false],
  );
  assert.ok(error.cause instanceof Error);
  assert.equal(isPassing(error), false);
});

for (const serialises of [false, true]) {
  test(`a call on a transport ${serialises ? "that is serialised " : ""}waits for nothing of the machine's: no file, no socket, no timer`, async () => {
    const { aws, clock } = connect(() => ({}), serialises);
    const waitedFor: string[] = [];
    const hook = createHook({
      init: (_id, type) => {
        if (!/^(FS|TCP|PIPE|GETADDR|Timeout|HTTP|TLS)/.test(type)) return;
        const { stack = "" } = new Error();
        if (!stack.includes("node_modules/tsx/")) waitedFor.push(`${type} ${stack}`); // tsx clears its cache at times
      },
    }).enable();
    try {
      await clock.run(async () => {
        await aws.sts.send(new GetCallerIdentityCommand({}));
        await aws.ec2.send(new DescribeVpcsCommand({}));
        await aws.elb.send(new DescribeLoadBalancersCommand({}));
        await aws.iam.send(new GetRoleCommand({ RoleName: "x" }));
        await aws.ssm.send(new GetParametersCommand({ Names: ["x"] }));
        await aws.pricing.send(new GetProductsCommand({ ServiceCode: "AmazonEC2" }));
        await aws.s3.send(new CreateBucketCommand({ Bucket: "x" }));
        await aws.s3.send(new PutObjectCommand({ Bucket: "x", Key: "y", Body: "z" }));
        await aws.s3.send(new GetObjectCommand({ Bucket: "x", Key: "y" }));
      });
    } finally {
      hook.disable();
    }

    assert.deepEqual(waitedFor, []);
  });
}
