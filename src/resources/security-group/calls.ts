import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Live, Tags } from "../resource.ts";
import { cloudProviderKey, clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";
import { type Rule, ruleKey } from "./shape.ts";

/** The groups that a group's rules name: AWS deletes none of them before those rules are gone. */
export function groupsNamedBy({ IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup): string[] {
  const rules = [...IpPermissions, ...IpPermissionsEgress];
  return rules.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map(({ GroupId = "" }) => GroupId));
}

/** Groups, and the rules of each: AWS tells both in one answer. */
export const findSecurityGroups: Find = async (aws, cluster) => {
  const groups = await allPages<SecurityGroup>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [clusterFilter(cluster)], ...pageToken(token) }),
    );
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  const own = new Set(groups.map(({ GroupId }) => GroupId));
  const key = cloudProviderKey(cluster);
  return groups.flatMap((group) => [
    liveGroup(group),
    liveRules(group, (rule, tags) => key in tags && isForServices(rule, own)),
  ]);
};

function liveGroup(group: SecurityGroup): Live<"security-group"> {
  const awsId = group.GroupId ?? "";
  const tags = fromTagList(group.Tags);
  return {
    kind: "security-group",
    id: idFromTags("security-group", tags, awsId),
    awsId,
    spec: { vpc: group.VpcId ?? "", name: group.GroupName ?? "", description: group.Description ?? "" },
    tags,
    status: "settled",
    attributes: {},
    uses: [group.VpcId ?? ""],
  };
}

function liveRules(
  group: SecurityGroup,
  isLeftAlone: (rule: Rule<string>, tags: Tags) => boolean,
): Live<"security-group-rules"> {
  const { id, awsId, tags } = liveGroup(group);
  const ingress = rulesOf(group.IpPermissions).filter((rule) => !isLeftAlone(rule, tags));
  const egress = rulesOf(group.IpPermissionsEgress);
  const peers = [...ingress, ...egress].map((rule) => rule.peer).filter((peer) => peer.startsWith("sg-"));
  return {
    kind: "security-group-rules",
    id: id.replace(/^security-group\//, "security-group-rules/"),
    awsId,
    spec: { group: awsId, ingress, egress },
    tags,
    status: "settled",
    attributes: {},
    // A group that a rule of another group names can't be deleted (DependencyViolation).
    uses: [...new Set([awsId, ...peers])],
  };
}

/** How the controllers that make load balancers in a cluster mark their rules in its nodes' group. */
const CONTROLLERS_NOTES = [
  "kubernetes.io/rule/nlb/", // cloud-provider-aws, pkg/providers/v1/aws.go: NLBClientRuleDescription and the like
  "elbv2.k8s.aws/", // aws-load-balancer-controller, pkg/networking: labels of a target group binding's rules
];

/**
 * Whether a rule of a group with the cloud provider's tag is what lets a Service's load balancer reach the nodes. The
 * controllers put these there, and look after them: taken out as drift, they would cut the Service off. The rule for a classic
 * load balancer has no note; it admits everything from a group that is not the cluster's own
 * (github.com/kubernetes/cloud-provider-aws/pull/1458).
 */
function isForServices({ note, protocol, peer }: Rule<string>, own: ReadonlySet<string | undefined>): boolean {
  if (CONTROLLERS_NOTES.some((prefix) => note.startsWith(prefix))) return true;
  return protocol === "-1" && peer.startsWith("sg-") && !own.has(peer);
}

/** EC2 folds rules of one protocol and port range into one permission with many peers. */
function rulesOf(permissions: readonly IpPermission[] | undefined): Rule<string>[] {
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
        note: range.Description ?? "",
      })),
      ...(permission.Ipv6Ranges ?? []).map((range) => ({
        ...base,
        peer: range.CidrIpv6 ?? "",
        note: range.Description ?? "",
      })),
      ...(permission.PrefixListIds ?? []).map((list) => ({
        ...base,
        peer: list.PrefixListId ?? "",
        note: list.Description ?? "",
      })),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
        ...base,
        peer: pair.GroupId ?? "",
        note: pair.Description ?? "",
      })),
    ];
  });
}

function permissionOf(rule: Rule<string>): IpPermission {
  const description = rule.note === "" ? {} : { Description: rule.note };
  return {
    IpProtocol: rule.protocol,
    ...(rule.fromPort < 0 ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }),
    ...peerOf(rule.peer, description),
  };
}

function peerOf(peer: string, description: { Description?: string }): Partial<IpPermission> {
  if (peer.startsWith("sg-")) return { UserIdGroupPairs: [{ GroupId: peer, ...description }] };
  if (peer.startsWith("pl-")) return { PrefixListIds: [{ PrefixListId: peer, ...description }] };
  if (peer.includes(":")) return { Ipv6Ranges: [{ CidrIpv6: peer, ...description }] };
  return { IpRanges: [{ CidrIp: peer, ...description }] };
}

export const securityGroupCalls: Calls<"security-group"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateSecurityGroupCommand({
        VpcId: wanted.spec.vpc,
        GroupName: wanted.spec.name,
        Description: wanted.spec.description,
        TagSpecifications: tagSpecification("security-group", wanted.tags),
      }),
    );
    return { awsId: made.GroupId ?? "" };
  },
  async remove(aws, live) {
    await unless(["InvalidGroup.NotFound"], aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: live.awsId })));
  },
};

/** What EC2 gives every new group: everything may leave. */
const EVERYTHING_OUT: Rule<string> = { protocol: "-1", fromPort: -1, toPort: -1, peer: "0.0.0.0/0", note: "" };

export const securityGroupRulesCalls: Calls<"security-group-rules"> = {
  async create(aws, wanted) {
    await change(aws, wanted.spec.group, { ingress: [], egress: [EVERYTHING_OUT] }, wanted.spec);
    return { awsId: wanted.spec.group };
  },
  update: (aws, live, wanted) => change(aws, live.awsId, live.spec, wanted.spec),
  async remove(aws, live) {
    // Egress rules that name no group hold nothing back, and go with their group.
    const keep = live.spec.egress.filter((rule) => !rule.peer.startsWith("sg-"));
    await unless(["InvalidGroup.NotFound"], change(aws, live.awsId, live.spec, { ingress: [], egress: keep }));
  },
};

type Rules = Pick<Live<"security-group-rules">["spec"], "ingress" | "egress">;

/** New rules first, so that nothing that stays allowed is cut off in between. */
async function change(aws: Aws, GroupId: string, old: Rules, next: Rules): Promise<void> {
  const [addIn, addOut] = [missing(next.ingress, old.ingress), missing(next.egress, old.egress)];
  const [dropIn, dropOut] = [missing(old.ingress, next.ingress), missing(old.egress, next.egress)];
  if (addIn.length > 0) {
    await authorize(
      (IpPermissions) => aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })),
      addIn,
    );
  }
  if (addOut.length > 0) {
    await authorize(
      (IpPermissions) => aws.ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions })),
      addOut,
    );
  }
  if (dropIn.length > 0) {
    await unless(
      ["InvalidPermission.NotFound"],
      aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: dropIn.map(permissionOf) })),
    );
  }
  if (dropOut.length > 0) {
    await unless(
      ["InvalidPermission.NotFound"],
      aws.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: dropOut.map(permissionOf) })),
    );
  }
}

/** All rules in one call. It is refused whole when one of them is there already (after a lost answer): then one by one. */
async function authorize(
  send: (permissions: IpPermission[]) => Promise<unknown>,
  rules: readonly Rule<string>[],
): Promise<void> {
  const permissions = rules.map(permissionOf);
  const done = await unless(
    ["InvalidPermission.Duplicate"],
    send(permissions).then(() => true),
  );
  if (done) return;
  for (const permission of permissions) await unless(["InvalidPermission.Duplicate"], send([permission]));
}

function missing(from: readonly Rule<string>[], among: readonly Rule<string>[]): Rule<string>[] {
  const keys = new Set(among.map(ruleKey));
  return from.filter((rule) => !keys.has(ruleKey(rule)));
}
