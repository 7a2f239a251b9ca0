import { collide } from "../blueprint/slots.ts";
import type { Cluster, StaticPlacement } from "../config/cluster.ts";
import { contains, parseCidr } from "../core/cidr.ts";
import { collector, type Finding, type Report } from "../core/findings.ts";
import { count, listed } from "../core/words.ts";
import { TAG } from "../resources/tags.ts";
import type { DefaultRoute, StaticNetwork, StaticSubnet, StaticVpc } from "../survey/static-network.ts";
import type { Inventory } from "../survey/survey.ts";
import { checkSubnetTags } from "./subnet-tags.ts";
import { STATIC, type Use, usesOf } from "./subnet-uses.ts";

/** What of the user's network would make the cluster fail (errors), or some part of it later on (warnings). */
export function checkStaticNetwork(cluster: Cluster, inventory: Inventory): Finding[] {
  const { placement } = cluster;
  const network = inventory.staticNetwork;
  if (placement.kind !== "static" || network === undefined) return [];
  const [findings, report] = collector(cluster.place);
  if (network.vpc === undefined) {
    reportMissingVpc(cluster, placement, network, report);
    return findings;
  }
  checkVpc(cluster, network.vpc, report);
  const uses = usesOf(cluster, placement, inventory);
  for (const use of uses) checkSubnet(cluster, placement, use, network.subnets.get(use.id), report);
  checkEgress(cluster, placement, uses, network, report);
  checkNodes(placement, inventory, report);
  checkSubnetTags(cluster, uses, network, report);
  return findings;
}

function reportMissingVpc(cluster: Cluster, { vpcId }: StaticPlacement, network: StaticNetwork, report: Report): void {
  const { region, account } = cluster;
  const [other, ...more] = new Set([...network.subnets.values()].map((subnet) => subnet.vpc));
  report(
    "error",
    "network/no-vpc",
    `${STATIC}/vpcId`,
    `there is no VPC ${vpcId} in ${region} of the account ${account.accountId}`,
    other !== undefined && more.length === 0
      ? `the file's subnets are in ${other}; if that is the one, write  vpcId: ${other}`
      : `aws ec2 describe-vpcs --region ${region}  lists those that there are`,
  );
}

function checkVpc(cluster: Cluster, vpc: StaticVpc, report: Report): void {
  const at = `${STATIC}/vpcId`;
  checkOwner(vpc, at, report);
  const turnOn = `aws ec2 modify-vpc-attribute --region ${cluster.region} --vpc-id ${vpc.id}`;
  if (!vpc.dnsSupport) {
    report(
      "error",
      "network/no-dns",
      at,
      `${vpc.id} has DNS resolution turned off (enableDnsSupport): its nodes could look up no name`,
      `${turnOn} --enable-dns-support`,
    );
  }
  if (!vpc.dnsHostnames) {
    report(
      "warning",
      "network/no-dns-hostnames",
      at,
      `${vpc.id} has DNS hostnames turned off (enableDnsHostnames): the private DNS names of nodes and of interface endpoints do not resolve`,
      `${turnOn} --enable-dns-hostnames`,
    );
  }
  for (const [name, range] of [
    ["pod", cluster.podCidr],
    ["service", cluster.serviceCidr],
  ] as const) {
    for (const cidr of vpc.cidrs.filter((candidate) => collide(candidate, range))) {
      report(
        "error",
        "network/ranges-overlap",
        at,
        `the ${name} range ${range} overlaps ${cidr} of ${vpc.id}; VPC, pods and services each need their own`,
        `give the kubernetes pack another ${name}Cidr`,
      );
    }
  }
}

function checkOwner({ id, tags }: StaticVpc | StaticSubnet, at: string, report: Report): void {
  const owner = tags[TAG.cluster];
  if (owner === undefined) return;
  report(
    "error",
    "network/not-yours",
    at,
    `${id} was made for the cluster ${owner} (tag ${TAG.cluster}), and is deleted with it`,
    "name a network that no cluster made; if the tag was copied there, take it off",
  );
}

function checkSubnet(
  cluster: Cluster,
  placement: StaticPlacement,
  use: Use,
  subnet: StaticSubnet | undefined,
  report: Report,
): void {
  const { id, zone, at, tenants } = use;
  const { vpcId } = placement;
  const listing = `aws ec2 describe-subnets --region ${cluster.region} --filters Name=vpc-id,Values=${vpcId}  lists those of the VPC`;
  if (subnet === undefined) {
    report("error", "network/no-subnet", at, `there is no subnet ${id} in ${cluster.region}`, listing);
    return;
  }
  if (subnet.vpc !== vpcId) {
    report("error", "network/other-vpc", at, `${id} is in ${subnet.vpc}, not in ${vpcId}`, listing);
    return;
  }
  if (subnet.zone !== zone) {
    report("error", "network/other-zone", at, `${id} is in ${subnet.zone}, and the file has it for ${zone}`, listing);
    return;
  }
  checkOwner(subnet, at, report);
  if (tenants.length === 0) return; // it waits in the file for a pool that is to come
  checkRoute(use, subnet, report);
  const needed = tenants.reduce((sum, tenant) => sum + tenant.addresses, 0);
  if (subnet.freeAddresses < needed) {
    const needs = tenants.flatMap(({ what, addresses }) => (addresses === 0 ? [] : [`${addresses} for ${what}`]));
    report(
      "error",
      "network/no-addresses",
      at,
      `${needed} free addresses are needed in ${id} (${needs.join(", ")}), and there are ${subnet.freeAddresses}`,
      "name a larger subnet, or spread the pools over more zones",
    );
  }
}

/** Nodes have no public address: they need something that lends them one. What has a public address needs the opposite. */
function checkRoute({ id, side, at, tenants }: Use, { routeTable }: StaticSubnet, report: Report): void {
  if (routeTable === undefined) {
    report(
      "warning",
      "network/route-unknown",
      at,
      `the route table of ${id} is not shown to this account, so its default route could not be checked`,
    );
    return;
  }
  const { id: table, defaultRoute: route } = routeTable;
  const leadsToGateway = route !== undefined && !route.isBlackhole && route.target.startsWith("igw-");
  const who = tenants.map((tenant) => tenant.what).join(" and ");
  if (side === "public") {
    if (leadsToGateway) return;
    report(
      "error",
      "network/not-public",
      at,
      `${id} is to hold ${who}, which the internet could not reach: ${routeText(table, route)}`,
      `send 0.0.0.0/0 of ${table} to the VPC's internet gateway, or name a subnet where it goes there`,
    );
  } else if (leadsToGateway) {
    report(
      "error",
      "network/not-private",
      at,
      `${id} is a public subnet: ${routeText(table, route)}, which serves nothing without a public address, and ${who} have none`,
      "name a subnet whose default route leads to a NAT gateway, or another way out of yours",
    );
  } else if (route === undefined || route.isBlackhole) {
    report(
      "error",
      "network/no-way-out",
      at,
      `${id} is to hold ${who}, which could not reach the internet: ${routeText(table, route)}`,
      `send 0.0.0.0/0 of ${table} to a NAT gateway, or another way out of yours`,
    );
  }
}

/**
 * Private nodes reach a public API server by its public address, from outside: its load balancer has to know how they look
 * there. What other ways out than NAT gateways look like, AWS does not tell.
 */
function checkEgress(
  cluster: Cluster,
  { egressCidrs }: StaticPlacement,
  uses: readonly Use[],
  { subnets, natAddresses }: StaticNetwork,
  report: Report,
): void {
  if (cluster.apiServer.access !== "public") return;
  const listed = egressCidrs.flatMap((text) => parseCidr(text) ?? []);
  const seen = new Set<string>();
  for (const { id, side, tenants } of uses) {
    const gateway = subnets.get(id)?.routeTable?.defaultRoute?.target ?? "";
    if (side === "public" || tenants.length === 0 || seen.has(gateway)) continue;
    seen.add(gateway);
    for (const address of natAddresses.get(gateway) ?? []) {
      const own = parseCidr(`${address}/32`);
      if (own === undefined || listed.some((cidr) => contains(cidr, own))) continue;
      report(
        "error",
        "network/egress-not-listed",
        `${STATIC}/egressCidrs`,
        `nodes in ${id} come from ${address}, the address of ${gateway}, which egressCidrs do not cover: the public API server's load balancer would not let them in`,
        `add ${address}/32 to egressCidrs`,
      );
    }
  }
}

function routeText(table: string, route: DefaultRoute | undefined): string {
  if (route === undefined) return `its route table ${table} has no route for 0.0.0.0/0`;
  const gone = route.isBlackhole ? ", which is gone (blackhole)" : "";
  return `its route table ${table} sends 0.0.0.0/0 to ${route.target}${gone}`;
}

/** A subnet that another took the place of in the file keeps its nodes: nothing of a node is changed by it. */
function checkNodes({ subnets }: StaticPlacement, inventory: Inventory, report: Report): void {
  subnets.forEach(({ zone, private: id }, index) => {
    const strays = inventory.nodes.filter(
      (node) => node.zone === zone && node.subnet !== id && node.state !== "shutting-down",
    );
    if (strays.length === 0) return;
    report(
      "warning",
      "network/nodes-elsewhere",
      `${STATIC}/subnets/${index}/private`,
      `${zone} keeps ${count(strays.length, "node")} in ${listed(strays.map((node) => node.subnet))} until replacement; only new ones are launched in ${id}`,
      "take the change back, or leave the old subnet as it is for as long as they live",
    );
  });
}
