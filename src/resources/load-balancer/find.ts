import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../../aws/clients.ts";
import { type ClusterIdentity, loadBalancerName } from "../../core/names.ts";
import { unless } from "../calls.ts";
import type { Live, Tags } from "../resource.ts";
import { fromTagList, idFromTags } from "../tags.ts";
import { ATTRIBUTE, type Target, targetsOf } from "../target-group/calls.ts";
import { CROSS_ZONE, DELETION_PROTECTION, loadBalancerStatus } from "./calls.ts";

/** What stands in front of the API servers. */
export interface LoadBalancing {
  resources: Live[];
  targets: readonly Target[];
}

type Values = Readonly<Record<string, string>>;

/**
 * Finds load balancer, target group and listener by their names, which are unique in account and region: Elastic Load
 * Balancing can't be asked by tag. Three rounds: the things, what belongs to them, and the tags of all in one call.
 */
export async function findLoadBalancing(aws: Aws, cluster: ClusterIdentity): Promise<LoadBalancing> {
  const name = loadBalancerName(cluster, "api");
  const [balancer, group] = await Promise.all([
    unless(["LoadBalancerNotFound*"], aws.elb.send(new DescribeLoadBalancersCommand({ Names: [name] }))).then(
      (answer) => answer?.LoadBalancers?.[0],
    ),
    unless(["TargetGroupNotFound*"], aws.elb.send(new DescribeTargetGroupsCommand({ Names: [name] }))).then(
      (answer) => answer?.TargetGroups?.[0],
    ),
  ]);
  const [balancerValues, listeners, groupValues, targets] = await Promise.all([
    balancer === undefined ? {} : balancerAttributes(aws, balancer),
    balancer === undefined ? [] : listenersOf(aws, balancer),
    group === undefined ? {} : groupAttributes(aws, group),
    group === undefined ? [] : targetsOf(aws, group.TargetGroupArn ?? ""),
  ]);
  const arns = [balancer?.LoadBalancerArn, group?.TargetGroupArn, ...listeners.map((listener) => listener.ListenerArn)];
  const tags = await tagsOfArns(
    aws,
    arns.filter((arn) => arn !== undefined),
  );
  const resources: Live[] = listeners.map((listener) => liveListener(listener, tags));
  if (balancer !== undefined) resources.push(liveBalancer(balancer, balancerValues, tags));
  if (group !== undefined) resources.push(liveGroup(group, groupValues, tags));
  return { resources, targets };
}

async function balancerAttributes(aws: Aws, balancer: LoadBalancer): Promise<Values> {
  const answer = await unless(
    ["LoadBalancerNotFound*"],
    aws.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer.LoadBalancerArn })),
  );
  return fromTagList(answer?.Attributes);
}

async function groupAttributes(aws: Aws, group: TargetGroup): Promise<Values> {
  const answer = await unless(
    ["TargetGroupNotFound*"],
    aws.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group.TargetGroupArn })),
  );
  return fromTagList(answer?.Attributes);
}

async function listenersOf(aws: Aws, balancer: LoadBalancer): Promise<Listener[]> {
  const answer = await unless(
    ["LoadBalancerNotFound*"],
    aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn })),
  );
  return answer?.Listeners ?? [];
}

/** Up to 20 ARNs a call; a cluster has three. */
async function tagsOfArns(aws: Aws, arns: string[]): Promise<Map<string, Tags>> {
  if (arns.length === 0) return new Map();
  const answer = await unless(
    ["LoadBalancerNotFound*", "TargetGroupNotFound*", "ListenerNotFound*"],
    aws.elb.send(new DescribeTagsCommand({ ResourceArns: arns })),
  );
  return new Map((answer?.TagDescriptions ?? []).map((one) => [one.ResourceArn ?? "", fromTagList(one.Tags)]));
}

function liveBalancer(balancer: LoadBalancer, values: Values, allTags: Map<string, Tags>): Live<"load-balancer"> {
  const awsId = balancer.LoadBalancerArn ?? "";
  const tags = allTags.get(awsId) ?? {};
  const subnets = (balancer.AvailabilityZones ?? []).map((zone) => zone.SubnetId ?? "");
  const securityGroups = balancer.SecurityGroups ?? [];
  return {
    kind: "load-balancer",
    id: idFromTags("load-balancer", tags, awsId),
    awsId,
    spec: {
      name: balancer.LoadBalancerName ?? "",
      scheme: balancer.Scheme ?? "internal",
      subnets,
      securityGroups,
      crossZone: values[CROSS_ZONE] === "true",
      deletionProtection: values[DELETION_PROTECTION] === "true",
    },
    tags,
    ...loadBalancerStatus(balancer),
    attributes: { dnsName: balancer.DNSName ?? "" },
    uses: [...subnets, ...securityGroups],
    ...(balancer.CreatedTime === undefined ? {} : { createdAtMs: balancer.CreatedTime.getTime() }),
  };
}

function liveGroup(group: TargetGroup, values: Values, allTags: Map<string, Tags>): Live<"target-group"> {
  const awsId = group.TargetGroupArn ?? "";
  const tags = allTags.get(awsId) ?? {};
  return {
    kind: "target-group",
    id: idFromTags("target-group", tags, awsId),
    awsId,
    spec: {
      name: group.TargetGroupName ?? "",
      vpc: group.VpcId ?? "",
      port: group.Port ?? 0,
      healthPath: group.HealthCheckPath ?? "",
      healthIntervalSeconds: group.HealthCheckIntervalSeconds ?? 0,
      healthThreshold: group.HealthyThresholdCount ?? 0,
      preserveClientIp: values[ATTRIBUTE.preserveClientIp] === "true",
      deregistrationDelaySeconds: Number(values[ATTRIBUTE.deregistrationDelaySeconds] ?? 300),
      terminateConnections: values[ATTRIBUTE.terminateConnections] === "true",
    },
    tags,
    status: "settled",
    attributes: {},
    uses: [group.VpcId ?? ""],
  };
}

function liveListener(listener: Listener, allTags: Map<string, Tags>): Live<"listener"> {
  const awsId = listener.ListenerArn ?? "";
  const tags = allTags.get(awsId) ?? {};
  const action = listener.DefaultActions?.[0];
  const targetGroup = action?.TargetGroupArn ?? action?.ForwardConfig?.TargetGroups?.[0]?.TargetGroupArn ?? "";
  return {
    kind: "listener",
    id: idFromTags("listener", tags, awsId),
    awsId,
    spec: { loadBalancer: listener.LoadBalancerArn ?? "", targetGroup, port: listener.Port ?? 0 },
    tags,
    status: "settled",
    attributes: {},
    uses: [listener.LoadBalancerArn ?? "", targetGroup],
  };
}
