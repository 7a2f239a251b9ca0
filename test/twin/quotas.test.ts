/** What an account may have: where AWS enforces it, and how Service Quotas tells it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RawTwin } from "../support/raw.ts";

/**
 * Makes one more of something, again and again, until AWS refuses; gives how many there were, and the refusal. What is asked
 * for too fast is asked for again.
 */
async function until(twin: RawTwin, make: (n: number) => Promise<unknown>): Promise<[made: number, refusal: string]> {
  for (let n = 0; n < 1000; ) {
    const refusal = await twin.refusal(make(n));
    if (refusal.startsWith("RequestLimitExceeded")) await twin.pass(1);
    else if (refusal === "ok") n += 1;
    else return [n, refusal.split(":")[0] ?? ""];
  }
  return [1000, "no limit"];
}

test("a new account has AWS's defaults, and one more than those is refused by each service's own word", async () => {
  const twin = new RawTwin({ isNewAccount: true });
  const vpcs = await until(twin, (n) => twin.ec2("CreateVpc", { CidrBlock: `10.${n}.0.0/16` }));
  const [vpc] = twin.world.vpcs.keys();
  const gateways = await until(twin, () => twin.ec2("CreateInternetGateway"));
  const [gateway] = twin.world.internetGateways.keys();
  await twin.ec2("AttachInternetGateway", { InternetGatewayId: gateway, VpcId: vpc });
  const zone = (n: number): string => `us-east-1${"abcdef"[n % 6]}`;
  const subnets = await until(twin, (n) =>
    twin.ec2("CreateSubnet", { VpcId: vpc, CidrBlock: `10.0.${n}.0/24`, AvailabilityZone: zone(n) }),
  );
  const [inA] = twin.world.subnets.keys();
  const addresses = await until(twin, () => twin.ec2("AllocateAddress"));
  const [address = ""] = twin.world.addresses.keys();
  // A gateway whose address is taken fails later on, and counts until it has.
  const gatewaysInZone = await until(twin, () =>
    twin.ec2("CreateNatGateway", { SubnetId: inA, AllocationId: address }),
  );
  await twin.pass(130);
  const afterFailure = await until(twin, () => twin.ec2("CreateNatGateway", { SubnetId: inA, AllocationId: address }));
  const tables = await until(twin, () => twin.ec2("CreateRouteTable", { VpcId: vpc }));
  const group = await twin.ec2("CreateSecurityGroup", { VpcId: vpc, GroupName: "g", Description: "g" });
  const rule = (n: number) => ({
    IpProtocol: "tcp",
    FromPort: n + 1,
    ToPort: n + 1,
    IpRanges: [{ CidrIp: "203.0.113.0/24" }],
  });
  const rules = await until(twin, (n) =>
    twin.ec2("AuthorizeSecurityGroupIngress", { GroupId: group.GroupId, IpPermissions: [rule(n)] }),
  );

  assert.deepEqual(
    { vpcs, gateways, subnets, addresses, gatewaysInZone, afterFailure, tables, rules },
    {
      vpcs: [5, "VpcLimitExceeded"],
      gateways: [5, "InternetGatewayLimitExceeded"],
      subnets: [200, "SubnetLimitExceeded"],
      addresses: [5, "AddressLimitExceeded"],
      gatewaysInZone: [5, "NatGatewayLimitExceeded"],
      afterFailure: [4, "NatGatewayLimitExceeded"],
      tables: [199, "RouteTableLimitExceeded"],
      rules: [60, "RulesPerSecurityGroupLimitExceeded"],
    },
  );
});

test("instances count by their vCPU, those on demand and those on spot apart, and only while they run", async () => {
  const twin = new RawTwin({ isNewAccount: true });
  const { closed, group } = await twin.network();
  const [image] = twin.world.images.keys();
  const run = (InstanceType: string, more: object = {}) =>
    twin.ec2("RunInstances", {
      ImageId: image,
      InstanceType,
      MinCount: 1,
      MaxCount: 1,
      SubnetId: closed,
      SecurityGroupIds: [group],
      ...more,
    });
  const spot = { InstanceMarketOptions: { MarketType: "spot" } };

  const [first] = (await run("m6i.large")).Instances;
  await run("t3.micro");
  const onDemand = await twin.refusal(run("m6i.large"));
  const many = await twin.refusal(run("c6i.large", { MaxCount: 3 }));
  await twin.pass(10); // EC2 takes five launches at once
  const graphics = await twin.refusal(run("g5.xlarge"));
  await run("m6i.large", spot);
  await run("m6i.large", spot);
  await twin.pass(10);
  const onSpot = await twin.refusal(run("m6i.large", spot));
  await twin.ec2("TerminateInstances", { InstanceIds: [first.InstanceId] });

  assert.match(onDemand, /^VcpuLimitExceeded: .*current vCPU limit of 5 allows/);
  assert.match(many, /^VcpuLimitExceeded/);
  assert.match(graphics, /^VcpuLimitExceeded: .*current vCPU limit of 0 allows/);
  assert.equal(onSpot, "MaxSpotInstanceCountExceeded: Max spot instance count exceeded");
  assert.equal(await twin.refusal(run("m6i.large")), "ok");
});

test("Service Quotas lists what an account was granted, and AWS's defaults apart, in pages", async () => {
  const twin = new RawTwin({ isNewAccount: true });
  twin.world.quotas.set("L-1216C47A", 64);
  const list = (operation: string, input: object) => twin.call("servicequotas", operation, input);

  const applied = await list("ListServiceQuotas", { ServiceCode: "ec2" });
  const first = await list("ListAWSDefaultServiceQuotas", { ServiceCode: "ec2", MaxResults: 100 });
  const second = await list("ListAWSDefaultServiceQuotas", { ServiceCode: "ec2", NextToken: first.NextToken });
  const unknown = await twin.refusal(list("ListServiceQuotas", { ServiceCode: "ec3" }));

  assert.deepEqual(
    applied.Quotas.map(({ QuotaCode, Value }: { QuotaCode: string; Value: number }) => [QuotaCode, Value]),
    [["L-1216C47A", 64]],
  );
  assert.deepEqual([first.Quotas.length, second.NextToken], [100, undefined]);
  assert.ok(second.Quotas.some(({ QuotaName }: { QuotaName: string }) => QuotaName === "EC2-VPC Elastic IPs"));
  assert.match(unknown, /^NoSuchResourceException/);
});
