import { awsError, queryError } from "../errors.ts";
import type { Listener, LoadBalancer, TargetGroup, Thing } from "../records.ts";
import type { World } from "../world.ts";

/** Names of load balancers and target groups (ELBv2 CreateLoadBalancer and CreateTargetGroup, "Name"); others are a ValidationError. */
export function checkName(name: string): void {
  if (name.length > 32 || !/^[A-Za-z0-9-]+$/.test(name) || /^-|-$|^internal-/.test(name)) {
    throw awsError(
      "ValidationError",
      `The name '${name}' is not valid: at most 32 alphanumeric characters or hyphens, not beginning or ending with a hyphen, not beginning with 'internal-'`,
    );
  }
}

/** What a Describe call asks for, by names or by ARNs; neither: all. One that is not there is an error of the whole call. */
export function pick<T extends { id: string; name: string }>(
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

/** The thing of that ARN, as far as it is known yet; otherwise ELBv2's NotFound. */
export function needBalancer(world: World, arn: string | undefined): LoadBalancer {
  return needArn(world, world.loadBalancers, arn, "LoadBalancerNotFound");
}

export function needTargetGroup(world: World, arn: string | undefined): TargetGroup {
  return needArn(world, world.targetGroups, arn, "TargetGroupNotFound");
}

export function needListener(world: World, arn: string | undefined): Listener {
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

/** Whatever has tags, by its ARN. */
export function needAny(world: World, arn: string): Thing {
  if (arn.includes(":targetgroup/")) return needTargetGroup(world, arn);
  return arn.includes(":listener/") ? needListener(world, arn) : needBalancer(world, arn);
}

/** Tags and attributes come as lists of keys and values. */
export function fromList(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

export function toList(values: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
}
