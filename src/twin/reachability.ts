import { contains, parseCidr } from "../core/cidr.ts";
import { defaultRoute } from "./ec2/route-tables.ts";
import type { Instance, LoadBalancer, PermissionRule, TargetGroup } from "./records.ts";
import type { World } from "./world.ts";

/** The result of trying: yes, or what stands in the way. */
export type Reach = { reached: true; from: string } | { reached: false; because: string };

/** Whether an instance gets out to the internet, and by which public address. */
export function reachInternet(world: World, instance: Instance): Reach {
  if (!admits(world, instance.groups, "egress", "tcp", 443, "0.0.0.0/0")) {
    return { reached: false, because: "its security group lets nothing out" };
  }
  const target = defaultRoute(world, instance.subnetId, instance.vpcId);
  if (target === undefined) return { reached: false, because: `${instance.subnetId} has no route to the internet` };
  if (target.startsWith("igw-")) {
    return instance.publicIp === undefined
      ? { reached: false, because: `${instance.id} has no public address, and its route leads to an internet gateway` }
      : { reached: true, from: instance.publicIp };
  }
  const unread = world.unread.waysOut.get(target);
  if (unread !== undefined) return { reached: true, from: unread };
  const gateway = world.natGateways.get(target);
  if (gateway?.state !== "available") return { reached: false, because: `${target} is ${gateway?.state ?? "gone"}` };
  const beyond = defaultRoute(world, gateway.subnetId, gateway.vpcId);
  if (beyond === undefined || !beyond.startsWith("igw-")) {
    return { reached: false, because: `the subnet of ${target} has no route to an internet gateway` };
  }
  const address = world.addresses.get(gateway.allocationId);
  return address === undefined
    ? { reached: false, because: `${target} has no address` }
    : { reached: true, from: address.publicIp };
}

/**
 * Whether an instance reaches the Kubernetes API by its cluster's endpoint: its own way out, the load balancer and its
 * group, a healthy target. A public endpoint is reached from outside, through NAT, even from within the VPC.
 */
export function reachApi(world: World, instance: Instance, balancer: LoadBalancer): Reach {
  if (balancer.state !== "active") return { reached: false, because: "the load balancer is still being provisioned" };
  let from = instance.privateIp;
  if (balancer.scheme === "internet-facing") {
    const out = reachInternet(world, instance);
    if (!out.reached) return out;
    from = out.from;
  }
  const listener = [...world.listeners.values()].find((candidate) => candidate.loadBalancerArn === balancer.id);
  if (listener === undefined) return { reached: false, because: "the load balancer has no listener" };
  if (!admits(world, balancer.groups, "ingress", "tcp", listener.port, `${from}/32`, instance.groups)) {
    return { reached: false, because: `the load balancer's security group does not admit ${from}` };
  }
  const group = world.targetGroups.get(listener.targetGroupArn);
  const healthy = [...(group?.targets.values() ?? [])].some((target) => target.state === "healthy");
  return healthy ? { reached: true, from } : { reached: false, because: "no healthy target" };
}

/** Whether an instance answers a target group's health check: its API server runs, and its group admits the load balancer. */
export function isServing(world: World, group: TargetGroup, instance: Instance): boolean {
  const listener = [...world.listeners.values()].find((candidate) => candidate.targetGroupArn === group.id);
  const balancer = world.loadBalancers.get(listener?.loadBalancerArn ?? "");
  if (balancer?.state !== "active" || instance.state !== "running") return false;
  const phase = instance.tags["slipway:phase"]?.split(" ")[0] ?? "";
  if (!["joined", "ready", "unready", "draining", "left"].includes(phase)) return false;
  const inside = [...world.interfaces.values()].filter((nic) => nic.owner === balancer.id);
  return inside.some((nic) =>
    admits(world, instance.groups, "ingress", "tcp", group.port, `${nic.privateIp}/32`, balancer.groups),
  );
}

/** Whether any of the groups has a rule for that traffic with that peer: by address, or by a group that the peer is in. */
function admits(
  world: World,
  groupIds: readonly string[],
  direction: "ingress" | "egress",
  protocol: string,
  port: number,
  peer: string,
  peerGroups: readonly string[] = [],
): boolean {
  const fits = (rule: PermissionRule): boolean =>
    (rule.protocol === "-1" || (rule.protocol === protocol && rule.fromPort <= port && port <= rule.toPort)) &&
    (peerGroups.includes(rule.peer) || covers(rule.peer, peer));
  return groupIds.some((id) => world.securityGroups.get(id)?.[direction].some(fits) ?? false);
}

function covers(block: string, address: string): boolean {
  const [outer, inner] = [parseCidr(block), parseCidr(address)];
  return outer !== undefined && inner !== undefined && contains(outer, inner);
}
