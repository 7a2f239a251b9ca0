import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../../aws/clients.ts";
import { unless } from "../calls.ts";
import type { Calls, Resolved } from "../resource.ts";
import { toTagList } from "../tags.ts";

export const ATTRIBUTE = {
  preserveClientIp: "preserve_client_ip.enabled",
  deregistrationDelaySeconds: "deregistration_delay.timeout_seconds",
  terminateConnections: "deregistration_delay.connection_termination.enabled",
} as const;

/** An instance behind the load balancer. */
export interface Target {
  instanceId: string;
  /** `initial`, `healthy`, `unhealthy`, `draining`, `unused`. */
  state: string;
  reason: string;
}

export const targetGroupCalls: Calls<"target-group"> = {
  async create(aws, wanted) {
    const { spec } = wanted;
    const made = await aws.elb.send(
      new CreateTargetGroupCommand({
        Name: spec.name,
        Protocol: "TCP",
        TargetType: "instance",
        VpcId: spec.vpc,
        Port: spec.port,
        ...healthCheck(wanted),
        Tags: toTagList(wanted.tags),
      }),
    );
    const arn = made.TargetGroups?.[0]?.TargetGroupArn ?? "";
    await setAttributes(aws, arn, wanted);
    return { awsId: arn };
  },
  async update(aws, live, wanted, fields) {
    if (fields.some((field) => field.startsWith("health"))) {
      await aws.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: live.awsId, ...healthCheck(wanted) }));
    }
    if (fields.some((field) => field in ATTRIBUTE)) await setAttributes(aws, live.awsId, wanted);
  },
  async remove(aws, live) {
    await unless(["TargetGroupNotFound*"], aws.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: live.awsId })));
  },
};

function healthCheck({ spec }: Resolved<"target-group">) {
  return {
    HealthCheckProtocol: "HTTPS",
    HealthCheckPort: String(spec.port),
    HealthCheckPath: spec.healthPath,
    HealthCheckIntervalSeconds: spec.healthIntervalSeconds,
    HealthyThresholdCount: spec.healthThreshold,
    UnhealthyThresholdCount: spec.healthThreshold,
  } as const;
}

async function setAttributes(aws: Aws, arn: string, { spec }: Resolved<"target-group">): Promise<void> {
  const keys = Object.keys(ATTRIBUTE) as (keyof typeof ATTRIBUTE)[];
  await aws.elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: arn,
      Attributes: keys.map((key) => ({ Key: ATTRIBUTE[key], Value: String(spec[key]) })),
    }),
  );
}

/** The group's targets and how they are; empty when there is no such group (any more). */
export async function targetsOf(aws: Aws, targetGroupArn: string): Promise<Target[]> {
  const answer = await unless(
    ["TargetGroupNotFound*"],
    aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
  );
  return (answer?.TargetHealthDescriptions ?? []).map((target) => ({
    instanceId: target.Target?.Id ?? "",
    state: target.TargetHealth?.State ?? "",
    reason: target.TargetHealth?.Description ?? "",
  }));
}

/** Instances must be running; registering one again changes nothing. */
export async function registerTargets(aws: Aws, targetGroupArn: string, instanceIds: readonly string[]): Promise<void> {
  await aws.elb.send(
    new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: instanceIds.map((Id) => ({ Id })) }),
  );
}

/** Takes instances out; those that are not in, and a group that is gone, are fine. */
export async function deregisterTargets(
  aws: Aws,
  targetGroupArn: string,
  instanceIds: readonly string[],
): Promise<void> {
  await unless(
    ["TargetGroupNotFound*"],
    aws.elb.send(
      new DeregisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: instanceIds.map((Id) => ({ Id })) }),
    ),
  );
}
