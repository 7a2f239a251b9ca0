/** Changes by hand on moto, one for each way in which an apply puts something right. */
import {
  AuthorizeSecurityGroupEgressCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  ReplaceRouteCommand,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  SetSecurityGroupsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";

import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

/** Of the cluster of that name. */
export type Drift = (cluster: string) => Promise<void>;

type Config = ConstructorParameters<typeof EC2Client>[0] & object;

/** @param config of somebody who may do everything */
export function drifting(config: Config): Drift {
  const ec2 = new EC2Client(config);
  const elb = new ElasticLoadBalancingV2Client(config as object);
  const iam = new IAMClient(config as object);
  const ssm = new SSMClient(config as object);
  return async (cluster) => {
    // What no machine of moto's says.
    await ssm.send(new PutParameterCommand({ Name: `/slipway/${cluster}/init`, Value: "i-1", Type: "String" }));
    const Filters = [{ Name: "tag:slipway:cluster", Values: [cluster] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const groupOf = (id: string): string =>
      SecurityGroups.find(({ Tags = [] }) => Tags.some(({ Value }) => Value === `security-group/${id}`))?.GroupId ?? "";
    const other = groupOf("worker");
    for (const { GroupId = "", IpPermissionsEgress = [] } of SecurityGroups) {
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: IpPermissionsEgress }));
      const telnet = { IpProtocol: "tcp", FromPort: 23, ToPort: 23, IpRanges: [{ CidrIp: "198.51.100.0/24" }] };
      await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [telnet] }));
    }
    await misroute(ec2, Filters);
    const bastion = [...Filters, { Name: "tag:slipway:role", Values: ["bastion"] }];
    const found = await ec2.send(new DescribeInstancesCommand({ Filters: bastion }));
    const [InstanceId = ""] = (found.Reservations ?? []).flatMap(({ Instances = [] }) =>
      Instances.filter(({ State }) => State?.Name === "running").map((one) => one.InstanceId ?? ""),
    );
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups: [other] }));
    await misbalance(elb, `slipway-${cluster}-`, other);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    for (const { RoleName = "" } of Roles.filter(({ RoleName: name }) => name?.startsWith(`slipway-${cluster}-`))) {
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
      const statement = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    }
  };
}

/** What is private leads to the internet. */
async function misroute(ec2: EC2Client, Filters: { Name: string; Values: string[] }[]): Promise<void> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const routes = RouteTables.flatMap(({ RouteTableId, Routes = [] }) =>
    Routes.map((one) => ({ ...one, RouteTableId })),
  );
  const GatewayId = routes.find((route) => route.GatewayId?.startsWith("igw-"))?.GatewayId ?? "";
  for (const { RouteTableId = "", NatGatewayId, DestinationCidrBlock = "" } of routes) {
    if (NatGatewayId === undefined || NatGatewayId === "") continue;
    await ec2.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
  }
}

async function misbalance(elb: ElasticLoadBalancingV2Client, prefix: string, group: string): Promise<void> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const ours = TargetGroups.find(({ TargetGroupName }) => TargetGroupName?.startsWith(prefix));
  const LoadBalancerArn = LoadBalancers.find(({ LoadBalancerName }) =>
    LoadBalancerName?.startsWith(prefix),
  )?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const { TargetGroupArn, Protocol, Port, VpcId } = ours ?? {};
  await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckIntervalSeconds: 30 }));
  await elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [group] }));
  const copy = await elb.send(
    new CreateTargetGroupCommand({ Name: `copy-${prefix.slice(0, 20)}x`, Protocol, Port, VpcId }),
  );
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn: copy.TargetGroups?.[0]?.TargetGroupArn }];
  for (const { ListenerArn } of Listeners) await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions }));
}
