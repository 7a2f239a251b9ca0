import type { World } from "../world.ts";
import { keyArn, linkedRole } from "./ec2-requests.ts";
import type { AccessRequest } from "./evaluate.ts";
import { type Input, requestTags, resourceTags, type Tags, tagsIn, text, texts } from "./things.ts";

/** What Elastic Load Balancing asks about (list_elasticloadbalancingv2.html). */
export function balancingRequests(world: World, operation: string, input: Input): AccessRequest[] {
  const action = `elasticloadbalancing:${operation}`;
  const arn = (rest: string): string => `arn:aws:elasticloadbalancing:${world.region}:${world.accountId}:${rest}`;
  const tags = tagsIn(input);
  const making = (resource: string, context: Tags, made = resource): AccessRequest[] => [
    { action, resource, context: { ...context, ...requestTags(tags) } },
    ...(Object.keys(tags).length === 0
      ? []
      : [
          {
            action: "elasticloadbalancing:AddTags",
            resource: made,
            context: { ...requestTags(tags), "elasticloadbalancing:CreateAction": operation },
          },
        ]),
  ];
  if (/^Describe/.test(operation)) return [{ action, resource: "*", context: {} }];
  switch (operation) {
    case "CreateLoadBalancer":
      return making(arn(`loadbalancer/net/${text(input, "Name")}/*`), {});
    case "CreateTargetGroup":
      return making(arn(`targetgroup/${text(input, "Name")}/*`), {});
    case "CreateListener": {
      const balancer = text(input, "LoadBalancerArn") ?? "";
      const own = tagsOfArn(world, balancer);
      if (own === undefined) return [];
      return making(
        balancer,
        resourceTags(own, "elasticloadbalancing"),
        `${balancer.replace(":loadbalancer/", ":listener/")}/*`,
      );
    }
    default: {
      const arns = ["LoadBalancerArn", "TargetGroupArn", "ListenerArn"].flatMap((field) => text(input, field) ?? []);
      return [...arns.slice(0, 1), ...texts(input, "ResourceArns")].flatMap((resource) => {
        const own = tagsOfArn(world, resource);
        if (own === undefined) return [];
        const context = { ...resourceTags(own, "elasticloadbalancing"), ...requestTags(tags) };
        return [{ action, resource, context }];
      });
    }
  }
}

function tagsOfArn(world: World, arn: string): Tags | undefined {
  return (world.loadBalancers.get(arn) ?? world.targetGroups.get(arn) ?? world.listeners.get(arn))?.tags;
}

const BALANCING = "elasticloadbalancing.amazonaws.com";

/** An account's first load balancer makes a role of AWS's own, in the caller's name (elb-service-linked-roles.html). */
export function linkedRoleOfBalancer(
  world: World,
  operation: string,
): { service: string; request: AccessRequest } | undefined {
  if (operation !== "CreateLoadBalancer") return undefined;
  return { service: BALANCING, request: linkedRole(world, BALANCING, "AWSServiceRoleForElasticLoadBalancing") };
}

/** What Parameter Store asks about (list_awssystemsmanager.html). */
export function ssmRequests(world: World, operation: string, input: Input): AccessRequest[] {
  const action = `ssm:${operation}`;
  if (operation === "DescribeParameters") {
    return [{ action, resource: `arn:aws:ssm:${world.region}:${world.accountId}:*`, context: {} }];
  }
  const names = [
    text(input, "Name") ?? text(input, "ResourceId") ?? text(input, "Path") ?? [],
    texts(input, "Names"),
  ].flat();
  const tags = tagsIn(input);
  return names.flatMap((name) => {
    const resource = parameterArn(world, name);
    const own = world.parameters.get(name)?.tags ?? {};
    const request = { action, resource, context: { ...resourceTags(own), ...requestTags(tags) } };
    if (operation !== "PutParameter") return [request];
    const key = text(input, "KeyId");
    return [
      request,
      // Tags in the call are asked about for themselves.
      ...(Object.keys(tags).length === 0
        ? []
        : [{ action: "ssm:AddTagsToResource", resource, context: requestTags(tags) }]),
      // Of a standard parameter; AWS's own key, alias/aws/ssm, is everybody's in the account (secure-string-parameter-kms-encryption.html).
      ...(key === undefined
        ? []
        : [
            {
              action: "kms:Encrypt",
              resource: keyArn(world, key),
              context: { "kms:ViaService": `ssm.${world.region}.amazonaws.com` },
            },
          ]),
    ];
  });
}

/** Public parameters are of no account. */
function parameterArn(world: World, name: string): string {
  const account = name.startsWith("/aws/service/") ? "" : world.accountId;
  return `arn:aws:ssm:${world.region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
}

/** S3's actions are not named as its calls are (list_amazons3.html). */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  ListObjectsV2: "ListBucket",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
};

export function s3Requests(world: World, operation: string, input: Input): AccessRequest[] {
  const action = `s3:${S3_ACTIONS[operation] ?? operation}`;
  const bucket = `arn:aws:s3:::${text(input, "Bucket")}`;
  const key = text(input, "Key");
  // Of a bucket that is not there S3 says just that, whoever asks.
  if (operation !== "CreateBucket" && !world.buckets.has(text(input, "Bucket") ?? "")) return [];
  if (key === undefined) {
    const prefix = text(input, "Prefix");
    return [{ action, resource: bucket, context: prefix === undefined ? {} : { "s3:prefix": prefix } }];
  }
  const object = { resource: `${bucket}/${key}`, context: {} };
  const exists = world.buckets.get(text(input, "Bucket") ?? "")?.objects.has(key) ?? false;
  return [
    { action, ...object },
    // Whether an object is missing is told only to those who may list (S3 GetObject, permissions).
    ...(operation === "GetObject" && !exists ? [{ action: "s3:ListBucket", resource: bucket, context: {} }] : []),
    // To compare a version with the present one is to read it (conditional-writes.html, conditional-delete-enforce.html).
    ...(text(input, "IfMatch") === undefined || operation === "GetObject"
      ? []
      : [{ action: "s3:GetObject", ...object }]),
  ];
}
