import { type Cluster, type Placement, type StaticPlacement, type StaticSubnets, zonesOf } from "../config/cluster.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { type Link, type Ref, ref, type Wanted } from "../resources/resource.ts";
import { type BlueprintFacts, cloudProviderTag, type TagsFor, want } from "./draft.ts";
import { assignSlots, privateBlock, publicBlock } from "./slots.ts";

/** Where everything else is placed, whoever made it. */
export interface Network {
  /** What Slipway makes; empty where the network is the user's. */
  resources: readonly Wanted[];
  vpc: Link;
  /** All blocks of the VPC: a user's may have more than one. */
  vpcCidrs: readonly string[];
  privateSubnet(zone: string): Link;
  /** Undefined where the user gave none. */
  publicSubnet(zone: string): Link | undefined;
  /** The first zone with a public subnet. */
  bastionZone: string;
  /** Blocks that the nodes' traffic to the internet comes from: one /32 a NAT gateway. */
  egress: readonly { cidr: Link; note: string }[];
  /** What must stand before instances can reach the internet from that zone. */
  wayOut(zone: string): readonly Ref[];
}

export function networkOf(cluster: Cluster, identity: ClusterIdentity, facts: BlueprintFacts, tags: TagsFor): Network {
  return cluster.placement.kind === "dynamic"
    ? dynamicNetwork(cluster, identity, cluster.placement, facts, tags)
    : staticNetwork(cluster, cluster.placement, facts);
}

function dynamicNetwork(
  cluster: Cluster,
  identity: ClusterIdentity,
  placement: Extract<Placement, { kind: "dynamic" }>,
  facts: BlueprintFacts,
  tags: TagsFor,
): Network {
  const zones = zonesOf(cluster);
  const slots = assignSlots(zones, facts.slots);
  const vpc = ref("vpc", "main");
  const gateway = ref("internet-gateway", "main");
  // The load balancer controllers find the subnets that they may use by these tags; the cluster tag makes it ours.
  const owned = cloudProviderTag(identity);

  const resources: Wanted[] = [
    want(tags, "vpc", "main", { cidr: placement.vpcCidr, dnsSupport: true, dnsHostnames: true }),
    want(tags, "internet-gateway", "main", { vpc }),
  ];
  for (const zone of zones) {
    const slot = slots.get(zone) ?? 0;
    const [publicName, privateName] = [`public/${zone}`, `private/${zone}`];
    resources.push(
      want(
        tags,
        "subnet",
        publicName,
        { vpc, zone, cidr: publicBlock(placement.vpcCidr, slot) },
        { tags: { ...owned, "kubernetes.io/role/elb": "1" } },
      ),
      want(
        tags,
        "subnet",
        privateName,
        { vpc, zone, cidr: privateBlock(placement.vpcCidr, slot) },
        { tags: { ...owned, "kubernetes.io/role/internal-elb": "1" } },
      ),
      want(tags, "elastic-ip", zone, {}),
      want(
        tags,
        "nat-gateway",
        zone,
        { subnet: ref("subnet", publicName), address: ref("elastic-ip", zone) },
        // A NAT gateway in a VPC without an attached internet gateway fails, some time after its creation (Gateway.NotAttached).
        { after: [gateway] },
      ),
      want(tags, "route-table", publicName, { vpc, subnet: ref("subnet", publicName) }),
      want(tags, "route-table", privateName, { vpc, subnet: ref("subnet", privateName) }),
      want(tags, "route", publicName, {
        table: ref("route-table", publicName),
        destination: "0.0.0.0/0",
        target: gateway,
      }),
      want(tags, "route", privateName, {
        table: ref("route-table", privateName),
        destination: "0.0.0.0/0",
        target: ref("nat-gateway", zone),
      }),
    );
  }
  resources.push(
    want(tags, "vpc-endpoint", "s3", {
      vpc,
      service: `com.amazonaws.${cluster.region}.s3`,
      routeTables: zones.map((zone) => ref("route-table", `private/${zone}`)),
    }),
  );
  return {
    resources,
    vpc,
    vpcCidrs: [placement.vpcCidr],
    privateSubnet: (zone) => ref("subnet", `private/${zone}`),
    publicSubnet: (zone) => ref("subnet", `public/${zone}`),
    bastionZone: bastionZoneOf(cluster),
    egress: zones.map((zone) => ({ cidr: ref("elastic-ip", zone, "cidr"), note: `NAT gateway of ${zone}` })),
    wayOut: (zone) => [ref("route", `private/${zone}`)],
  };
}

/** The zone of the bastion: the first that has a public subnet, pools' zones before others. */
export function bastionZoneOf(cluster: Cluster): string {
  const { placement } = cluster;
  const zones = zonesOf(cluster);
  if (placement.kind === "dynamic") return zones[0] ?? "";
  const open = placement.subnets.flatMap(({ zone, public: subnet }) => (subnet === undefined ? [] : [zone]));
  return zones.find((zone) => open.includes(zone)) ?? open[0] ?? "";
}

function staticNetwork(cluster: Cluster, placement: StaticPlacement, facts: BlueprintFacts): Network {
  const subnets = new Map<string, StaticSubnets>(placement.subnets.map((entry) => [entry.zone, entry]));
  return {
    resources: [],
    vpc: placement.vpcId,
    vpcCidrs: facts.staticVpcCidrs ?? [],
    privateSubnet: (zone) => subnets.get(zone)?.private ?? "",
    publicSubnet: (zone) => subnets.get(zone)?.public,
    bastionZone: bastionZoneOf(cluster),
    egress: placement.egressCidrs.map((cidr) => ({ cidr, note: "the nodes' way out" })),
    wayOut: () => [],
  };
}
