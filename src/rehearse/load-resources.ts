import { CROSS_ZONE, DELETION_PROTECTION } from "../resources/load-balancer/calls.ts";
import type { Kind, Live, Tags } from "../resources/resource.ts";
import { ROLE_POLICY } from "../resources/role/shape.ts";
import { TAG } from "../resources/tags.ts";
import { ATTRIBUTE } from "../resources/target-group/calls.ts";
import { resumeEndpoint } from "../twin/ec2/endpoints.ts";
import { resumeNatGateway } from "../twin/ec2/nat-gateways.ts";
import { placeLoadBalancer } from "../twin/elb/load-balancers.ts";
import type { PermissionRule, Subnet, Thing, Vpc } from "../twin/records.ts";
import type { World } from "../twin/world.ts";

type Load<K extends Kind> = (world: World, live: Live<K>) => void;
type Loads = { readonly [K in Kind]?: Load<K> };

/** Something that has been there for long, and that every call knows. */
export function thing(id: string, tags: Tags = {}, createdAtMs = 0): Thing {
  return { id, tags: { ...tags }, createdAtMs, visibleAtMs: 0 };
}

/** What nodes stand on, each kind after those that it points at. */
export function loadBefore(world: World, resources: readonly Live[]): void {
  load(world, resources, BEFORE);
}

/** What takes addresses of its own, and what stands behind it. */
export function loadBehind(world: World, resources: readonly Live[]): void {
  load(world, resources, BEHIND);
}

function load(world: World, resources: readonly Live[], loads: Loads): void {
  for (const [kind, one] of Object.entries(loads)) {
    // Each is asked only about its own kind.
    for (const live of resources) if (live.kind === kind) (one as Load<Kind>)(world, live);
  }
}

/** A second or two, as for new ones (twin/ec2/vpcs.ts, subnets.ts). */
function settle(world: World, made: Vpc | Subnet): void {
  world.after(world.seconds(0.5, 2), () => {
    made.state = "available";
  });
}

const BEFORE: Loads = {
  vpc(world, { awsId, spec, tags, status }) {
    const state = status === "settling" ? "pending" : "available";
    const vpc: Vpc = { ...thing(awsId, tags), ...spec, secondaryCidrs: [], state };
    world.vpcs.set(awsId, vpc);
    settle(world, vpc);
  },
  subnet(world, { awsId, spec: { vpc, zone, cidr }, tags, status }) {
    const state = status === "settling" ? "pending" : "available";
    const subnet: Subnet = { ...thing(awsId, tags), vpcId: vpc, zone, cidr, state };
    world.subnets.set(awsId, subnet);
    settle(world, subnet);
  },
  "internet-gateway"(world, { awsId, spec, tags }) {
    world.internetGateways.set(awsId, { ...thing(awsId, tags), vpcId: spec.vpc === "" ? undefined : spec.vpc });
  },
  "elastic-ip"(world, { awsId, tags, attributes }) {
    world.addresses.set(awsId, { ...thing(awsId, tags), publicIp: attributes.publicIp ?? "", holder: undefined });
  },
  "route-table"(world, { awsId, spec, tags, attributes }) {
    const { association } = attributes;
    const associations = association === undefined ? [] : [{ id: association, subnetId: spec.subnet }];
    const table = { ...thing(awsId, tags), vpcId: spec.vpc, main: false, associations, routes: new Map() };
    world.routeTables.set(awsId, table);
  },
  route(world, { spec: { table, destination, target } }) {
    // One that leads nowhere does so until it is replaced.
    world.routeTables.get(table)?.routes.set(destination, target === "" ? "nat-gone" : target);
  },
  "security-group"(world, { awsId, spec: { vpc, name, description }, tags }) {
    world.securityGroups.set(awsId, {
      ...thing(awsId, tags),
      vpcId: vpc,
      name,
      description,
      ingress: [],
      egress: [],
    });
  },
  "security-group-rules"(world, { spec: { group, ingress, egress } }) {
    const described = ({ note, ...rule }: (typeof ingress)[number]): PermissionRule => ({ ...rule, description: note });
    Object.assign(world.securityGroups.get(group) ?? {}, {
      ingress: ingress.map(described),
      egress: egress.map(described),
    });
  },
  pki(world, { awsId, tags, attributes }) {
    const parameter = { value: "", type: "SecureString", keyId: "alias/aws/ssm", version: 1, writtenBy: "" } as const;
    world.parameters.set(awsId, { ...thing(awsId, tags), ...parameter });
    world.unread.caHashes.set(tags[TAG.cluster] ?? "", attributes.caHash ?? "");
  },
  role(world, { spec: { name, trust, policy, boundary }, tags }) {
    const policies = new Map(policy === "" ? [] : [[ROLE_POLICY, policy]]);
    world.roles.set(name, { ...thing(name, tags), trust, policies, boundary: boundary === "" ? undefined : boundary });
  },
  "instance-profile"(world, { spec: { name, role }, tags }) {
    const roles = role === "" ? [] : [nameIn(role)];
    world.profiles.set(name, { ...thing(name, tags), roles, knownToEc2AtMs: 0 });
  },
};

const NAT_STATE = { settled: "available", settling: "pending", failed: "failed", leaving: "deleting" } as const;
const ENDPOINT_STATE = { settled: "available", settling: "pending", failed: "deleted", leaving: "deleting" } as const;

const BEHIND: Loads = {
  "nat-gateway"(world, { awsId, spec: { subnet, address }, tags, status, createdAtMs }) {
    const gateway = {
      ...thing(awsId, tags, createdAtMs),
      vpcId: world.subnets.get(subnet)?.vpcId ?? "",
      subnetId: subnet,
      allocationId: address,
      state: NAT_STATE[status],
      interfaceId: undefined,
    };
    world.natGateways.set(awsId, gateway);
    const held = world.addresses.get(address);
    if (held !== undefined && status !== "failed") held.holder = awsId;
    resumeNatGateway(world, gateway);
  },
  "vpc-endpoint"(world, { awsId, spec: { vpc, service, routeTables }, tags, status }) {
    const place = { vpcId: vpc, service, routeTableIds: [...routeTables] };
    const endpoint = { ...thing(awsId, tags), ...place, state: ENDPOINT_STATE[status] };
    world.endpoints.set(awsId, endpoint);
    resumeEndpoint(world, endpoint);
  },
  "load-balancer"(world, { awsId, spec, tags, status, attributes, createdAtMs }) {
    const balancer = {
      ...thing(awsId, tags, createdAtMs),
      name: spec.name,
      dnsName: attributes.dnsName ?? "",
      scheme: spec.scheme,
      vpcId: world.subnets.get(spec.subnets[0] ?? "")?.vpcId ?? "",
      subnetIds: [...spec.subnets],
      groups: [...spec.securityGroups],
      state: status === "settled" ? ("active" as const) : ("provisioning" as const),
      attributes: { [CROSS_ZONE]: String(spec.crossZone), [DELETION_PROTECTION]: String(spec.deletionProtection) },
    };
    world.loadBalancers.set(awsId, balancer);
    placeLoadBalancer(world, balancer);
  },
  "target-group"(world, { awsId, spec, tags }) {
    const { name, vpc, port, healthPath, healthIntervalSeconds, healthThreshold } = spec;
    world.targetGroups.set(awsId, {
      ...thing(awsId, tags),
      name,
      vpcId: vpc,
      port,
      healthPath,
      healthIntervalSeconds,
      healthThreshold,
      attributes: Object.fromEntries(
        (Object.keys(ATTRIBUTE) as (keyof typeof ATTRIBUTE)[]).map((key) => [ATTRIBUTE[key], String(spec[key])]),
      ),
      targets: new Map(),
    });
  },
  listener(world, { awsId, spec: { loadBalancer, targetGroup, port }, tags }) {
    const listener = { ...thing(awsId, tags), loadBalancerArn: loadBalancer, targetGroupArn: targetGroup, port };
    world.listeners.set(awsId, listener);
  },
};

/** What an ARN ends in. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
