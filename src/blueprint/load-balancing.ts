import { API_PORT } from "../bootstrap/node-config.ts";
import { loadBalancerName } from "../core/names.ts";
import { type Link, ref, type Wanted } from "../resources/resource.ts";
import type { Groups } from "./access.ts";
import { type Draft, want } from "./draft.ts";

/** The network load balancer in front of the API servers, in the zones of the control plane. */
export function loadBalancingResources(draft: Draft, groups: Groups): Wanted[] {
  const { cluster, network, identity, tags } = draft;
  const isPublic = cluster.apiServer.access === "public";
  const name = loadBalancerName(identity, "api");
  const subnets = cluster.controlPlane.zones.map(
    (zone): Link => (isPublic ? (network.publicSubnet(zone) ?? "") : network.privateSubnet(zone)),
  );
  return [
    want(
      tags,
      "load-balancer",
      "api",
      {
        name,
        scheme: isPublic ? "internet-facing" : "internal",
        subnets,
        securityGroups: [groups["load-balancer"]],
        // A zone without a control-plane node must answer too.
        crossZone: true,
        deletionProtection: true,
      },
      // An internet-facing load balancer is refused in a VPC without an attached internet gateway (InvalidSubnet).
      { after: isPublic && cluster.placement.kind === "dynamic" ? [ref("internet-gateway", "main")] : [] },
    ),
    want(tags, "target-group", "api", {
      name,
      vpc: network.vpc,
      port: API_PORT,
      healthPath: "/readyz",
      healthIntervalSeconds: 10,
      healthThreshold: 2,
      preserveClientIp: false,
      deregistrationDelaySeconds: 30,
      terminateConnections: true,
    }),
    want(tags, "listener", "api", {
      loadBalancer: ref("load-balancer", "api"),
      targetGroup: ref("target-group", "api"),
      port: API_PORT,
    }),
  ];
}
