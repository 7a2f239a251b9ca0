import {
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type Filter,
  type NatGateway,
  type NetworkInterface,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
} from "@aws-sdk/client-ec2";
import { DescribeTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import { type ClusterIdentity, loadBalancerName } from "../core/names.ts";
import { unless } from "../resources/calls.ts";
import type { Tags } from "../resources/resource.ts";
import { DEFAULT_ROUTE } from "../resources/route-table/calls.ts";
import { groupsNamedBy } from "../resources/security-group/calls.ts";
import { cloudProviderKey, fromTagList, TAG } from "../resources/tags.ts";
import type { Inventory } from "./survey.ts";

/**
 * Something that is not Slipway's and stands in a cluster's network, or uses what is the cluster's: AWS would not delete
 * that before it, or would take it down too.
 */
export interface Other {
  kind:
    | "load balancer"
    | "instance"
    | "NAT gateway"
    | "network interface"
    | "security group"
    | "security group rule"
    | "subnet"
    | "route table"
    | "route";
  /** AWS's id; of a load balancer its ARN, or its name where it is a classic one. */
  awsId: string;
  /** What it says of itself: a name, an interface's description, a route's destination. */
  about: string;
  /** The id of the cluster's thing that it is in or uses. */
  at: string;
  /** Present: a controller in the cluster has made it. For what, `service <namespace>/<name>`; `""` where that is untold. */
  madeFor?: string;
}

/** What is the cluster's. */
interface Own {
  cluster: ClusterIdentity;
  /** Its own VPCs; none where it is placed in the user's. */
  vpcs: ReadonlySet<string>;
  groups: ReadonlySet<string>;
  instances: ReadonlySet<string>;
  /** AWS ids of all its things. */
  all: ReadonlySet<string>;
}

/** Finds what of others stands in the way of deleting a cluster. */
export async function findOthers(aws: Aws, cluster: ClusterIdentity, inventory: Inventory): Promise<Other[]> {
  const own = ownOf(cluster, inventory);
  const networks = [
    ...new Set(inventory.resources.flatMap((live) => (live.kind === "security-group" ? [live.spec.vpc] : []))),
    ...own.vpcs,
  ];
  if (networks.length === 0) return [];
  const [interfaces, groups, subnets, tables] = await Promise.all([
    own.vpcs.size > 0 ? interfacesOf(aws, by("vpc-id", own.vpcs)) : interfacesAround(aws, own, networks),
    groupsIn(aws, networks),
    own.vpcs.size > 0 ? subnetsIn(aws, own.vpcs) : [],
    own.vpcs.size > 0 ? tablesIn(aws, own.vpcs) : [],
  ]);
  const users = await usersOf(aws, interfaces, groups, own);
  const usersGroups = new Set(
    interfaces.filter((nic) => !isOwn(nic, own)).flatMap((nic) => (nic.Groups ?? []).map(({ GroupId }) => GroupId)),
  );
  return [
    ...users,
    // What goes with a load balancer's Service is not told of twice.
    ...groups
      .flatMap((group) => otherGroup(group, own))
      .filter(({ awsId, madeFor }) => !(madeFor !== undefined && usersGroups.has(awsId))),
    ...subnets.filter(({ SubnetId = "" }) => !own.all.has(SubnetId)).map(otherSubnet),
    ...tables.flatMap((table) => otherRoutes(table, own)),
  ];
}

/** Finds what of others stands in some of a cluster's subnets. */
export async function findOthersIn(
  aws: Aws,
  cluster: ClusterIdentity,
  inventory: Inventory,
  subnets: readonly string[],
): Promise<Other[]> {
  if (subnets.length === 0) return [];
  return usersOf(aws, await interfacesOf(aws, by("subnet-id", subnets)), [], ownOf(cluster, inventory));
}

function ownOf(cluster: ClusterIdentity, { resources, nodes }: Inventory): Own {
  const ids = (kind: string): Set<string> =>
    new Set(resources.filter((live) => live.kind === kind).map(({ awsId }) => awsId));
  const instances = new Set([...nodes.map(({ instanceId }) => instanceId), ...ids("bastion")]);
  const all = new Set([...resources.map(({ awsId }) => awsId), ...instances]);
  return { cluster, vpcs: ids("vpc"), groups: ids("security-group"), instances, all };
}

function by(Name: string, values: Iterable<string>): Filter[] {
  return [{ Name, Values: [...values] }];
}

/** In the user's network: what uses the cluster's groups, and all load balancers, among which Services' may be. */
async function interfacesAround(aws: Aws, own: Own, vpcs: readonly string[]): Promise<NetworkInterface[]> {
  const balancers = [...by("vpc-id", vpcs), { Name: "description", Values: ["ELB *"] }];
  const found = await Promise.all([interfacesOf(aws, by("group-id", own.groups)), interfacesOf(aws, balancers)]);
  return [...new Map(found.flat().map((nic) => [nic.NetworkInterfaceId, nic])).values()];
}

async function interfacesOf(aws: Aws, Filters: Filter[]): Promise<NetworkInterface[]> {
  return allPages<NetworkInterface>(async (token) => {
    const query = { Filters, MaxResults: 1000, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeNetworkInterfacesCommand(query));
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
}

async function groupsIn(aws: Aws, vpcs: Iterable<string>): Promise<SecurityGroup[]> {
  return allPages<SecurityGroup>(async (token) => {
    const query = { Filters: by("vpc-id", vpcs), MaxResults: 1000, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeSecurityGroupsCommand(query));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
}

async function subnetsIn(aws: Aws, vpcs: Iterable<string>): Promise<Subnet[]> {
  return allPages<Subnet>(async (token) => {
    const page = await aws.ec2.send(new DescribeSubnetsCommand({ Filters: by("vpc-id", vpcs), ...pageToken(token) }));
    return { items: page.Subnets, next: page.NextToken };
  });
}

async function tablesIn(aws: Aws, vpcs: Iterable<string>): Promise<RouteTable[]> {
  return allPages<RouteTable>(async (token) => {
    const query = { Filters: by("vpc-id", vpcs), MaxResults: 100, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeRouteTablesCommand(query));
    return { items: page.RouteTables, next: page.NextToken };
  });
}

/** Load balancers' interfaces say whose they are: `ELB net/<name>/<16 hex>`, of a classic one `ELB <name>`. */
const OF_LOAD_BALANCER = /^ELB ([\w/-]+)$/;
const OF_NAT_GATEWAY = /^Interface for NAT Gateway (nat-\w+)$/;

function isOwn(nic: NetworkInterface, { instances, all, cluster }: Own): boolean {
  // Tagged at launch: that of an instance that is just gone may be listed for longer than the instance.
  if (fromTagList(nic.TagSet)[TAG.cluster] === cluster.name) return true;
  const instance = nic.Attachment?.InstanceId;
  // One that outlives its instance is somebody's, whatever it is attached to.
  if (instance !== undefined && instances.has(instance)) return nic.Attachment?.DeleteOnTermination !== false;
  const gateway = OF_NAT_GATEWAY.exec(nic.Description ?? "")?.[1];
  if (gateway !== undefined && all.has(gateway)) return true;
  return OF_LOAD_BALANCER.exec(nic.Description ?? "")?.[1]?.split("/")[1] === loadBalancerName(cluster, "api");
}

/** Whose interfaces they are: one each, however many interfaces it has. Those of what is gone already linger, and go. */
async function usersOf(
  aws: Aws,
  interfaces: readonly NetworkInterface[],
  groups: readonly SecurityGroup[],
  own: Own,
): Promise<Other[]> {
  const foreign = interfaces.filter((nic) => !isOwn(nic, own));
  const perUser = Map.groupBy(foreign, ({ Description = "", Attachment, NetworkInterfaceId = "" }) => {
    return (
      OF_LOAD_BALANCER.exec(Description)?.[0] ??
      OF_NAT_GATEWAY.exec(Description)?.[0] ??
      Attachment?.InstanceId ??
      NetworkInterfaceId
    );
  });
  // In the user's network most load balancers are neighbours: neither in the cluster's things nor made for it.
  const users = await Promise.all([...perUser.values()].map((nics) => userOf(aws, nics, groups, own)));
  return users.flatMap((user) =>
    user !== undefined && (user.madeFor !== undefined || own.all.has(user.at)) ? [user] : [],
  );
}

async function userOf(
  aws: Aws,
  nics: readonly NetworkInterface[],
  groups: readonly SecurityGroup[],
  own: Own,
): Promise<Other | undefined> {
  const [nic = {}] = nics;
  const at = placeOf(nic, own);
  const { Description = "", NetworkInterfaceId = "" } = nic;
  const path = OF_LOAD_BALANCER.exec(Description)?.[1];
  if (path?.includes("/")) return loadBalancerAt(aws, path, at, own);
  if (path !== undefined) {
    const its = nic.Groups?.map(({ GroupId }) => GroupId) ?? [];
    const tags = groups.filter(({ GroupId }) => its.includes(GroupId)).map(({ Tags }) => fromTagList(Tags));
    return { kind: "load balancer", awsId: path, about: path, at, ...madeBy(Object.assign({}, ...tags), own.cluster) };
  }
  const gateway = OF_NAT_GATEWAY.exec(Description)?.[1];
  if (gateway !== undefined)
    return (await isStanding(aws, gateway)) ? { kind: "NAT gateway", awsId: gateway, about: "", at } : undefined;
  const instance = nic.Attachment?.InstanceId;
  if (instance !== undefined && !own.instances.has(instance))
    return { kind: "instance", awsId: instance, about: "", at };
  return { kind: "network interface", awsId: NetworkInterfaceId, about: Description, at };
}

/** The narrowest of the cluster's things that an interface is in or uses. */
function placeOf({ SubnetId = "", VpcId = "", Groups = [] }: NetworkInterface, own: Own): string {
  if (own.all.has(SubnetId)) return SubnetId;
  return Groups.map(({ GroupId = "" }) => GroupId).find((id) => own.groups.has(id)) ?? VpcId;
}

/** Undefined: it is gone, and its interfaces will be within a minute (reference/aws.md §1). */
async function loadBalancerAt(aws: Aws, path: string, at: string, { cluster }: Own): Promise<Other | undefined> {
  const arn = `arn:aws:elasticloadbalancing:${cluster.region}:${cluster.accountId}:loadbalancer/${path}`;
  const answer = await unless(
    ["LoadBalancerNotFound*"],
    aws.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] })),
  );
  if (answer === undefined) return undefined;
  const tags = fromTagList(answer.TagDescriptions?.[0]?.Tags);
  return { kind: "load balancer", awsId: arn, about: path.split("/")[1] ?? path, at, ...madeBy(tags, cluster) };
}

async function isStanding(aws: Aws, gateway: string): Promise<boolean> {
  const Filter = [{ Name: "nat-gateway-id", Values: [gateway] }];
  const { NatGateways = [] } = await aws.ec2.send(new DescribeNatGatewaysCommand({ Filter }));
  return NatGateways.some(({ State }: NatGateway) => State === "pending" || State === "available");
}

/**
 * What controllers in this cluster mark their things with: the cloud controller (cloud-provider-aws, pkg/providers/v1/tags.go)
 * and the load balancer controller (aws-load-balancer-controller, docs: "Resource tags"). Another cluster's id, also one that
 * begins with this one's, is not it.
 */
function madeBy(tags: Tags, cluster: ClusterIdentity): { madeFor?: string } {
  const key = cloudProviderKey(cluster);
  const isMade = tags[key] === "owned" || tags["elbv2.k8s.aws/cluster"] === key.slice(key.lastIndexOf("/") + 1);
  if (!isMade) return {};
  const service = tags["kubernetes.io/service-name"] ?? tags["service.k8s.aws/stack"];
  if (service !== undefined) return { madeFor: `service ${service}` };
  const ingress = tags["ingress.k8s.aws/stack"];
  return { madeFor: ingress === undefined ? "" : `ingress ${ingress}` };
}

/**
 * A group in the cluster's own VPC, which keeps that; one that a controller in the cluster has made; or one, whose ever it
 * is, that names a group of the cluster's in a rule.
 */
function otherGroup(group: SecurityGroup, own: Own): Other[] {
  const { GroupId = "", GroupName = "", VpcId = "", Tags } = group;
  if (own.groups.has(GroupId)) return [];
  const [used] = groupsNamedBy(group).filter((id) => own.groups.has(id));
  const made = madeBy(fromTagList(Tags), own.cluster);
  // A VPC's default group goes with it.
  if ((own.vpcs.has(VpcId) && GroupName !== "default") || made.madeFor !== undefined)
    return [{ kind: "security group", awsId: GroupId, about: GroupName, at: VpcId, ...made }];
  return used === undefined
    ? []
    : [{ kind: "security group rule", awsId: GroupId, about: GroupName, at: used, ...made }];
}

function otherSubnet({ SubnetId = "", VpcId = "", CidrBlock = "" }: Subnet): Other {
  return { kind: "subnet", awsId: SubnetId, about: CidrBlock, at: VpcId };
}

/**
 * A table of somebody's, or routes that somebody has put into one that goes with the cluster: a peering connection goes down
 * with its VPC (docs.aws.amazon.com/vpc/latest/peering/delete-vpc-peering-connection.html).
 */
function otherRoutes(table: RouteTable, { all }: Own): Other[] {
  const { RouteTableId = "", VpcId = "", Associations = [], Routes = [] } = table;
  const isMain = Associations.some(({ Main }) => Main === true);
  if (!isMain && !all.has(RouteTableId)) return [{ kind: "route table", awsId: RouteTableId, about: "", at: VpcId }];
  return Routes.flatMap((route) => {
    const { VpcPeeringConnectionId, TransitGatewayId, NetworkInterfaceId, InstanceId, NatGatewayId, GatewayId } = route;
    const target =
      VpcPeeringConnectionId ?? TransitGatewayId ?? NatGatewayId ?? InstanceId ?? NetworkInterfaceId ?? GatewayId;
    const destination = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
    // A gateway endpoint's routes name a prefix list, and what leads nowhere holds nothing.
    if (target === undefined || destination === undefined || route.State === "blackhole") return [];
    if (target === "local" || all.has(target)) return [];
    // The cluster's own, whose gateway has just gone: that it leads nowhere now is not known at once.
    if (destination === DEFAULT_ROUTE && /^(nat|igw)-/.test(target)) return [];
    return [{ kind: "route", awsId: target, about: destination, at: RouteTableId }];
  });
}
