import { awsError } from "../errors.ts";
import type { World } from "../world.ts";
import type { AccessRequest } from "./evaluate.ts";
import { passRole } from "./iam-requests.ts";
import {
  ec2Arn,
  ec2Thing,
  type Input,
  records,
  requestTags,
  resourceTags,
  type Tags,
  tagsIn,
  text,
  texts,
} from "./things.ts";

/** Where a call's input names the things that it is about. */
interface About {
  /** Fields with one id each, or a list of ids. */
  uses?: readonly string[];
  /** What it makes, in EC2's word for an ARN; and in its word for a tag specification, where that is another. */
  makes?: readonly [kind: string, tagged: string];
}

/**
 * What EC2 asks about, by operation: the resource types of each action in the Service Authorization Reference
 * (list_amazonec2.html), as far as Slipway uses them.
 */
const ABOUT: Readonly<Record<string, About>> = {
  CreateVpc: { makes: ["vpc", "vpc"] },
  CreateSubnet: { makes: ["subnet", "subnet"], uses: ["VpcId"] },
  CreateInternetGateway: { makes: ["internet-gateway", "internet-gateway"] },
  AllocateAddress: { makes: ["elastic-ip", "elastic-ip"] },
  CreateNatGateway: { makes: ["natgateway", "natgateway"], uses: ["SubnetId", "AllocationId"] },
  CreateRouteTable: { makes: ["route-table", "route-table"], uses: ["VpcId"] },
  CreateVpcEndpoint: { makes: ["vpc-endpoint", "vpc-endpoint"], uses: ["VpcId", "RouteTableIds"] },
  CreateSecurityGroup: { makes: ["security-group", "security-group"], uses: ["VpcId"] },
  AttachInternetGateway: { uses: ["InternetGatewayId", "VpcId"] },
  DetachInternetGateway: { uses: ["InternetGatewayId", "VpcId"] },
  AssociateRouteTable: { uses: ["RouteTableId", "SubnetId"] },
  CreateRoute: { uses: ["RouteTableId"] },
  ReplaceRoute: { uses: ["RouteTableId"] },
  DeleteRoute: { uses: ["RouteTableId"] },
  DeleteRouteTable: { uses: ["RouteTableId"] },
  ModifyVpcEndpoint: { uses: ["VpcEndpointId", "AddRouteTableIds", "RemoveRouteTableIds"] },
  DeleteVpcEndpoints: { uses: ["VpcEndpointIds"] },
  ModifyVpcAttribute: { uses: ["VpcId"] },
  DescribeVpcAttribute: { uses: ["VpcId"] },
  AssociateVpcCidrBlock: { uses: ["VpcId"] },
  DeleteVpc: { uses: ["VpcId"] },
  DeleteSubnet: { uses: ["SubnetId"] },
  DeleteInternetGateway: { uses: ["InternetGatewayId"] },
  ReleaseAddress: { uses: ["AllocationId"] },
  DeleteNatGateway: { uses: ["NatGatewayId"] },
  AuthorizeSecurityGroupEgress: { uses: ["GroupId"] },
  AuthorizeSecurityGroupIngress: { uses: ["GroupId"] },
  RevokeSecurityGroupEgress: { uses: ["GroupId"] },
  RevokeSecurityGroupIngress: { uses: ["GroupId"] },
  DeleteSecurityGroup: { uses: ["GroupId"] },
  ModifyInstanceAttribute: { uses: ["InstanceId", "Groups"] },
  TerminateInstances: { uses: ["InstanceIds"] },
  GetConsoleOutput: { uses: ["InstanceId"] },
};

/** What EC2 asks about before it does a call. */
export function ec2Requests(world: World, operation: string, input: Input): AccessRequest[] {
  const action = `ec2:${operation}`;
  if (operation === "RunInstances") return launchRequests(world, input);
  if (operation === "CreateTags" || operation === "DeleteTags") {
    // The tags are the call's, and there is no creating action.
    return using(world, action, texts(input, "Resources"), requestTags(tagsIn(input)));
  }
  if (operation === "DisassociateRouteTable") return using(world, action, associated(world, input));
  const about = ABOUT[operation];
  if (about === undefined) {
    if (/^(Describe|Get)/.test(operation)) return [{ action, resource: "*", context: {} }];
    throw new Error(`the twin does not know what ${action} is judged by`);
  }
  const ids = (about.uses ?? []).flatMap((field) => text(input, field) ?? texts(input, field));
  return [
    ...(about.makes === undefined ? [] : making(world, operation, input, ...about.makes)),
    ...using(world, action, ids),
  ];
}

/** What is not there is not asked about: EC2 answers NotFound then. [U: with conditions on tags it may say otherwise] */
function using(
  world: World,
  action: string,
  ids: readonly string[],
  more: AccessRequest["context"] = {},
): AccessRequest[] {
  return ids.flatMap((id) => {
    const thing = ec2Thing(world, id);
    if (thing === undefined) return [];
    return [{ action, resource: thing.arn, context: { ...resourceTags(thing.tags, "ec2"), ...more } }];
  });
}

/** A new thing, and the tags that it is born with: those are CreateTags, by that action (supported-iam-actions-tagging.html). */
function making(world: World, operation: string, input: Input, kind: string, tagged: string): AccessRequest[] {
  const resource = ec2Arn(world, kind, "*");
  const tags = specifiedTags(input, tagged);
  const request = { action: `ec2:${operation}`, resource, context: requestTags(tags) };
  if (Object.keys(tags).length === 0) return [request];
  return [
    request,
    { action: "ec2:CreateTags", resource, context: { ...requestTags(tags), "ec2:CreateAction": operation } },
  ];
}

function specifiedTags(input: Input, kind: string): Tags {
  const specification = records(input, "TagSpecifications").find((one) => text(one, "ResourceType") === kind);
  return specification === undefined ? {} : tagsIn(specification);
}

function associated(world: World, input: Input): string[] {
  const id = text(input, "AssociationId");
  return [...world.routeTables.values()].flatMap((table) =>
    table.associations.filter((one) => one.id === id).flatMap((one) => [table.id, one.subnetId]),
  );
}

const MADE_BY_LAUNCH = ["instance", "volume", "network-interface"] as const;

function launchRequests(world: World, input: Input): AccessRequest[] {
  const action = "ec2:RunInstances";
  const [nic] = records(input, "NetworkInterfaces");
  const isSpot = input.InstanceMarketOptions !== undefined;
  const made = isSpot ? [...MADE_BY_LAUNCH, "spot-instances-request"] : MADE_BY_LAUNCH;
  const key = text(input, "KeyName");
  const plain = (kind: string, id: string | undefined): AccessRequest[] =>
    id === undefined ? [] : [{ action, resource: ec2Arn(world, kind, id), context: {} }];
  const profile = input.IamInstanceProfile as Input | undefined;
  const ids = [
    ...(text(nic ?? {}, "SubnetId") === undefined ? [] : [text(nic ?? {}, "SubnetId") ?? ""]),
    ...texts(nic ?? {}, "Groups"),
  ];
  return [
    ...made.flatMap((kind) => making(world, "RunInstances", input, kind, kind)),
    ...plain("image", text(input, "ImageId")),
    ...plain("key-pair", key),
    ...using(world, action, ids),
    ...passRole(
      world,
      text(profile ?? {}, "Name") ??
        text(profile ?? {}, "Arn")
          ?.split("/")
          .at(-1),
    ),
    ...keyRequests(world, input),
  ];
}

/** EC2 uses a key of the account's own in the caller's name (EBS encryption, permissions of IAM users). */
function keyRequests(world: World, input: Input): AccessRequest[] {
  const keys = records(input, "BlockDeviceMappings").flatMap(
    (mapping) => text((mapping.Ebs ?? {}) as Input, "KmsKeyId") ?? [],
  );
  const actions = [
    "CreateGrant",
    "Decrypt",
    "DescribeKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
  ];
  return keys.flatMap((key) =>
    actions.map((name) => ({
      action: `kms:${name}`,
      resource: keyArn(world, key),
      context: { "kms:ViaService": `ec2.${world.region}.amazonaws.com` },
    })),
  );
}

/** IAM knows keys by their own ARNs: behind an alias is some key. */
export function keyArn(world: World, key: string): string {
  return key.includes(":key/")
    ? key
    : `arn:aws:kms:${world.region}:${world.accountId}:key/behind-${key.split("/").at(-1)}`;
}

const SPOT = "spot.amazonaws.com";

/**
 * The first spot instance of an account makes a role of AWS's own, in the caller's name; who may not do that is told so
 * in these words (reference/aws.md §2; docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html).
 */
export function linkedRoleOfLaunch(
  world: World,
  operation: string,
  input: Input,
): { service: string; request: AccessRequest; refusal: () => Error } | undefined {
  if (operation !== "RunInstances" || input.InstanceMarketOptions === undefined) return undefined;
  return {
    service: SPOT,
    request: linkedRole(world, SPOT, "AWSServiceRoleForEC2Spot"),
    refusal: () =>
      awsError(
        "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
        "The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.",
        403,
      ),
  };
}

export function linkedRole(world: World, service: string, name: string): AccessRequest {
  return {
    action: "iam:CreateServiceLinkedRole",
    resource: `arn:aws:iam::${world.accountId}:role/aws-service-role/${service}/${name}`,
    context: { "iam:AWSServiceName": service },
  };
}
