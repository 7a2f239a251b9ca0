import { TAG } from "../resources/tags.ts";
import { ARNS, type Condition, type Holder, RIGHTS, type Right, type Target } from "./rights.ts";
import { deny, type Statement } from "./statement.ts";

/** A policy as IAM takes it. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export function policyOf(statements: Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** The managed policy that caps the roles of nodes. With the shipped policies no role is made without it. */
export const NODE_BOUNDARY = "slipway-node-boundary";
/** The managed policy that caps the roles of Slipway itself. */
export const BOUNDARY = "slipway-boundary";

/** An ARN of a managed policy of the caller's own account. */
export function ownPolicy(name: string): string {
  return `arn:aws:iam::\${aws:PrincipalAccount}:policy/${name}`;
}

const OWN = { [`aws:ResourceTag/${TAG.cluster}`]: "*" };
const ASKED = { [`aws:RequestTag/${TAG.cluster}`]: "*" };
const BOUNDED = { StringEquals: { "iam:PermissionsBoundary": ownPolicy(NODE_BOUNDARY) } };

/** IAM's words for a condition. `creating`: the service's actions that create, for tags that come with them. */
function conditionOf(
  condition: Condition,
  service: string,
  creating: readonly string[],
): Statement["Condition"] | undefined {
  switch (condition) {
    case "any":
      return undefined;
    case "own":
      return { StringLike: OWN };
    case "asked":
      return { StringLike: ASKED };
    case "bounded":
      return BOUNDED;
    case "asked-bounded":
      return { ...BOUNDED, StringLike: ASKED };
    case "at-creation":
      return { StringEquals: { [`${service}:CreateAction`]: [...creating] } };
    case "to-ec2":
      return { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } };
    case "for-balancing":
      return { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } };
    case "for-spot":
      return { StringEquals: { "iam:AWSServiceName": "spot.amazonaws.com" } };
    case "through-ec2":
      return { StringLike: { "kms:ViaService": "ec2.*.amazonaws.com" } };
    case "through-ssm":
      return { StringLike: { "kms:ViaService": "ssm.*.amazonaws.com" } };
  }
}

/** One action on one kind of thing under one condition. */
export interface Pair {
  action: string;
  target: Target;
  condition: Condition;
}

/** The rights of a policy, taken apart. */
export function pairsOf(holder: Holder): Pair[] {
  return RIGHTS.filter((right) => right.in.includes(holder)).flatMap(pairsOfRight);
}

function pairsOfRight({ action, on }: Right): Pair[] {
  return (Object.keys(on) as Target[]).flatMap((target) =>
    [on[target] ?? []].flat().map((condition) => ({ action, target, condition })),
  );
}

interface Group {
  service: string;
  condition: Condition;
  actions: Set<string>;
  targets: Set<Target>;
}

/**
 * The pairs of a policy in few statements. Two actions share one only where each may be done, under that condition, to
 * everything that stands in it and that it can be done to: a statement allows all its actions on all its resources.
 * @param whole all that a role is to have, where `pairs` is what it lacks of it
 */
export function statementsOf(pairs: readonly Pair[], whole: readonly Pair[] = pairs): Statement[] {
  const groups: Group[] = [];
  const byAction = Map.groupBy(pairs, ({ action, condition }) => `${action} ${condition}`);
  for (const own of byAction.values()) {
    const { action, condition } = own[0] as Pair;
    const service = action.split(":")[0] ?? "";
    const targets = own.map(({ target }) => target);
    const group = groups.find(
      (one) => one.service === service && one.condition === condition && fits(one, action, targets, whole),
    );
    if (group === undefined) {
      groups.push({ service, condition, actions: new Set([action]), targets: new Set(targets) });
    } else {
      group.actions.add(action);
      for (const target of targets) group.targets.add(target);
    }
  }
  const creating = (service: string): string[] =>
    [...new Set(whole.flatMap(({ action, condition }) => (condition === "asked" ? [action] : [])))]
      .filter((action) => action.startsWith(`${service}:`))
      .map((action) => action.slice(service.length + 1))
      // Its own condition stands on the load balancer, and the listener that it makes is tagged in the call too.
      .concat(service === "elasticloadbalancing" ? ["CreateListener"] : [])
      .sort();
  return named(groups.map((group) => statementOf(group, creating(group.service))));
}

/** Whether an action can join a group without anything being allowed that no pair says, or that another pair limits. */
function fits(group: Group, action: string, targets: readonly Target[], pairs: readonly Pair[]): boolean {
  const isLimited = (one: string, target: Target): boolean =>
    pairs.some((pair) => pair.action === one && pair.target === target) &&
    !pairs.some((pair) => pair.action === one && pair.target === target && pair.condition === group.condition);
  // Names limit what tags do not: there the kinds must be the same.
  const sameKinds = targets.length === group.targets.size && targets.every((target) => group.targets.has(target));
  if (group.condition !== "own" && group.condition !== "asked" && group.condition !== "at-creation") return sameKinds;
  // Each of IAM's actions is about one kind of thing, whatever else stands in its statement.
  if (group.service === "iam") return true;
  const all = [...new Set([...group.targets, ...targets])];
  return [...group.actions, action].every((one) => all.every((target) => !isLimited(one, target)));
}

function statementOf({ service, condition, actions, targets }: Group, creating: readonly string[]): Statement {
  const Condition = conditionOf(condition, service, creating);
  return {
    Sid: `${WORD[service] ?? service}${CONDITION_WORD[condition]}`,
    Effect: "Allow",
    Action: [...actions].sort(),
    Resource: [...targets].map((target) => ARNS[target]).sort(),
    ...(Condition === undefined ? {} : { Condition }),
  };
}

/** Statement ids are letters and digits, and each occurs once. */
function named(statements: readonly Statement[]): Statement[] {
  const seen = new Map<string, number>();
  return statements.map((statement) => {
    const number = (seen.get(statement.Sid) ?? 0) + 1;
    seen.set(statement.Sid, number);
    return { ...statement, Sid: number === 1 ? statement.Sid : `${statement.Sid}${number}` };
  });
}

const WORD: Readonly<Record<string, string>> = {
  ec2: "Ec2",
  elasticloadbalancing: "Balancing",
  iam: "Iam",
  ssm: "Parameters",
  s3: "Records",
  kms: "Key",
  pricing: "Prices",
  servicequotas: "Quotas",
};

const CONDITION_WORD: Readonly<Record<Condition, string>> = {
  any: "",
  own: "OfClusters",
  asked: "ForClusters",
  "asked-bounded": "ForNodes",
  bounded: "OfNodes",
  "at-creation": "TagNew",
  "to-ec2": "PassToEc2",
  "for-balancing": "LinkBalancing",
  "for-spot": "LinkSpot",
  "through-ec2": "ThroughEc2",
  "through-ssm": "ThroughSsm",
};

const SECRETS = ["pki", "join"].map((name) => `arn:aws:ssm:*:*:parameter/slipway/*/${name}`);

/** Certificates, keys and join tokens are nobody's to read but the nodes', whatever else a role is given. */
export const NEVER_PKI = deny(
  "NeverPki",
  ["ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters"],
  SECRETS,
);
/** A snapshot of etcd is all of a cluster but its Secrets, which lie in it encrypted. Runs only list and delete them. */
export const NEVER_SNAPSHOTS = deny(
  "NeverSnapshots",
  ["s3:GetObject", "s3:GetObjectVersion"],
  "arn:aws:s3:::slipway-*/*/etcd/*",
);
/** This call is judged by the path that it asks for (sysman-paramstore-access.html). */
const NEVER_BY_PATH = deny("NeverByPath", "ssm:GetParametersByPath", [
  "arn:aws:ssm:*:*:parameter/",
  "arn:aws:ssm:*:*:parameter/slipway*",
]);

/** A policy of `policies/`. */
export function policyFor(holder: Holder): PolicyDocument {
  const statements = statementsOf(pairsOf(holder));
  return policyOf(holder === "plan" ? [...statements, NEVER_PKI, NEVER_SNAPSHOTS, NEVER_BY_PATH] : statements);
}
