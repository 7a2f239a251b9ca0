import type { NetworkInterface } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { isAwsError } from "../aws/errors.ts";
import type { Live } from "../resources/resource.ts";
import { groupsNamedBy } from "../resources/security-group/calls.ts";
import { holdersOf } from "../survey/others/network.ts";
import { by } from "../survey/others/other.ts";
import { groupsIn } from "../survey/others/others.ts";
import { interfacesOf } from "../survey/others/users.ts";

/** By which filter the network interfaces are found that can hold a thing back. */
const HELD_BY: Readonly<Partial<Record<Live["kind"], string>>> = {
  vpc: "vpc-id",
  subnet: "subnet-id",
  "security-group": "group-id",
};

/**
 * An error for people when AWS will not delete something because others use it: EC2 does not say who. The network
 * interfaces in the way tell, by their description and their owner; so do groups that name a group in their rules, and what
 * keeps a VPC without an interface.
 */
export async function explainBlocked(aws: Aws, live: Live, error: unknown): Promise<unknown> {
  if (live.kind === "role" && isAwsError(error, "DeleteConflict*"))
    return new Error(conflictText(live), { cause: error });
  const filter = HELD_BY[live.kind];
  if (filter === undefined || !isAwsError(error, "DependencyViolation", "InvalidGroup.InUse")) return error;
  const users = (await interfacesOf(aws, by(filter, [live.awsId]))).map(describe);
  if (users.length === 0 && live.kind === "security-group") users.push(...(await groupsNaming(aws, live)));
  if (users.length === 0 && live.kind === "vpc") users.push(...(await holding(aws, live)));
  if (users.length === 0) return error;
  return new Error(
    `${live.awsId} can't be deleted while it is in use by ${users.join("; ")}. Remove ${users.length === 1 ? "it" : "them"} and run this again`,
    { cause: error },
  );
}

/** IAM deletes no role that has a policy; whose they are is for people to look at, and not a right that a run needs. */
function conflictText({ spec: { name } }: Live<"role">): string {
  return `the role ${name} can't be deleted while it has policies that are not Slipway's, or is in an instance profile that is not. Look at them (aws iam list-attached-role-policies --role-name ${name}, list-role-policies and list-instance-profiles-for-role), take them from it and run this again`;
}

/** Other groups of the network with a rule that names this one. */
async function groupsNaming(aws: Aws, { awsId, spec }: Live<"security-group">): Promise<string[]> {
  const naming = (await groupsIn(aws, [spec.vpc])).filter(
    (group) => group.GroupId !== awsId && groupsNamedBy(group).includes(awsId),
  );
  return naming.map(({ GroupId, GroupName }) => `a rule of ${GroupId} (${GroupName})`);
}

/** What has no interface, and keeps a VPC. */
async function holding(aws: Aws, { awsId: vpc }: Live<"vpc">): Promise<string[]> {
  const holders = await holdersOf(aws, new Set([vpc]), new Set());
  return holders.map(({ kind, awsId, about }) => `the ${kind} ${awsId}${about === "" ? "" : ` (${about})`}`);
}

function describe(nic: NetworkInterface): string {
  const owner =
    nic.Attachment?.InstanceId ??
    nic.Attachment?.InstanceOwnerId ??
    nic.RequesterId ??
    nic.OwnerId ??
    "an unknown owner";
  return `${nic.NetworkInterfaceId} (${nic.Description || nic.InterfaceType || "no description"}, of ${owner})`;
}
