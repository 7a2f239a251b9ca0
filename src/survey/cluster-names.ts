import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import { parameterNames } from "../resources/pki/calls.ts";
import { fromTagList, TAG } from "../resources/tags.ts";

/** The names of all clusters that Slipway has made something of in the region, whether any file knows them or not. */
export async function clusterNames(aws: Aws): Promise<string[]> {
  const Filters = [{ Name: "tag-key", Values: [TAG.cluster] }];
  const states = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };
  const { ec2 } = aws;
  const found = await Promise.all([
    allPages<{ Tags?: Tag[] | undefined }>(async (token) => {
      const page = await ec2.send(new DescribeVpcsCommand({ Filters, ...pageToken(token) }));
      return { items: page.Vpcs, next: page.NextToken };
    }),
    allPages<{ Tags?: Tag[] | undefined }>(async (token) => {
      const page = await ec2.send(new DescribeSecurityGroupsCommand({ Filters, ...pageToken(token) }));
      return { items: page.SecurityGroups, next: page.NextToken };
    }),
    allPages<{ Tags?: Tag[] | undefined }>(async (token) => {
      const page = await ec2.send(
        new DescribeInstancesCommand({ Filters: [...Filters, states], MaxResults: 1000, ...pageToken(token) }),
      );
      return {
        items: (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []),
        next: page.NextToken,
      };
    }),
    allPages<{ Tags?: Tag[] | undefined }>(async (token) => {
      const page = await ec2.send(new DescribeNatGatewaysCommand({ Filter: Filters, ...pageToken(token) }));
      return { items: page.NatGateways?.filter((gateway) => gateway.State !== "deleted"), next: page.NextToken };
    }),
    ec2.send(new DescribeAddressesCommand({ Filters })).then((answer) => answer.Addresses ?? []),
  ]);
  // A destroy that stopped just before its end has left nothing but the PKI.
  const parameters = (await parameterNames(aws, "/slipway")).map((name) => /^\/slipway\/([^/]+)\/pki$/.exec(name)?.[1]);
  const names = [...found.flat().map(({ Tags }) => fromTagList(Tags)[TAG.cluster]), ...parameters];
  return [...new Set(names)].filter((name) => name !== undefined).sort();
}
