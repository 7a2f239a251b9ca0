import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { allPages, pageToken } from "../../aws/paging.ts";
import { hashOf } from "../../core/hash.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Status } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

export const findVpcEndpoints: Find = async (aws, cluster) => {
  const endpoints = await allPages<VpcEndpoint>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeVpcEndpointsCommand({ Filters: [clusterFilter(cluster)], ...pageToken(token) }),
    );
    return { items: page.VpcEndpoints, next: page.NextToken };
  });
  return endpoints.flatMap((endpoint) => {
    const status = statusOf(endpoint);
    if (status === undefined) return [];
    const awsId = endpoint.VpcEndpointId ?? "";
    const tags = fromTagList(endpoint.Tags);
    return [
      {
        kind: "vpc-endpoint",
        id: idFromTags("vpc-endpoint", tags, awsId),
        awsId,
        spec: {
          vpc: endpoint.VpcId ?? "",
          service: endpoint.ServiceName ?? "",
          routeTables: endpoint.RouteTableIds ?? [],
        },
        tags,
        status,
        attributes: {},
        uses: [endpoint.VpcId ?? "", ...(endpoint.RouteTableIds ?? [])],
      },
    ];
  });
};

/** EC2 writes these states in either case ("Available" in the model, "available" on the wire). */
function statusOf(endpoint: VpcEndpoint): Status | undefined {
  switch (endpoint.State?.toLowerCase()) {
    case "available":
      return "settled";
    case "deleting":
      return "leaving";
    case "deleted":
      return undefined;
    case "failed":
    case "rejected":
    case "expired":
      return "failed";
    default:
      return "settling";
  }
}

export const vpcEndpointCalls: Calls<"vpc-endpoint"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: "Gateway",
        VpcId: wanted.spec.vpc,
        ServiceName: wanted.spec.service,
        RouteTableIds: [...wanted.spec.routeTables],
        // The SDK makes up no token for this action. A gateway endpoint is one of its VPC and service, so that names it.
        ClientToken: hashOf([wanted.id, wanted.spec.vpc, aws.clock.now()], 32),
        TagSpecifications: tagSpecification("vpc-endpoint", wanted.tags),
      }),
    );
    return { awsId: made.VpcEndpoint?.VpcEndpointId ?? "" };
  },
  async update(aws, live, wanted) {
    const [old, next] = [live.spec.routeTables, wanted.spec.routeTables];
    const AddRouteTableIds = next.filter((table) => !old.includes(table));
    const RemoveRouteTableIds = old.filter((table) => !next.includes(table));
    await aws.ec2.send(
      new ModifyVpcEndpointCommand({
        VpcEndpointId: live.awsId,
        ...(AddRouteTableIds.length > 0 ? { AddRouteTableIds } : {}),
        ...(RemoveRouteTableIds.length > 0 ? { RemoveRouteTableIds } : {}),
      }),
    );
  },
  async remove(aws, live) {
    if (live.status === "leaving") return;
    await unless(
      ["InvalidVpcEndpointId.NotFound"],
      aws.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [live.awsId] })),
    );
  },
  /** By id and not by filter, which moto has not; a cluster has one endpoint. */
  async status(aws, awsIds) {
    const found = new Map<string, { status: Status }>();
    for (const id of awsIds) {
      const answer = await unless(
        ["InvalidVpcEndpointId.NotFound"],
        aws.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] })),
      );
      const endpoint = answer?.VpcEndpoints?.[0];
      const status = endpoint === undefined ? undefined : statusOf(endpoint);
      if (status !== undefined) found.set(id, { status });
    }
    return found;
  },
};
