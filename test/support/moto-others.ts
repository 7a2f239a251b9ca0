/** What others may have around a cluster's VPC, in moto, by the calls of whoever puts it there. */
import {
  AttachVpnGatewayCommand,
  CreateNetworkAclCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcPeeringConnectionCommand,
  CreateVpnGatewayCommand,
  DeleteNetworkAclCommand,
  DeleteVpcEndpointsCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeVpcsCommand,
  DetachVpnGatewayCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";

export interface MotoOthers {
  /** The ids of what was put there. */
  ids: Record<"acl" | "endpoint" | "asked" | "asking" | "gateway", string>;
  /** Takes it away again: of connections and gateways AWS goes on telling what they were. */
  remove(): Promise<void>;
}

/** One of each kind that keeps a VPC without an interface in it; peering connections from either side. */
export async function putOthers(ec2: EC2Client, cluster: string): Promise<MotoOthers> {
  const Filters = [{ Name: "tag:slipway:cluster", Values: [cluster] }];
  const VpcId = (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.[0]?.VpcId ?? "";
  const office = (await ec2.send(new CreateVpcCommand({ CidrBlock: "172.31.0.0/16" }))).Vpc?.VpcId ?? "";
  const peer = async (from: string, to: string): Promise<string> => {
    const made = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId: from, PeerVpcId: to }));
    return made.VpcPeeringConnection?.VpcPeeringConnectionId ?? "";
  };
  // Without its type moto can't delete it.
  const database = { VpcId, ServiceName: "com.amazonaws.us-east-1.dynamodb", VpcEndpointType: "Gateway" } as const;
  const ids = {
    acl: (await ec2.send(new CreateNetworkAclCommand({ VpcId }))).NetworkAcl?.NetworkAclId ?? "",
    endpoint: (await ec2.send(new CreateVpcEndpointCommand(database))).VpcEndpoint?.VpcEndpointId ?? "",
    asked: await peer(VpcId, office),
    asking: await peer(office, VpcId),
    gateway: (await ec2.send(new CreateVpnGatewayCommand({ Type: "ipsec.1" }))).VpnGateway?.VpnGatewayId ?? "",
  };
  const { acl: NetworkAclId, endpoint, gateway: VpnGatewayId } = ids;
  await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  return {
    ids,
    remove: async () => {
      await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }));
      await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpoint] }));
      for (const VpcPeeringConnectionId of [ids.asked, ids.asking])
        await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
      await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId, VpcId }));
    },
  };
}
