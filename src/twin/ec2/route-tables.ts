import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  CreateRouteRequest,
  CreateRouteResult,
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteRequest,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DisassociateRouteTableRequest,
  ReplaceRouteRequest,
  RouteTable as RouteTableView,
} from "@aws-sdk/client-ec2";
import type { WireCall } from "../../aws/transport.ts";
import { awsError, dependencyViolation } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { RouteTable } from "../records.ts";
import { idempotent } from "../tokens.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { needSubnet } from "./subnets.ts";
import { blocksOf, needVpc } from "./vpcs.ts";

export const routeTableOperations = {
  CreateRouteTable(world: World, input: CreateRouteTableRequest, call: WireCall): CreateRouteTableResult {
    return idempotent(world, call, () => {
      const vpc = needVpc(world, input.VpcId);
      // The main table is one of them (docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
      demandRoom(
        world,
        "L-589F43AA",
        [...world.routeTables.values()].filter(({ vpcId }) => vpcId === vpc.id).length,
        "RouteTableLimitExceeded",
        "The maximum number of route tables has been reached.",
      );
      const table: RouteTable = {
        ...world.birth(world.id("rtb"), tagsFor(input.TagSpecifications, "route-table")),
        vpcId: vpc.id,
        main: false,
        associations: [],
        routes: new Map(),
      };
      world.routeTables.set(table.id, table);
      return { RouteTable: view(world, table) };
    });
  },

  AssociateRouteTable(world: World, input: AssociateRouteTableRequest): AssociateRouteTableResult {
    const table = needTable(world, input.RouteTableId);
    const subnet = needSubnet(world, input.SubnetId);
    const taken = [...world.routeTables.values()].find((other) =>
      other.associations.some((a) => a.subnetId === subnet.id),
    );
    if (taken !== undefined) {
      throw awsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${table.id} conflicts with an existing association`,
      );
    }
    const association = { id: world.id("rtbassoc"), subnetId: subnet.id };
    table.associations.push(association);
    return { AssociationId: association.id };
  },

  DisassociateRouteTable(world: World, input: DisassociateRouteTableRequest): object {
    const table = [...world.routeTables.values()].find((t) => t.associations.some((a) => a.id === input.AssociationId));
    if (table === undefined)
      throw awsError("InvalidAssociationID.NotFound", `The association ID '${input.AssociationId}' does not exist`);
    table.associations = table.associations.filter((a) => a.id !== input.AssociationId);
    return {};
  },

  CreateRoute(world: World, input: CreateRouteRequest): CreateRouteResult {
    const table = needTable(world, input.RouteTableId);
    const destination = input.DestinationCidrBlock ?? "";
    if (table.routes.has(destination)) {
      throw awsError("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
    }
    table.routes.set(destination, needTarget(world, table, input));
    return { Return: true };
  },

  ReplaceRoute(world: World, input: ReplaceRouteRequest): object {
    const table = needTable(world, input.RouteTableId);
    const destination = input.DestinationCidrBlock ?? "";
    if (!table.routes.has(destination)) {
      throw awsError(
        "InvalidParameterValue",
        `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
      );
    }
    table.routes.set(destination, needTarget(world, table, input));
    return {};
  },

  DeleteRoute(world: World, input: DeleteRouteRequest): object {
    const table = needTable(world, input.RouteTableId);
    if (!table.routes.delete(input.DestinationCidrBlock ?? "")) {
      throw awsError(
        "InvalidRoute.NotFound",
        `no route with destination-cidr-block ${input.DestinationCidrBlock} in route table ${table.id}`,
      );
    }
    return {};
  },

  DeleteRouteTable(world: World, input: DeleteRouteTableRequest): object {
    const table = needTable(world, input.RouteTableId);
    if (table.main || table.associations.length > 0) throw dependencyViolation("routeTable", table.id);
    world.routeTables.delete(table.id);
    for (const endpoint of world.endpoints.values()) {
      endpoint.routeTableIds = endpoint.routeTableIds.filter((id) => id !== table.id);
    }
    return {};
  },

  DescribeRouteTables(world: World, input: DescribeRouteTablesRequest): DescribeRouteTablesResult {
    const found = matching(world, world.routeTables.values(), input.Filters, (table, name) => {
      if (name === "route-table-id") return [table.id];
      if (name === "association.subnet-id") return table.associations.map((a) => a.subnetId);
      if (name === "association.main") return [String(table.main)];
      return name === "vpc-id" ? [table.vpcId] : undefined;
    });
    const { items, ...rest } = page(found, input, 100);
    return { RouteTables: items.map((table) => view(world, table)), ...rest };
  },
};

function needTable(world: World, id: string | undefined): RouteTable {
  return need(world, world.routeTables, id, "InvalidRouteTableID.NotFound", "routeTable ID");
}

function needTarget(world: World, table: RouteTable, input: CreateRouteRequest): string {
  if (input.NatGatewayId !== undefined) {
    const gateway = world.natGateways.get(input.NatGatewayId);
    if (gateway === undefined || !world.isVisible(gateway)) {
      throw awsError("InvalidNatGatewayID.NotFound", `The NatGateway ID '${input.NatGatewayId}' does not exist`);
    }
    return gateway.id;
  }
  const gateway = world.internetGateways.get(input.GatewayId ?? "");
  if (gateway === undefined || !world.isVisible(gateway)) {
    throw awsError("InvalidGatewayID.NotFound", `The gateway ID '${input.GatewayId}' does not exist`);
  }
  if (gateway.vpcId !== table.vpcId) {
    throw awsError(
      "InvalidParameterValue",
      `route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
    );
  }
  return gateway.id;
}

/** The field of a route that names a target of that kind; internet, VPN and endpoint gateways are in `GatewayId` (EC2 API_Route). */
const TARGET_FIELDS: Readonly<Record<string, string>> = {
  nat: "NatGatewayId",
  tgw: "TransitGatewayId",
  pcx: "VpcPeeringConnectionId",
  eni: "NetworkInterfaceId",
  eigw: "EgressOnlyInternetGatewayId",
  cagw: "CarrierGatewayId",
};

/** A route whose gateway is gone stays and leads nowhere (docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html). */
function stateOf(world: World, table: RouteTable, target: string): "active" | "blackhole" {
  if (target.startsWith("nat-")) {
    const state = world.natGateways.get(target)?.state;
    return state === "available" || state === "pending" ? "active" : "blackhole";
  }
  if (target.startsWith("igw-")) {
    return world.internetGateways.get(target)?.vpcId === table.vpcId ? "active" : "blackhole";
  }
  if (target.startsWith("pcx-")) {
    const status = world.peerings.get(target)?.status;
    return status === undefined || status === "active" ? "active" : "blackhole";
  }
  return "active"; // what the twin does not model is there
}

/** Where a subnet's traffic to the internet goes; undefined: nowhere. */
export function defaultRoute(world: World, subnetId: string, vpcId: string): string | undefined {
  const tables = [...world.routeTables.values()].filter((table) => table.vpcId === vpcId);
  const table = tables.find((t) => t.associations.some((a) => a.subnetId === subnetId)) ?? tables.find((t) => t.main);
  const target = table?.routes.get("0.0.0.0/0");
  return table !== undefined && target !== undefined && stateOf(world, table, target) === "active" ? target : undefined;
}

function view(world: World, table: RouteTable): RouteTableView {
  const vpc = world.vpcs.get(table.vpcId);
  const main = table.main
    ? [{ RouteTableAssociationId: table.id.replace("rtb", "rtbassoc"), RouteTableId: table.id, Main: true }]
    : [];
  const endpoints = [...world.endpoints.values()].filter(
    (endpoint) => endpoint.state === "available" && endpoint.routeTableIds.includes(table.id),
  );
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    Associations: [
      ...main,
      ...table.associations.map(({ id, subnetId }) => ({
        RouteTableAssociationId: id,
        RouteTableId: table.id,
        SubnetId: subnetId,
        Main: false,
      })),
    ],
    Routes: [
      ...(vpc === undefined ? [] : blocksOf(vpc)).map((DestinationCidrBlock) => ({
        DestinationCidrBlock,
        GatewayId: "local",
        State: "active" as const,
        Origin: "CreateRouteTable" as const,
      })),
      ...[...table.routes].map(([destination, target]) => ({
        [destination.includes(":") ? "DestinationIpv6CidrBlock" : "DestinationCidrBlock"]: destination,
        [TARGET_FIELDS[target.split("-")[0] ?? ""] ?? "GatewayId"]: target,
        State: stateOf(world, table, target),
        Origin: "CreateRoute" as const,
      })),
      ...endpoints.map((endpoint) => ({
        DestinationPrefixListId: "pl-63a5400a",
        GatewayId: endpoint.id,
        State: "active" as const,
      })),
    ],
    Tags: tagList(table),
  };
}
