import { identityOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import {
  bucketName,
  type ClusterIdentity,
  iamName,
  loadBalancerName,
  parameterPath,
  pkiParameter,
} from "../core/names.ts";
import {
  CREATING,
  ENCRYPTING,
  MAKING_BUCKET,
  OPTIONAL_READS,
  RECORDING,
  REMOVING,
  tagging,
  untagging,
  updating,
} from "../permissions/calls.ts";
import { NODE_BOUNDARY, type Pair, pairsOf } from "../permissions/policies.ts";
import type { Question } from "../permissions/questions.ts";
import { ARNS, type Condition, type Holder, type Target } from "../permissions/rights.ts";
import type { Tags } from "../resources/resource.ts";
import { TAG } from "../resources/tags.ts";
import { type Inventory, isEmpty } from "../survey/survey.ts";
import type { Plan, Step } from "./change.ts";

/** Everything that an apply of this plan will ask AWS to do, as questions that IAM can answer beforehand. */
export function permissionQuestions(cluster: Cluster, plan: Plan, inventory: Inventory): Question[] {
  const isStatic = cluster.placement.kind === "static";
  const holders: Holder[] = ["apply", isStatic ? "apply-static" : "apply-dynamic"];
  const needed = new Set([...plan.steps.flatMap((step) => neededFor(step, cluster)), ...RECORDING]);
  if (isEmpty(inventory)) for (const action of MAKING_BUCKET) needed.add(action);
  if (cluster.account.kmsKeyArn === undefined) needed.delete("kms:Encrypt");
  const isNew = new Set(plan.steps.flatMap(({ work }) => (work.do === "create" ? CREATING[work.wanted.kind] : [])));
  const launches = plan.steps.some(({ work }) => work.do === "launch");
  const tagsNew = (action: string): boolean => isNew.has(action) || (launches && action === "ec2:CreateTags");
  const tagsOld = (action: string): boolean =>
    plan.steps.some(({ work }) => {
      if (work.do === "leave" || work.do === "tag-nodes") return action === "ec2:CreateTags";
      return work.do === "update" && Object.keys(work.tags).length > 0 && tagging(work.live.kind) === action;
    });
  const reads = pairsOf("plan").filter(({ action }) => !OPTIONAL_READS.has(action));
  const writes = holders.flatMap(pairsOf).filter(({ action, condition, target }) => {
    if (!needed.has(action)) return false;
    if (!isAbout(plan, cluster, action, target)) return false;
    // Tags are of two kinds: those that come with the call that creates, and those that something gets later.
    if (condition === "at-creation" || (condition === "asked" && /:Tag/.test(action))) return tagsNew(action);
    return condition === "own" && /:(Tag|AddTags$|CreateTags$)/.test(action) ? tagsOld(action) : true;
  });
  const { permissionsBoundaryArn, kmsKeyArn } = cluster.account;
  const subject = {
    ...identityOf(cluster),
    tags: cluster.tags,
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  };
  return [...reads, ...writes].map((pair) => questionOf(pair, subject));
}

/** Everything that these policies allow, asked of a cluster that might be. */
export function roleQuestions(place: { accountId: string; region: string }, holders: readonly Holder[]): Question[] {
  const permissionsBoundaryArn = `arn:aws:iam::${place.accountId}:policy/${NODE_BOUNDARY}`;
  const subject = { ...place, name: "example", tags: {}, permissionsBoundaryArn };
  return holders.flatMap(pairsOf).map((pair) => questionOf(pair, subject));
}

/** Whose things are asked about. */
interface Subject extends ClusterIdentity {
  tags: Tags;
  permissionsBoundaryArn?: string;
  kmsKeyArn?: string;
}

function questionOf(pair: Pair, subject: Subject): Question {
  return { ...pair, resource: concrete(pair, subject), context: contextOf(pair.condition, subject) };
}

function neededFor({ work }: Step, cluster: Cluster): readonly string[] {
  const encrypting = cluster.account.kmsKeyArn === undefined ? [] : ENCRYPTING;
  switch (work.do) {
    case "create":
      return CREATING[work.wanted.kind];
    case "update": {
      const retag = Object.keys(work.tags).length > 0 ? [tagging(work.live.kind)] : [];
      const untag = work.untag.length > 0 ? [untagging(work.live.kind)] : [];
      return [...updating(work.live.kind, work.fields), ...retag, ...untag];
    }
    case "remove":
      return REMOVING[work.live.kind] ?? [];
    case "launch": {
      const isControlPlane = work.pool.role === "control-plane";
      const register = isControlPlane ? ["elasticloadbalancing:RegisterTargets"] : [];
      const linked = work.pool.spotMaxPrice === undefined ? [] : ["iam:CreateServiceLinkedRole"];
      return ["ec2:RunInstances", "ec2:CreateTags", "iam:PassRole", ...register, ...linked, ...encrypting];
    }
    case "register":
      return ["elasticloadbalancing:RegisterTargets"];
    case "leave": {
      const deregister = work.node.role === "control-plane" ? ["elasticloadbalancing:DeregisterTargets"] : [];
      return ["ec2:CreateTags", "ec2:TerminateInstances", ...deregister];
    }
    case "recall":
      return ["ec2:DeleteTags"];
    case "tag-nodes": {
      const tag = Object.keys(work.tags).length > 0 ? ["ec2:CreateTags"] : [];
      return work.untag.length > 0 ? [...tag, "ec2:DeleteTags"] : tag;
    }
    case "terminate":
      return ["ec2:TerminateInstances"];
    default:
      return [];
  }
}

/** Which of an action's kinds this plan has to do with: only spot instances have spot requests, and so on. */
function isAbout(plan: Plan, cluster: Cluster, action: string, target: Target): boolean {
  const launches = plan.steps.flatMap(({ work }) => (work.do === "launch" ? [work.pool] : []));
  if (target === "spot-request" || target === "spot-linked-role") {
    return launches.some(({ spotMaxPrice }) => spotMaxPrice !== undefined);
  }
  if (target === "key-pair") return cluster.sshKeyName !== undefined;
  // A profile of the user's own has a role of a name that is not known here.
  if (action === "iam:PassRole") return cluster.account.instanceProfiles === undefined;
  if (target === "balancing-linked-role") {
    return plan.steps.some(({ work }) => work.do === "create" && work.wanted.kind === "load-balancer");
  }
  if (/:(CreateTags|AddTags|DeleteTags|RemoveTags)$/.test(action)) return changedTargets(plan).has(target);
  return true;
}

/** The kinds of things that get tags. */
function changedTargets(plan: Plan): ReadonlySet<Target> {
  const targets = new Set<Target>();
  for (const { work } of plan.steps) {
    if (work.do === "launch" || (work.do === "create" && work.wanted.kind === "bastion")) {
      for (const target of ["instance", "volume", "network-interface", "spot-request"] as const) targets.add(target);
    }
    if (work.do === "create" && work.wanted.kind in ARNS) targets.add(work.wanted.kind as Target);
    if (work.do === "update" && work.live.kind in ARNS) targets.add(work.live.kind as Target);
    if (work.do === "update" && work.live.kind === "bastion") targets.add("instance");
    if (work.do === "recall" || work.do === "leave") targets.add("instance");
    if (work.do === "tag-nodes")
      for (const target of ["instance", "volume", "network-interface"] as const) targets.add(target);
  }
  return targets;
}

/** The ARN to ask about: the policies' own, with this cluster's account, region and names. */
function concrete({ action, target }: Pick<Question, "action" | "target">, identity: Subject): string {
  const { accountId, region, kmsKeyArn: kmsKey } = identity;
  const balancer = loadBalancerName(identity, "api");
  const names: Readonly<Partial<Record<Target, string>>> = {
    "load-balancer": `loadbalancer/net/${balancer}/*`,
    "target-group": `targetgroup/${balancer}/*`,
    listener: `listener/net/${balancer}/*`,
    role: `role/${iamName(identity, "control-plane")}`,
    "instance-profile": `instance-profile/${iamName(identity, "control-plane")}`,
    // The certificates and keys are written, and never read.
    parameter:
      action === "ssm:GetParameters"
        ? `parameter${parameterPath(identity)}/init`
        : `parameter${pkiParameter(identity)}`,
    "image-parameter": "parameter/aws/service/canonical/ubuntu/server",
  };
  if (target === "everything") return "*";
  if (target === "bucket") return `arn:aws:s3:::${bucketName(accountId, region)}`;
  if (target === "object") return `arn:aws:s3:::${bucketName(accountId, region)}/${identity.name}/lease.json`;
  if (target === "key" && kmsKey?.includes(":key/")) return kmsKey;
  const [arn, partition, service, , account, ...rest] = ARNS[target].split(":");
  const place = service === "iam" ? "" : region;
  return [arn, partition, service, place, account === "" ? "" : accountId, names[target] ?? rest.join(":")].join(":");
}

/** What a call brings with it. Keys that other questions need are in it too, where no action knows both: so few calls ask all. */
function contextOf(condition: Condition, cluster: Subject): Question["context"] {
  const boundary = cluster.permissionsBoundaryArn;
  const asked = {
    [`aws:RequestTag/${TAG.cluster}`]: cluster.name,
    "aws:TagKeys": [...Object.keys(cluster.tags), TAG.cluster],
    ...Object.fromEntries(Object.entries(cluster.tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary }),
    "iam:PassedToService": "ec2.amazonaws.com",
    "iam:AWSServiceName": "spot.amazonaws.com",
    "kms:ViaService": `ec2.${cluster.region}.amazonaws.com`,
  };
  const own = Object.fromEntries(
    ["aws", "ec2", "elasticloadbalancing", "iam"].map((service) => [
      `${service}:ResourceTag/${TAG.cluster}`,
      cluster.name,
    ]),
  );
  switch (condition) {
    case "any":
      return {};
    case "own":
      return own;
    case "at-creation":
      return {
        ...asked,
        // One of the calls that create stands for all: a policy that knows it, and not the others, is not found out.
        "ec2:CreateAction": "RunInstances",
        "elasticloadbalancing:CreateAction": "CreateLoadBalancer",
      };
    case "for-balancing":
      return { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" };
    case "through-ssm":
      return { ...own, "kms:ViaService": `ssm.${cluster.region}.amazonaws.com` };
    default:
      return asked;
  }
}
