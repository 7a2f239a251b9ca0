import {
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  type Filter,
  type NatGateway,
  type NetworkInterface,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { DescribeTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { loadBalancerName } from "../../core/names.ts";
import { unless } from "../../resources/calls.ts";
import { fromTagList, TAG } from "../../resources/tags.ts";
import { by, madeBy, type Other, type Own } from "./other.ts";

/** In the user's network: what uses the cluster's groups, and all load balancers, among which Services' may be. */
export async function interfacesAround(aws: Aws, own: Own, vpcs: readonly string[]): Promise<NetworkInterface[]> {
  const balancers = [...by("vpc-id", vpcs), { Name: "description", Values: ["ELB *"] }];
  const found = await Promise.all([interfacesOf(aws, by("group-id", own.groups)), interfacesOf(aws, balancers)]);
  return [...new Map(found.flat().map((nic) => [nic.NetworkInterfaceId, nic])).values()];
}

/** All pages of the interfaces that match. */
export async function interfacesOf(aws: Aws, Filters: Filter[]): Promise<NetworkInterface[]> {
  return allPages<NetworkInterface>(async (token) => {
    const query = { Filters, MaxResults: 1000, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeNetworkInterfacesCommand(query));
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
}

/** AWS's interfaces say whose they are; load balancers' `ELB net/<name>/<16 hex>`, a classic one's `ELB <name>`. */
const OF_LOAD_BALANCER = /^ELB ([\w/-]+)$/;
const OF_NAT_GATEWAY = /^Interface for NAT Gateway (nat-\w+)$/;
const OF_ENDPOINT = /^VPC Endpoint Interface (vpce-\w+)$/;

/** Whether an interface is the cluster's: by its tags, or by whose it says it is. */
export function isOwn(nic: NetworkInterface, { instances, all, cluster }: Own): boolean {
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
export async function usersOf(
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
      OF_ENDPOINT.exec(Description)?.[0] ??
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
  const endpoint = OF_ENDPOINT.exec(Description)?.[1];
  if (endpoint !== undefined) return { kind: "VPC endpoint", awsId: endpoint, about: "", at };
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
