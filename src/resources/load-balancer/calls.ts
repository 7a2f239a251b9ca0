import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../../aws/clients.ts";
import { unless } from "../calls.ts";
import type { Calls, Live, Status } from "../resource.ts";
import { toTagList } from "../tags.ts";

export const CROSS_ZONE = "load_balancing.cross_zone.enabled";
export const DELETION_PROTECTION = "deletion_protection.enabled";

export function loadBalancerStatus(balancer: LoadBalancer): { status: Status; detail?: string } {
  switch (balancer.State?.Code) {
    case "active":
    case "active_impaired":
      return { status: "settled" };
    case "failed":
      return { status: "failed", detail: balancer.State.Reason ?? "" };
    default:
      return { status: "settling" };
  }
}

export const loadBalancerCalls: Calls<"load-balancer"> = {
  async create(aws, wanted) {
    const { spec } = wanted;
    // Without a group at creation a network load balancer can never have one (reference/aws.md §12).
    const made = await aws.elb.send(
      new CreateLoadBalancerCommand({
        Name: spec.name,
        Type: "network",
        Scheme: spec.scheme,
        Subnets: [...spec.subnets],
        SecurityGroups: [...spec.securityGroups],
        Tags: toTagList(wanted.tags),
      }),
    );
    const balancer = made.LoadBalancers?.[0];
    const awsId = balancer?.LoadBalancerArn ?? "";
    await setAttributes(aws, awsId, spec);
    return { awsId, attributes: { dnsName: balancer?.DNSName ?? "" } };
  },
  async update(aws, live, wanted, fields) {
    const LoadBalancerArn = live.awsId;
    const { spec } = wanted;
    if (fields.includes("securityGroups")) {
      await aws.elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [...spec.securityGroups] }));
    }
    if (fields.includes("subnets"))
      await aws.elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: [...spec.subnets] }));
    if (fields.includes("crossZone") || fields.includes("deletionProtection"))
      await setAttributes(aws, LoadBalancerArn, spec);
  },
  async remove(aws, live) {
    if (live.status === "leaving") return;
    if (live.spec.deletionProtection) {
      await unless(
        ["LoadBalancerNotFound*"],
        setAttributes(aws, live.awsId, { ...live.spec, deletionProtection: false }),
      );
    }
    await unless(
      ["LoadBalancerNotFound*"],
      aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: live.awsId })),
    );
  },
  /** A load balancer is gone at once, but its interfaces stay in the subnets for some 45 s, and hold subnets and groups. */
  async status(aws, awsIds) {
    const found = new Map<string, { status: Status; detail?: string }>();
    await Promise.all(
      awsIds.map(async (arn) => {
        const answer = await unless(
          ["LoadBalancerNotFound*"],
          aws.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
        );
        const balancer = answer?.LoadBalancers?.[0];
        if (balancer !== undefined) found.set(arn, loadBalancerStatus(balancer));
        else if (await hasInterfaces(aws, arn))
          found.set(arn, { status: "leaving", detail: "its network interfaces linger" });
      }),
    );
    return found;
  },
};

async function setAttributes(
  aws: Aws,
  arn: string,
  spec: Pick<Live<"load-balancer">["spec"], "crossZone" | "deletionProtection">,
): Promise<void> {
  await aws.elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: arn,
      Attributes: [
        { Key: CROSS_ZONE, Value: String(spec.crossZone) },
        { Key: DELETION_PROTECTION, Value: String(spec.deletionProtection) },
      ],
    }),
  );
}

/** Interfaces carry the end of their load balancer's ARN: `ELB net/slipway-prod-api/50dc6c495c0c9188`. */
async function hasInterfaces(aws: Aws, arn: string): Promise<boolean> {
  const suffix = arn.split(":loadbalancer/")[1] ?? arn;
  const answer = await aws.ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "description", Values: [`ELB ${suffix}`] }] }),
  );
  return (answer.NetworkInterfaces ?? []).length > 0;
}
