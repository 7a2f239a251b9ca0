import type {
  DescribeVpnGatewaysRequest,
  DescribeVpnGatewaysResult,
  VpnGateway as VpnGatewayView,
} from "@aws-sdk/client-ec2";
import type { VpnGateway } from "../records.ts";
import type { World } from "../world.ts";
import { matching, tagList } from "./common.ts";

export const vpnGatewayOperations = {
  /** This operation has no pages (EC2 API_DescribeVpnGateways). */
  DescribeVpnGateways(world: World, input: DescribeVpnGatewaysRequest): DescribeVpnGatewaysResult {
    const found = matching(world, world.vpnGateways.values(), input.Filters, (gateway, name) => {
      if (name === "vpn-gateway-id") return [gateway.id];
      if (name === "attachment.state") return [gateway.attachment];
      return name === "attachment.vpc-id" ? [gateway.vpcId] : undefined;
    });
    return { VpnGateways: found.map(view) };
  },
};

function view(gateway: VpnGateway): VpnGatewayView {
  return {
    VpnGatewayId: gateway.id,
    State: "available",
    Type: "ipsec.1",
    VpcAttachments: [{ VpcId: gateway.vpcId, State: gateway.attachment }],
    Tags: tagList(gateway),
  };
}
