import type { Pool } from "../config/cluster.ts";
import { canonicalJson } from "../core/hash.ts";
import { bucketName, iamName, parameterPath } from "../core/names.ts";
import { allow, deny, type Statement, useKey } from "../permissions/statement.ts";
import { type Link, ref, type Wanted } from "../resources/resource.ts";
import { TAG } from "../resources/tags.ts";
import { type Draft, want } from "./draft.ts";
import { workloadStatements } from "./workload-permissions.ts";

/** Roles and instance profiles of the nodes; none where the account brings its own. */
export function roleResources(draft: Draft): { resources: Wanted[]; profiles: Record<Pool["role"], Link> } {
  const { cluster, identity, tags } = draft;
  const own = cluster.account.instanceProfiles;
  if (own !== undefined) return { resources: [], profiles: { "control-plane": own.controlPlane, worker: own.worker } };

  const trust = canonicalJson({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  const boundary = cluster.account.permissionsBoundaryArn ?? "";
  const statements: Record<Pool["role"], Statement[]> = {
    "control-plane": controlPlaneStatements(draft),
    worker: workerStatements(draft),
  };
  const resources = (["control-plane", "worker"] as const).flatMap((role) => {
    const name = iamName(identity, role);
    const policy = canonicalJson({ Version: "2012-10-17", Statement: statements[role] });
    return [
      want(tags, "role", role, { name, trust, policy, boundary }),
      want(tags, "instance-profile", role, { name, role: ref("role", role) }),
    ];
  });
  return {
    resources,
    profiles: { "control-plane": ref("instance-profile", "control-plane"), worker: ref("instance-profile", "worker") },
  };
}

/** The control plane's: its cluster's parameters and records, its instances, and what the cloud controller looks at. */
function controlPlaneStatements(draft: Draft): Statement[] {
  const { name, accountId, region } = draft.identity;
  const bucket = `arn:aws:s3:::${bucketName(accountId, region)}`;
  const records = (...keys: string[]): string[] => keys.map((key) => `${bucket}/${name}/${key}`);
  const kmsKey = draft.cluster.account.kmsKeyArn;
  return [
    allow("Read", "ssm:GetParameter", parameters(draft, "pki", "init", "join")),
    allow("Write", "ssm:PutParameter", parameters(draft, "init", "join", "errors/*")),
    // Whatever else the role is given: a cluster's CA is never replaced from inside.
    deny("NeverReplacePki", ["ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters"], [ANY_PKI]),
    // With the account's own key, the PKI is read through SSM alone.
    ...(kmsKey === undefined ? [] : [useKey("OnlyWithOwnKey", "kms:Decrypt", kmsKey, `ssm.${region}.amazonaws.com`)]),
    allow("See", CLOUD_CONTROLLER_READS, "*"),
    tellPhase(draft, undefined),
    allow(
      "RecordsRead",
      "s3:GetObject",
      records("packs.json", "packs/*", "pools.json", "agent.json", "agent/*", "snapshot-*.json"),
    ),
    allow("RecordsWrite", "s3:PutObject", records("packs-status.json", "snapshot-status.json", "etcd/*")),
    allow("SnapshotsPrune", "s3:DeleteObject", records("etcd/*")),
    {
      ...allow("SnapshotsList", "s3:ListBucket", bucket),
      Condition: { StringLike: { "s3:prefix": `${name}/etcd/*` } },
    },
    // A bucket of a Slipway name in another account must not get a snapshot, nor give an agent its code.
    {
      ...deny("OwnAccountOnly", "s3:*", "arn:aws:s3:::slipway-*"),
      Condition: { StringNotEquals: { "aws:ResourceAccount": accountId } },
    },
    allow("Images", IMAGE_READS, "*"),
    ...workloadStatements(draft),
  ];
}

/** A worker's: the join token, word of itself, images. Nothing of it may ever lead to the CA or to the choice of who inits. */
function workerStatements(draft: Draft): Statement[] {
  return [
    allow("Join", "ssm:GetParameter", parameters(draft, "join")),
    allow("Errors", "ssm:PutParameter", parameters(draft, "errors/*")),
    // A worker that could write any phase could pass for one that has left; it may write only those of its own start.
    tellPhase(draft, ["packages *", "waiting *", "join *", "joined *", "error *"]),
    // AmazonSSMManagedInstanceCore, which many put on all their machines, allows GetParameter on everything.
    deny(
      "NeverPki",
      [
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParameterHistory",
        "ssm:PutParameter",
        "ssm:DeleteParameter",
        "ssm:DeleteParameters",
      ],
      [ANY_PKI, "arn:aws:ssm:*:*:parameter/slipway/*/init"],
    ),
    // This call is judged by the path that it asks for, and not by what it finds there
    // (docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html).
    deny("NeverByPath", "ssm:GetParametersByPath", [
      "arn:aws:ssm:*:*:parameter/slipway*",
      "arn:aws:ssm:*:*:parameter/",
    ]),
    allow("Images", IMAGE_READS, "*"),
  ];
}

const ANY_PKI = "arn:aws:ssm:*:*:parameter/slipway/*/pki";

/** The kubelet takes images from ECR with its machine's role. */
const IMAGE_READS = [
  "ecr:GetAuthorizationToken",
  "ecr:BatchCheckLayerAvailability",
  "ecr:GetDownloadUrlForLayer",
  "ecr:BatchGetImage",
];

/** What the agent and the AWS cloud controller manager read (cloud-provider-aws, docs/prerequisites.md). */
const CLOUD_CONTROLLER_READS = [
  "ec2:DescribeInstances",
  "ec2:DescribeRegions",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstanceTopology",
  "ec2:DescribeVpcs",
  "ec2:DescribeSubnets",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
];

function parameters({ identity }: Draft, ...names: string[]): string[] {
  const { accountId, region } = identity;
  return names.map((name) => `arn:aws:ssm:${region}:${accountId}:parameter${parameterPath(identity)}/${name}`);
}

/** A node may write its phase, on instances of its own cluster, and no other tag. */
function tellPhase({ identity }: Draft, values: string[] | undefined): Statement {
  return {
    Sid: "Phase",
    Effect: "Allow",
    Action: "ec2:CreateTags",
    Resource: `arn:aws:ec2:${identity.region}:${identity.accountId}:instance/*`,
    Condition: {
      StringEquals: { [`ec2:ResourceTag/${TAG.cluster}`]: identity.name },
      "ForAllValues:StringEquals": { "aws:TagKeys": [TAG.phase] },
      Null: { "aws:TagKeys": "false" },
      ...(values === undefined ? {} : { StringLike: { [`aws:RequestTag/${TAG.phase}`]: values } }),
    },
  };
}
