import type { Cluster } from "../config/cluster.ts";
import { DEFAULT_ROUTE } from "../resources/route-table/calls.ts";
import type { StaticNetwork, StaticSubnet, StaticVpc } from "../survey/static-network.ts";
import { freeAddresses } from "../twin/ec2/subnets.ts";
import type { World } from "../twin/world.ts";
import { thing } from "./load-resources.ts";

/** The user's network, as far as the file names it. Where its routes lead to is taken to work. */
export function loadUserNetwork(world: World, network: StaticNetwork, cluster: Cluster): void {
  const { vpc, subnets, natAddresses } = network;
  if (vpc === undefined) return;
  loadVpc(world, vpc);
  for (const [id, [publicIp = ""]] of natAddresses) loadNatGateway(world, vpc, id, publicIp);
  for (const subnet of subnets.values()) {
    loadSubnet(world, subnet);
    // A table that this account is not shown: every subnet has one, and the user says that this one will do.
    const { id: table, defaultRoute } = subnet.routeTable ?? {
      id: `rtb-unread-${subnet.id}`,
      defaultRoute: { target: `unread-${subnet.id}`, isBlackhole: false },
    };
    associate(world, subnet, table);
    if (defaultRoute === undefined || defaultRoute.isBlackhole) continue;
    const { target } = defaultRoute;
    world.routeTables.get(table)?.routes.set(DEFAULT_ROUTE, target);
    if (target.startsWith("igw-")) world.internetGateways.set(target, { ...thing(target), vpcId: subnet.vpc });
    else world.unread.waysOut.set(target, natAddresses.get(target)?.[0] ?? listedAddress(cluster));
  }
  // Known by a route of a public subnet; where the tables are not shown, the user says that there is one.
  if (world.internetGateways.size === 0)
    world.internetGateways.set("igw-unread", { ...thing("igw-unread"), vpcId: vpc.id });
}

/** What the file says that nodes look like from outside: of ways out that are no NAT gateways AWS does not tell. */
function listedAddress({ placement }: Cluster): string {
  return placement.kind === "static" ? (placement.egressCidrs[0]?.split("/")[0] ?? "") : "";
}

function loadVpc(world: World, { id, cidrs, dnsSupport, dnsHostnames, tags }: StaticVpc): void {
  const [cidr = "", ...secondaryCidrs] = cidrs;
  world.vpcs.set(id, { ...thing(id, tags), cidr, secondaryCidrs, state: "available", dnsSupport, dnsHostnames });
}

function loadSubnet(world: World, { id, vpc, cidr, zone, tags }: StaticSubnet): void {
  world.subnets.set(id, { ...thing(id, tags), vpcId: vpc, cidr, zone, state: "available" });
}

/** Of a NAT gateway of the user's its address is known, and not where it stands. */
function loadNatGateway(world: World, vpc: StaticVpc, id: string, publicIp: string): void {
  const allocationId = id.replace("nat", "eipalloc");
  world.addresses.set(allocationId, { ...thing(allocationId), publicIp, holder: id });
  const place = { vpcId: vpc.id, subnetId: "", allocationId, interfaceId: undefined };
  world.natGateways.set(id, { ...thing(id), ...place, state: "available" });
}

function associate(world: World, { id, vpc }: StaticSubnet, tableId: string): void {
  const table = world.routeTables.get(tableId) ?? {
    ...thing(tableId),
    vpcId: vpc,
    main: false,
    associations: [],
    routes: new Map<string, string>(),
  };
  table.associations.push({ id: id.replace("subnet", "rtbassoc"), subnetId: id });
  world.routeTables.set(tableId, table);
}

/** So many addresses as AWS says are free are free then: the others have things that are not the cluster's. */
export function countOthersAddresses(world: World, { subnets }: StaticNetwork): void {
  for (const { id, freeAddresses: free } of subnets.values()) {
    const subnet = world.subnets.get(id);
    if (subnet !== undefined) subnet.othersAddresses = Math.max(0, freeAddresses(world, subnet) - free);
  }
}
