/** Load balancers again from what their API told of them. */
import type { World } from "../../../src/twin/world.ts";
import { type Answer, type Told, thing } from "./told.ts";

export function loadBalancing(world: World, told: Told): void {
  const tagsOf = (arn: string): { Key: string; Value: string }[] =>
    told("DescribeTags")[0].TagDescriptions.find(({ ResourceArn }: Answer) => ResourceArn === arn)?.Tags ?? [];
  const values = (operation: string, input: object): Record<string, string> =>
    Object.fromEntries(told(operation, input)[0].Attributes.map(({ Key, Value }: Answer) => [Key, Value]));

  for (const one of told("DescribeLoadBalancers")[0].LoadBalancers) {
    const { LoadBalancerArn } = one;
    world.loadBalancers.set(LoadBalancerArn, {
      ...thing(LoadBalancerArn, tagsOf(LoadBalancerArn), one.CreatedTime),
      name: one.LoadBalancerName,
      dnsName: one.DNSName,
      scheme: one.Scheme,
      vpcId: one.VpcId,
      subnetIds: one.AvailabilityZones.map(({ SubnetId }: Answer) => SubnetId),
      groups: one.SecurityGroups,
      state: one.State.Code,
      attributes: values("DescribeLoadBalancerAttributes", { LoadBalancerArn }),
    });
  }
  for (const { Listeners } of told("DescribeListeners"))
    for (const one of Listeners)
      world.listeners.set(one.ListenerArn, {
        ...thing(one.ListenerArn, tagsOf(one.ListenerArn)),
        loadBalancerArn: one.LoadBalancerArn,
        targetGroupArn: one.DefaultActions[0].TargetGroupArn,
        port: one.Port,
      });
  for (const one of told("DescribeTargetGroups")[0].TargetGroups) {
    const { TargetGroupArn } = one;
    const [health] = told("DescribeTargetHealth", { TargetGroupArn });
    const targets = health.TargetHealthDescriptions.map(({ Target, TargetHealth }: Answer) => [
      Target.Id,
      { instanceId: Target.Id, state: TargetHealth.State, registeredAtMs: 0, streak: 0 },
    ]);
    world.targetGroups.set(TargetGroupArn, {
      ...thing(TargetGroupArn, tagsOf(TargetGroupArn)),
      name: one.TargetGroupName,
      vpcId: one.VpcId,
      port: one.Port,
      healthPath: one.HealthCheckPath,
      healthIntervalSeconds: one.HealthCheckIntervalSeconds,
      healthThreshold: one.HealthyThresholdCount,
      attributes: values("DescribeTargetGroupAttributes", { TargetGroupArn }),
      targets: new Map(targets),
    });
  }
}
