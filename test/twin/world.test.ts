/** How the twin behaves where people expect less of AWS than it does: time, tokens, visibility, reach. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { newPki } from "../../src/bootstrap/pki.ts";
import { clusterWith } from "../support/builders.ts";
import { RawTwin } from "../support/raw.ts";
import { Simulation } from "../support/simulation.ts";

test("the same seed gives the same calls at the same moments, and another seed others", async () => {
  const log = async (seed: number): Promise<string> => {
    const simulation = new Simulation({ seed });
    await simulation.apply(clusterWith());
    return simulation.world.calls.map((call) => `${call.atMs} ${call.action} ${call.error ?? ""}`).join("\n");
  };

  const [first, again, other] = [await log(5), await log(5), await log(6)];

  assert.equal(first, again);
  assert.notEqual(first, other);
});

test("a NAT gateway without an attached internet gateway is accepted, and fails some seconds later", async () => {
  const twin = new RawTwin();
  const vpc = (await twin.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
  const subnet = (
    await twin.ec2("CreateSubnet", { VpcId: vpc, CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" })
  ).Subnet.SubnetId;
  const address = (await twin.ec2("AllocateAddress")).AllocationId;

  const made = (await twin.ec2("CreateNatGateway", { SubnetId: subnet, AllocationId: address })).NatGateway;
  await twin.pass(25);
  const [later] = (
    await twin.ec2("DescribeNatGateways", { Filter: [{ Name: "nat-gateway-id", Values: [made.NatGatewayId] }] })
  ).NatGateways;

  assert.equal(made.State, "pending");
  assert.deepEqual([later.State, later.FailureCode], ["failed", "Gateway.NotAttached"]);
});

test("a subnet may be in any block of its VPC, and its free addresses are its size less AWS's five and its interfaces", async () => {
  const twin = new RawTwin();
  const { vpc, closed, group } = await twin.network();
  const make = (CidrBlock: string) =>
    twin.ec2("CreateSubnet", { VpcId: vpc, CidrBlock, AvailabilityZone: "us-east-1a" });
  const free = async (id: string): Promise<number> =>
    (await twin.ec2("DescribeSubnets", { SubnetIds: [id] })).Subnets[0].AvailableIpAddressCount;

  assert.match(await twin.refusal(make("10.1.0.0/28")), /^InvalidSubnet\.Range/);
  await twin.ec2("AssociateVpcCidrBlock", { VpcId: vpc, CidrBlock: "10.1.0.0/16" });
  const { SubnetId } = (await make("10.1.0.0/28")).Subnet;
  const before = await free(closed);
  await twin.instance(closed, group);

  assert.equal(await free(SubnetId), 11);
  assert.deepEqual([before, await free(closed)], [251, 250]);
  const [described] = (await twin.ec2("DescribeVpcs", { Filters: [{ Name: "vpc-id", Values: [vpc] }] })).Vpcs;
  assert.deepEqual(
    described.CidrBlockAssociationSet.map((one: { CidrBlock: string }) => one.CidrBlock),
    ["10.0.0.0/16", "10.1.0.0/16"],
  );
});

test("a NAT gateway takes 85 to 125 s, a load balancer 140 to 165 s", async () => {
  for (const seed of [1, 2, 3]) {
    const twin = new RawTwin({ seed });
    const { open, group } = await twin.network();
    const address = (await twin.ec2("AllocateAddress")).AllocationId;
    const startedAtMs = twin.clock.now();
    const nat = (await twin.ec2("CreateNatGateway", { SubnetId: open, AllocationId: address })).NatGateway.NatGatewayId;
    const arn = (await twin.elb("CreateLoadBalancer", { Name: "api", Subnets: [open], SecurityGroups: [group] }))
      .LoadBalancers[0].LoadBalancerArn;
    while (twin.world.natGateways.get(nat)!.state === "pending") await twin.pass(1);
    const natSeconds = (twin.clock.now() - startedAtMs) / 1000;
    while (twin.world.loadBalancers.get(arn)!.state === "provisioning") await twin.pass(1);
    const balancerSeconds = (twin.clock.now() - startedAtMs) / 1000;
    assert.ok(natSeconds >= 85 && natSeconds <= 127, `${natSeconds}`);
    assert.ok(balancerSeconds >= 140 && balancerSeconds <= 167, `${balancerSeconds}`);
  }
});

test("one token launches once; other parameters are refused; after termination it launches nothing", async () => {
  const twin = new RawTwin();
  const { closed, group } = await twin.network();
  const image = [...twin.world.images].find(([, one]) => !one.arm)![0];
  const run = (MaxCount: number) =>
    twin.ec2(
      "RunInstances",
      {
        MinCount: 1,
        MaxCount,
        ImageId: image,
        InstanceType: "m6i.large",
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: closed, Groups: [group] }],
      },
      "token",
    );

  const [first, second] = [await run(2), await run(2)];

  assert.deepEqual(
    first.Instances.map((i: { InstanceId: string }) => i.InstanceId),
    second.Instances.map((i: { InstanceId: string }) => i.InstanceId),
  );
  assert.match(await twin.refusal(run(3)), /^IdempotentParameterMismatch/);
  await twin.ec2("TerminateInstances", {
    InstanceIds: first.Instances.map((i: { InstanceId: string }) => i.InstanceId),
  });
  await twin.pass(70);
  assert.match(await twin.refusal(run(2)), /^IdempotentInstanceTerminated/);
  assert.equal([...twin.world.instances.values()].filter((instance) => instance.state === "running").length, 0);
});

test("what was just made is not always known at once, and always within seconds", async () => {
  const simulation = new Simulation({ seed: 2 });
  const aws = simulation.connect();
  let unseen = 0;

  await simulation.run(async () => {
    for (let i = 0; i < 40; i++) {
      const made = await aws.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      const filter = [{ Name: "vpc-id", Values: [made.Vpc?.VpcId ?? ""] }];
      const seen = await aws.ec2.send(new DescribeVpcsCommand({ Filters: filter }));
      if (seen.Vpcs?.length === 0) unseen += 1;
      await simulation.clock.sleep(5000);
      const later = await aws.ec2.send(new DescribeVpcsCommand({ Filters: filter }));
      assert.equal(later.Vpcs?.length, 1);
    }
  });

  assert.ok(unseen > 2 && unseen < 20, `${unseen} of 40`);
});

test("an instance profile is not known to EC2 before some seconds have passed", async () => {
  const twin = new RawTwin();
  const { closed, group } = await twin.network();
  await twin.iam("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: "{}" });
  await twin.iam("CreateInstanceProfile", { InstanceProfileName: "p" });
  const launch = () => twin.refusal(twin.instance(closed, group, { IamInstanceProfile: { Name: "p" } }));

  assert.match(await launch(), /has no associated IAM Roles/);
  await twin.iam("AddRoleToInstanceProfile", { InstanceProfileName: "p", RoleName: "r" });
  assert.match(await launch(), /Invalid IAM Instance Profile name/);
  await twin.pass(16);
  assert.equal(await launch(), "ok");
});

test("a launch is refused as EC2 refuses it: no image, no key, no capacity, a price too low, a type the zone has not", async () => {
  const twin = new RawTwin();
  const { closed, group } = await twin.network();
  const launch = (more: object) => twin.refusal(twin.instance(closed, group, more));

  assert.match(await launch({ ImageId: "ami-0" }), /^InvalidAMIID.NotFound/);
  assert.match(await launch({ KeyName: "nobody" }), /^InvalidKeyPair.NotFound: The key pair 'nobody' does not exist/);
  assert.match(await launch({ InstanceType: "m6g.large" }), /architecture/);
  assert.match(await launch({ UserData: Buffer.alloc(16_385).toString("base64") }), /16384 bytes/);
  const spot = { InstanceMarketOptions: { MarketType: "spot", SpotOptions: { MaxPrice: "0.010000" } } };
  assert.match(
    await launch(spot),
    /^SpotMaxPriceTooLow: Your Spot request price of 0.010000 is lower than the minimum required Spot request fulfillment price of 0.028800/,
  );
  await twin.pass(10); // EC2 takes five launches at once
  twin.world.exhausted.add("m6i.large/us-east-1a");
  assert.match(
    await launch({}),
    /^InsufficientInstanceCapacity: We currently do not have sufficient m6i.large capacity/,
  );
  twin.world.types.find((type) => type.name === "m6i.xlarge")!.zones = ["us-east-1b"];
  assert.match(await launch({ InstanceType: "m6i.xlarge" }), /^Unsupported/);
});

/** What keeps a node from becoming ready, one break at a time, each made after the cluster stands. */
const OTHER_PKI = (await newPki(0)).bundle.reveal();

const BREAKS: readonly [name: string, breakIt: (s: Simulation) => void, phase: RegExp][] = [
  [
    "the NAT gateway's route is gone",
    (s) => {
      for (const table of s.world.routeTables.values())
        if ([...table.routes.values()].some((t) => t.startsWith("nat-"))) table.routes.clear();
    },
    /error.*no route to the internet/,
  ],
  [
    "the NAT gateway is gone",
    (s) => {
      for (const nat of s.world.natGateways.values()) nat.state = "deleted";
    },
    /error.*no route to the internet/,
  ],
  [
    "the public subnet's route is gone",
    (s) => {
      for (const table of s.world.routeTables.values())
        if ([...table.routes.values()].some((t) => t.startsWith("igw-"))) table.routes.clear();
    },
    /error.*no route to an internet gateway/,
  ],
  [
    "nothing may leave",
    (s) => {
      for (const group of s.world.securityGroups.values()) group.egress = [];
    },
    /error.*lets nothing out/,
  ],
  [
    "the load balancer's group does not admit the NAT gateway",
    (s) => {
      for (const group of s.world.securityGroups.values()) if (group.name.endsWith("load-balancer")) group.ingress = [];
    },
    /waiting.*does not admit 198\.18\./,
  ],
  [
    "the control plane's group does not admit the load balancer",
    (s) => {
      for (const group of s.world.securityGroups.values())
        if (group.name.endsWith("control-plane")) group.ingress = group.ingress.filter((r) => r.fromPort !== 6443);
    },
    /waiting.*no healthy target/,
  ],
  ["there is no listener", (s) => s.world.listeners.clear(), /waiting.*no listener/],
  [
    "the endpoint is another load balancer's",
    (s) => {
      for (const balancer of s.world.loadBalancers.values()) balancer.dnsName = "other.example";
    },
    /waiting.*is no load balancer's/,
  ],
  ["there is no PKI", (s) => s.world.parameters.delete("/slipway/prod/pki"), /error.*no \/slipway\/prod\/pki yet/],
  [
    "the PKI is another",
    (s) => {
      s.world.parameters.get("/slipway/prod/pki")!.value = OTHER_PKI;
    },
    /error.*CA is not sha256:/,
  ],
  [
    "its user data is empty",
    (s) => {
      for (const instance of s.world.instances.values()) instance.userData = undefined;
    },
    /^$/,
  ],
  [
    "the leader can't read a record, and calls nobody ready",
    (s) => {
      for (const bucket of s.world.buckets.values()) bucket.objects.delete("prod/snapshot-request.json");
    },
    /^joined/,
  ],
];

for (const [name, breakIt, expected] of BREAKS) {
  test(`a node does not join when ${name}`, async () => {
    const simulation = new Simulation();
    const cluster = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });
    const { steps } = await simulation.apply(cluster);
    assert.ok(steps?.every(({ outcome }) => outcome.state === "done"));
    const { world } = simulation;
    const [first] = [...world.instances.values()].filter(
      (instance) => instance.tags["slipway:role"] === "control-plane",
    );
    breakIt(simulation);

    const twin = world.connect();
    const answer = (await simulation.run(() =>
      twin({
        service: "ec2",
        operation: "RunInstances",
        clientToken: "x",
        input: {
          MinCount: 1,
          MaxCount: 1,
          ImageId: first!.imageId,
          InstanceType: "m6i.large",
          UserData: first!.userData,
          NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: first!.subnetId, Groups: first!.groups }],
          TagSpecifications: [
            {
              ResourceType: "instance",
              Tags: Object.entries({ ...first!.tags, "slipway:role": "worker", "slipway:phase": "" }).map(
                ([Key, Value]) => ({ Key, Value }),
              ),
            },
          ],
        },
      }),
    )) as { Instances: { InstanceId: string }[] };
    await simulation.run(() => simulation.clock.sleep(20 * 60_000));
    world.catchUp();

    assert.match(world.instances.get(answer.Instances[0]!.InstanceId)!.tags["slipway:phase"]!, expected);
  });
}
