/** A network as people have one before Slipway comes: made by the calls that they would make, on the twin or on moto. */
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { World } from "../../src/twin/world.ts";
import type { Simulation } from "./simulation.ts";

export interface UserNetwork {
  vpc: string;
  gateway: string;
  /** The table of all public subnets, and the main one, which the first zone's private subnet is left to. */
  tables: { open: string; main: string };
  zones: { zone: string; open: string; closed: string; nat: string; address: string; table: string }[];
}

/**
 * A VPC with a public and a private subnet and a NAT gateway for each zone, tagged as Kubernetes wants it. The private
 * subnets are in a second block, as they are where nodes and pods were given a block of their own.
 */
export async function makeUserNetwork(
  ec2: EC2Client,
  zones: readonly string[],
  sleep: (milliseconds: number) => Promise<void>,
): Promise<UserNetwork> {
  const vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock: "10.20.0.0/20", ...tagged("vpc") }))).Vpc?.VpcId ?? "";
  await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpc, CidrBlock: "10.21.0.0/16" }));
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpc, EnableDnsHostnames: { Value: true } }));
  const made = await ec2.send(new CreateInternetGatewayCommand(tagged("internet-gateway")));
  const gateway = made.InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));

  const newTable = async (): Promise<string> => {
    const answer = await ec2.send(new CreateRouteTableCommand({ VpcId: vpc, ...tagged("route-table") }));
    return answer.RouteTable?.RouteTableId ?? "";
  };
  const newSubnet = async (AvailabilityZone: string, CidrBlock: string, role: string): Promise<string> => {
    const tags = tagged("subnet", { [`kubernetes.io/role/${role}`]: "1" });
    const answer = await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone, ...tags }));
    return answer.Subnet?.SubnetId ?? "";
  };
  const toInternet = { DestinationCidrBlock: "0.0.0.0/0" };

  const ofVpc = { Filters: [{ Name: "vpc-id", Values: [vpc] }] };
  const main = (await ec2.send(new DescribeRouteTablesCommand(ofVpc))).RouteTables?.[0]?.RouteTableId ?? "";
  const open = await newTable();
  await ec2.send(new CreateRouteCommand({ RouteTableId: open, GatewayId: gateway, ...toInternet }));
  const network: UserNetwork = { vpc, gateway, tables: { open, main }, zones: [] };
  for (const [index, zone] of zones.entries()) {
    const openSubnet = await newSubnet(zone, `10.20.${index}.0/24`, "elb");
    const closedSubnet = await newSubnet(zone, `10.21.${index}.0/24`, "internal-elb");
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: open, SubnetId: openSubnet }));
    const address = await ec2.send(new AllocateAddressCommand({ Domain: "vpc", ...tagged("elastic-ip") }));
    const gatewayMade = await ec2.send(
      new CreateNatGatewayCommand({
        SubnetId: openSubnet,
        AllocationId: address.AllocationId,
        ...tagged("natgateway"),
      }),
    );
    const nat = gatewayMade.NatGateway?.NatGatewayId ?? "";
    const table = index === 0 ? main : await newTable();
    if (index > 0) await ec2.send(new AssociateRouteTableCommand({ RouteTableId: table, SubnetId: closedSubnet }));
    await ec2.send(new CreateRouteCommand({ RouteTableId: table, NatGatewayId: nat, ...toInternet }));
    network.zones.push({ zone, open: openSubnet, closed: closedSubnet, nat, address: address.PublicIp ?? "", table });
  }
  for (;;) {
    const answer = await ec2.send(new DescribeNatGatewaysCommand({ Filter: ofVpc.Filters }));
    if (answer.NatGateways?.every((one) => one.State === "available")) return network;
    await sleep(5000);
  }
}

/** The same on a simulation's twin. */
export function userNetwork(simulation: Simulation, zones: readonly string[]): Promise<UserNetwork> {
  return simulation.run(() =>
    makeUserNetwork(simulation.connect().ec2, zones, (milliseconds) => simulation.clock.sleep(milliseconds)),
  );
}

/** What a cluster file says to be placed there. */
export function placedIn({ vpc, zones }: UserNetwork) {
  return {
    dynamic: undefined,
    static: {
      vpcId: vpc,
      subnets: zones.map(({ zone, open, closed }) => ({ zone, private: closed, public: open })),
      egressCidrs: zones.map(({ address }) => `${address}/32`),
    },
  };
}

/** All that the twin knows of networks, to the last tag; what clusters put into them is not in it. */
export function networkText(world: World): string {
  const { vpcs, subnets, internetGateways, addresses, natGateways, routeTables, endpoints } = world;
  return JSON.stringify(
    { vpcs, subnets, internetGateways, addresses, natGateways, routeTables, endpoints },
    (_key, value) => (value instanceof Map ? [...value] : value),
    1,
  );
}

function tagged(type: ResourceType, more: Record<string, string> = {}): { TagSpecifications: TagSpecification[] } {
  const tags = { Name: `corporate ${type}`, owner: "network team", ...more };
  return {
    TagSpecifications: [{ ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
  };
}
