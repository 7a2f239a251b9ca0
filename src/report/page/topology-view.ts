import type { Change } from "../../plan/change.ts";
import type { Topology, ZoneView } from "../../plan/topology.ts";
import { MARK_OF, MARK_WORD, type Mark } from "./marks.ts";

/** What is drawn of a cluster: what it will be, with what comes, changes and goes. */
export interface TopologyView {
  vpc: string;
  vpcMark?: Mark | undefined;
  access: Topology["access"];
  balancerMark?: Mark | undefined;
  /** Absent: none of the cluster's own, as in a network of the user's. */
  gateway?: { mark?: Mark | undefined };
  zones: readonly ZoneDrawing[];
}

export interface ZoneDrawing {
  zone: string;
  publicSubnet?: {
    text: string;
    mark?: Mark | undefined;
    things: readonly { name: string; mark?: Mark | undefined }[];
  };
  privateSubnet: { text: string; mark?: Mark | undefined };
  pools: readonly PoolDrawing[];
}

export interface PoolDrawing {
  name: string;
  instanceType: string;
  spot: boolean;
  mark?: Mark | undefined;
  present: number;
  after: number;
  nodes: NodeTally;
}

/** A zone's nodes of a pool, by what becomes of them. */
export interface NodeTally {
  keep: number;
  replace: number;
  add: number;
  remove: number;
  /** Nodes that nobody can launch now: there is no capacity, or their price is too high. */
  wait: number;
}

export function topologyView(topology: Topology, changes: readonly Change[]): TopologyView {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const markOf = (id: string): Mark | undefined => {
    const change = byId.get(id);
    return change && MARK_OF[change.action];
  };
  const hasGateway = topology.zones.some((zone) => zone.natGateway) || markOf("internet-gateway/main") !== undefined;
  return {
    vpc: topology.vpc,
    vpcMark: markOf("vpc/main"),
    access: topology.access,
    balancerMark: markOf("load-balancer/api"),
    ...(hasGateway ? { gateway: { mark: markOf("internet-gateway/main") } } : {}),
    zones: [
      ...topology.zones.map((zone) => zoneDrawing(zone, changes, markOf)),
      ...goneZones(topology, changes).map((zone) => zoneDrawing(zone, changes, markOf)),
    ],
  };
}

/** Zones that the cluster leaves: they are in what is deleted alone. */
function goneZones({ zones }: Topology, changes: readonly Change[]): ZoneView[] {
  const known = new Set(zones.map(({ zone }) => zone));
  const gone = new Map<string, Set<string>>();
  for (const { id, action } of changes) {
    const [, what = "", zone = ""] = /^(subnet\/public|subnet\/private|nat-gateway)\/(.+)$/.exec(id) ?? [];
    if (action !== "delete" || zone === "" || known.has(zone)) continue;
    gone.set(zone, (gone.get(zone) ?? new Set()).add(what));
  }
  return [...gone].map(([zone, things]) => ({
    zone,
    publicSubnet: things.has("subnet/public") ? "goes" : "",
    privateSubnet: things.has("subnet/private") ? "goes" : "",
    natGateway: things.has("nat-gateway"),
    bastion: false,
    loadBalancer: false,
    pools: [],
  }));
}

function zoneDrawing(
  view: ZoneView,
  changes: readonly Change[],
  markOf: (id: string) => Mark | undefined,
): ZoneDrawing {
  const { zone } = view;
  const nat = markOf(`nat-gateway/${zone}`);
  const bastion = markOf("bastion/main");
  const things = [
    ...(view.natGateway || nat === "remove" ? [{ name: "NAT gateway", mark: nat }] : []),
    ...(view.bastion ? [{ name: "bastion", mark: bastion }] : []),
    ...(view.loadBalancer ? [{ name: "load balancer", mark: undefined }] : []),
  ];
  return {
    zone,
    ...(view.publicSubnet === ""
      ? {}
      : { publicSubnet: { text: view.publicSubnet, mark: markOf(`subnet/public/${zone}`), things } }),
    privateSubnet: { text: view.privateSubnet, mark: markOf(`subnet/private/${zone}`) },
    pools: [...view.pools.map((pool) => poolDrawing(pool, zone, changes)), ...gonePools(view, changes)],
  };
}

function poolDrawing(pool: ZoneView["pools"][number], zone: string, changes: readonly Change[]): PoolDrawing {
  const { name, instanceType, spot, present, after, waiting } = pool;
  const change = changes.find(({ id }) => id === `pool/${name}`);
  const going = (change?.nodes ?? []).filter((node) => node.zone === zone);
  const replace = Math.min(going.filter(({ isReplaced }) => isReplaced).length, present);
  const nodes: NodeTally = {
    keep: Math.max(0, Math.min(present, after) - replace),
    replace,
    add: Math.max(0, after - present),
    remove: Math.max(0, present - Math.max(after, replace)),
    wait: waiting,
  };
  return { name, instanceType, spot, mark: markOfNodes(nodes), present, after, nodes };
}

function markOfNodes({ keep, replace, add, remove }: NodeTally): Mark | undefined {
  if (replace > 0) return "replace";
  if (add > 0) return keep > 0 ? "change" : "add";
  if (remove > 0) return keep > 0 ? "change" : "remove";
  return undefined;
}

/** Pools that are in no file any more, in the zones where their nodes are. */
function gonePools({ zone, pools }: ZoneView, changes: readonly Change[]): PoolDrawing[] {
  const known = new Set(pools.map(({ name }) => `pool/${name}`));
  return changes.flatMap(({ id, action, nodes = [] }): PoolDrawing[] => {
    const here = nodes.filter((node) => node.zone === zone).length;
    if (action !== "delete" || !id.startsWith("pool/") || known.has(id) || here === 0) return [];
    const tally = { keep: 0, replace: 0, add: 0, remove: here, wait: 0 };
    const name = id.slice("pool/".length);
    return [{ name, instanceType: "", spot: false, mark: "remove", present: here, after: 0, nodes: tally }];
  });
}

/** The drawing in words. */
export function topologyText(view: TopologyView): string {
  const and = (name: string, mark: Mark | undefined): string =>
    mark === undefined ? name : `${name} (${MARK_WORD[mark]})`;
  const zones = view.zones.map(({ zone, publicSubnet, privateSubnet, pools }) => {
    const open =
      publicSubnet === undefined
        ? []
        : [
            `${and(`public subnet ${publicSubnet.text}`, publicSubnet.mark)} with ${publicSubnet.things.map((thing) => and(thing.name, thing.mark)).join(", ") || "nothing"}`,
          ];
    const nodes = pools.map((pool) => and(`${nodesText(pool)} of ${pool.name}`, pool.mark));
    return `${zone}: ${[...open, `${and(`private subnet ${privateSubnet.text}`, privateSubnet.mark)} with ${nodes.join(", ") || "no nodes"}`].join("; ")}`;
  });
  return [`${and(`VPC ${view.vpc}`, view.vpcMark)}, ${and("API load balancer", view.balancerMark)}`, ...zones].join(
    ". ",
  );
}

/** `2 → 5 × m6i.large spot`. */
export function nodesText({ present, after, instanceType, spot, nodes }: PoolDrawing): string {
  const number = present === after ? String(after) : `${present} → ${after}`;
  const waits = nodes.wait === 0 ? "" : `, ${nodes.wait} waiting`;
  return `${number}${instanceType === "" ? "" : ` × ${instanceType}`}${spot ? " spot" : ""}${waits}`;
}
