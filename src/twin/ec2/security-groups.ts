import type {
  AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  SecurityGroup as SecurityGroupView,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { PermissionRule, SecurityGroup } from "../records.ts";
import type { World } from "../world.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { createSecurityGroup } from "./new-group.ts";
import { needVpc } from "./vpcs.ts";

type RuleRequest = Pick<AuthorizeSecurityGroupIngressRequest, "GroupId" | "IpPermissions">;

export const securityGroupOperations = {
  CreateSecurityGroup(world: World, input: CreateSecurityGroupRequest): CreateSecurityGroupResult {
    const vpc = needVpc(world, input.VpcId);
    const name = input.GroupName ?? "";
    if ([...world.securityGroups.values()].some((group) => group.vpcId === vpc.id && group.name === name)) {
      throw awsError("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpc.id}'`);
    }
    // A VPC's default group is one of them.
    demandRoom(
      world,
      "L-E79EC296",
      world.securityGroups.size,
      "SecurityGroupLimitExceeded",
      "The maximum number of security groups has been reached.",
    );
    const tags = tagsFor(input.TagSpecifications, "security-group");
    return { GroupId: createSecurityGroup(world, vpc.id, name, input.Description ?? "", tags).id };
  },

  AuthorizeSecurityGroupIngress: (world: World, input: RuleRequest) => authorize(world, input, "ingress"),
  AuthorizeSecurityGroupEgress: (world: World, input: RuleRequest) => authorize(world, input, "egress"),
  RevokeSecurityGroupIngress: (world: World, input: RuleRequest) => revoke(world, input, "ingress"),
  RevokeSecurityGroupEgress: (world: World, input: RuleRequest) => revoke(world, input, "egress"),

  DeleteSecurityGroup(world: World, input: DeleteSecurityGroupRequest): object {
    const group = needGroup(world, input.GroupId);
    if (group.name === "default")
      throw awsError("CannotDelete", `the specified group: "${group.id}" name: "default" cannot be deleted by a user`);
    const attached = [...world.interfaces.values()].some((nic) => nic.groups.includes(group.id));
    const named = [...world.securityGroups.values()].some(
      (other) => other !== group && [...other.ingress, ...other.egress].some((rule) => rule.peer === group.id),
    );
    if (attached || named) throw awsError("DependencyViolation", `resource ${group.id} has a dependent object`);
    world.securityGroups.delete(group.id);
    return {};
  },

  DescribeSecurityGroups(world: World, input: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
    const found = matching(world, world.securityGroups.values(), input.Filters, (group, name) => {
      if (name === "group-id") return [group.id];
      if (name === "group-name") return [group.name];
      return name === "vpc-id" ? [group.vpcId] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { SecurityGroups: items.map((group) => view(world, group)), ...rest };
  },
};

export function needGroup(world: World, id: string | undefined): SecurityGroup {
  return need(world, world.securityGroups, id, "InvalidGroup.NotFound", "security group");
}

function authorize(world: World, input: RuleRequest, direction: "ingress" | "egress"): object {
  const group = needGroup(world, input.GroupId);
  const rules = rulesOf(input.IpPermissions);
  // All or nothing: one rule that is there already refuses the call.
  for (const rule of rules) {
    if (rule.peer.startsWith("sg-")) needGroup(world, rule.peer);
    if (group[direction].some((old) => same(old, rule))) {
      throw awsError(
        "InvalidPermission.Duplicate",
        `the specified rule "peer: ${rule.peer}, ${rule.protocol}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW" already exists`,
      );
    }
  }
  // In each direction.
  demandRoom(
    world,
    "L-0EA8095F",
    group[direction].length,
    "RulesPerSecurityGroupLimitExceeded",
    "The maximum number of rules per security group has been reached.",
    rules.length,
  );
  group[direction].push(...rules);
  return { Return: true };
}

function revoke(world: World, input: RuleRequest, direction: "ingress" | "egress"): object {
  const group = needGroup(world, input.GroupId);
  const rules = rulesOf(input.IpPermissions);
  if (rules.some((rule) => !group[direction].some((old) => same(old, rule)))) {
    throw awsError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
  }
  group[direction] = group[direction].filter((old) => !rules.some((rule) => same(old, rule)));
  return { Return: true };
}

function same(a: PermissionRule, b: PermissionRule): boolean {
  return a.protocol === b.protocol && a.fromPort === b.fromPort && a.toPort === b.toPort && a.peer === b.peer;
}

function rulesOf(permissions: readonly IpPermission[] | undefined): PermissionRule[] {
  return (permissions ?? []).flatMap((permission) => {
    const base = {
      protocol: permission.IpProtocol ?? "-1",
      fromPort: permission.FromPort ?? -1,
      toPort: permission.ToPort ?? -1,
    };
    return [
      ...(permission.IpRanges ?? []).map((range) => ({
        ...base,
        peer: range.CidrIp ?? "",
        description: range.Description ?? "",
      })),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
        ...base,
        peer: pair.GroupId ?? "",
        description: pair.Description ?? "",
      })),
    ];
  });
}

/** EC2 gives rules back folded by protocol and ports. */
function fold(world: World, rules: readonly PermissionRule[]): IpPermission[] {
  const folded = new Map<string, PermissionRule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    folded.set(key, [...(folded.get(key) ?? []), rule]);
  }
  return [...folded.values()].map((group) => {
    const { protocol, fromPort, toPort } = group[0] as PermissionRule;
    const described = (rule: PermissionRule) => (rule.description === "" ? {} : { Description: rule.description });
    return {
      IpProtocol: protocol,
      ...(protocol === "-1" ? {} : { FromPort: fromPort, ToPort: toPort }),
      IpRanges: group
        .filter((rule) => !rule.peer.startsWith("sg-"))
        .map((rule) => ({ CidrIp: rule.peer, ...described(rule) })),
      UserIdGroupPairs: group
        .filter((rule) => rule.peer.startsWith("sg-"))
        .map((rule) => ({ GroupId: rule.peer, UserId: world.accountId, ...described(rule) })),
      Ipv6Ranges: [],
      PrefixListIds: [],
    };
  });
}

function view(world: World, group: SecurityGroup): SecurityGroupView {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: world.accountId,
    IpPermissions: fold(world, group.ingress),
    IpPermissionsEgress: fold(world, group.egress),
    Tags: tagList(group),
  };
}
