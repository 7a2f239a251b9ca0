import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type NatGateway,
  type NatGatewayState,
} from "@aws-sdk/client-ec2";
import { allPages, pageToken } from "../../aws/paging.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Status } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

const STATUS: Readonly<Record<NatGatewayState, Status | undefined>> = {
  pending: "settling",
  available: "settled",
  failed: "failed",
  deleting: "leaving",
  deleted: undefined, // the record stays visible for about an hour
};

export const findNatGateways: Find = async (aws, cluster) => {
  const gateways = await allPages<NatGateway>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [clusterFilter(cluster)], ...pageToken(token) }),
    );
    return { items: page.NatGateways, next: page.NextToken };
  });
  return gateways.flatMap((gateway) => {
    const found = statusOf(gateway);
    if (found === undefined) return [];
    const awsId = gateway.NatGatewayId ?? "";
    const tags = fromTagList(gateway.Tags);
    const spec = { subnet: gateway.SubnetId ?? "", address: gateway.NatGatewayAddresses?.[0]?.AllocationId ?? "" };
    return [
      {
        kind: "nat-gateway",
        id: idFromTags("nat-gateway", tags, awsId),
        awsId,
        spec,
        tags,
        ...found,
        attributes: {},
        uses: [spec.subnet, spec.address],
        ...(gateway.CreateTime === undefined ? {} : { createdAtMs: gateway.CreateTime.getTime() }),
      },
    ];
  });
};

function statusOf(gateway: NatGateway): { status: Status; detail?: string } | undefined {
  const status = STATUS[gateway.State ?? "pending"];
  if (status === undefined) return undefined;
  return status === "failed" ? { status, detail: `${gateway.FailureCode}: ${gateway.FailureMessage}` } : { status };
}

export const natGatewayCalls: Calls<"nat-gateway"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateNatGatewayCommand({
        SubnetId: wanted.spec.subnet,
        AllocationId: wanted.spec.address,
        TagSpecifications: tagSpecification("natgateway", wanted.tags),
      }),
    );
    return { awsId: made.NatGateway?.NatGatewayId ?? "" };
  },
  async remove(aws, live) {
    if (live.status === "leaving") return;
    await unless(["NatGatewayNotFound"], aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: live.awsId })));
  },
  async status(aws, awsIds) {
    const page = await aws.ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: "nat-gateway-id", Values: [...awsIds] }] }),
    );
    return new Map(
      (page.NatGateways ?? []).flatMap((gateway) => {
        const found = statusOf(gateway);
        return found === undefined ? [] : [[gateway.NatGatewayId ?? "", found] as const];
      }),
    );
  },
};
