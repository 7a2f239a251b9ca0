import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Live, Resolved } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

/** Everything that leaves the VPC. */
export const DEFAULT_ROUTE = "0.0.0.0/0";

/** Route tables, and the default route of each: AWS tells both in one answer. */
export const findRouteTables: Find = async (aws, cluster) => {
  const tables = await allPages<RouteTable>(async (token) => {
    const page = await aws.ec2.send(
      // 100 is the most that this action gives a page.
      new DescribeRouteTablesCommand({ Filters: [clusterFilter(cluster)], MaxResults: 100, ...pageToken(token) }),
    );
    return { items: page.RouteTables, next: page.NextToken };
  });
  return tables.flatMap((table) => {
    const live = liveTable(table);
    const route = liveRoute(table, live);
    return route === undefined ? [live] : [live, route];
  });
};

function liveTable(table: RouteTable): Live<"route-table"> {
  const awsId = table.RouteTableId ?? "";
  const tags = fromTagList(table.Tags);
  const association = (table.Associations ?? []).find((a) => a.SubnetId !== undefined);
  return {
    kind: "route-table",
    id: idFromTags("route-table", tags, awsId),
    awsId,
    spec: { vpc: table.VpcId ?? "", subnet: association?.SubnetId ?? "" },
    tags,
    status: "settled",
    attributes:
      association?.RouteTableAssociationId === undefined ? {} : { association: association.RouteTableAssociationId },
    // Not the subnet: the table may go before the subnet, and takes its association along.
    uses: [table.VpcId ?? ""],
  };
}

function liveRoute(table: RouteTable, live: Live<"route-table">): Live<"route"> | undefined {
  const route = (table.Routes ?? []).find((r) => r.DestinationCidrBlock === DEFAULT_ROUTE);
  if (route === undefined) return undefined;
  // A route whose gateway is gone stays as a black hole; it is compared as leading nowhere.
  const target = route.State === "blackhole" ? "" : (route.NatGatewayId ?? route.GatewayId ?? "");
  return {
    kind: "route",
    id: live.id.replace(/^route-table\//, "route/"),
    awsId: live.awsId,
    spec: { table: live.awsId, destination: DEFAULT_ROUTE, target },
    tags: live.tags,
    status: "settled",
    attributes: {},
    uses: [live.awsId],
  };
}

export const routeTableCalls: Calls<"route-table"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateRouteTableCommand({
        VpcId: wanted.spec.vpc,
        TagSpecifications: tagSpecification("route-table", wanted.tags),
      }),
    );
    const awsId = made.RouteTable?.RouteTableId ?? "";
    await associate(aws, awsId, wanted.spec.subnet);
    return { awsId };
  },
  async update(aws, live, wanted) {
    await disassociate(aws, live);
    await associate(aws, live.awsId, wanted.spec.subnet);
  },
  async remove(aws, live) {
    await disassociate(aws, live);
    await unless(
      ["InvalidRouteTableID.NotFound"],
      aws.ec2.send(new DeleteRouteTableCommand({ RouteTableId: live.awsId })),
    );
  },
};

async function associate(aws: Aws, table: string, subnet: string): Promise<void> {
  await unless(
    ["Resource.AlreadyAssociated"],
    aws.ec2.send(new AssociateRouteTableCommand({ RouteTableId: table, SubnetId: subnet })),
  );
}

async function disassociate(aws: Aws, live: Live<"route-table">): Promise<void> {
  const association = live.attributes.association;
  if (association === undefined) return;
  await unless(
    ["InvalidAssociationID.NotFound"],
    aws.ec2.send(new DisassociateRouteTableCommand({ AssociationId: association })),
  );
}

export const routeCalls: Calls<"route"> = {
  async create(aws, wanted) {
    // After a lost answer the route is there already, and leads where this run wants it.
    await unless(["RouteAlreadyExists"], aws.ec2.send(new CreateRouteCommand(routeInput(wanted))));
    return { awsId: wanted.spec.table };
  },
  async update(aws, _live, wanted) {
    await aws.ec2.send(new ReplaceRouteCommand(routeInput(wanted)));
  },
  async remove(aws, live) {
    await unless(
      ["InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"],
      aws.ec2.send(
        new DeleteRouteCommand({ RouteTableId: live.spec.table, DestinationCidrBlock: live.spec.destination }),
      ),
    );
  },
};

function routeInput(
  wanted: Resolved<"route">,
): { RouteTableId: string; DestinationCidrBlock: string } & Record<string, string> {
  const { table, destination, target } = wanted.spec;
  return {
    RouteTableId: table,
    DestinationCidrBlock: destination,
    ...(target.startsWith("nat-") ? { NatGatewayId: target } : { GatewayId: target }),
  };
}
