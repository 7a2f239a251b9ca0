import type {
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult,
  VpcPeeringConnection as VpcPeeringConnectionView,
  VpcPeeringConnectionVpcInfo,
} from "@aws-sdk/client-ec2";
import type { PeeringConnection, PeeringEnd } from "../records.ts";
import type { World } from "../world.ts";
import { matching, page, tagList } from "./common.ts";

export const peeringOperations = {
  DescribeVpcPeeringConnections(
    world: World,
    input: DescribeVpcPeeringConnectionsRequest,
  ): DescribeVpcPeeringConnectionsResult {
    const found = matching(world, world.peerings.values(), input.Filters, (peering, name) => {
      if (name === "vpc-peering-connection-id") return [peering.id];
      if (name === "status-code") return [peering.status];
      if (name === "requester-vpc-info.vpc-id") return [peering.requester.vpcId];
      return name === "accepter-vpc-info.vpc-id" ? [peering.accepter.vpcId] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { VpcPeeringConnections: items.map((peering) => view(world, peering)), ...rest };
  },
};

/**
 * Whether a VPC is kept by it: one that is peered with another (hashicorp/terraform-provider-aws#3118), and one that was asked
 * for, and has not said no; a request of its own goes with it
 * (docs.aws.amazon.com/vpc/latest/peering/delete-vpc-peering-connection.html).
 */
export function holdsVpc({ status, requester, accepter }: PeeringConnection, vpcId: string): boolean {
  if (status === "pending-acceptance") return accepter.vpcId === vpcId;
  const isEnd = requester.vpcId === vpcId || accepter.vpcId === vpcId;
  return isEnd && (status === "active" || status === "provisioning");
}

function view(world: World, peering: PeeringConnection): VpcPeeringConnectionView {
  const end = ({ vpcId, ownerId, cidr }: PeeringEnd): VpcPeeringConnectionVpcInfo => ({
    VpcId: vpcId,
    OwnerId: ownerId,
    CidrBlock: cidr,
    Region: world.region,
  });
  return {
    VpcPeeringConnectionId: peering.id,
    RequesterVpcInfo: end(peering.requester),
    AccepterVpcInfo: end(peering.accepter),
    Status: { Code: peering.status },
    Tags: tagList(peering),
  };
}
