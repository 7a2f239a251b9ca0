import { DescribeSecurityGroupsCommand, type SecurityGroup } from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import type { ClusterIdentity } from "../../core/names.ts";
import { groupsNamedBy } from "../../resources/security-group/calls.ts";
import { fromTagList } from "../../resources/tags.ts";
import type { Inventory } from "../survey.ts";
import { networkIn } from "./network.ts";
import { by, madeBy, type Other, type Own, ownOf } from "./other.ts";
import { interfacesAround, interfacesOf, isOwn, usersOf } from "./users.ts";

/** Finds what of others stands in the way of deleting a cluster. */
export async function findOthers(aws: Aws, cluster: ClusterIdentity, inventory: Inventory): Promise<Other[]> {
  const own = ownOf(cluster, inventory);
  const networks = [
    ...new Set(inventory.resources.flatMap((live) => (live.kind === "security-group" ? [live.spec.vpc] : []))),
    ...own.vpcs,
  ];
  if (networks.length === 0) return [];
  const [interfaces, groups, network] = await Promise.all([
    own.vpcs.size > 0 ? interfacesOf(aws, by("vpc-id", own.vpcs)) : interfacesAround(aws, own, networks),
    groupsIn(aws, networks),
    own.vpcs.size > 0 ? networkIn(aws, own.vpcs, own.all) : [],
  ]);
  const users = await usersOf(aws, interfaces, groups, own);
  const usersGroups = new Set(
    interfaces.filter((nic) => !isOwn(nic, own)).flatMap((nic) => (nic.Groups ?? []).map(({ GroupId }) => GroupId)),
  );
  const named = new Set(network.map(({ awsId }) => awsId));
  return [
    // An endpoint is found by its interfaces as well.
    ...users.filter(({ awsId }) => !named.has(awsId)),
    // What goes with a load balancer's Service is not told of twice.
    ...groups
      .flatMap((group) => otherGroup(group, own))
      .filter(({ awsId, madeFor }) => !(madeFor !== undefined && usersGroups.has(awsId))),
    ...network,
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

/** All security groups of networks. */
export async function groupsIn(aws: Aws, vpcs: Iterable<string>): Promise<SecurityGroup[]> {
  return allPages<SecurityGroup>(async (token) => {
    const query = { Filters: by("vpc-id", vpcs), MaxResults: 1000, ...pageToken(token) };
    const page = await aws.ec2.send(new DescribeSecurityGroupsCommand(query));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
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
