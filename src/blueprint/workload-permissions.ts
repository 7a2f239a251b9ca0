import { definitionOf } from "../packs/built-in.ts";
import { allow, type Statement, useKey } from "../permissions/statement.ts";
import { TAG } from "../resources/tags.ts";
import { cloudProviderTag, type Draft } from "./draft.ts";

/**
 * What the controllers on the control plane do in AWS for workloads: load balancers for Services (cloud-provider-aws,
 * docs/prerequisites.md) and volumes for claims (aws-ebs-csi-driver, docs/install.md). Both mark what they make as their
 * cluster's, and may change nothing else: neither another cluster's things nor the load balancer of the API.
 */
export function workloadStatements(draft: Draft): Statement[] {
  const { name, accountId, region } = draft.identity;
  const ec2 = (kind: string): string => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
  const balancing = `arn:aws:elasticloadbalancing:${region}:${accountId}:*`;
  const [[key = "", value = ""] = []] = Object.entries(cloudProviderTag(draft.identity));
  const asksFor = { StringEquals: { [`aws:RequestTag/${key}`]: value } };
  const isOwn = { StringEquals: { [`aws:ResourceTag/${key}`]: value } };
  const ofCluster = { StringEquals: { [`ec2:ResourceTag/${TAG.cluster}`]: name } };
  return [
    allow("ServicesSee", "elasticloadbalancing:Describe*", "*"),
    allow("ServiceGroupsMake", "ec2:CreateSecurityGroup", [ec2("security-group"), ec2("vpc")]),
    { ...allow("ServiceGroupsTag", "ec2:CreateTags", ec2("security-group")), Condition: asksFor },
    {
      ...allow(
        "ServiceGroupsUse",
        ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup"],
        ec2("security-group"),
      ),
      Condition: isOwn,
    },
    {
      ...allow(
        "ServicesMake",
        [
          "elasticloadbalancing:AddTags",
          "elasticloadbalancing:CreateLoadBalancer",
          "elasticloadbalancing:CreateTargetGroup",
        ],
        balancing,
      ),
      Condition: asksFor,
    },
    {
      ...allow(
        "ServicesUse",
        [
          "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer",
          "elasticloadbalancing:AttachLoadBalancerToSubnets",
          "elasticloadbalancing:ConfigureHealthCheck",
          "elasticloadbalancing:CreateListener",
          "elasticloadbalancing:CreateLoadBalancerListeners",
          "elasticloadbalancing:CreateLoadBalancerPolicy",
          "elasticloadbalancing:DeleteListener",
          "elasticloadbalancing:DeleteLoadBalancer",
          "elasticloadbalancing:DeleteLoadBalancerListeners",
          "elasticloadbalancing:DeleteTargetGroup",
          "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
          "elasticloadbalancing:DeregisterTargets",
          "elasticloadbalancing:DetachLoadBalancerFromSubnets",
          "elasticloadbalancing:ModifyListener",
          "elasticloadbalancing:ModifyLoadBalancerAttributes",
          "elasticloadbalancing:ModifyTargetGroup",
          "elasticloadbalancing:ModifyTargetGroupAttributes",
          "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
          "elasticloadbalancing:RegisterTargets",
          "elasticloadbalancing:SetLoadBalancerPoliciesForBackendServer",
          "elasticloadbalancing:SetLoadBalancerPoliciesOfListener",
        ],
        balancing,
      ),
      Condition: isOwn,
    },
    allow("VolumesSee", ["ec2:DescribeVolumes", "ec2:DescribeVolumesModifications"], "*"),
    {
      ...allow("VolumesMake", "ec2:CreateVolume", ec2("volume")),
      Condition: { StringEquals: { [`aws:RequestTag/${TAG.cluster}`]: name } },
    },
    {
      ...allow("VolumesTag", "ec2:CreateTags", ec2("volume")),
      Condition: { StringEquals: { "ec2:CreateAction": "CreateVolume" } },
    },
    {
      ...allow(
        "VolumesUse",
        ["ec2:AttachVolume", "ec2:DetachVolume", "ec2:DeleteVolume", "ec2:ModifyVolume"],
        ec2("volume"),
      ),
      Condition: ofCluster,
    },
    { ...allow("VolumesOn", ["ec2:AttachVolume", "ec2:DetachVolume"], ec2("instance")), Condition: ofCluster },
    ...volumeKeyStatements(draft),
    ...addOnStatements(draft),
  ];
}

/** What add-ons that run on the control plane say they need of AWS. */
function addOnStatements({ cluster }: Draft): Statement[] {
  return cluster.profile.packs.flatMap((pack) => definitionOf(pack)?.permissions?.(pack, cluster) ?? []);
}

/** EC2 encrypts volumes with the account's own key in the name of who makes them, by grants (EBS encryption, permissions). */
function volumeKeyStatements({ cluster, identity }: Draft): Statement[] {
  const key = cluster.account.kmsKeyArn;
  const actions = ["kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt", "kms:CreateGrant"];
  return key === undefined ? [] : [useKey("VolumesKey", actions, key, `ec2.${identity.region}.amazonaws.com`)];
}
