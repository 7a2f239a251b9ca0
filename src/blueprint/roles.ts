import type { Pool } from "../config/cluster.ts";
import { canonicalJson } from "../core/hash.ts";
import { iamName } from "../core/names.ts";
import { type Link, ref, type Wanted } from "../resources/resource.ts";
import { TAG } from "../resources/tags.ts";
import { type Draft, want } from "./draft.ts";

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

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
    "control-plane": [seeInstances(), tellPhase(draft, undefined)],
    // A worker that could write any phase could pass for one that has left; it may write only those of its own start.
    worker: [tellPhase(draft, ["packages *", "waiting *", "join *", "joined *", "error *"])],
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

function seeInstances(): Statement {
  return { Sid: "See", Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" };
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
