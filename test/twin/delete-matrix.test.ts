/** Every row of reference/aws.md §2b: what AWS refuses to delete, while what stands, with its own words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RawTwin } from "../support/raw.ts";

test("DeleteVpc is refused while there is a subnet, gateway, group, route table, endpoint or interface in it", async () => {
  const things: Record<string, (twin: RawTwin, VpcId: string) => Promise<unknown>> = {
    subnet: (twin, VpcId) =>
      twin.ec2("CreateSubnet", { VpcId, CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" }),
    gateway: async (twin, VpcId) => {
      const made = await twin.ec2("CreateInternetGateway");
      return twin.ec2("AttachInternetGateway", { VpcId, InternetGatewayId: made.InternetGateway.InternetGatewayId });
    },
    group: (twin, VpcId) => twin.ec2("CreateSecurityGroup", { VpcId, GroupName: "g", Description: "d" }),
    "route table": (twin, VpcId) => twin.ec2("CreateRouteTable", { VpcId }),
    endpoint: (twin, VpcId) =>
      twin.ec2("CreateVpcEndpoint", { VpcId, ServiceName: "com.amazonaws.us-east-1.s3", RouteTableIds: [] }),
  };
  for (const [name, add] of Object.entries(things)) {
    const twin = new RawTwin();
    const vpc = (await twin.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
    await add(twin, vpc);
    assert.equal(
      await twin.refusal(twin.ec2("DeleteVpc", { VpcId: vpc })),
      `DependencyViolation: The vpc '${vpc}' has dependencies and cannot be deleted.`,
      name,
    );
  }
});

test("DeleteVpc takes the default group, the default network ACL and the main route table along", async () => {
  const twin = new RawTwin();
  const vpc = (await twin.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
  const acls = async () => (await twin.ec2("DescribeNetworkAcls")).NetworkAcls;
  assert.deepEqual(
    (await acls()).map(({ VpcId, IsDefault }: { VpcId: string; IsDefault: boolean }) => [VpcId, IsDefault]),
    [[vpc, true]],
  );

  assert.equal(await twin.refusal(twin.ec2("DeleteVpc", { VpcId: vpc })), "ok");

  assert.equal(twin.world.securityGroups.size + twin.world.routeTables.size, 0);
  assert.deepEqual(await acls(), []);
});

test("DeleteVpc is refused for a network ACL, which outlives its subnets, and for a VPN gateway until that is detached", async () => {
  const twin = new RawTwin();
  const vpc = (await twin.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
  const made = await twin.ec2("CreateSubnet", {
    VpcId: vpc,
    CidrBlock: "10.0.0.0/24",
    AvailabilityZone: "us-east-1a",
  });
  const born = (id: string) => ({ ...twin.world.birth(id, {}), vpcId: vpc });
  const associations = [{ id: "aclassoc-0", subnetId: made.Subnet.SubnetId }];
  twin.world.networkAcls.set("acl-0", { ...born("acl-0"), associations });
  const refused = `DependencyViolation: The vpc '${vpc}' has dependencies and cannot be deleted.`;

  assert.equal(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: made.Subnet.SubnetId })), "ok");
  assert.deepEqual(twin.world.networkAcls.get("acl-0")?.associations, []);
  assert.equal(await twin.refusal(twin.ec2("DeleteVpc", { VpcId: vpc })), refused);
  twin.world.networkAcls.clear();
  for (const attachment of ["attaching", "attached", "detaching"] as const) {
    twin.world.vpnGateways.set("vgw-0", { ...born("vgw-0"), attachment });
    assert.equal(await twin.refusal(twin.ec2("DeleteVpc", { VpcId: vpc })), refused, attachment);
  }
  twin.world.vpnGateways.set("vgw-0", { ...born("vgw-0"), attachment: "detached" });
  assert.equal(await twin.refusal(twin.ec2("DeleteVpc", { VpcId: vpc })), "ok");
});

test("DeleteVpc is refused for a peering connection and for a request that came to it; its own requests go along", async () => {
  for (const [status, asked, answer] of [
    ["active", "by it", "DependencyViolation"],
    ["active", "of it", "DependencyViolation"],
    ["provisioning", "by it", "DependencyViolation"],
    ["pending-acceptance", "of it", "DependencyViolation"],
    ["pending-acceptance", "by it", "ok"],
    ["rejected", "of it", "ok"],
    ["expired", "by it", "ok"],
    ["failed", "by it", "ok"],
    ["deleted", "of it", "ok"],
  ] as const) {
    const twin = new RawTwin();
    const vpc = (await twin.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
    const here = { vpcId: vpc, ownerId: twin.world.accountId, cidr: "10.0.0.0/16" };
    const there = { vpcId: "vpc-0other", ownerId: "210987654321", cidr: "172.16.0.0/12" };
    const [requester, accepter] = asked === "by it" ? [here, there] : [there, here];
    const peering = { ...twin.world.birth("pcx-0", {}), requester, accepter, status };
    twin.world.peerings.set("pcx-0", peering);

    const ended = await twin.refusal(twin.ec2("DeleteVpc", { VpcId: vpc }));

    assert.equal(ended.split(":")[0], answer, `${status}, asked ${asked}`);
    const goes = status === "pending-acceptance" && asked === "by it";
    assert.equal(twin.world.peerings.get("pcx-0")?.status, goes ? "deleted" : status);
  }
});

test("DeleteSubnet is refused until its instance is terminated and its NAT gateway is deleted", async () => {
  const twin = new RawTwin();
  const { open, closed, nat, group } = await twin.network();
  const instance = await twin.instance(closed, group);
  const refused = (id: string) => `DependencyViolation: The subnet '${id}' has dependencies and cannot be deleted.`;

  assert.equal(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: closed })), refused(closed));
  assert.equal(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: open })), refused(open));
  await twin.ec2("TerminateInstances", { InstanceIds: [instance] });
  await twin.ec2("DeleteNatGateway", { NatGatewayId: nat });
  assert.equal(
    await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: closed })),
    refused(closed),
    "shutting down is not terminated",
  );
  assert.equal(
    await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: open })),
    refused(open),
    "deleting is not deleted",
  );
  await twin.pass(90);
  assert.equal(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: closed })), "ok");
  assert.equal(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: open })), "ok");
});

test("DeleteSubnet is refused while a deleted load balancer's interfaces linger", async () => {
  const twin = new RawTwin();
  const { closed, group } = await twin.network();
  const made = await twin.elb("CreateLoadBalancer", {
    Name: "api",
    Type: "network",
    Scheme: "internal",
    Subnets: [closed],
    SecurityGroups: [group],
  });
  await twin.elb("DeleteLoadBalancer", { LoadBalancerArn: made.LoadBalancers[0].LoadBalancerArn });

  assert.match(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: closed })), /^DependencyViolation/);
  assert.match(await twin.refusal(twin.ec2("DeleteSecurityGroup", { GroupId: group })), /^DependencyViolation/);
  await twin.pass(50);
  assert.equal(await twin.refusal(twin.ec2("DeleteSubnet", { SubnetId: closed })), "ok");
  assert.equal(await twin.refusal(twin.ec2("DeleteSecurityGroup", { GroupId: group })), "ok");
});

test("DeleteSecurityGroup is refused while it is attached, named by another group's rule, or the default", async () => {
  const twin = new RawTwin();
  const { vpc, closed, group } = await twin.network();
  const other = (await twin.ec2("CreateSecurityGroup", { VpcId: vpc, GroupName: "other", Description: "d" })).GroupId;
  const rule = {
    GroupId: other,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, UserIdGroupPairs: [{ GroupId: group }] }],
  };
  await twin.ec2("AuthorizeSecurityGroupIngress", rule);
  const refused = `DependencyViolation: resource ${group} has a dependent object`;

  assert.equal(await twin.refusal(twin.ec2("DeleteSecurityGroup", { GroupId: group })), refused);
  await twin.ec2("RevokeSecurityGroupIngress", rule);
  const instance = await twin.instance(closed, group);
  assert.equal(await twin.refusal(twin.ec2("DeleteSecurityGroup", { GroupId: group })), refused);
  await twin.ec2("TerminateInstances", { InstanceIds: [instance] });
  await twin.pass(70);
  assert.equal(await twin.refusal(twin.ec2("DeleteSecurityGroup", { GroupId: group })), "ok");
  const standard = [...twin.world.securityGroups.values()].find((candidate) => candidate.name === "default")!;
  assert.match(await twin.refusal(twin.ec2("DeleteSecurityGroup", { GroupId: standard.id })), /^CannotDelete/);
});

test("DetachInternetGateway is refused while the VPC has a mapped public address", async () => {
  const twin = new RawTwin();
  const { vpc, gateway, nat } = await twin.network();
  const detach = () => twin.refusal(twin.ec2("DetachInternetGateway", { InternetGatewayId: gateway, VpcId: vpc }));
  const refused = `DependencyViolation: Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;

  assert.equal(await detach(), refused);
  await twin.ec2("DeleteNatGateway", { NatGatewayId: nat });
  assert.equal(await detach(), refused);
  await twin.pass(90);
  assert.equal(await detach(), "ok");
});

test("DetachInternetGateway is refused for a bastion's address and a public load balancer's as well", async () => {
  const twin = new RawTwin();
  const { vpc, open, gateway, nat, group } = await twin.network();
  await twin.ec2("DeleteNatGateway", { NatGatewayId: nat });
  await twin.pass(90);
  const detach = () => twin.refusal(twin.ec2("DetachInternetGateway", { InternetGatewayId: gateway, VpcId: vpc }));
  const nic = { DeviceIndex: 0, SubnetId: open, Groups: [group], AssociatePublicIpAddress: true };
  const bastion = await twin.instance(open, group, { NetworkInterfaces: [nic] });

  assert.match(await detach(), /mapped public address/);
  await twin.ec2("TerminateInstances", { InstanceIds: [bastion] });
  await twin.pass(70);
  const made = await twin.elb("CreateLoadBalancer", {
    Name: "api",
    Type: "network",
    Subnets: [open],
    SecurityGroups: [group],
  });
  assert.match(await detach(), /mapped public address/);
  await twin.elb("DeleteLoadBalancer", { LoadBalancerArn: made.LoadBalancers[0].LoadBalancerArn });
  await twin.pass(50);
  assert.equal(await detach(), "ok");
});

test("DeleteInternetGateway is refused while it is attached", async () => {
  const twin = new RawTwin();
  const { gateway } = await twin.network();

  assert.match(
    await twin.refusal(twin.ec2("DeleteInternetGateway", { InternetGatewayId: gateway })),
    /^DependencyViolation/,
  );
});

test("DeleteRouteTable is refused while it is associated, and always for the main one", async () => {
  const twin = new RawTwin();
  const { openTable } = await twin.network();
  const main = [...twin.world.routeTables.values()].find((table) => table.main)!;

  assert.equal(
    await twin.refusal(twin.ec2("DeleteRouteTable", { RouteTableId: openTable.id })),
    `DependencyViolation: The routeTable '${openTable.id}' has dependencies and cannot be deleted.`,
  );
  assert.match(await twin.refusal(twin.ec2("DeleteRouteTable", { RouteTableId: main.id })), /^DependencyViolation/);
  await twin.ec2("DisassociateRouteTable", { AssociationId: openTable.association });
  assert.equal(await twin.refusal(twin.ec2("DeleteRouteTable", { RouteTableId: openTable.id })), "ok");
});

test("ReleaseAddress of a NAT gateway's address is refused while that is there, going, and briefly after", async () => {
  const twin = new RawTwin({ seed: 3 });
  const { address, nat } = await twin.network();
  const release = () => twin.refusal(twin.ec2("ReleaseAddress", { AllocationId: address }));
  const refused = "AuthFailure: You do not have permission to access the specified resource.";

  assert.equal(await release(), refused);
  await twin.ec2("DeleteNatGateway", { NatGatewayId: nat });
  assert.equal(await release(), refused);
  while (twin.world.natGateways.get(nat)!.state !== "deleted") await twin.pass(0.2);
  assert.equal(await release(), refused, "briefly after it is deleted");
  await twin.pass(10);
  assert.equal(await release(), "ok");
});

test("DeleteTargetGroup is refused while a listener names it; the load balancer takes its listeners along", async () => {
  const twin = new RawTwin();
  const { vpc, closed, group } = await twin.network();
  const TargetGroupArn = (await twin.elb("CreateTargetGroup", { Name: "api", VpcId: vpc, Port: 6443 })).TargetGroups[0]
    .TargetGroupArn;
  const LoadBalancerArn = (
    await twin.elb("CreateLoadBalancer", {
      Name: "api",
      Scheme: "internal",
      Subnets: [closed],
      SecurityGroups: [group],
    })
  ).LoadBalancers[0].LoadBalancerArn;
  await twin.elb("CreateListener", { LoadBalancerArn, Port: 6443, DefaultActions: [{ TargetGroupArn }] });

  assert.equal(
    await twin.refusal(twin.elb("DeleteTargetGroup", { TargetGroupArn })),
    `ResourceInUse: Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
  );
  await twin.elb("DeleteLoadBalancer", { LoadBalancerArn });
  assert.equal(await twin.refusal(twin.elb("DeleteTargetGroup", { TargetGroupArn })), "ok");
});

test("DeleteLoadBalancer is refused under deletion protection, and succeeds for one that is not there", async () => {
  const twin = new RawTwin();
  const { closed, group } = await twin.network();
  const LoadBalancerArn = (
    await twin.elb("CreateLoadBalancer", {
      Name: "api",
      Scheme: "internal",
      Subnets: [closed],
      SecurityGroups: [group],
    })
  ).LoadBalancers[0].LoadBalancerArn;
  const protect = (Value: string) =>
    twin.elb("ModifyLoadBalancerAttributes", {
      LoadBalancerArn,
      Attributes: [{ Key: "deletion_protection.enabled", Value }],
    });
  await protect("true");

  assert.match(await twin.refusal(twin.elb("DeleteLoadBalancer", { LoadBalancerArn })), /^OperationNotPermitted/);
  await protect("false");
  assert.equal(await twin.refusal(twin.elb("DeleteLoadBalancer", { LoadBalancerArn })), "ok");
  assert.equal(await twin.refusal(twin.elb("DeleteLoadBalancer", { LoadBalancerArn })), "ok");
});

test("TerminateInstances terminates none when one id is unknown, or one is protected", async () => {
  const twin = new RawTwin();
  const { closed, group } = await twin.network();
  const plain = await twin.instance(closed, group);
  const held = await twin.instance(closed, group, { DisableApiTermination: true });

  assert.match(
    await twin.refusal(twin.ec2("TerminateInstances", { InstanceIds: [plain, "i-00000000000000000"] })),
    /^InvalidInstanceID.NotFound/,
  );
  assert.match(
    await twin.refusal(twin.ec2("TerminateInstances", { InstanceIds: [plain, held] })),
    new RegExp(`^OperationNotPermitted: The instance '${held}' may not be terminated`),
  );
  assert.equal(twin.world.instances.get(plain)!.state, "running");
});

test("DeleteRole is refused while it has a policy or is in a profile; DeleteInstanceProfile while it has a role", async () => {
  const twin = new RawTwin();
  await twin.iam("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: "{}" });
  await twin.iam("PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: "{}" });
  await twin.iam("CreateInstanceProfile", { InstanceProfileName: "i" });
  await twin.iam("AddRoleToInstanceProfile", { InstanceProfileName: "i", RoleName: "r" });

  assert.equal(
    await twin.refusal(twin.iam("DeleteRole", { RoleName: "r" })),
    "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.",
  );
  assert.match(await twin.refusal(twin.iam("DeleteInstanceProfile", { InstanceProfileName: "i" })), /^DeleteConflict/);
  await twin.iam("RemoveRoleFromInstanceProfile", { InstanceProfileName: "i", RoleName: "r" });
  assert.equal(
    await twin.refusal(twin.iam("DeleteRole", { RoleName: "r" })),
    "DeleteConflict: Cannot delete entity, must delete policies first.",
  );
  await twin.iam("DeleteRolePolicy", { RoleName: "r", PolicyName: "p" });
  assert.equal(await twin.refusal(twin.iam("DeleteRole", { RoleName: "r" })), "ok");
  assert.equal(await twin.refusal(twin.iam("DeleteInstanceProfile", { InstanceProfileName: "i" })), "ok");
});
