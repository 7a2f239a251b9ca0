import { CreateSubnetCommand, DeleteSubnetCommand, DescribeSubnetsCommand, type Subnet } from "@aws-sdk/client-ec2";
import { allPages, pageToken } from "../../aws/paging.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Status } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

export const findSubnets: Find = async (aws, cluster) => {
  const subnets = await allPages<Subnet>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeSubnetsCommand({ Filters: [clusterFilter(cluster)], ...pageToken(token) }),
    );
    return { items: page.Subnets, next: page.NextToken };
  });
  return subnets.map((subnet) => {
    const awsId = subnet.SubnetId ?? "";
    const tags = fromTagList(subnet.Tags);
    return {
      kind: "subnet",
      id: idFromTags("subnet", tags, awsId),
      awsId,
      spec: { vpc: subnet.VpcId ?? "", zone: subnet.AvailabilityZone ?? "", cidr: subnet.CidrBlock ?? "" },
      tags,
      status: subnetStatus(subnet),
      attributes: {},
      uses: [subnet.VpcId ?? ""],
    };
  });
};

function subnetStatus(subnet: Subnet): Status {
  return subnet.State === "available" ? "settled" : "settling";
}

export const subnetCalls: Calls<"subnet"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateSubnetCommand({
        VpcId: wanted.spec.vpc,
        AvailabilityZone: wanted.spec.zone,
        CidrBlock: wanted.spec.cidr,
        TagSpecifications: tagSpecification("subnet", wanted.tags),
      }),
    );
    return { awsId: made.Subnet?.SubnetId ?? "" };
  },
  async remove(aws, live) {
    await unless(["InvalidSubnetID.NotFound"], aws.ec2.send(new DeleteSubnetCommand({ SubnetId: live.awsId })));
  },
  async status(aws, awsIds) {
    const page = await aws.ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: [...awsIds] }] }),
    );
    return new Map((page.Subnets ?? []).map((subnet) => [subnet.SubnetId ?? "", { status: subnetStatus(subnet) }]));
  },
};
