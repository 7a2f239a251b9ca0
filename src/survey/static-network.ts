import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type NatGateway,
  type Route,
  type RouteTable,
  type Subnet,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import type { StaticPlacement } from "../config/cluster.ts";
import { unless } from "../resources/calls.ts";
import type { Tags } from "../resources/resource.ts";
import { fromTagList } from "../resources/tags.ts";

/** The user's own network, as AWS has it: read, and never anything else. */
export interface StaticNetwork {
  /** Undefined: the account has no VPC of that id in the region. */
  vpc: StaticVpc | undefined;
  /** Those of the file's subnets that there are, by id. */
  subnets: ReadonlyMap<string, StaticSubnet>;
  /** What the VPC's NAT gateways look like from outside: their public addresses, by their ids. */
  natAddresses: ReadonlyMap<string, readonly string[]>;
}

export interface StaticVpc {
  id: string;
  /** Its IPv4 blocks, the primary one first. */
  cidrs: readonly string[];
  dnsSupport: boolean;
  dnsHostnames: boolean;
  tags: Tags;
}

export interface StaticSubnet {
  id: string;
  vpc: string;
  zone: string;
  cidr: string;
  freeAddresses: number;
  tags: Tags;
  /** Undefined: this account is not shown it. Every subnet has one. */
  routeTable: { id: string; defaultRoute: DefaultRoute | undefined } | undefined;
}

/** Where 0.0.0.0/0 is sent. */
export interface DefaultRoute {
  /** The AWS id of a gateway, an endpoint, an interface or a connection. */
  target: string;
  /** What it leads to is gone, and AWS drops the traffic. */
  isBlackhole: boolean;
}

/** Reads the VPC, the subnets that the file names, and the route tables in effect for them: six calls in one round. */
export async function findStaticNetwork(aws: Aws, placement: StaticPlacement): Promise<StaticNetwork> {
  const ids = placement.subnets.flatMap((entry) => [
    entry.private,
    ...(entry.public === undefined ? [] : [entry.public]),
  ]);
  const [vpc, subnets, tables, natAddresses] = await Promise.all([
    findVpc(aws, placement.vpcId),
    findSubnets(aws, ids),
    findRouteTables(aws, placement.vpcId),
    findNatAddresses(aws, placement.vpcId),
  ]);
  return {
    vpc,
    subnets: new Map(subnets.map((subnet) => [subnet.SubnetId ?? "", staticSubnet(subnet, tables)])),
    natAddresses,
  };
}

async function findVpc(aws: Aws, VpcId: string): Promise<StaticVpc | undefined> {
  // A filter answers an unknown id with an empty list. EC2 tells one attribute a call.
  const [answer, support, hostnames] = await Promise.all([
    aws.ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] })),
    ...(["enableDnsSupport", "enableDnsHostnames"] as const).map((Attribute) =>
      unless(["InvalidVpcID.NotFound"], aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }))),
    ),
  ]);
  const vpc = answer.Vpcs?.[0];
  if (vpc === undefined) return undefined;
  const others = (vpc.CidrBlockAssociationSet ?? []).filter((one) => one.CidrBlockState?.State === "associated");
  return {
    id: VpcId,
    cidrs: [...new Set([vpc.CidrBlock, ...others.map((one) => one.CidrBlock)])].filter((cidr) => cidr !== undefined),
    dnsSupport: support?.EnableDnsSupport?.Value ?? false,
    dnsHostnames: hostnames?.EnableDnsHostnames?.Value ?? false,
    tags: fromTagList(vpc.Tags),
  };
}

function findSubnets(aws: Aws, ids: string[]): Promise<Subnet[]> {
  return allPages<Subnet>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: ids }], ...pageToken(token) }),
    );
    return { items: page.Subnets, next: page.NextToken };
  });
}

/** All of the VPC's tables: its main one serves the subnets that no other is associated with. */
function findRouteTables(aws: Aws, vpcId: string): Promise<RouteTable[]> {
  return allPages<RouteTable>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }], ...pageToken(token) }),
    );
    return { items: page.RouteTables, next: page.NextToken };
  });
}

async function findNatAddresses(aws: Aws, vpcId: string): Promise<Map<string, string[]>> {
  const gateways = await allPages<NatGateway>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: "vpc-id", Values: [vpcId] }], ...pageToken(token) }),
    );
    return { items: page.NatGateways, next: page.NextToken };
  });
  return new Map(
    gateways.map(({ NatGatewayId = "", NatGatewayAddresses = [] }) => [
      NatGatewayId,
      NatGatewayAddresses.flatMap(({ PublicIp }) => PublicIp ?? []),
    ]),
  );
}

function staticSubnet(subnet: Subnet, tables: readonly RouteTable[]): StaticSubnet {
  const table =
    tables.find((one) => one.Associations?.some((association) => association.SubnetId === subnet.SubnetId)) ??
    tables.find((one) => one.Associations?.some((association) => association.Main === true));
  return {
    id: subnet.SubnetId ?? "",
    vpc: subnet.VpcId ?? "",
    zone: subnet.AvailabilityZone ?? "",
    cidr: subnet.CidrBlock ?? "",
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    tags: fromTagList(subnet.Tags),
    routeTable: table === undefined ? undefined : { id: table.RouteTableId ?? "", defaultRoute: defaultRouteOf(table) },
  };
}

function defaultRouteOf(table: RouteTable): DefaultRoute | undefined {
  const route = table.Routes?.find((one) => one.DestinationCidrBlock === "0.0.0.0/0");
  return route === undefined ? undefined : { target: targetOf(route), isBlackhole: route.State === "blackhole" };
}

/** A route names its target in a field of the target's kind (EC2 API_Route); `GatewayId` is any of igw-, vgw- and vpce-. */
function targetOf(route: Route): string {
  return (
    route.NatGatewayId ??
    route.GatewayId ??
    route.TransitGatewayId ??
    route.NetworkInterfaceId ??
    route.VpcPeeringConnectionId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    ""
  );
}
