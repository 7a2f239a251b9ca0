import { type AwsCallError, matchesCode } from "./errors.ts";

/**
 * AWS answers before all of AWS knows. Each rule names one such case: which answer of which calls means "not yet" and
 * not "no", and for how long it may.
 */
export interface ConsistencyRule {
  name: string;
  actions: RegExp;
  codes: readonly string[];
  message?: RegExp;
  limitMs: number;
  /** Where it is said or was seen. */
  source: string;
}

const MINUTE = 60_000;

/** The one table of waits for AWS to agree with itself. */
export const CONSISTENCY_RULES: readonly ConsistencyRule[] = [
  {
    name: "a just-made resource is not known yet",
    actions: /^ec2:(Create|Attach|Associate|Authorize|Revoke|Modify|Replace|Run|Allocate)/,
    codes: [
      "InvalidVpcID.NotFound",
      "InvalidSubnetID.NotFound",
      "InvalidSubnet",
      "InvalidGroup.NotFound",
      "InvalidRouteTableID.NotFound",
      "InvalidInternetGatewayID.NotFound",
      "InvalidGatewayID.NotFound",
      "InvalidNatGatewayID.NotFound",
      "NatGatewayNotFound",
      "InvalidAllocationID.NotFound",
      "InvalidInstanceID.NotFound",
      "InvalidID",
    ],
    limitMs: 2 * MINUTE,
    source: "docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html",
  },
  {
    name: "an instance profile has not reached EC2 yet",
    actions: /^ec2:(RunInstances|AssociateIamInstanceProfile)$/,
    codes: ["InvalidParameterValue"],
    message: /Invalid IAM Instance Profile|has no associated IAM Roles/i,
    limitMs: 3 * MINUTE,
    source: "docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.md: changes are not immediately visible",
  },
  {
    name: "the address of a NAT gateway that is going is still held",
    actions: /^ec2:ReleaseAddress$/,
    codes: ["AuthFailure", "InvalidIPAddress.InUse", "InvalidNetworkInterfaceID.NotFound"],
    limitMs: 3 * MINUTE,
    source: "reference/aws.md §2b: AuthFailure while the NAT gateway is deleting, and briefly after",
  },
  {
    name: "interfaces of load balancers and NAT gateways linger",
    actions:
      /^ec2:(DeleteSubnet|DeleteSecurityGroup|DetachInternetGateway|DeleteVpc|DeleteRouteTable|DeleteInternetGateway)$/,
    codes: ["DependencyViolation", "InvalidGroup.InUse"],
    limitMs: 5 * MINUTE,
    source: "reference/aws.md §1: a deleted load balancer's interfaces stay 40-50 s",
  },
  {
    name: "two changes of tags at once",
    actions: /^ec2:(CreateTags|DeleteTags)$/,
    codes: ["ConcurrentTagAccess"],
    limitMs: MINUTE,
    source: "docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html",
  },
  {
    name: "an instance that does not run yet can't be a target",
    actions: /^elasticloadbalancing:RegisterTargets$/,
    codes: ["InvalidTarget"],
    limitMs: 3 * MINUTE,
    source: "docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html",
  },
  {
    name: "a just-made load balancer or target group is not known yet",
    actions:
      /^elasticloadbalancing:(CreateListener|ModifyLoadBalancerAttributes|ModifyTargetGroupAttributes|RegisterTargets|SetSubnets|SetSecurityGroups)$/,
    codes: ["LoadBalancerNotFound", "TargetGroupNotFound"],
    limitMs: MINUTE,
    source: "reference/kops-and-capa.md §3d",
  },
  {
    name: "a target group is still held by a listener that is going",
    actions: /^elasticloadbalancing:DeleteTargetGroup$/,
    codes: ["ResourceInUse"],
    limitMs: 2 * MINUTE,
    source: "reference/aws.md §2b",
  },
  {
    name: "a just-made role or profile is not known yet, or just changed",
    actions:
      /^iam:(PutRolePolicy|AddRoleToInstanceProfile|TagRole|TagInstanceProfile|DeleteRole|DeleteInstanceProfile)$/,
    codes: ["NoSuchEntity*", "ConcurrentModification*", "DeleteConflict*"],
    limitMs: MINUTE,
    source: "docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.md",
  },
];

/** The rule that an error of a call falls under. */
export function ruleFor(error: AwsCallError): ConsistencyRule | undefined {
  return CONSISTENCY_RULES.find(
    (rule) =>
      rule.actions.test(error.action) &&
      rule.codes.some((code) => matchesCode(error.code, code)) &&
      (rule.message === undefined || rule.message.test(error.message)),
  );
}
