/** Networks again from what the EC2 API told of them. */
import type { PermissionRule } from "../../../src/twin/records.ts";
import type { World } from "../../../src/twin/world.ts";
import { type Answer, type Told, thing } from "./told.ts";

export function loadNetwork(world: World, told: Told): void {
  loadVpcs(world, told);
  for (const one of told("DescribeInternetGateways")[0].InternetGateways)
    world.internetGateways.set(one.InternetGatewayId, {
      ...thing(one.InternetGatewayId, one.Tags),
      vpcId: one.Attachments[0]?.VpcId,
    });
  loadNatGateways(world, told);
  loadRouteTables(world, told);
  for (const one of told("DescribeVpcEndpoints")[0].VpcEndpoints)
    world.endpoints.set(one.VpcEndpointId, {
      ...thing(one.VpcEndpointId, one.Tags),
      vpcId: one.VpcId,
      service: one.ServiceName,
      routeTableIds: one.RouteTableIds,
      state: one.State,
    });
  for (const one of told("DescribeSecurityGroups")[0].SecurityGroups)
    world.securityGroups.set(one.GroupId, {
      ...thing(one.GroupId, one.Tags),
      vpcId: one.VpcId,
      name: one.GroupName,
      description: one.Description,
      ingress: rulesOf(one.IpPermissions),
      egress: rulesOf(one.IpPermissionsEgress),
    });
  loadInterfaces(world, told);
}

function loadVpcs(world: World, told: Told): void {
  const attribute = (VpcId: string, name: string): boolean => {
    const [answer] = told("DescribeVpcAttribute", { VpcId, Attribute: `enable${name}` });
    return answer[`Enable${name}`].Value;
  };
  for (const one of told("DescribeVpcs")[0].Vpcs) {
    const blocks: string[] = one.CidrBlockAssociationSet.map(({ CidrBlock }: Answer) => CidrBlock);
    world.vpcs.set(one.VpcId, {
      ...thing(one.VpcId, one.Tags),
      cidr: one.CidrBlock,
      secondaryCidrs: blocks.filter((block) => block !== one.CidrBlock),
      state: one.State,
      dnsSupport: attribute(one.VpcId, "DnsSupport"),
      dnsHostnames: attribute(one.VpcId, "DnsHostnames"),
    });
  }
  for (const one of told("DescribeSubnets")[0].Subnets)
    world.subnets.set(one.SubnetId, {
      ...thing(one.SubnetId, one.Tags),
      vpcId: one.VpcId,
      cidr: one.CidrBlock,
      zone: one.AvailabilityZone,
      state: one.State,
    });
}

function loadNatGateways(world: World, told: Told): void {
  const gateways = told("DescribeNatGateways")[0].NatGateways;
  for (const one of told("DescribeAddresses")[0].Addresses) {
    const holder = gateways.find(
      ({ NatGatewayAddresses: [address] }: Answer) => address.AllocationId === one.AllocationId,
    );
    world.addresses.set(one.AllocationId, {
      ...thing(one.AllocationId, one.Tags),
      publicIp: one.PublicIp,
      holder: one.AssociationId === undefined ? undefined : holder?.NatGatewayId,
    });
  }
  for (const one of gateways)
    world.natGateways.set(one.NatGatewayId, {
      ...thing(one.NatGatewayId, one.Tags, one.CreateTime),
      vpcId: one.VpcId,
      subnetId: one.SubnetId,
      allocationId: one.NatGatewayAddresses[0].AllocationId,
      state: one.State,
      interfaceId: one.NatGatewayAddresses[0].NetworkInterfaceId,
    });
}

function loadRouteTables(world: World, told: Told): void {
  for (const one of told("DescribeRouteTables")[0].RouteTables) {
    // The VPC's own route and those of endpoints come with their owners.
    const made = one.Routes.filter(({ Origin }: Answer) => Origin === "CreateRoute");
    const target = ({ GatewayId, NatGatewayId }: Answer): string => NatGatewayId ?? GatewayId;
    world.routeTables.set(one.RouteTableId, {
      ...thing(one.RouteTableId, one.Tags),
      vpcId: one.VpcId,
      main: one.Associations.some(({ Main }: Answer) => Main),
      associations: one.Associations.filter(({ Main }: Answer) => !Main).map((association: Answer) => ({
        id: association.RouteTableAssociationId,
        subnetId: association.SubnetId,
      })),
      routes: new Map(made.map((route: Answer) => [route.DestinationCidrBlock, target(route)])),
    });
  }
}

function rulesOf(permissions: readonly Answer[]): PermissionRule[] {
  return permissions.flatMap(({ IpProtocol: protocol, FromPort = -1, ToPort = -1, IpRanges, UserIdGroupPairs }) =>
    [...IpRanges, ...UserIdGroupPairs].map(({ CidrIp, GroupId, Description = "" }: Answer) => ({
      protocol,
      fromPort: FromPort,
      toPort: ToPort,
      peer: CidrIp ?? GroupId,
      description: Description,
    })),
  );
}

/** Whose they are AWS tells of instances alone; of others their descriptions do. */
function loadInterfaces(world: World, told: Told): void {
  const balancers = told("DescribeLoadBalancers")[0].LoadBalancers.map(
    ({ LoadBalancerArn }: Answer) => LoadBalancerArn,
  );
  for (const one of told("DescribeNetworkInterfaces")[0].NetworkInterfaces) {
    const described: string = one.Description;
    const ofBalancer = balancers.find((arn: string) => described === `ELB ${arn.split(":loadbalancer/")[1]}`);
    world.interfaces.set(one.NetworkInterfaceId, {
      ...thing(one.NetworkInterfaceId, one.TagSet),
      vpcId: one.VpcId,
      subnetId: one.SubnetId,
      groups: one.Groups.map(({ GroupId }: Answer) => GroupId),
      privateIp: one.PrivateIpAddress,
      publicIp: undefined,
      type: one.InterfaceType,
      description: described,
      owner: one.Attachment.InstanceId ?? ofBalancer ?? described.split(" ").at(-1) ?? "",
    });
  }
}
