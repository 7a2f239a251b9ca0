import { addressCount, type Cidr, overlaps, parseCidr } from "../core/cidr.ts";
import type { Report } from "../core/findings.ts";
import { type Cluster, poolsOf, type StaticPlacement, zonesOf } from "./cluster.ts";
import type { ClusterDocument } from "./documents.generated.ts";

/** A VPC is cut into eighths: one for public subnets, one for each zone's private subnet. */
const MAX_ZONES = 7;
/** EC2 takes subnets of /16 to /28; public ones are /6 smaller than the VPC, and a load balancer wants 8 free addresses. */
const SMALLEST_VPC_PREFIX = 22;

/** Rules of address ranges and of the VPC or the subnets that a cluster is placed in. */
export function networkRules(cluster: Cluster, document: ClusterDocument, report: Report): void {
  const ranges: { name: string; pointer: string; cidr: Cidr }[] = [];
  const add = (name: string, pointer: string, text: string): void => {
    const cidr = parseCidr(text);
    if (cidr === undefined)
      report(
        "error",
        "config/not-a-cidr",
        pointer,
        `the ${name} range ${JSON.stringify(text)} is not an IPv4 block such as 10.0.0.0/16`,
      );
    else ranges.push({ name, pointer, cidr });
  };
  const { placement } = cluster;
  if (placement.kind === "dynamic") add("VPC", "/spec/placement/dynamic/vpcCidr", placement.vpcCidr);
  add("pod", rangePointer(cluster, document, "podCidr"), cluster.podCidr);
  add("service", rangePointer(cluster, document, "serviceCidr"), cluster.serviceCidr);
  ranges.forEach((one, index) => {
    for (const other of ranges.slice(0, index)) {
      if (overlaps(one.cidr, other.cidr)) {
        report(
          "error",
          "config/ranges-overlap",
          one.pointer,
          `the ${one.name} range overlaps the ${other.name} range; VPC, pods and services each need their own`,
        );
      }
    }
  });
  if (placement.kind === "dynamic") dynamicRules(cluster, placement.vpcCidr, report);
  else staticRules(cluster, placement, report);
}

/** Where a range is given; one that comes from the profile is in another document, and then it is the profile's name. */
function rangePointer(cluster: Cluster, document: ClusterDocument, key: string): string {
  const pack = cluster.profile.packs.find((candidate) => candidate.layer === "kubernetes");
  const overrides = new Map(Object.entries(document.spec.overrides ?? {}));
  const name = [pack?.name ?? "", "kubernetes"].find(
    (candidate) => overrides.get(candidate)?.values?.[key] !== undefined,
  );
  return name === undefined ? "/spec/profile" : `/spec/overrides/${name}/values/${key}`;
}

function dynamicRules(cluster: Cluster, vpcCidr: string, report: Report): void {
  const pointer = "/spec/placement/dynamic/vpcCidr";
  const cidr = parseCidr(vpcCidr);
  const zones = zonesOf(cluster);
  if (cidr === undefined) return;
  if (cidr.prefix < 16) {
    report(
      "error",
      "config/vpc-too-large",
      pointer,
      `${vpcCidr} is larger than a VPC can be; AWS takes /16 to /28, Slipway /16 to /${SMALLEST_VPC_PREFIX}`,
    );
    return;
  }
  if (cidr.prefix > SMALLEST_VPC_PREFIX) {
    report(
      "error",
      "config/vpc-too-small",
      pointer,
      `${vpcCidr} is too small for a public and a private subnet in ${zones.length} zones; /${SMALLEST_VPC_PREFIX} is the smallest`,
    );
    return;
  }
  if (zones.length > MAX_ZONES) {
    report(
      "error",
      "config/too-many-zones",
      "/spec/controlPlane/zones",
      `the pools name ${zones.length} zones; a VPC of Slipway has room for ${MAX_ZONES}`,
    );
  }
  // Five addresses of every subnet are AWS's own; surge needs one more.
  const room = addressCount({ first: 0, prefix: cidr.prefix + 3 }) - 6;
  for (const zone of zones) {
    const nodes = poolsOf(cluster)
      .filter((pool) => pool.zones.includes(zone))
      .reduce((sum, pool) => sum + Math.ceil(pool.size / pool.zones.length), 0);
    if (nodes > room) {
      report(
        "error",
        "config/vpc-too-small",
        pointer,
        `the private subnet of ${zone} has room for ${room} nodes, and the pools put ${nodes} there`,
      );
    }
  }
}

function staticRules(cluster: Cluster, placement: StaticPlacement, report: Report): void {
  const at = "/spec/placement/static";
  placement.subnets.forEach((subnets, index) => {
    if (placement.subnets.findIndex((other) => other.zone === subnets.zone) < index) {
      report("error", "config/zone-twice", `${at}/subnets/${index}/zone`, `the zone ${subnets.zone} is there twice`);
    }
    if (subnets.private === subnets.public) {
      report(
        "error",
        "config/subnet-twice",
        `${at}/subnets/${index}/public`,
        `${subnets.private} can't be both the private and the public subnet`,
      );
    }
  });
  for (const zone of zonesOf(cluster)) {
    const subnets = placement.subnets.find((candidate) => candidate.zone === zone);
    if (subnets === undefined) {
      report(
        "error",
        "config/zone-without-subnet",
        `${at}/subnets`,
        `a pool names the zone ${zone}, and no subnet is given for it`,
      );
    } else if (
      subnets.public === undefined &&
      cluster.controlPlane.zones.includes(zone) &&
      cluster.apiServer.access === "public"
    ) {
      report(
        "error",
        "config/zone-without-subnet",
        `${at}/subnets`,
        `a public API server needs a public subnet in ${zone}, for its load balancer`,
      );
    }
  }
  if (cluster.bastion !== undefined && placement.subnets.every((subnets) => subnets.public === undefined)) {
    report(
      "error",
      "config/zone-without-subnet",
      `${at}/subnets`,
      "a bastion needs a public subnet",
      "give one zone a public subnet, or turn the bastion off with  bastion: false",
    );
  }
  if (cluster.apiServer.access === "public" && placement.egressCidrs.length === 0) {
    report(
      "error",
      "config/no-egress",
      at,
      "with a public API server the nodes reach it from your NAT gateways' addresses, which must be admitted",
      "give egressCidrs",
    );
  }
}
