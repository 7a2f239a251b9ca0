import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  LoadBalancer as LoadBalancerView,
  ModifyLoadBalancerAttributesInput,
  SetSecurityGroupsInput,
  SetSubnetsInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { canonicalJson } from "../../core/hash.ts";
import { hexDigits } from "../../core/random.ts";
import { publicAddress } from "../ec2/addresses.ts";
import { attachedGateway } from "../ec2/internet-gateways.ts";
import { needGroup } from "../ec2/security-groups.ts";
import { freeAddresses, takeAddress } from "../ec2/subnets.ts";
import { queryError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { LoadBalancer, Subnet } from "../records.ts";
import type { World } from "../world.ts";
import { checkName, fromList, needBalancer, pick, toList } from "./common.ts";

/** A load balancer needs this many free addresses in each subnet (elasticloadbalancing, subnet requirements). */
const FREE_ADDRESSES_NEEDED = 8;
const DELETION_PROTECTION = "deletion_protection.enabled";

export const loadBalancerOperations = {
  CreateLoadBalancer(world: World, input: CreateLoadBalancerInput): CreateLoadBalancerOutput {
    const name = input.Name ?? "";
    checkName(name);
    const subnets = (input.Subnets ?? []).map((id) => needSubnet(world, id));
    const existing = [...world.loadBalancers.values()].find((balancer) => balancer.name === name);
    if (existing !== undefined) {
      // The same settings again succeed and change nothing; others are refused (ELBv2 CreateLoadBalancer).
      const same =
        canonicalJson([...existing.subnetIds].sort()) === canonicalJson([...(input.Subnets ?? [])].sort()) &&
        existing.scheme === (input.Scheme ?? "internet-facing");
      if (same) return { LoadBalancers: [balancerView(existing, world)] };
      throw queryError(
        "DuplicateLoadBalancerName",
        "A load balancer with the same name exists, but with different settings",
      );
    }
    const vpcId = subnets[0]?.vpcId ?? "";
    const scheme = input.Scheme ?? "internet-facing";
    if (new Set(subnets.map((subnet) => subnet.zone)).size < subnets.length) {
      throw queryError(
        "InvalidConfigurationRequest",
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
      );
    }
    if (scheme === "internet-facing" && attachedGateway(world, vpcId) === undefined) {
      throw queryError("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
    }
    const small = subnets.find((subnet) => freeAddresses(world, subnet) < FREE_ADDRESSES_NEEDED);
    if (small !== undefined)
      throw queryError(
        "InvalidSubnet",
        `Not enough IP space available in ${small.id}. ELB requires at least ${FREE_ADDRESSES_NEEDED} free IP addresses in each subnet.`,
      );
    for (const id of input.SecurityGroups ?? []) {
      const group = world.securityGroups.get(id);
      if (group === undefined || group.vpcId !== vpcId)
        throw queryError("InvalidSecurityGroup", `One or more security groups are invalid: ${id}`);
    }
    demandRoom(
      world,
      "L-69A177A2",
      world.loadBalancers.size,
      "TooManyLoadBalancers",
      "The maximum number of load balancers has been reached.",
    );
    const suffix = hexDigits(world.random, 16);
    const arn = `arn:aws:elasticloadbalancing:${world.region}:${world.accountId}:loadbalancer/net/${name}/${suffix}`;
    const balancer: LoadBalancer = {
      ...world.birth(arn, fromList(input.Tags)),
      name,
      dnsName: `${name}-${suffix}.elb.${world.region}.amazonaws.com`,
      scheme,
      vpcId,
      subnetIds: subnets.map((subnet) => subnet.id),
      groups: [...(input.SecurityGroups ?? [])],
      state: "provisioning",
      attributes: { [DELETION_PROTECTION]: "false", "load_balancing.cross_zone.enabled": "false" },
    };
    world.loadBalancers.set(arn, balancer);
    placeLoadBalancer(world, balancer);
    return { LoadBalancers: [balancerView(balancer, world)] };
  },

  DescribeLoadBalancers(world: World, input: DescribeLoadBalancersInput): DescribeLoadBalancersOutput {
    const all = [...world.loadBalancers.values()].filter((balancer) => world.isVisible(balancer));
    const found = pick(all, input.Names, input.LoadBalancerArns, "LoadBalancerNotFound", "load balancers");
    return { LoadBalancers: found.map((balancer) => balancerView(balancer, world)) };
  },

  DescribeLoadBalancerAttributes(
    world: World,
    input: DescribeLoadBalancerAttributesInput,
  ): DescribeLoadBalancerAttributesOutput {
    return { Attributes: toList(needBalancer(world, input.LoadBalancerArn).attributes) };
  },

  ModifyLoadBalancerAttributes(
    world: World,
    input: ModifyLoadBalancerAttributesInput,
  ): DescribeLoadBalancerAttributesOutput {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    Object.assign(balancer.attributes, fromList(input.Attributes));
    return { Attributes: toList(balancer.attributes) };
  },

  SetSubnets(world: World, input: SetSubnetsInput): object {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    const subnets = (input.Subnets ?? []).map((id) => needSubnet(world, id));
    for (const nic of interfacesOf(world, balancer)) {
      if (!subnets.some((subnet) => subnet.id === nic.subnetId)) lingerInterface(world, nic.id);
    }
    for (const subnet of subnets) if (!balancer.subnetIds.includes(subnet.id)) addInterface(world, balancer, subnet);
    balancer.subnetIds = subnets.map((subnet) => subnet.id);
    return {};
  },

  SetSecurityGroups(world: World, input: SetSecurityGroupsInput): object {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    if (balancer.groups.length === 0)
      throw queryError(
        "InvalidConfigurationRequest",
        "Security groups can't be added to a Network Load Balancer that was created without any.",
      );
    balancer.groups = (input.SecurityGroups ?? []).map((id) => needGroup(world, id).id);
    for (const nic of interfacesOf(world, balancer)) nic.groups = [...balancer.groups];
    return { SecurityGroupIds: balancer.groups };
  },

  DeleteLoadBalancer(world: World, input: DeleteLoadBalancerInput): object {
    const balancer = world.loadBalancers.get(input.LoadBalancerArn ?? "");
    if (balancer === undefined) return {}; // deleting what is not there succeeds
    if (balancer.attributes[DELETION_PROTECTION] === "true") {
      throw queryError(
        "OperationNotPermitted",
        `Load balancer '${balancer.id}' cannot be deleted because deletion protection is enabled`,
      );
    }
    world.loadBalancers.delete(balancer.id);
    for (const listener of [...world.listeners.values()]) {
      if (listener.loadBalancerArn === balancer.id) world.listeners.delete(listener.id);
    }
    for (const nic of interfacesOf(world, balancer)) lingerInterface(world, nic.id);
    return {};
  },
};

/** Gives a load balancer its interfaces, and lets one that is being provisioned come to its end. */
export function placeLoadBalancer(world: World, balancer: LoadBalancer): void {
  for (const id of balancer.subnetIds) {
    const subnet = world.subnets.get(id);
    if (subnet !== undefined) addInterface(world, balancer, subnet);
  }
  if (balancer.state === "active") return;
  // 140 to 165 s (reference/aws.md §1).
  world.after(world.seconds(140, 165), () => {
    balancer.state = "active";
  });
}

function addInterface(world: World, balancer: LoadBalancer, subnet: Subnet): void {
  const nic = world.birth(world.id("eni"), {});
  world.interfaces.set(nic.id, {
    ...nic,
    visibleAtMs: 0,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    groups: [...balancer.groups],
    privateIp: takeAddress(world, subnet),
    publicIp: balancer.scheme === "internet-facing" ? publicAddress(world) : undefined,
    type: "network_load_balancer",
    description: `ELB ${balancer.id.split(":loadbalancer/")[1]}`,
    owner: balancer.id,
  });
}

/** A load balancer's interfaces stay 40 to 50 s after it is gone (reference/aws.md §1). */
function lingerInterface(world: World, interfaceId: string): void {
  world.after(world.seconds(40, 50), () => world.interfaces.delete(interfaceId));
}

function interfacesOf(world: World, balancer: LoadBalancer) {
  return [...world.interfaces.values()].filter((nic) => nic.owner === balancer.id);
}

function needSubnet(world: World, id: string): Subnet {
  const subnet = world.subnets.get(id);
  if (subnet === undefined) throw queryError("SubnetNotFound", `The subnet ID '${id}' does not exist`);
  return subnet;
}

function balancerView(balancer: LoadBalancer, world: World): LoadBalancerView {
  return {
    LoadBalancerArn: balancer.id,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    Scheme: balancer.scheme,
    Type: "network",
    VpcId: balancer.vpcId,
    State: { Code: balancer.state },
    SecurityGroups: [...balancer.groups],
    AvailabilityZones: balancer.subnetIds.map((SubnetId) => ({
      SubnetId,
      ZoneName: world.subnets.get(SubnetId)?.zone,
    })),
    CreatedTime: new Date(balancer.createdAtMs),
  };
}
