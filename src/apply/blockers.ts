import { DescribeNetworkInterfacesCommand, type Filter, type NetworkInterface } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { isAwsError } from "../aws/errors.ts";
import type { Live } from "../resources/resource.ts";

/** By which filter the network interfaces are found that can hold a thing back. */
const HELD_BY: Readonly<Partial<Record<Live["kind"], string>>> = {
  vpc: "vpc-id",
  subnet: "subnet-id",
  "security-group": "group-id",
};

/**
 * An error for people when AWS will not delete something because others use it: EC2 does not say who. The network
 * interfaces in the way tell, by their description and their owner.
 */
export async function explainBlocked(aws: Aws, live: Live, error: unknown): Promise<unknown> {
  const filter = HELD_BY[live.kind];
  if (filter === undefined || !isAwsError(error, "DependencyViolation", "InvalidGroup.InUse")) return error;
  const Filters: Filter[] = [{ Name: filter, Values: [live.awsId] }];
  const answer = await aws.ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  const interfaces = answer.NetworkInterfaces ?? [];
  if (interfaces.length === 0) return error;
  const list = interfaces.map(describe).join("; ");
  return new Error(
    `${live.awsId} can't be deleted while it is in use by ${list}. Remove ${interfaces.length === 1 ? "it" : "them"} and run this again`,
    { cause: error },
  );
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
