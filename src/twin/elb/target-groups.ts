import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupInput,
  TargetGroup as TargetGroupView,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { canonicalJson } from "../../core/hash.ts";
import { hexDigits } from "../../core/random.ts";
import { awsError, queryError } from "../errors.ts";
import { demandRoom } from "../quotas.ts";
import type { TargetGroup } from "../records.ts";
import type { World } from "../world.ts";
import { checkName, fromList, needTargetGroup, pick, toList } from "./common.ts";

export const targetGroupOperations = {
  CreateTargetGroup(world: World, input: CreateTargetGroupInput): CreateTargetGroupOutput {
    const name = input.Name ?? "";
    checkName(name);
    const settings = {
      name,
      vpcId: input.VpcId ?? "",
      port: input.Port ?? 0,
      healthPath: input.HealthCheckPath ?? "",
      healthIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
      healthThreshold: input.HealthyThresholdCount ?? 5,
    };
    const existing = [...world.targetGroups.values()].find((group) => group.name === name);
    if (existing !== undefined) {
      const { vpcId, port, healthPath, healthIntervalSeconds, healthThreshold } = existing;
      if (
        canonicalJson({ name, vpcId, port, healthPath, healthIntervalSeconds, healthThreshold }) ===
        canonicalJson(settings)
      ) {
        return { TargetGroups: [groupView(world, existing)] };
      }
      throw queryError(
        "DuplicateTargetGroupName",
        "A target group with the same name exists, but with different settings",
      );
    }
    const vpc = world.vpcs.get(settings.vpcId);
    if (vpc === undefined) throw awsError("ValidationError", `The VPC ID '${settings.vpcId}' is not found`);
    demandRoom(
      world,
      "L-B22855CB",
      world.targetGroups.size,
      "TooManyTargetGroups",
      "The maximum number of target groups has been reached.",
    );
    const arn = `arn:aws:elasticloadbalancing:${world.region}:${world.accountId}:targetgroup/${name}/${hexDigits(world.random, 16)}`;
    const group: TargetGroup = {
      ...world.birth(arn, fromList(input.Tags)),
      ...settings,
      attributes: {
        "preserve_client_ip.enabled": "true",
        "deregistration_delay.timeout_seconds": "300",
        "deregistration_delay.connection_termination.enabled": "false",
      },
      targets: new Map(),
    };
    world.targetGroups.set(arn, group);
    return { TargetGroups: [groupView(world, group)] };
  },

  DescribeTargetGroups(world: World, input: DescribeTargetGroupsInput): DescribeTargetGroupsOutput {
    const all = [...world.targetGroups.values()].filter((group) => world.isVisible(group));
    const found = pick(all, input.Names, input.TargetGroupArns, "TargetGroupNotFound", "target groups");
    return { TargetGroups: found.map((group) => groupView(world, group)) };
  },

  ModifyTargetGroup(world: World, input: ModifyTargetGroupInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    group.healthPath = input.HealthCheckPath ?? group.healthPath;
    group.healthIntervalSeconds = input.HealthCheckIntervalSeconds ?? group.healthIntervalSeconds;
    group.healthThreshold = input.HealthyThresholdCount ?? group.healthThreshold;
    return {};
  },

  DescribeTargetGroupAttributes(
    world: World,
    input: DescribeTargetGroupAttributesInput,
  ): DescribeTargetGroupAttributesOutput {
    return { Attributes: toList(needTargetGroup(world, input.TargetGroupArn).attributes) };
  },

  ModifyTargetGroupAttributes(world: World, input: ModifyTargetGroupAttributesInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    Object.assign(group.attributes, fromList(input.Attributes));
    return { Attributes: toList(group.attributes) };
  },

  DeleteTargetGroup(world: World, input: DeleteTargetGroupInput): object {
    const group = world.targetGroups.get(input.TargetGroupArn ?? "");
    if (group === undefined) return {};
    if ([...world.listeners.values()].some((listener) => listener.targetGroupArn === group.id)) {
      throw queryError("ResourceInUse", `Target group '${group.id}' is currently in use by a listener or a rule`);
    }
    world.targetGroups.delete(group.id);
    return {};
  },
};

function groupView(world: World, group: TargetGroup): TargetGroupView {
  return {
    TargetGroupArn: group.id,
    TargetGroupName: group.name,
    Protocol: "TCP",
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: "instance",
    HealthCheckProtocol: "HTTPS",
    HealthCheckPath: group.healthPath,
    HealthCheckIntervalSeconds: group.healthIntervalSeconds,
    HealthyThresholdCount: group.healthThreshold,
    UnhealthyThresholdCount: group.healthThreshold,
    LoadBalancerArns: [
      ...new Set(
        [...world.listeners.values()].filter((l) => l.targetGroupArn === group.id).map((l) => l.loadBalancerArn),
      ),
    ],
  };
}
