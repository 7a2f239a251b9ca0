import type { SecurityGroup } from "../records.ts";
import type { World } from "../world.ts";

/** Makes a group, asked for by a call or by a new VPC. */
export function createSecurityGroup(
  world: World,
  vpcId: string,
  name: string,
  description: string,
  tags: Record<string, string>,
): SecurityGroup {
  const group: SecurityGroup = {
    ...world.birth(world.id("sg"), tags),
    vpcId,
    name,
    description,
    ingress: [],
    // Every new group lets everything out.
    egress: [{ protocol: "-1", fromPort: -1, toPort: -1, peer: "0.0.0.0/0", description: "" }],
  };
  world.securityGroups.set(group.id, group);
  return group;
}
