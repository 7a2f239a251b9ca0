import type { Blueprint } from "../blueprint/blueprint.ts";
import { type Cluster, zonesOf } from "../config/cluster.ts";
import { isRef, type Link, type Wanted } from "../resources/resource.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";

/** What a cluster looks like when the plan is done: enough to draw it. */
export interface Topology {
  vpc: string;
  access: "public" | "private";
  zones: readonly ZoneView[];
}

export interface ZoneView {
  zone: string;
  publicSubnet: string;
  privateSubnet: string;
  natGateway: boolean;
  bastion: boolean;
  /** The zone's share of the load balancer. */
  loadBalancer: boolean;
  pools: readonly {
    name: string;
    instanceType: string;
    spot: boolean;
    present: number;
    after: number;
    waiting: number;
  }[];
}

export function topologyOf(cluster: Cluster, blueprint: Blueprint, pools: readonly PoolVerdict[]): Topology {
  const byId = new Map(blueprint.resources.map((wanted) => [wanted.id, wanted]));
  const subnetText = (link: Link | undefined): string => {
    if (link === undefined || link === "") return "";
    const wanted = isRef(link) ? byId.get(link.ref) : undefined;
    return wanted?.kind === "subnet" ? wanted.spec.cidr : String(link);
  };
  const find = <K extends Wanted["kind"]>(kind: K): Extract<Wanted, { kind: K }> | undefined =>
    blueprint.resources.find((wanted): wanted is Extract<Wanted, { kind: K }> => wanted.kind === kind);
  const bastion = find("bastion")?.spec.subnet;
  const balanced = find("load-balancer")?.spec.subnets ?? [];
  const { placement } = cluster;
  return {
    vpc: placement.kind === "dynamic" ? placement.vpcCidr : placement.vpcId,
    access: cluster.apiServer.access,
    zones: zonesOf(cluster).map((zone): ZoneView => {
      const given = placement.kind === "static" ? placement.subnets.find((entry) => entry.zone === zone) : undefined;
      const publicSubnet: Link | undefined = given === undefined ? { ref: `subnet/public/${zone}` } : given.public;
      const privateSubnet: Link = given === undefined ? { ref: `subnet/private/${zone}` } : given.private;
      const isIn = (link: Link | undefined): boolean =>
        link !== undefined &&
        [publicSubnet, privateSubnet].some((subnet) => subnet !== undefined && sameLink(subnet, link));
      return {
        zone,
        publicSubnet: subnetText(publicSubnet),
        privateSubnet: subnetText(privateSubnet),
        natGateway: byId.has(`nat-gateway/${zone}`),
        bastion: isIn(bastion),
        loadBalancer: balanced.some(isIn),
        pools: pools.flatMap((verdict) => poolIn(verdict, zone)),
      };
    }),
  };
}

/** A pool's nodes in a zone, now and afterwards. */
function poolIn({ pool, zones }: PoolVerdict, zone: string): ZoneView["pools"][number][] {
  const share = zones.find((one) => one.zone === zone);
  if (pool === undefined || share === undefined) return [];
  const { present, wanted, waiting } = share;
  const { instanceType } = pool.launch;
  return [{ name: pool.name, instanceType, spot: pool.market === "spot", present, after: wanted - waiting, waiting }];
}

function sameLink(a: Link, b: Link): boolean {
  return isRef(a) && isRef(b) ? a.ref === b.ref : a === b;
}
