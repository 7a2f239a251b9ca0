/**
 * Asks AWS for all that it has in an account and region, without a filter: whichever way later releases look for a
 * cluster, they find what there was. No secret is asked for: of parameters the names and tags, of instances no user data.
 */
import type { ServiceName } from "../../../src/aws/services.ts";
import type { Transport } from "../../../src/aws/transport.ts";
import { ROLE_POLICY } from "../../../src/resources/role/shape.ts";
import type { World } from "../../../src/twin/world.ts";
import type { Answered, RecordedObject } from "./recording.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of thirty operations
type Answer = any;

const LISTS = [
  "DescribeVpcs", "DescribeSubnets", "DescribeInternetGateways", "DescribeAddresses", "DescribeNatGateways",
  "DescribeRouteTables", "DescribeVpcEndpoints", "DescribeSecurityGroups", "DescribeNetworkInterfaces", "DescribeInstances",
  "DescribeVolumes", "DescribeImages", "DescribeKeyPairs",
] as const; // biome-ignore format: a list

/** IAM's lists are not the model's: these are asked for by name. */
export interface IamNames {
  roles: readonly string[];
  profiles: readonly string[];
}

export function iamNamesOf({ roles, profiles }: World): IamNames {
  return { roles: [...roles.keys()], profiles: [...profiles.keys()] };
}

export async function askEverything(transport: Transport, names: IamNames): Promise<Answered[]> {
  const answers: Answered[] = [];
  const ask = async (service: ServiceName, operation: string, input: Record<string, unknown> = {}): Promise<Answer> => {
    const answer = await wholeAnswer(transport, service, operation, input);
    answers.push({ service, operation, input, answer });
    return answer;
  };
  const ec2: Record<string, Answer> = {};
  for (const operation of LISTS) ec2[operation] = await ask("ec2", operation);
  for (const { VpcId } of ec2.DescribeVpcs.Vpcs)
    for (const Attribute of ["enableDnsSupport", "enableDnsHostnames"])
      await ask("ec2", "DescribeVpcAttribute", { VpcId, Attribute });
  await askBalancing(ask);
  await askRoles(ask, names);
  const { Parameters } = await ask("ssm", "DescribeParameters", {
    ParameterFilters: [{ Key: "Path", Option: "Recursive", Values: ["/slipway"] }],
  });
  for (const { Name } of Parameters)
    await ask("ssm", "ListTagsForResource", { ResourceType: "Parameter", ResourceId: Name });
  return answers;
}

type Ask = (service: ServiceName, operation: string, input?: Record<string, unknown>) => Promise<Answer>;

async function askBalancing(ask: Ask): Promise<void> {
  const elb = (operation: string, input?: Record<string, unknown>): Promise<Answer> =>
    ask("elasticloadbalancing", operation, input);
  const arns: string[] = [];
  for (const { LoadBalancerArn } of (await elb("DescribeLoadBalancers")).LoadBalancers) {
    await elb("DescribeLoadBalancerAttributes", { LoadBalancerArn });
    const { Listeners } = await elb("DescribeListeners", { LoadBalancerArn });
    arns.push(LoadBalancerArn, ...Listeners.map(({ ListenerArn }: Answer) => ListenerArn));
  }
  for (const { TargetGroupArn } of (await elb("DescribeTargetGroups")).TargetGroups) {
    await elb("DescribeTargetGroupAttributes", { TargetGroupArn });
    await elb("DescribeTargetHealth", { TargetGroupArn });
    arns.push(TargetGroupArn);
  }
  await elb("DescribeTags", { ResourceArns: arns });
}

async function askRoles(ask: Ask, { roles, profiles }: IamNames): Promise<void> {
  for (const InstanceProfileName of profiles) await ask("iam", "GetInstanceProfile", { InstanceProfileName });
  for (const RoleName of roles) {
    await ask("iam", "GetRole", { RoleName });
    await ask("iam", "GetRolePolicy", { RoleName, PolicyName: ROLE_POLICY });
  }
}

/** All pages of an answer, as JSON has them. */
async function wholeAnswer(
  transport: Transport,
  service: ServiceName,
  operation: string,
  input: Record<string, unknown>,
): Promise<Answer> {
  const whole: Record<string, unknown> = {};
  for (let token: unknown; ; ) {
    const page = token === undefined ? input : { ...input, NextToken: token };
    const answer = (await transport({ service, operation, input: page, clientToken: undefined })) as Answer;
    const { NextToken, ...fields } = answer;
    for (const [key, value] of Object.entries(fields))
      whole[key] = Array.isArray(value) ? [...((whole[key] as unknown[] | undefined) ?? []), ...value] : value;
    if (NextToken === undefined) return JSON.parse(JSON.stringify(whole));
    token = NextToken;
  }
}

/** The objects of a bucket. Agents and snapshots are the nodes' own: no plan reads them. */
export async function askObjects(transport: Transport, Bucket: string): Promise<RecordedObject[]> {
  const call = (operation: string, input: object): Promise<Answer> =>
    transport({ service: "s3", operation, input: { Bucket, ...input }, clientToken: undefined });
  const { Contents } = await call("ListObjectsV2", {});
  const objects: RecordedObject[] = [];
  for (const { Key: key } of Contents as { Key: string }[]) {
    if (/\/(agent|etcd)\//.test(key)) objects.push({ key });
    else {
      const { Body } = await call("GetObject", { Key: key });
      if (key.endsWith(".json")) objects.push({ key, text: await Body.transformToString() });
      else objects.push({ key, base64: Buffer.from(await Body.transformToByteArray()).toString("base64") });
    }
  }
  return objects;
}
