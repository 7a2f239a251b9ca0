import type {
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  NetworkAcl as NetworkAclView,
} from "@aws-sdk/client-ec2";
import type { NetworkAcl } from "../records.ts";
import type { World } from "../world.ts";
import { matching, page, tagList } from "./common.ts";

export const networkAclOperations = {
  DescribeNetworkAcls(world: World, input: DescribeNetworkAclsRequest): DescribeNetworkAclsResult {
    const all = [...defaultAcls(world), ...world.networkAcls.values()];
    const found = matching(world, all, input.Filters, (acl, name) => {
      if (name === "network-acl-id") return [acl.id];
      if (name === "association.subnet-id") return acl.associations.map(({ subnetId }) => subnetId);
      if (name === "default") return [String(!world.networkAcls.has(acl.id))];
      return name === "vpc-id" ? [acl.vpcId] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { NetworkAcls: items.map((acl) => view(world, acl)), ...rest };
  },
};

/**
 * Each VPC comes with one, which every subnet uses that nobody has given another
 * (docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html). Nothing that is modelled changes it.
 */
function defaultAcls(world: World): NetworkAcl[] {
  const given = new Set([...world.networkAcls.values()].flatMap((acl) => acl.associations.map((one) => one.subnetId)));
  return [...world.vpcs.values()].map((vpc) => ({
    ...vpc,
    id: vpc.id.replace("vpc", "acl"),
    tags: {},
    vpcId: vpc.id,
    associations: [...world.subnets.values()]
      .filter((subnet) => subnet.vpcId === vpc.id && !given.has(subnet.id))
      .map((subnet) => ({ id: subnet.id.replace("subnet", "aclassoc"), subnetId: subnet.id })),
  }));
}

function view(world: World, acl: NetworkAcl): NetworkAclView {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpcId,
    IsDefault: !world.networkAcls.has(acl.id),
    Associations: acl.associations.map(({ id, subnetId }) => ({
      NetworkAclAssociationId: id,
      NetworkAclId: acl.id,
      SubnetId: subnetId,
    })),
    OwnerId: world.accountId,
    Tags: tagList(acl),
  };
}
