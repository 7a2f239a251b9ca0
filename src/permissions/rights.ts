/**
 * A policy that is shipped in `policies/` for a role of Slipway's. A role that plans has `plan`; one that applies has that,
 * `apply`, and for EC2 the policy of each placement that is used; one that reconciles has `plan` and `reconcile`.
 */
export type Holder = "plan" | "apply" | "apply-dynamic" | "apply-static" | "reconcile";

/** What a right is about, by the ARNs that AWS asks about. Names are those of core/names.ts. */
export const ARNS = {
  everything: "*",
  vpc: "arn:aws:ec2:*:*:vpc/*",
  subnet: "arn:aws:ec2:*:*:subnet/*",
  "internet-gateway": "arn:aws:ec2:*:*:internet-gateway/*",
  "elastic-ip": "arn:aws:ec2:*:*:elastic-ip/*",
  "nat-gateway": "arn:aws:ec2:*:*:natgateway/*",
  "route-table": "arn:aws:ec2:*:*:route-table/*",
  "vpc-endpoint": "arn:aws:ec2:*:*:vpc-endpoint/*",
  "security-group": "arn:aws:ec2:*:*:security-group/*",
  instance: "arn:aws:ec2:*:*:instance/*",
  volume: "arn:aws:ec2:*:*:volume/*",
  "network-interface": "arn:aws:ec2:*:*:network-interface/*",
  "spot-request": "arn:aws:ec2:*:*:spot-instances-request/*",
  "key-pair": "arn:aws:ec2:*:*:key-pair/*",
  // Images belong to nobody's account in an ARN.
  image: "arn:aws:ec2:*::image/*",
  "load-balancer": "arn:aws:elasticloadbalancing:*:*:loadbalancer/net/slipway-*/*",
  "target-group": "arn:aws:elasticloadbalancing:*:*:targetgroup/slipway-*/*",
  listener: "arn:aws:elasticloadbalancing:*:*:listener/net/slipway-*/*",
  // Two hyphens: a cluster's roles have them, and slipway-apply, which nobody may change through Slipway, has not.
  role: "arn:aws:iam::*:role/slipway-*-*",
  "instance-profile": "arn:aws:iam::*:instance-profile/slipway-*-*",
  // The roles that are simulated.
  "own-role": "arn:aws:iam::*:role/slipway-*",
  "balancing-linked-role":
    "arn:aws:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
  "spot-linked-role": "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot",
  parameter: "arn:aws:ssm:*:*:parameter/slipway/*",
  // Public parameters belong to nobody's account either.
  "image-parameter": "arn:aws:ssm:*::parameter/aws/service/canonical/ubuntu/*",
  // The account's own buckets alone, whoever else has one of such a name.
  bucket: `arn:aws:s3:::slipway-\${aws:PrincipalAccount}-*`,
  object: `arn:aws:s3:::slipway-\${aws:PrincipalAccount}-*/*`,
  key: "arn:aws:kms:*:*:key/*",
} as const;

export type Target = keyof typeof ARNS;

/**
 * What else must be so.
 * own: it is a cluster's, by its tag; asked: the call gives it a cluster's tag; at-creation: tags in the call that makes
 * it; bounded: the role has the permissions boundary for nodes; the rest say for whom it is done.
 */
export type Condition =
  | "any"
  | "own"
  | "asked"
  | "asked-bounded"
  | "at-creation"
  | "bounded"
  | "to-ec2"
  | "for-balancing"
  | "for-spot"
  | "through-ec2"
  | "through-ssm";

/** An action, what it may be done to under which conditions (any of several), and the policies that have it. */
export interface Right {
  action: string;
  on: Readonly<Partial<Record<Target, Condition | readonly Condition[]>>>;
  in: readonly Holder[];
}

const PLAN = ["plan"] as const;
const DYNAMIC = ["apply-dynamic"] as const;
const STATIC = ["apply-static"] as const;
const PLACED = ["apply-dynamic", "apply-static"] as const;
const APPLY = ["apply"] as const;
const NODES = ["apply", "reconcile"] as const;

function right(action: string, on: Right["on"], holders: readonly Holder[]): Right {
  return { action, on, in: holders };
}

/** Reads that AWS does not tell apart by what they are about. */
function reads(service: string, names: string, holders: readonly Holder[] = PLAN): Right[] {
  return names.split(" ").map((name) => right(`${service}:${name}`, { everything: "any" }, holders));
}

/** One action each on a thing that is a cluster's. */
function changes(service: string, target: Target, names: string, holders: readonly Holder[]): Right[] {
  return names.split(" ").map((name) => right(`${service}:${name}`, { [target]: "own" }, holders));
}

/** What a launch makes. */
const LAUNCHED = ["instance", "volume", "network-interface", "spot-request"] as const;
/** What a cluster has in any network, and gets new tags in place. */
const MACHINES = ["instance", "volume", "network-interface", "security-group"] as const;
const NETWORK = [
  "vpc",
  "subnet",
  "internet-gateway",
  "elastic-ip",
  "nat-gateway",
  "route-table",
  "vpc-endpoint",
] as const;

function each(targets: readonly Target[], condition: Condition | readonly Condition[]): Right["on"] {
  return Object.fromEntries(targets.map((target) => [target, condition]));
}

/**
 * Every call that Slipway makes, what it is about, on which condition it is allowed, and to whom. The policies in
 * `policies/` and the questions that a plan asks are made from it. What each action is judged by is in
 * fixtures/iam/authorization.json. A role that applies or reconciles has the policy `plan` besides its own.
 */
export const RIGHTS: readonly Right[] = [
  ...reads(
    "ec2",
    "DescribeAddresses DescribeAvailabilityZones DescribeImages DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances DescribeInternetGateways DescribeKeyPairs DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroups DescribeSpotPriceHistory DescribeSubnets DescribeVolumes DescribeVpcEndpoints DescribeVpcPeeringConnections DescribeVpcs DescribeVpnGateways",
  ),
  right("ec2:DescribeVpcAttribute", { vpc: "any" }, PLAN),
  ...reads(
    "elasticloadbalancing",
    "DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth",
  ),
  ...reads("pricing", "GetProducts"),
  ...reads("servicequotas", "ListAWSDefaultServiceQuotas ListServiceQuotas"),
  right("iam:GetRole", { role: "any" }, PLAN),
  right("iam:GetRolePolicy", { role: "any" }, PLAN),
  right("iam:GetInstanceProfile", { "instance-profile": "any" }, PLAN),
  right("iam:SimulatePrincipalPolicy", { "own-role": "any" }, PLAN),
  // Names alone, of what clusters there are.
  ...reads("ssm", "DescribeParameters"),
  right("ssm:ListTagsForResource", { parameter: "any" }, PLAN),
  right("ssm:GetParameters", { "image-parameter": "any", parameter: "any" }, PLAN),
  right("s3:GetObject", { object: "any" }, PLAN),
  // Without it S3 answers 403 for a record that is not there, and "none" could not be told from "not for you".
  right("s3:ListBucket", { bucket: "any" }, PLAN),

  // The network of a cluster that has one of its own.
  right("ec2:CreateVpc", { vpc: "asked" }, DYNAMIC),
  right("ec2:CreateSubnet", { subnet: "asked", vpc: "own" }, DYNAMIC),
  right("ec2:CreateInternetGateway", { "internet-gateway": "asked" }, DYNAMIC),
  right("ec2:AllocateAddress", { "elastic-ip": "asked" }, DYNAMIC),
  right("ec2:CreateNatGateway", { "nat-gateway": "asked", subnet: "own", "elastic-ip": "own" }, DYNAMIC),
  right("ec2:CreateRouteTable", { "route-table": "asked", vpc: "own" }, DYNAMIC),
  right("ec2:CreateVpcEndpoint", { "vpc-endpoint": "asked", vpc: "own", "route-table": "own" }, DYNAMIC),
  right("ec2:AttachInternetGateway", { "internet-gateway": "own", vpc: "own" }, DYNAMIC),
  right("ec2:DetachInternetGateway", { "internet-gateway": "own", vpc: "own" }, DYNAMIC),
  right("ec2:AssociateRouteTable", { "route-table": "own", subnet: "own" }, DYNAMIC),
  right("ec2:DisassociateRouteTable", { "route-table": "own", subnet: "own" }, DYNAMIC),
  right("ec2:ModifyVpcEndpoint", { "vpc-endpoint": "own", "route-table": "own" }, DYNAMIC),
  ...changes("ec2", "vpc", "DeleteVpc ModifyVpcAttribute", DYNAMIC),
  ...changes("ec2", "subnet", "DeleteSubnet", DYNAMIC),
  ...changes("ec2", "internet-gateway", "DeleteInternetGateway", DYNAMIC),
  ...changes("ec2", "elastic-ip", "ReleaseAddress", DYNAMIC),
  ...changes("ec2", "nat-gateway", "DeleteNatGateway", DYNAMIC),
  ...changes("ec2", "route-table", "CreateRoute DeleteRoute DeleteRouteTable ReplaceRoute", DYNAMIC),
  ...changes("ec2", "vpc-endpoint", "DeleteVpcEndpoints", DYNAMIC),

  // Instances and who may talk to them.
  right("ec2:RunInstances", { ...each(LAUNCHED, "asked"), image: "any", "key-pair": "any", "security-group": "own" }, [
    ...PLACED,
    "reconcile",
  ]),
  right("ec2:RunInstances", { subnet: "own" }, DYNAMIC),
  // In a network of the user's, neither subnets nor VPC carry a cluster's tag.
  right("ec2:RunInstances", { subnet: "any" }, [...STATIC, "reconcile"]),
  ...changes("ec2", "instance", "TerminateInstances GetConsoleOutput", [...PLACED, "reconcile"]),
  right("ec2:ModifyInstanceAttribute", { instance: "own", "security-group": "own" }, PLACED),
  right("ec2:CreateSecurityGroup", { "security-group": "asked" }, PLACED),
  right("ec2:CreateSecurityGroup", { vpc: "own" }, DYNAMIC),
  right("ec2:CreateSecurityGroup", { vpc: "any" }, STATIC),
  ...changes(
    "ec2",
    "security-group",
    "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress DeleteSecurityGroup RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
    PLACED,
  ),
  right("ec2:CreateTags", each(NETWORK, ["at-creation", "own"]), DYNAMIC),
  right("ec2:CreateTags", { ...each(MACHINES, ["at-creation", "own"]), "spot-request": "at-creation" }, PLACED),
  right("ec2:CreateTags", { ...each(LAUNCHED, "at-creation"), instance: ["at-creation", "own"] }, ["reconcile"]),
  right("ec2:DeleteTags", { instance: "own" }, ["reconcile"]),
  right("ec2:DeleteTags", each(NETWORK, "own"), DYNAMIC),
  right("ec2:DeleteTags", each(MACHINES, "own"), PLACED),

  // The API's load balancer.
  right("elasticloadbalancing:CreateLoadBalancer", { "load-balancer": "asked" }, APPLY),
  right("elasticloadbalancing:CreateTargetGroup", { "target-group": "asked" }, APPLY),
  ...changes(
    "elasticloadbalancing",
    "load-balancer",
    "CreateListener DeleteLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets",
    APPLY,
  ),
  ...changes(
    "elasticloadbalancing",
    "target-group",
    "DeleteTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes",
    APPLY,
  ),
  ...changes("elasticloadbalancing", "target-group", "DeregisterTargets RegisterTargets", NODES),
  ...changes("elasticloadbalancing", "listener", "DeleteListener ModifyListener", APPLY),
  right(
    "elasticloadbalancing:AddTags",
    each(["load-balancer", "target-group", "listener"], ["at-creation", "own"]),
    APPLY,
  ),

  right("elasticloadbalancing:RemoveTags", each(["load-balancer", "target-group", "listener"], "own"), APPLY),

  // Nodes' roles. Whoever could write a role's policy and pass it to a machine could do anything, so the role must have the
  // permissions boundary for nodes.
  right("iam:CreateRole", { role: "asked-bounded" }, APPLY),
  ...["PutRolePolicy", "PutRolePermissionsBoundary", "UpdateAssumeRolePolicy"].map((name) =>
    right(`iam:${name}`, { role: "bounded" }, APPLY),
  ),
  ...changes("iam", "role", "DeleteRole DeleteRolePolicy", APPLY),
  // Tags in the call that makes it are asked about as a call of their own.
  right("iam:TagRole", { role: ["asked", "own"] }, APPLY),
  right("iam:UntagRole", { role: "own" }, APPLY),
  right("iam:CreateInstanceProfile", { "instance-profile": "asked" }, APPLY),
  ...changes(
    "iam",
    "instance-profile",
    "AddRoleToInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile",
    APPLY,
  ),
  right("iam:TagInstanceProfile", { "instance-profile": ["asked", "own"] }, APPLY),
  right("iam:UntagInstanceProfile", { "instance-profile": "own" }, APPLY),
  right("iam:PassRole", { role: "to-ec2" }, NODES),
  // In an account's first load balancer and first spot instance AWS makes a role of its own, in the caller's name.
  right(
    "iam:CreateServiceLinkedRole",
    { "balancing-linked-role": "for-balancing", "spot-linked-role": "for-spot" },
    APPLY,
  ),
  right("iam:CreateServiceLinkedRole", { "spot-linked-role": "for-spot" }, ["reconcile"]),

  // What nodes share, and the records.
  ...["AddTagsToResource", "DeleteParameters", "PutParameter", "RemoveTagsFromResource"].map((name) =>
    right(`ssm:${name}`, { parameter: "any" }, APPLY),
  ),
  right("ssm:DeleteParameter", { parameter: "any" }, APPLY),
  right("s3:PutObject", { object: "any" }, NODES),
  right("s3:DeleteObject", { object: "any" }, NODES),
  ...[
    "CreateBucket",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketVersioning",
    "PutLifecycleConfiguration",
  ].map((name) => right(`s3:${name}`, { bucket: "any" }, APPLY)),

  // Where the account's own KMS key is asked for, EC2 and SSM use it in the caller's name (EBS encryption, permissions).
  ...["CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"].map(
    (name) => right(`kms:${name}`, { key: "through-ec2" }, NODES),
  ),
  right("kms:Encrypt", { key: "through-ssm" }, APPLY),
];
