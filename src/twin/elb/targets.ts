import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { queryError } from "../errors.ts";
import { isServing } from "../reachability.ts";
import type { Target, TargetGroup } from "../records.ts";
import type { World } from "../world.ts";
import { needTargetGroup } from "./common.ts";

export const targetOperations = {
  RegisterTargets(world: World, input: RegisterTargetsInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    const ids = (input.Targets ?? []).map((target) => target.Id ?? "");
    for (const id of ids) {
      const instance = world.instances.get(id);
      // Only running instances can be registered (ELBv2 RegisterTargets).
      if (instance?.state !== "running")
        throw queryError(
          "InvalidTarget",
          `The following targets are not in a running state and cannot be registered: '${id}'`,
        );
      if (instance.vpcId !== group.vpcId)
        throw queryError("InvalidTarget", `The following targets are not in the target group VPC: '${id}'`);
    }
    for (const id of ids) {
      const old = group.targets.get(id);
      if (old !== undefined && old.state !== "draining") continue;
      const target: Target = { instanceId: id, state: "initial", registeredAtMs: world.now(), streak: 0 };
      group.targets.set(id, target);
      resumeTarget(world, group, target);
    }
    return {};
  },

  DeregisterTargets(world: World, input: DeregisterTargetsInput): object {
    const group = needTargetGroup(world, input.TargetGroupArn);
    for (const { Id } of input.Targets ?? []) {
      const target = group.targets.get(Id ?? "");
      if (target === undefined || target.state === "draining") continue;
      target.state = "draining";
      resumeTarget(world, group, target);
    }
    return {};
  },

  DescribeTargetHealth(world: World, input: DescribeTargetHealthInput): DescribeTargetHealthOutput {
    const group = needTargetGroup(world, input.TargetGroupArn);
    const asked = input.Targets?.map((target) => target.Id ?? "");
    const listed = [...group.targets.values()].filter(
      (target) => asked === undefined || asked.includes(target.instanceId),
    );
    const unused = (asked ?? []).filter((id) => !group.targets.has(id));
    return {
      TargetHealthDescriptions: [
        ...listed.map((target) => ({
          Target: { Id: target.instanceId, Port: group.port },
          TargetHealth: { State: inUse(world, group) ? target.state : ("unused" as const) },
        })),
        ...unused.map((Id) => ({
          Target: { Id },
          TargetHealth: { State: "unused" as const, Reason: "Target.NotRegistered" as const },
        })),
      ],
    };
  },
};

/** Lets a target be checked from now on, or let go of where it is draining. */
export function resumeTarget(world: World, group: TargetGroup, target: Target): void {
  if (target.state === "draining") {
    const delaySeconds = Number(group.attributes["deregistration_delay.timeout_seconds"]);
    world.after(delaySeconds * 1000, () => {
      if (group.targets.get(target.instanceId) === target && target.state === "draining")
        group.targets.delete(target.instanceId);
    });
    return;
  }
  // Registering takes 70 to 120 s before the first health check (reference/aws.md §1).
  const firstMs = target.state === "initial" ? world.seconds(70, 120) : group.healthIntervalSeconds * 1000;
  nextCheck(world, group.id, target, firstMs);
}

/** For as long as the target stays registered. */
function nextCheck(world: World, groupId: string, target: Target, afterMs: number): void {
  const { instanceId, registeredAtMs } = target;
  world.afterInAny(afterMs, (there) => {
    const group = there.targetGroups.get(groupId);
    const now = group?.targets.get(instanceId);
    if (group !== undefined && now?.registeredAtMs === registeredAtMs && now.state !== "draining")
      checkHealth(there, group, now);
  });
}

/** One health check, and the next one after the group's interval. */
function checkHealth(world: World, group: TargetGroup, target: Target): void {
  const instance = world.instances.get(target.instanceId);
  if (instance === undefined || instance.state === "terminated") {
    group.targets.delete(target.instanceId); // a terminated instance is deregistered by itself
    return;
  }
  const passes = isServing(world, group, instance);
  const turns = target.state === "healthy" ? !passes : passes;
  target.streak = turns ? target.streak + 1 : 0;
  // The first check decides at once; later ones need the threshold in a row (NLB user guide, target-group-health-checks).
  const needed = target.state === "initial" ? 1 : group.healthThreshold;
  if (target.state === "initial" && !passes) {
    target.state = "unhealthy";
    target.streak = 0;
  } else if (target.streak >= needed) {
    target.state = target.state === "healthy" ? "unhealthy" : "healthy";
    target.streak = 0;
  }
  nextCheck(world, group.id, target, group.healthIntervalSeconds * 1000);
}

function inUse(world: World, group: TargetGroup): boolean {
  return [...world.listeners.values()].some((listener) => listener.targetGroupArn === group.id);
}
