import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
  type Vpc,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { unless } from "../calls.ts";
import type { Calls, Find, Live, Status } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

export const findVpcs: Find = async (aws, cluster) => {
  const vpcs = await allPages<Vpc>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeVpcsCommand({ Filters: [clusterFilter(cluster)], ...pageToken(token) }),
    );
    return { items: page.Vpcs, next: page.NextToken };
  });
  return Promise.all(vpcs.map((vpc) => liveVpc(aws, vpc)));
};

async function liveVpc(aws: Aws, vpc: Vpc): Promise<Live<"vpc">> {
  const awsId = vpc.VpcId ?? "";
  const tags = fromTagList(vpc.Tags);
  // EC2 answers one attribute a call.
  const [dnsSupport, dnsHostnames] = await Promise.all([
    aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId: awsId, Attribute: "enableDnsSupport" })),
    aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId: awsId, Attribute: "enableDnsHostnames" })),
  ]);
  return {
    kind: "vpc",
    id: idFromTags("vpc", tags, awsId),
    awsId,
    spec: {
      cidr: vpc.CidrBlock ?? "",
      dnsSupport: dnsSupport.EnableDnsSupport?.Value ?? false,
      dnsHostnames: dnsHostnames.EnableDnsHostnames?.Value ?? false,
    },
    tags,
    status: vpcStatus(vpc),
    attributes: {},
    uses: [],
  };
}

function vpcStatus(vpc: Vpc): Status {
  return vpc.State === "available" ? "settled" : "settling";
}

export const vpcCalls: Calls<"vpc"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateVpcCommand({ CidrBlock: wanted.spec.cidr, TagSpecifications: tagSpecification("vpc", wanted.tags) }),
    );
    const awsId = made.Vpc?.VpcId ?? "";
    // A new VPC has DNS support on and DNS hostnames off.
    if (wanted.spec.dnsHostnames) await setAttributes(aws, awsId, wanted.spec, ["dnsHostnames"]);
    return { awsId };
  },
  update: (aws, live, wanted, fields) => setAttributes(aws, live.awsId, wanted.spec, fields),
  async remove(aws, live) {
    await unless(["InvalidVpcID.NotFound"], aws.ec2.send(new DeleteVpcCommand({ VpcId: live.awsId })));
  },
  async status(aws, awsIds) {
    const page = await aws.ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "vpc-id", Values: [...awsIds] }] }));
    return new Map((page.Vpcs ?? []).map((vpc) => [vpc.VpcId ?? "", { status: vpcStatus(vpc) }]));
  },
};

async function setAttributes(
  aws: Aws,
  vpcId: string,
  spec: Live<"vpc">["spec"],
  fields: readonly string[],
): Promise<void> {
  // One attribute a call, by EC2's rule; hostnames need support, so support comes first.
  if (fields.includes("dnsSupport")) {
    await aws.ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsSupport: { Value: spec.dnsSupport } }));
  }
  if (fields.includes("dnsHostnames")) {
    await aws.ec2.send(
      new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: spec.dnsHostnames } }),
    );
  }
}
