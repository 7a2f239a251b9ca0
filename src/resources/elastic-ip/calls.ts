import { AllocateAddressCommand, DescribeAddressesCommand, ReleaseAddressCommand } from "@aws-sdk/client-ec2";
import { unless } from "../calls.ts";
import type { Calls, Find } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

export const findElasticIps: Find = async (aws, cluster) => {
  // DescribeAddresses has no pages.
  const answer = await aws.ec2.send(new DescribeAddressesCommand({ Filters: [clusterFilter(cluster)] }));
  return (answer.Addresses ?? []).map((address) => {
    const awsId = address.AllocationId ?? "";
    const tags = fromTagList(address.Tags);
    return {
      kind: "elastic-ip",
      id: idFromTags("elastic-ip", tags, awsId),
      awsId,
      spec: {},
      tags,
      status: "settled",
      attributes: attributesOf(address),
      uses: [],
    };
  });
};

function attributesOf(address: { PublicIp?: string | undefined }): { publicIp: string; cidr: string } {
  const publicIp = address.PublicIp ?? "";
  return { publicIp, cidr: `${publicIp}/32` };
}

export const elasticIpCalls: Calls<"elastic-ip"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: tagSpecification("elastic-ip", wanted.tags) }),
    );
    return { awsId: made.AllocationId ?? "", attributes: attributesOf(made) };
  },
  async remove(aws, live) {
    await unless(
      ["InvalidAllocationID.NotFound"],
      aws.ec2.send(new ReleaseAddressCommand({ AllocationId: live.awsId })),
    );
  },
  async status(aws, awsIds) {
    const answer = await aws.ec2.send(
      new DescribeAddressesCommand({ Filters: [{ Name: "allocation-id", Values: [...awsIds] }] }),
    );
    return new Map(
      (answer.Addresses ?? []).map((address) => [address.AllocationId ?? "", { status: "settled" as const }]),
    );
  },
};
