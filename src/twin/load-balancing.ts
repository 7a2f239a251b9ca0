import type {
  AddTagsInput,
  CreateListenerInput,
  CreateListenerOutput,
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteListenerInput,
  DeleteLoadBalancerInput,
  DeleteTargetGroupInput,
  DeregisterTargetsInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  DescribeTagsInput,
  DescribeTagsOutput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  Listener as ListenerView,
  LoadBalancer as LoadBalancerView,
  ModifyListenerInput,
  ModifyLoadBalancerAttributesInput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupInput,
  RegisterTargetsInput,
  RemoveTagsInput,
  SetSecurityGroupsInput,
  SetSubnetsInput,
  TargetGroup as TargetGroupView,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { canonicalJson } from "../core/hash.ts";
import { hexDigits } from "../core/random.ts";
import { publicAddress } from "./ec2/addresses.ts";
import { attachedGateway } from "./ec2/internet-gateways.ts";
import { needGroup } from "./ec2/security-groups.ts";
import { freeAddresses, takeAddress } from "./ec2/subnets.ts";
import { awsError, queryError } from "./errors.ts";
import { demandRoom } from "./quotas.ts";
import { isServing } from "./reachability.ts";
import type { Listener, LoadBalancer, Subnet, Target, TargetGroup, Thing } from "./records.ts";
import type { World } from "./world.ts";

/** A load balancer needs this many free addresses in each subnet (elasticloadbalancing, subnet requirements). */
const FREE_ADDRESSES_NEEDED = 8;
const DELETION_PROTECTION = "deletion_protection.enabled";

export const loadBalancingOperations = {
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

  CreateTargetGroup(world: World, input: CreateTargetGroupInput): CreateTargetGroupOutput {
    const name = input.Name ?? "";
    checkName(name);
    const settings = {
      name,
      vpcId: input.VpcId ?? "",
      port: input.Port ?? 0,
      healthPath: input.HealthCheckPath ?? "",
      healthIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
      healthThreshold: input.HealthyThresholdCount ?? 5,
    };
    const existing = [...world.targetGroups.values()].find((group) => group.name === name);
    if (existing !== undefined) {
      const { vpcId, port, healthPath, healthIntervalSeconds, healthThreshold } = existing;
      if (
        canonicalJson({ name, vpcId, port, healthPath, healthIntervalSeconds, healthThreshold }) ===
        canonicalJson(settings)
      ) {
        return { TargetGroups: [groupView(world, existing)] };
      }
      throw queryError(
        "DuplicateTargetGroupName",
        "A target group with the same name exists, but with different settings",
      );
    }
    const vpc = world.vpcs.get(settings.vpcId);
    if (vpc === undefined) throw awsError("ValidationError", `The VPC ID '${settings.vpcId}' is not found`);
    demandRoom(
      world,
      "L-B22855CB",
      world.targetGroups.size,
      "TooManyTargetGroups",
      "The maximum number of target groups has been reached.",
    );
    const arn = `arn:aws:elasticloadbalancing:${world.region}:${world.accountId}:targetgroup/${name}/${hexDigits(world.random, 16)}`;
    const group: TargetGroup = {
      ...world.birth(arn, fromList(input.Tags)),
      ...settings,
      attributes: {
        "preserve_client_ip.enabled": "true",
        "deregistration_delay.timeout_seconds": "300",
        "deregistration_delay.connection_termination.enabled": "false",
      },
      targets: new Map(),
    };
    world.targetGroups.set(arn, group);
    return { TargetGroups: [groupView(world, group)] };
  },

  DescribeTargetGroups(world: World, input: DescribeTargetGroupsInput): DescribeTargetGroupsOutput {
    const all = [...world.targetGroups.values()].filter((group) => world.isVisible(group));
    const found = pick(all, input.Names, input.TargetGroupArns, "TargetGroupNotFound", "target groups");
    return { TargetGroups: found.map((group) => groupView(world, group)) };
  },

  ModifyTargetGroup(world: World, input: ModifyTargetGroupInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    group.healthPath = input.HealthCheckPath ?? group.healthPath;
    group.healthIntervalSeconds = input.HealthCheckIntervalSeconds ?? group.healthIntervalSeconds;
    group.healthThreshold = input.HealthyThresholdCount ?? group.healthThreshold;
    return {};
  },

  DescribeTargetGroupAttributes(
    world: World,
    input: DescribeTargetGroupAttributesInput,
  ): DescribeTargetGroupAttributesOutput {
    return { Attributes: toList(needTargetGroup(world, input.TargetGroupArn).attributes) };
  },

  ModifyTargetGroupAttributes(world: World, input: ModifyTargetGroupAttributesInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    Object.assign(group.attributes, fromList(input.Attributes));
    return { Attributes: toList(group.attributes) };
  },

  DeleteTargetGroup(world: World, input: DeleteTargetGroupInput): object {
    const group = world.targetGroups.get(input.TargetGroupArn ?? "");
    if (group === undefined) return {};
    if ([...world.listeners.values()].some((listener) => listener.targetGroupArn === group.id)) {
      throw queryError("ResourceInUse", `Target group '${group.id}' is currently in use by a listener or a rule`);
    }
    world.targetGroups.delete(group.id);
    return {};
  },

  CreateListener(world: World, input: CreateListenerInput): CreateListenerOutput {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    const group = needTargetGroup(world, input.DefaultActions?.[0]?.TargetGroupArn);
    const existing = [...world.listeners.values()].find(
      (listener) => listener.loadBalancerArn === balancer.id && listener.port === input.Port,
    );
    if (existing !== undefined) {
      if (existing.targetGroupArn === group.id) return { Listeners: [listenerView(existing)] };
      throw queryError("DuplicateListener", "A listener already exists on this port for this load balancer");
    }
    const listener: Listener = {
      ...world.birth(
        `${balancer.id.replace(":loadbalancer/", ":listener/")}/${hexDigits(world.random, 16)}`,
        fromList(input.Tags),
      ),
      loadBalancerArn: balancer.id,
      targetGroupArn: group.id,
      port: input.Port ?? 0,
    };
    world.listeners.set(listener.id, listener);
    return { Listeners: [listenerView(listener)] };
  },

  DescribeListeners(world: World, input: DescribeListenersInput): DescribeListenersOutput {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    const found = [...world.listeners.values()].filter(
      (listener) => listener.loadBalancerArn === balancer.id && world.isVisible(listener),
    );
    return { Listeners: found.map(listenerView) };
  },

  ModifyListener(world: World, input: ModifyListenerInput): object {
    const listener = needListener(world, input.ListenerArn);
    const group = needTargetGroup(world, input.DefaultActions?.[0]?.TargetGroupArn);
    listener.targetGroupArn = group.id;
    return { Listeners: [listenerView(listener)] };
  },

  DeleteListener(world: World, input: DeleteListenerInput): object {
    world.listeners.delete(needListener(world, input.ListenerArn).id);
    return {};
  },

  RegisterTargets(world: World, input: RegisterTargetsInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    const ids = (input.Targets ?? []).map((target) => target.Id ?? "");
    for (const id of ids) {
      const instance = world.instances.get(id);
      // Only running instances can be registered (ELBv2 RegisterTargets).
      if (instance?.state !== "running")
        throw queryError(
          "InvalidTarget",
          `The following targets are not in a running state and cannot be registered: '${id}'`,
        );
      if (instance.vpcId !== group.vpcId)
        throw queryError("InvalidTarget", `The following targets are not in the target group VPC: '${id}'`);
    }
    for (const id of ids) {
      const old = group.targets.get(id);
      if (old !== undefined && old.state !== "draining") continue;
      const target: Target = { instanceId: id, state: "initial", registeredAtMs: world.now(), streak: 0 };
      group.targets.set(id, target);
      resumeTarget(world, group, target);
    }
    return {};
  },

  DeregisterTargets(world: World, input: DeregisterTargetsInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    for (const { Id } of input.Targets ?? []) {
      const target = group.targets.get(Id ?? "");
      if (target === undefined || target.state === "draining") continue;
      target.state = "draining";
      resumeTarget(world, group, target);
    }
    return {};
  },

  DescribeTargetHealth(world: World, input: DescribeTargetHealthInput): DescribeTargetHealthOutput {
    const group = needTargetGroup(world, input.TargetGroupArn);
    const asked = input.Targets?.map((target) => target.Id ?? "");
    const listed = [...group.targets.values()].filter(
      (target) => asked === undefined || asked.includes(target.instanceId),
    );
    const unused = (asked ?? []).filter((id) => !group.targets.has(id));
    return {
      TargetHealthDescriptions: [
        ...listed.map((target) => ({
          Target: { Id: target.instanceId, Port: group.port },
          TargetHealth: { State: inUse(world, group) ? target.state : ("unused" as const) },
        })),
        ...unused.map((Id) => ({
          Target: { Id },
          TargetHealth: { State: "unused" as const, Reason: "Target.NotRegistered" as const },
        })),
      ],
    };
  },

  AddTags(world: World, input: AddTagsInput): object {
    for (const arn of input.ResourceArns ?? []) Object.assign(needAny(world, arn).tags, fromList(input.Tags));
    return {};
  },

  RemoveTags(world: World, input: RemoveTagsInput): object {
    for (const arn of input.ResourceArns ?? []) {
      const { tags } = needAny(world, arn);
      for (const key of input.TagKeys ?? []) delete tags[key];
    }
    return {};
  },

  DescribeTags(world: World, input: DescribeTagsInput): DescribeTagsOutput {
    const arns = input.ResourceArns ?? [];
    if (arns.length > 20) throw awsError("ValidationError", "At most 20 resource ARNs can be described at a time.");
    return {
      TagDescriptions: arns.map((ResourceArn) => ({ ResourceArn, Tags: toList(needAny(world, ResourceArn).tags) })),
    };
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

/** Lets a target be checked from now on, or let go of where it is draining. */
export function resumeTarget(world: World, group: TargetGroup, target: Target): void {
  if (target.state === "draining") {
    const delaySeconds = Number(group.attributes["deregistration_delay.timeout_seconds"]);
    world.after(delaySeconds * 1000, () => {
      if (group.targets.get(target.instanceId) === target && target.state === "draining")
        group.targets.delete(target.instanceId);
    });
    return;
  }
  // Registering takes 70 to 120 s before the first health check (reference/aws.md §1).
  const firstMs = target.state === "initial" ? world.seconds(70, 120) : group.healthIntervalSeconds * 1000;
  nextCheck(world, group.id, target, firstMs);
}

/** For as long as the target stays registered. */
function nextCheck(world: World, groupId: string, target: Target, afterMs: number): void {
  const { instanceId, registeredAtMs } = target;
  world.afterInAny(afterMs, (there) => {
    const group = there.targetGroups.get(groupId);
    const now = group?.targets.get(instanceId);
    if (group !== undefined && now?.registeredAtMs === registeredAtMs && now.state !== "draining")
      checkHealth(there, group, now);
  });
}

/** One health check, and the next one after the group's interval. */
function checkHealth(world: World, group: TargetGroup, target: Target): void {
  const instance = world.instances.get(target.instanceId);
  if (instance === undefined || instance.state === "terminated") {
    group.targets.delete(target.instanceId); // a terminated instance is deregistered by itself
    return;
  }
  const passes = isServing(world, group, instance);
  const turns = target.state === "healthy" ? !passes : passes;
  target.streak = turns ? target.streak + 1 : 0;
  // The first check decides at once; later ones need the threshold in a row (NLB user guide, target-group-health-checks).
  const needed = target.state === "initial" ? 1 : group.healthThreshold;
  if (target.state === "initial" && !passes) {
    target.state = "unhealthy";
    target.streak = 0;
  } else if (target.streak >= needed) {
    target.state = target.state === "healthy" ? "unhealthy" : "healthy";
    target.streak = 0;
  }
  nextCheck(world, group.id, target, group.healthIntervalSeconds * 1000);
}

function inUse(world: World, group: TargetGroup): boolean {
  return [...world.listeners.values()].some((listener) => listener.targetGroupArn === group.id);
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

function checkName(name: string): void {
  if (name.length > 32 || !/^[A-Za-z0-9-]+$/.test(name) || /^-|-$|^internal-/.test(name)) {
    throw awsError(
      "ValidationError",
      `The name '${name}' is not valid: at most 32 alphanumeric characters or hyphens, not beginning or ending with a hyphen, not beginning with 'internal-'`,
    );
  }
}

function pick<T extends { id: string; name: string }>(
  all: readonly T[],
  names: readonly string[] | undefined,
  arns: readonly string[] | undefined,
  code: string,
  what: string,
): T[] {
  if (names !== undefined) {
    const found = all.filter((one) => names.includes(one.name));
    if (found.length < names.length) throw queryError(code, `One or more ${what} not found`);
    return found;
  }
  if (arns !== undefined) {
    const found = all.filter((one) => arns.includes(one.id));
    if (found.length < arns.length) throw queryError(code, `One or more ${what} not found`);
    return found;
  }
  return [...all];
}

function needBalancer(world: World, arn: string | undefined): LoadBalancer {
  return needArn(world, world.loadBalancers, arn, "LoadBalancerNotFound");
}

function needTargetGroup(world: World, arn: string | undefined): TargetGroup {
  return needArn(world, world.targetGroups, arn, "TargetGroupNotFound");
}

function needListener(world: World, arn: string | undefined): Listener {
  return needArn(world, world.listeners, arn, "ListenerNotFound");
}

function needArn<T extends Thing>(
  world: World,
  things: ReadonlyMap<string, T>,
  arn: string | undefined,
  code: string,
): T {
  const thing = things.get(arn ?? "");
  if (thing === undefined || !world.isVisible(thing)) throw queryError(code, `'${arn}' not found`);
  return thing;
}

function needAny(world: World, arn: string): Thing {
  if (arn.includes(":targetgroup/")) return needTargetGroup(world, arn);
  return arn.includes(":listener/") ? needListener(world, arn) : needBalancer(world, arn);
}

function needSubnet(world: World, id: string): Subnet {
  const subnet = world.subnets.get(id);
  if (subnet === undefined) throw queryError("SubnetNotFound", `The subnet ID '${id}' does not exist`);
  return subnet;
}

function fromList(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

function toList(values: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
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

function groupView(world: World, group: TargetGroup): TargetGroupView {
  return {
    TargetGroupArn: group.id,
    TargetGroupName: group.name,
    Protocol: "TCP",
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: "instance",
    HealthCheckProtocol: "HTTPS",
    HealthCheckPath: group.healthPath,
    HealthCheckIntervalSeconds: group.healthIntervalSeconds,
    HealthyThresholdCount: group.healthThreshold,
    UnhealthyThresholdCount: group.healthThreshold,
    LoadBalancerArns: [
      ...new Set(
        [...world.listeners.values()].filter((l) => l.targetGroupArn === group.id).map((l) => l.loadBalancerArn),
      ),
    ],
  };
}

function listenerView(listener: Listener): ListenerView {
  return {
    ListenerArn: listener.id,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: "TCP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: listener.targetGroupArn }],
  };
}
