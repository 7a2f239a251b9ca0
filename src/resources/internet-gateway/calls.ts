import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  type InternetGateway,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { unless } from "../calls.ts";
import type { Calls, Find } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, tagSpecification } from "../tags.ts";

export const findInternetGateways: Find = async (aws, cluster) => {
  const gateways = await allPages<InternetGateway>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeInternetGatewaysCommand({ Filters: [clusterFilter(cluster)], ...pageToken(token) }),
    );
    return { items: page.InternetGateways, next: page.NextToken };
  });
  return gateways.map((gateway) => {
    const awsId = gateway.InternetGatewayId ?? "";
    const tags = fromTagList(gateway.Tags);
    const vpc = gateway.Attachments?.[0]?.VpcId ?? "";
    return {
      kind: "internet-gateway",
      id: idFromTags("internet-gateway", tags, awsId),
      awsId,
      spec: { vpc },
      tags,
      status: "settled",
      attributes: {},
      uses: vpc === "" ? [] : [vpc],
    };
  });
};

export const internetGatewayCalls: Calls<"internet-gateway"> = {
  async create(aws, wanted) {
    const made = await aws.ec2.send(
      new CreateInternetGatewayCommand({ TagSpecifications: tagSpecification("internet-gateway", wanted.tags) }),
    );
    const awsId = made.InternetGateway?.InternetGatewayId ?? "";
    await attach(aws, awsId, wanted.spec.vpc);
    return { awsId };
  },
  async update(aws, live, wanted) {
    if (live.spec.vpc !== "") await detach(aws, live.awsId, live.spec.vpc);
    await attach(aws, live.awsId, wanted.spec.vpc);
  },
  async remove(aws, live) {
    if (live.spec.vpc !== "") await detach(aws, live.awsId, live.spec.vpc);
    await unless(
      ["InvalidInternetGatewayID.NotFound"],
      aws.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: live.awsId })),
    );
  },
};

async function attach(aws: Aws, gateway: string, vpc: string): Promise<void> {
  await unless(
    ["Resource.AlreadyAssociated"],
    aws.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc })),
  );
}

async function detach(aws: Aws, gateway: string, vpc: string): Promise<void> {
  await unless(
    ["Gateway.NotAttached", "InvalidInternetGatewayID.NotFound"],
    aws.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc })),
  );
}
