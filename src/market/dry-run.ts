import {
  AllocateAddressCommand,
  CreateInternetGatewayCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { isAccessDenied, isAwsError } from "../aws/errors.ts";

/** What EC2 would let the caller do, of what it can be asked without something that exists. */
export interface Tried {
  allowed: readonly string[];
  denied: readonly string[];
}

/** Asks EC2 by DryRun, which judges a call and does not do it. @throws AwsCallError when EC2 says neither yes nor no */
export async function tryRun(aws: Aws): Promise<Tried> {
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    "ec2:DescribeVpcs": () => aws.ec2.send(new DescribeVpcsCommand({ DryRun: true })),
    "ec2:DescribeInstances": () => aws.ec2.send(new DescribeInstancesCommand({ DryRun: true })),
    "ec2:CreateVpc": () =>
      aws.ec2.send(new CreateVpcCommand({ DryRun: true, CidrBlock: "10.0.0.0/16", ...tagged("vpc") })),
    "ec2:CreateInternetGateway": () =>
      aws.ec2.send(new CreateInternetGatewayCommand({ DryRun: true, ...tagged("internet-gateway") })),
    "ec2:AllocateAddress": () =>
      aws.ec2.send(new AllocateAddressCommand({ DryRun: true, Domain: "vpc", ...tagged("elastic-ip") })),
  };
  const allowed: string[] = [];
  const denied: string[] = [];
  for (const [action, call] of Object.entries(calls)) {
    try {
      await call();
    } catch (error) {
      if (isAccessDenied(error)) denied.push(action);
      else if (isAwsError(error, "DryRunOperation")) allowed.push(action);
      else throw error;
    }
  }
  return { allowed, denied };
}

/** With the tag that the shipped policies ask for. */
function tagged(ResourceType: ResourceType): { TagSpecifications: TagSpecification[] } {
  return { TagSpecifications: [{ ResourceType, Tags: [{ Key: "slipway:cluster", Value: "doctor" }] }] };
}
