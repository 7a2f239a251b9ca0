import type { Thing } from "../records.ts";
import type { World } from "../world.ts";

/** Values of a call's input, whatever its command. */
export type Input = Readonly<Record<string, unknown>>;

export function text(input: Input, field: string): string | undefined {
  const value = input[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function texts(input: Input, field: string): string[] {
  const value = input[field];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

export function records(input: Input, field: string): Input[] {
  const value = input[field];
  return Array.isArray(value) ? (value as Input[]) : [];
}

export type Tags = Readonly<Record<string, string>>;

/** Tags of a call, as most services take them. */
export function tagsIn(input: Input, field = "Tags"): Tags {
  return Object.fromEntries(records(input, field).map((tag) => [text(tag, "Key") ?? "", text(tag, "Value") ?? ""]));
}

/** The condition keys that tell a thing's tags. */
export function resourceTags(tags: Tags, ...prefixes: readonly string[]): Record<string, string> {
  const keys = ["aws", ...prefixes];
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => keys.map((prefix) => [`${prefix}:ResourceTag/${key}`, value])),
  );
}

/** The condition keys that tell the tags of a call. */
export function requestTags(tags: Tags): Record<string, string | string[]> {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": keys,
  };
}

/** EC2's word for a kind of thing in an ARN, by the beginning of its ids. */
const EC2_KINDS: Readonly<Record<string, { kind: string; store: (world: World) => ReadonlyMap<string, Thing> }>> = {
  vpc: { kind: "vpc", store: (world) => world.vpcs },
  subnet: { kind: "subnet", store: (world) => world.subnets },
  igw: { kind: "internet-gateway", store: (world) => world.internetGateways },
  eipalloc: { kind: "elastic-ip", store: (world) => world.addresses },
  nat: { kind: "natgateway", store: (world) => world.natGateways },
  rtb: { kind: "route-table", store: (world) => world.routeTables },
  vpce: { kind: "vpc-endpoint", store: (world) => world.endpoints },
  sg: { kind: "security-group", store: (world) => world.securityGroups },
  eni: { kind: "network-interface", store: (world) => world.interfaces },
  i: { kind: "instance", store: (world) => world.instances },
  vol: { kind: "volume", store: (world) => world.volumes },
};

/** A thing of EC2 by its id; undefined where there is none. */
export function ec2Thing(world: World, id: string): { arn: string; tags: Tags } | undefined {
  const kind = EC2_KINDS[id.slice(0, id.lastIndexOf("-"))];
  const thing = kind?.store(world).get(id);
  if (kind === undefined || thing === undefined) return undefined;
  return { arn: ec2Arn(world, kind.kind, id), tags: thing.tags };
}

export function ec2Arn(world: World, kind: string, id: string): string {
  return `arn:aws:ec2:${world.region}:${kind === "image" ? "" : world.accountId}:${kind}/${id}`;
}
