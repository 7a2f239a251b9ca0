import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import { count } from "../core/words.ts";
import { statementsOf } from "../permissions/policies.ts";
import type { Answer, Answered, Question } from "../permissions/questions.ts";

/** Whom was asked about. */
export interface Asked {
  /** The user's or role's ARN. */
  arn: string;
  /** They are the ones who will apply, for certain: then what is missing is an error. */
  willApply: boolean;
}

/** What the answers mean for a plan: everything that is missing in one finding, with what to add. */
export function permissionFindings(
  cluster: Cluster,
  { arn, willApply }: Asked,
  answered: readonly Answered[],
): Finding[] {
  const at = cluster.place("/spec/account");
  const denied = answered.filter(({ answer }) => answer !== "allowed" && answer !== "unknown");
  // Of use only in an account that has not had its like before.
  const [linked = [], missing = []] = [true, false].map((wanted) =>
    denied.filter(({ question }) => (question.action === LINKED_ROLE) === wanted),
  );
  const unknown = answered.filter(({ answer }) => answer === "unknown");
  const findings: Finding[] = [];
  if (!willApply && missing.length * 2 > answered.length) {
    // These are for planning, and whoever applies has others.
    return [
      {
        level: "notice",
        code: "permissions/not-asked",
        message: `${arn} plans, and may not apply; whether those that will apply may do what this plan needs is not known`,
        at,
        fix: `name their role in ${cluster.account.name}: spec.applyRoleArn`,
      },
    ];
  }
  const actions = actionsOf(missing);
  if (missing.length > 0) {
    findings.push({
      level: willApply ? "error" : "warning",
      code: "permissions/missing",
      message: `${arn} may not do all that this plan needs; ${count(actions.size, "action")} of ${actionsOf(answered).size} ${actions.size === 1 ? "is" : "are"} missing: ${[...actions].map(([action, denied]) => describe(action, denied)).join("; ")}`,
      at,
      fix: fixFor(cluster, missing, answered),
    });
  }
  if (linked.length > 0) {
    findings.push({
      level: "warning",
      code: "permissions/linked-role",
      message: `${arn} may not let AWS make its own role for ${linked.map(({ question }) => serviceOf(question)).join(" and ")}: the first in an account fails without it`,
      at,
      fix: fixFor(cluster, linked, answered),
    });
  }
  if (unknown.length > 0) {
    findings.push({
      level: "warning",
      code: "permissions/unknown",
      message: `IAM did not tell whether ${arn} may ${unknown.map(({ question }) => question.action).join(", ")}`,
      at,
    });
  }
  return findings;
}

/** What is missing, in words and as statements; undefined where nothing is. */
export function missingText(answered: readonly Answered[]): { text: string; statements: string } | undefined {
  const missing = answered.filter(({ answer }) => answer !== "allowed");
  if (missing.length === 0) return undefined;
  const text = [...actionsOf(missing)].map(([action, denied]) => describe(action, denied)).join("; ");
  const whole = answered.map(({ question }) => question);
  const lacked = missing.map(({ question }) => question);
  return {
    text,
    statements: statementsOf(lacked, whole)
      .map((statement) => JSON.stringify(statement))
      .join("\n"),
  };
}

function actionsOf(answered: readonly Answered[]): Map<string, Answered[]> {
  return Map.groupBy(answered, ({ question }) => question.action);
}

const LINKED_ROLE = "iam:CreateServiceLinkedRole";

function serviceOf({ condition }: Question): string {
  return condition === "for-spot" ? "spot instances" : "load balancers";
}

const BECAUSE: Readonly<Partial<Record<Answer, string>>> = {
  unknown: ", which IAM did not tell",
  "explicit-deny": ", denied by a policy",
  boundary: ", outside its permissions boundary",
  organization: ", denied by the organization",
};

/** One entry an action, with all that it may not be done to. */
function describe(action: string, denied: readonly Answered[]): string {
  const names = denied.map(({ question, answer }) => `${shortened(question)}${BECAUSE[answer] ?? ""}`);
  const on = names.filter((name) => name !== "");
  return on.length === 0 ? action : `${action} on ${on.join(", ")}`;
}

/** Without the account and region, which are the cluster's. */
function shortened({ resource, condition }: Question): string {
  const name = resource.split(":").slice(5).join(":").replace(/\/\*$/, "");
  return condition === "own" ? `the cluster's ${name}` : name;
}

function fixFor(cluster: Cluster, missing: readonly Answered[], answered: readonly Answered[]): string {
  const addable = missing.filter(({ answer }) => answer === "no-policy").map(({ question }) => question);
  const lines: string[] = [];
  if (addable.length > 0) {
    lines.push("attach the policies of policies/ anew (docs/permissions.md), or add:");
    const whole = answered.map(({ question }) => question);
    lines.push(...statementsOf(addable, whole).map((statement) => JSON.stringify(statement)));
  }
  if (
    addable.some(({ condition }) => condition.includes("bounded")) &&
    cluster.account.permissionsBoundaryArn === undefined
  ) {
    lines.push(
      `the policies that are shipped let roles be made only with a permissions boundary: say in ${cluster.account.name}  permissionsBoundaryArn: arn:aws:iam::${cluster.account.accountId}:policy/slipway-node-boundary`,
    );
  }
  if (addable.length < missing.length) {
    lines.push("what a policy, a boundary or the organization denies can be allowed only there");
  }
  return lines.join("\n");
}
