import { API_PORT } from "../bootstrap/node-config.ts";
import type { Pool } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { definitionOf } from "../packs/built-in.ts";
import { type Link, ref, type Wanted } from "../resources/resource.ts";
import type { Rule } from "../resources/security-group/shape.ts";
import { cloudProviderTag, type Draft, type Image, want } from "./draft.ts";

/** The security groups that others refer to. */
export type Groups = Readonly<Record<Pool["role"] | "load-balancer", Link>>;

type Traffic = Omit<Rule<Link>, "peer" | "note">;

const tcp = (port: number, toPort = port): Traffic => ({ protocol: "tcp", fromPort: port, toPort });
const udp = (port: number): Traffic => ({ protocol: "udp", fromPort: port, toPort: port });

const EVERYTHING_OUT: Rule<Link> = { protocol: "-1", fromPort: -1, toPort: -1, peer: "0.0.0.0/0", note: "" };

/** What the nodes of a cluster say to each other for the network plug-in, in its overlay mode. Sources: each pack's own requirements. */
const CNI_TRAFFIC: Readonly<Record<string, readonly [traffic: Traffic, note: string][]>> = {
  // docs.tigera.io/calico/latest/getting-started/kubernetes/requirements
  calico: [[udp(4789), "pods: VXLAN"]],
  // docs.cilium.io/en/stable/operations/system_requirements
  cilium: [
    [udp(8472), "pods: VXLAN"],
    [tcp(4240), "Cilium health"],
    [{ protocol: "icmp", fromPort: 8, toPort: 0 }, "Cilium health"],
  ],
};

/**
 * Security groups, their rules, and the bastion. Nothing is open to the world unless the file says so, NodePorts are
 * closed, and SSH comes from the bastion alone.
 */
export function accessResources(
  draft: Draft,
  bastionImage: Image | undefined,
): { resources: Wanted[]; groups: Groups } {
  const { cluster, network, tags } = draft;
  const groups: Groups = {
    "load-balancer": ref("security-group", "load-balancer"),
    "control-plane": ref("security-group", "control-plane"),
    worker: ref("security-group", "worker"),
  };
  const bastion = ref("security-group", "bastion");
  const nodes = [groups["control-plane"], groups.worker];

  const make = (name: string, description: string, ingress: Rule<Link>[], more = {}): Wanted[] => [
    want(
      tags,
      "security-group",
      name,
      { vpc: network.vpc, name: `slipway-${cluster.name}-${name}`, description },
      more,
    ),
    want(tags, "security-group-rules", name, { group: ref("security-group", name), ingress, egress: [EVERYTHING_OUT] }),
  ];
  const from = (peers: readonly Link[], traffic: Traffic, note: string): Rule<Link>[] =>
    peers.map((peer) => ({ ...traffic, peer, note }));

  const ssh = cluster.bastion === undefined ? [] : from([bastion], tcp(22), "SSH from the bastion");
  const cni = (CNI_TRAFFIC[packOf(cluster.profile, "cni").name] ?? []).flatMap(([traffic, note]) =>
    from(nodes, traffic, note),
  );
  const addOns = cluster.profile.packs.flatMap((pack) =>
    (definitionOf(pack)?.controlPlaneTraffic ?? []).flatMap(({ protocol, port, what }) =>
      from([groups["control-plane"]], { protocol, fromPort: port, toPort: port }, what),
    ),
  );
  const kubelet = from([groups["control-plane"], groups.worker], tcp(10250), "kubelet");
  // The cloud controller wants to find one security group with the cluster's tag on every instance.
  const owned = { tags: cloudProviderTag(draft.identity) };

  const resources = [
    ...make("load-balancer", "Kubernetes API", apiServerRules(draft)),
    ...make(
      "control-plane",
      "Control-plane nodes",
      [
        ...from([groups["load-balancer"]], tcp(API_PORT), "Kubernetes API through the load balancer"),
        ...from(nodes, tcp(API_PORT), "Kubernetes API from nodes and pods"),
        ...from([groups["control-plane"]], tcp(2379, 2380), "etcd"),
        ...kubelet,
        ...cni,
        ...addOns,
        ...ssh,
      ],
      owned,
    ),
    ...make("worker", "Worker nodes", [...kubelet, ...cni, ...ssh], owned),
  ];
  if (cluster.bastion !== undefined) {
    resources.push(
      ...make(
        "bastion",
        "Bastion",
        cluster.bastion.allowedCidrs.map((cidr) => ({ ...tcp(22), peer: cidr, note: "SSH" })),
      ),
      want(
        tags,
        "bastion",
        "main",
        {
          subnet: network.publicSubnet(network.bastionZone) ?? "",
          image: bastionImage?.id ?? "",
          imageName: bastionImage?.name ?? "",
          instanceType: cluster.bastion.instanceType,
          keyName: cluster.sshKeyName ?? "",
          securityGroups: [bastion],
        },
        // A public address in a VPC without an internet gateway is refused or useless.
        { after: cluster.placement.kind === "dynamic" ? [ref("internet-gateway", "main")] : [] },
      ),
    );
  }
  return { resources, groups };
}

/** Who may reach the API: the file's list, and the nodes themselves, who come through NAT to a public load balancer. */
function apiServerRules({ cluster, network }: Draft): Rule<Link>[] {
  const rule = (peer: Link, note: string): Rule<Link> => ({ ...tcp(API_PORT), peer, note });
  const allowed = cluster.apiServer.allowedCidrs.map((cidr) => rule(cidr, "allowed by the cluster file"));
  const own =
    cluster.apiServer.access === "public"
      ? network.egress.map(({ cidr, note }) => rule(cidr, note))
      : network.vpcCidrs.map((cidr) => rule(cidr, "the VPC"));
  return [...allowed, ...own];
}
