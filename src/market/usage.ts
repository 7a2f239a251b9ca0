import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type Instance,
  type InstanceTypeInfo,
  type InternetGateway,
  type NatGateway,
  type NetworkInterface,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
  type Volume,
  type Vpc,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import { vCpuQuota } from "./quota-codes.ts";

/** How many there are, by `countKey`. */
export type Counts = Map<string, number>;

/** A VPC of the account, of this cluster or of others. */
export interface VpcBlocks {
  id: string;
  name: string;
  cidrs: readonly string[];
}

/** Instances that run, in vCPU, on demand and spot apart. Those on dedicated hosts count by their hosts. */
export async function countVCpus(aws: Aws): Promise<Counts> {
  const states = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
  const instances = await allPages<Instance>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeInstancesCommand({ Filters: states, MaxResults: 1000, ...pageToken(token) }),
    );
    return { items: (page.Reservations ?? []).flatMap((one) => one.Instances ?? []), next: page.NextToken };
  });
  const silent = instances.filter(({ CpuOptions }) => CpuOptions?.CoreCount === undefined);
  const sizes = await defaultVCpus(aws, [...new Set(silent.map(({ InstanceType = "" }) => InstanceType))]);
  const counts: Counts = new Map();
  for (const { InstanceType = "", InstanceLifecycle, CpuOptions, Placement } of instances) {
    const code = vCpuQuota(InstanceType, InstanceLifecycle === "spot" ? "spot" : "on-demand")?.code;
    if (code === undefined || Placement?.Tenancy === "host") continue;
    const own = (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1);
    counts.set(code, (counts.get(code) ?? 0) + (own > 0 ? own : (sizes.get(InstanceType) ?? 0)));
  }
  return counts;
}

/** What types have by default, for instances that do not say what they have themselves. */
async function defaultVCpus(aws: Aws, types: readonly string[]): Promise<Map<string, number>> {
  if (types.length === 0) return new Map();
  const Filters = [{ Name: "instance-type", Values: [...types] }];
  const infos = await allPages<InstanceTypeInfo>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeInstanceTypesCommand({ Filters, MaxResults: 100, ...pageToken(token) }),
    );
    return { items: page.InstanceTypes, next: page.NextToken };
  });
  return new Map(infos.map(({ InstanceType = "", VCpuInfo }) => [InstanceType, VCpuInfo?.DefaultVCpus ?? 0]));
}

/** All VPCs of the account; shared ones count with who owns them. */
export async function findVpcBlocks(aws: Aws, accountId: string): Promise<VpcBlocks[]> {
  const vpcs = await allPages<Vpc>(async (token) => {
    const page = await aws.ec2.send(new DescribeVpcsCommand({ MaxResults: 1000, ...pageToken(token) }));
    return { items: page.Vpcs, next: page.NextToken };
  });
  return owned(vpcs, accountId).map(({ VpcId = "", CidrBlock = "", CidrBlockAssociationSet = [], Tags = [] }) => ({
    id: VpcId,
    name: Tags.find(({ Key }) => Key === "Name")?.Value ?? "",
    cidrs: [...new Set([CidrBlock, ...CidrBlockAssociationSet.map((one) => one.CidrBlock ?? "")])],
  }));
}

export async function countAddresses(aws: Aws): Promise<number> {
  const answer = await aws.ec2.send(new DescribeAddressesCommand({})); // never in pages
  return answer.Addresses?.length ?? 0;
}

export async function countInternetGateways(aws: Aws, accountId: string): Promise<number> {
  const gateways = await allPages<InternetGateway>(async (token) => {
    const page = await aws.ec2.send(new DescribeInternetGatewaysCommand({ MaxResults: 1000, ...pageToken(token) }));
    return { items: page.InternetGateways, next: page.NextToken };
  });
  return owned(gateways, accountId).length;
}

export async function findSubnets(aws: Aws, accountId: string): Promise<Subnet[]> {
  const subnets = await allPages<Subnet>(async (token) => {
    const page = await aws.ec2.send(new DescribeSubnetsCommand({ MaxResults: 1000, ...pageToken(token) }));
    return { items: page.Subnets, next: page.NextToken };
  });
  return owned(subnets, accountId);
}

/** The subnets of NAT gateways that count: those on their way in or out do, failed ones don't (VPC user guide, quotas). */
export async function natGatewaySubnets(aws: Aws): Promise<string[]> {
  const states = [{ Name: "state", Values: ["pending", "available", "deleting"] }];
  const gateways = await allPages<NatGateway>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeNatGatewaysCommand({ Filter: states, MaxResults: 1000, ...pageToken(token) }),
    );
    return { items: page.NatGateways, next: page.NextToken };
  });
  return gateways.map((gateway) => gateway.SubnetId ?? "");
}

export async function countRouteTables(aws: Aws, vpcId: string): Promise<number> {
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const tables = await allPages<RouteTable>(async (token) => {
    const page = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters, MaxResults: 100, ...pageToken(token) }));
    return { items: page.RouteTables, next: page.NextToken };
  });
  return tables.length;
}

export async function countSecurityGroups(aws: Aws, accountId: string): Promise<number> {
  const groups = await allPages<SecurityGroup>(async (token) => {
    const page = await aws.ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 1000, ...pageToken(token) }));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  return owned(groups, accountId).length;
}

export async function countGatewayEndpoints(aws: Aws): Promise<number> {
  const endpoints = await allPages<VpcEndpoint>(async (token) => {
    const page = await aws.ec2.send(new DescribeVpcEndpointsCommand({ MaxResults: 1000, ...pageToken(token) }));
    return { items: page.VpcEndpoints, next: page.NextToken };
  });
  return endpoints.filter((one) => one.VpcEndpointType === "Gateway" && one.State?.toLowerCase() !== "deleted").length;
}

export async function countNetworkLoadBalancers(aws: Aws): Promise<number> {
  const balancers = await allPages<LoadBalancer>(async (Marker) => {
    const page = await aws.elb.send(new DescribeLoadBalancersCommand({ PageSize: 400, ...(Marker && { Marker }) }));
    return { items: page.LoadBalancers, next: page.NextMarker };
  });
  return balancers.filter((balancer) => balancer.Type === "network").length;
}

export async function countTargetGroups(aws: Aws): Promise<number> {
  const groups = await allPages<TargetGroup>(async (Marker) => {
    const page = await aws.elb.send(new DescribeTargetGroupsCommand({ PageSize: 400, ...(Marker && { Marker }) }));
    return { items: page.TargetGroups, next: page.NextMarker };
  });
  return groups.length;
}

/** AWS's own in the account's VPCs among them, which come with NAT gateways and load balancers. */
export async function countInterfaces(aws: Aws, accountId: string): Promise<number> {
  const interfaces = await allPages<NetworkInterface>(async (token) => {
    const page = await aws.ec2.send(new DescribeNetworkInterfacesCommand({ MaxResults: 1000, ...pageToken(token) }));
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
  return owned(interfaces, accountId).length;
}

/** The account's gp3 volumes together, in GiB, whatever they are attached to. */
export async function countVolumeGiB(aws: Aws): Promise<number> {
  const Filters = [{ Name: "volume-type", Values: ["gp3"] }];
  const volumes = await allPages<Volume>(async (token) => {
    const page = await aws.ec2.send(new DescribeVolumesCommand({ Filters, MaxResults: 500, ...pageToken(token) }));
    return { items: page.Volumes, next: page.NextToken };
  });
  return volumes.reduce((sum, { Size = 0 }) => sum + Size, 0);
}

function owned<T extends { OwnerId?: string | undefined }>(things: readonly T[], accountId: string): T[] {
  return things.filter(({ OwnerId }) => OwnerId === undefined || OwnerId === accountId);
}
