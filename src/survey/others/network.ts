import {
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpnGatewaysCommand,
  type NetworkAcl,
  type RouteTable,
  type Subnet,
  type VpcEndpoint,
  type VpcPeeringConnection,
  type VpnGateway,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { DEFAULT_ROUTE } from "../../resources/route-table/calls.ts";
import { by, type Other } from "./other.ts";

/** AWS ids. */
type Ids = ReadonlySet<string>;

/**
 * What of others is in a cluster's own VPCs besides machines and groups: subnets, tables, routes, and what AWS keeps a VPC
 * for, or what ends with it. `own` are the ids of all that is the cluster's.
 */
export async function networkIn(aws: Aws, vpcs: Ids, own: Ids): Promise<Other[]> {
  const [subnets, tables, holders] = await Promise.all([
    subnetsIn(aws, vpcs),
    tablesIn(aws, vpcs),
    holdersOf(aws, vpcs, own),
  ]);
  const named = new Set(holders.map(({ awsId }) => awsId));
  return [
    ...subnets.filter(({ SubnetId = "" }) => !own.has(SubnetId)).map(otherSubnet),
    // A route leads nowhere once what it leads to is gone.
    ...tables.flatMap((table) => otherRoutes(table, own)).filter(({ awsId }) => !named.has(awsId)),
    ...holders,
  ];
}

/**
 * What AWS does not delete a VPC before and that no subnet, table or interface tells of: network ACLs (EC2 API_DeleteVpc: the
 * default one goes along), endpoints, peering connections (hashicorp/terraform-provider-aws#3118: it is the console that
 * deletes them with the VPC) and VPN gateways (EC2 API_DetachVpnGateway).
 */
export async function holdersOf(aws: Aws, vpcs: Ids, own: Ids): Promise<Other[]> {
  const [acls, endpoints, peerings, gateways] = await Promise.all([
    aclsIn(aws, vpcs),
    endpointsIn(aws, vpcs),
    peeringsOf(aws, vpcs),
    vpnGatewaysOf(aws, vpcs),
  ]);
  return [
    ...acls.flatMap(otherAcl),
    ...endpoints.filter(({ VpcEndpointId = "" }) => !own.has(VpcEndpointId)).flatMap(otherEndpoint),
    ...peerings.flatMap((peering) => otherPeering(peering, vpcs)),
    ...gateways.flatMap((gateway) => otherVpnGateway(gateway, vpcs)),
  ];
}

async function subnetsIn(aws: Aws, vpcs: Ids): Promise<Subnet[]> {
  return allPages<Subnet>(async (token) => {
    const page = await aws.ec2.send(new DescribeSubnetsCommand({ Filters: by("vpc-id", vpcs), ...pageToken(token) }));
    return { items: page.Subnets, next: page.NextToken };
  });
}

async function tablesIn(aws: Aws, vpcs: Ids): Promise<RouteTable[]> {
  return allPages<RouteTable>(async (token) => {
    const query = { Filters: by("vpc-id", vpcs), MaxResults: 100, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeRouteTablesCommand(query));
    return { items: page.RouteTables, next: page.NextToken };
  });
}

async function aclsIn(aws: Aws, vpcs: Ids): Promise<NetworkAcl[]> {
  return allPages<NetworkAcl>(async (token) => {
    const query = { Filters: by("vpc-id", vpcs), MaxResults: 1000, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeNetworkAclsCommand(query));
    return { items: page.NetworkAcls, next: page.NextToken };
  });
}

async function endpointsIn(aws: Aws, vpcs: Ids): Promise<VpcEndpoint[]> {
  return allPages<VpcEndpoint>(async (token) => {
    const query = { Filters: by("vpc-id", vpcs), MaxResults: 1000, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeVpcEndpointsCommand(query));
    return { items: page.VpcEndpoints, next: page.NextToken };
  });
}

/** Those that a VPC has asked for, and those that it was asked for: all filters of one question must match, so there are two. */
async function peeringsOf(aws: Aws, vpcs: Ids): Promise<VpcPeeringConnection[]> {
  const sides = ["requester", "accepter"].map((side) =>
    allPages<VpcPeeringConnection>(async (token) => {
      const query = { Filters: by(`${side}-vpc-info.vpc-id`, vpcs), MaxResults: 1000, ...pageToken(token) };
      const page = await aws.ec2.send(new DescribeVpcPeeringConnectionsCommand(query));
      return { items: page.VpcPeeringConnections, next: page.NextToken };
    }),
  );
  const found = (await Promise.all(sides)).flat();
  return [...new Map(found.map((peering) => [peering.VpcPeeringConnectionId, peering])).values()];
}

/** EC2 gives them all at once: this operation has no pages. */
async function vpnGatewaysOf(aws: Aws, vpcs: Ids): Promise<VpnGateway[]> {
  const query = { Filters: by("attachment.vpc-id", vpcs) };
  const { VpnGateways = [] } = await aws.ec2.send(new DescribeVpnGatewaysCommand(query));
  return VpnGateways;
}

function otherSubnet({ SubnetId = "", VpcId = "", CidrBlock = "" }: Subnet): Other {
  return { kind: "subnet", awsId: SubnetId, about: CidrBlock, at: VpcId };
}

/** A table of somebody's, or routes that somebody has put into one that goes with the cluster. */
function otherRoutes(table: RouteTable, own: Ids): Other[] {
  const { RouteTableId = "", VpcId = "", Associations = [], Routes = [] } = table;
  const isMain = Associations.some(({ Main }) => Main === true);
  if (!isMain && !own.has(RouteTableId)) return [{ kind: "route table", awsId: RouteTableId, about: "", at: VpcId }];
  return Routes.flatMap((route) => {
    const target =
      route.VpcPeeringConnectionId ??
      route.TransitGatewayId ??
      route.NatGatewayId ??
      route.InstanceId ??
      route.NetworkInterfaceId ??
      route.EgressOnlyInternetGatewayId ??
      route.CarrierGatewayId ??
      route.GatewayId;
    const destination = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
    // A gateway endpoint's routes name a prefix list, and what leads nowhere holds nothing.
    if (target === undefined || destination === undefined || route.State === "blackhole") return [];
    if (target === "local" || own.has(target)) return [];
    // The cluster's own, whose gateway has just gone: that it leads nowhere now is not known at once.
    if (destination === DEFAULT_ROUTE && /^(nat|igw)-/.test(target)) return [];
    return [{ kind: "route", awsId: target, about: destination, at: RouteTableId }];
  });
}

/** Slipway makes none; the default one goes with its VPC. */
function otherAcl({ NetworkAclId = "", VpcId = "", IsDefault, Associations = [] }: NetworkAcl): Other[] {
  if (IsDefault === true) return [];
  const subnets = Associations.map(({ SubnetId = "" }) => SubnetId).toSorted();
  const about = subnets.length === 0 ? "" : `used by ${subnets.join(", ")}`;
  return [{ kind: "network ACL", awsId: NetworkAclId, about, at: VpcId }];
}

/** EC2 writes an endpoint's states in either case. */
function otherEndpoint({ VpcEndpointId = "", VpcId = "", ServiceName = "", State }: VpcEndpoint): Other[] {
  if (/^delet(ing|ed)$/i.test(State ?? "")) return [];
  return [{ kind: "VPC endpoint", awsId: VpcEndpointId, about: ServiceName, at: VpcId }];
}

/** States in which it is one, or may yet be; the others stay listed for a while (VPC Peering Guide, "VPC peering connection lifecycle"). */
const PEERED: readonly (string | undefined)[] = ["initiating-request", "pending-acceptance", "provisioning", "active"];

function otherPeering(peering: VpcPeeringConnection, vpcs: Ids): Other[] {
  const { VpcPeeringConnectionId = "", RequesterVpcInfo = {}, AccepterVpcInfo = {}, Status } = peering;
  const ends = [RequesterVpcInfo, AccepterVpcInfo];
  const here = ends.find(({ VpcId = "" }) => vpcs.has(VpcId));
  const there = ends.find((end) => end !== here);
  if (here === undefined || !PEERED.includes(Status?.Code)) return [];
  const about = `${Status?.Code}, with ${there?.VpcId} of account ${there?.OwnerId}`;
  return [{ kind: "peering connection", awsId: VpcPeeringConnectionId, about, at: here.VpcId ?? "" }];
}

/** One that is being detached is waited for, like all that goes already. */
function otherVpnGateway({ VpnGatewayId = "", VpcAttachments = [] }: VpnGateway, vpcs: Ids): Other[] {
  return VpcAttachments.flatMap(({ VpcId = "", State }) =>
    vpcs.has(VpcId) && (State === "attached" || State === "attaching")
      ? [{ kind: "VPN gateway" as const, awsId: VpnGatewayId, about: "", at: VpcId }]
      : [],
  );
}
