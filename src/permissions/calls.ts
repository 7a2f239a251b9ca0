import type { Kind } from "../resources/resource.ts";

/** What each kind's calls are when it is made, with the tags that it is made with. */
export const CREATING: Readonly<Record<Kind, readonly string[]>> = {
  vpc: ["ec2:CreateVpc", "ec2:CreateTags", "ec2:ModifyVpcAttribute"],
  subnet: ["ec2:CreateSubnet", "ec2:CreateTags"],
  "internet-gateway": ["ec2:CreateInternetGateway", "ec2:CreateTags", "ec2:AttachInternetGateway"],
  "elastic-ip": ["ec2:AllocateAddress", "ec2:CreateTags"],
  "nat-gateway": ["ec2:CreateNatGateway", "ec2:CreateTags"],
  "route-table": ["ec2:CreateRouteTable", "ec2:CreateTags", "ec2:AssociateRouteTable"],
  route: ["ec2:CreateRoute"],
  "vpc-endpoint": ["ec2:CreateVpcEndpoint", "ec2:CreateTags"],
  "security-group": ["ec2:CreateSecurityGroup", "ec2:CreateTags"],
  "security-group-rules": [
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupEgress",
  ],
  pki: ["ssm:PutParameter", "ssm:AddTagsToResource", "kms:Encrypt"],
  role: ["iam:CreateRole", "iam:TagRole", "iam:PutRolePolicy"],
  "instance-profile": [
    "iam:CreateInstanceProfile",
    "iam:TagInstanceProfile",
    "iam:AddRoleToInstanceProfile",
    "iam:PassRole",
  ],
  "load-balancer": [
    "elasticloadbalancing:CreateLoadBalancer",
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "iam:CreateServiceLinkedRole",
  ],
  "target-group": [
    "elasticloadbalancing:CreateTargetGroup",
    "elasticloadbalancing:AddTags",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
  ],
  listener: ["elasticloadbalancing:CreateListener", "elasticloadbalancing:AddTags"],
  bastion: ["ec2:RunInstances", "ec2:CreateTags"],
};

const RULES = [
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:RevokeSecurityGroupIngress",
  "ec2:RevokeSecurityGroupEgress",
] as const;

/** What each kind's calls are when a field of it changes; `*` stands for any that is not named. */
const UPDATING: Readonly<Partial<Record<Kind, Readonly<Record<string, readonly string[]>>>>> = {
  vpc: { "*": ["ec2:ModifyVpcAttribute"] },
  "internet-gateway": { "*": ["ec2:AttachInternetGateway"] },
  "route-table": { "*": ["ec2:AssociateRouteTable", "ec2:DisassociateRouteTable"] },
  route: { "*": ["ec2:ReplaceRoute"] },
  "vpc-endpoint": { "*": ["ec2:ModifyVpcEndpoint"] },
  "security-group-rules": { "*": RULES },
  role: {
    trust: ["iam:UpdateAssumeRolePolicy"],
    boundary: ["iam:PutRolePermissionsBoundary"],
    policy: ["iam:PutRolePolicy"],
  },
  "instance-profile": {
    "*": ["iam:AddRoleToInstanceProfile", "iam:PassRole"],
  },
  "load-balancer": {
    securityGroups: ["elasticloadbalancing:SetSecurityGroups"],
    subnets: ["elasticloadbalancing:SetSubnets"],
    "*": ["elasticloadbalancing:ModifyLoadBalancerAttributes"],
  },
  "target-group": {
    healthPath: ["elasticloadbalancing:ModifyTargetGroup"],
    healthIntervalSeconds: ["elasticloadbalancing:ModifyTargetGroup"],
    healthThreshold: ["elasticloadbalancing:ModifyTargetGroup"],
    "*": ["elasticloadbalancing:ModifyTargetGroupAttributes"],
  },
  listener: { "*": ["elasticloadbalancing:ModifyListener"] },
  bastion: { "*": ["ec2:ModifyInstanceAttribute"] },
};

export function updating(kind: Kind, fields: readonly string[]): readonly string[] {
  const own = UPDATING[kind];
  return fields.flatMap((field) => own?.[field] ?? own?.["*"] ?? []);
}

/** What puts tags on something that stands. */
export function tagging(kind: Kind): string {
  switch (kind) {
    case "role":
      return "iam:TagRole";
    case "instance-profile":
      return "iam:TagInstanceProfile";
    case "pki":
      return "ssm:AddTagsToResource";
    case "load-balancer":
    case "target-group":
    case "listener":
      return "elasticloadbalancing:AddTags";
    default:
      return "ec2:CreateTags";
  }
}

/** What takes tags from something that stands. */
export function untagging(kind: Kind): string {
  switch (kind) {
    case "role":
      return "iam:UntagRole";
    case "instance-profile":
      return "iam:UntagInstanceProfile";
    case "pki":
      return "ssm:RemoveTagsFromResource";
    case "load-balancer":
    case "target-group":
    case "listener":
      return "elasticloadbalancing:RemoveTags";
    default:
      return "ec2:DeleteTags";
  }
}

/** What each kind's calls are when it is removed; parts go with their owners. */
export const REMOVING: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  vpc: ["ec2:DeleteVpc"],
  subnet: ["ec2:DeleteSubnet"],
  "internet-gateway": ["ec2:DetachInternetGateway", "ec2:DeleteInternetGateway"],
  "elastic-ip": ["ec2:ReleaseAddress"],
  "nat-gateway": ["ec2:DeleteNatGateway"],
  "route-table": ["ec2:DisassociateRouteTable", "ec2:DeleteRouteTable"],
  route: ["ec2:DeleteRoute"],
  "vpc-endpoint": ["ec2:DeleteVpcEndpoints"],
  "security-group": ["ec2:DeleteSecurityGroup"],
  "security-group-rules": ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
  pki: ["ssm:DeleteParameter"],
  role: ["iam:DeleteRolePolicy", "iam:DeleteRole"],
  "instance-profile": ["iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"],
  "load-balancer": [
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:DeleteLoadBalancer",
    "ec2:DescribeNetworkInterfaces",
  ],
  "target-group": ["elasticloadbalancing:DeleteTargetGroup"],
  listener: ["elasticloadbalancing:DeleteListener"],
  bastion: ["ec2:TerminateInstances"],
};

/** Of every apply: the lease, what is on its way, what was applied. */
export const RECORDING = ["s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket"] as const;

/** Of the first apply of a cluster, which looks after the bucket. */
export const MAKING_BUCKET = [
  "s3:CreateBucket",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
] as const;

/** Where the account's own key encrypts volumes. */
export const ENCRYPTING = [
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
] as const;

/** Reads without which an apply still knows what to do; what only a destroy looks at among them, which says what it may not. */
export const OPTIONAL_READS: ReadonlySet<string> = new Set([
  "ec2:DescribeImages",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeKeyPairs",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeSpotPriceHistory",
  "ec2:DescribeVolumes",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpnGateways",
  "iam:SimulatePrincipalPolicy",
  "pricing:GetProducts",
  "servicequotas:ListAWSDefaultServiceQuotas",
  "servicequotas:ListServiceQuotas",
  "ssm:DescribeParameters",
]);
