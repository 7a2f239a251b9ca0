import type {
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DeleteVpcEndpointsRequest,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  ModifyVpcEndpointRequest,
  VpcEndpoint as VpcEndpointView,
} from "@aws-sdk/client-ec2";
import type { WireCall } from "../../aws/transport.ts";
import { awsError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { VpcEndpoint } from "../records.ts";
import { idempotent } from "../tokens.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { needVpc } from "./vpcs.ts";

export const endpointOperations = {
  CreateVpcEndpoint(world: World, input: CreateVpcEndpointRequest, call: WireCall): CreateVpcEndpointResult {
    return idempotent(world, call, () => {
      const vpc = needVpc(world, input.VpcId);
      const tables = (input.RouteTableIds ?? []).map((id) =>
        need(world, world.routeTables, id, "InvalidRouteTableId.NotFound", "routeTable ID"),
      );
      const clash = [...world.endpoints.values()].find(
        (other) =>
          other.service === input.ServiceName &&
          other.state !== "deleted" &&
          other.routeTableIds.some((id) => tables.some((table) => table.id === id)),
      );
      if (clash !== undefined) {
        throw awsError(
          "RouteAlreadyExists",
          `route table ${clash.routeTableIds[0]} already has a route with destination-prefix-list-id pl-63a5400a`,
        );
      }
      demandRoom(
        world,
        "L-1B52E74A",
        [...world.endpoints.values()].filter(({ state }) => state !== "deleted").length,
        "VpcEndpointLimitExceeded",
        "The maximum number of VPC endpoints has been reached.",
      );
      const endpoint: VpcEndpoint = {
        ...world.birth(world.id("vpce"), tagsFor(input.TagSpecifications, "vpc-endpoint")),
        vpcId: vpc.id,
        service: input.ServiceName ?? "",
        routeTableIds: tables.map((table) => table.id),
        state: "pending",
      };
      world.endpoints.set(endpoint.id, endpoint);
      world.after(world.seconds(1, 5), () => {
        if (endpoint.state === "pending") endpoint.state = "available";
      });
      return { VpcEndpoint: view(endpoint) };
    });
  },

  ModifyVpcEndpoint(world: World, input: ModifyVpcEndpointRequest): object {
    const endpoint = need(
      world,
      world.endpoints,
      input.VpcEndpointId,
      "InvalidVpcEndpointId.NotFound",
      "Vpc Endpoint Id",
    );
    const add = (input.AddRouteTableIds ?? []).filter((id) => !endpoint.routeTableIds.includes(id));
    for (const id of add) need(world, world.routeTables, id, "InvalidRouteTableId.NotFound", "routeTable ID");
    endpoint.routeTableIds = [...endpoint.routeTableIds, ...add].filter(
      (id) => !input.RemoveRouteTableIds?.includes(id),
    );
    return { Return: true };
  },

  DeleteVpcEndpoints(world: World, input: DeleteVpcEndpointsRequest): object {
    for (const id of input.VpcEndpointIds ?? []) {
      const endpoint = need(world, world.endpoints, id, "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id");
      if (endpoint.state === "deleting" || endpoint.state === "deleted") continue;
      endpoint.state = "deleting";
      world.after(world.seconds(2, 8), () => {
        endpoint.state = "deleted";
        world.endpoints.delete(endpoint.id);
      });
    }
    return { Unsuccessful: [] };
  },

  DescribeVpcEndpoints(world: World, input: DescribeVpcEndpointsRequest): DescribeVpcEndpointsResult {
    const found = matching(world, world.endpoints.values(), input.Filters, (endpoint, name) => {
      if (name === "vpc-endpoint-id") return [endpoint.id];
      if (name === "service-name") return [endpoint.service];
      return name === "vpc-id" ? [endpoint.vpcId] : undefined;
    });
    const listed = input.VpcEndpointIds?.map((id) =>
      need(world, world.endpoints, id, "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id"),
    );
    const { items, ...rest } = page(listed ?? found, input);
    return { VpcEndpoints: items.map(view), ...rest };
  },
};

function view(endpoint: VpcEndpoint): VpcEndpointView {
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: "Gateway",
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.service,
    // The model writes "Available", the wire "available".
    State: endpoint.state as NonNullable<VpcEndpointView["State"]>,
    RouteTableIds: [...endpoint.routeTableIds],
    Tags: tagList(endpoint),
  };
}
