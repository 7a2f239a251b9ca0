import type { Aws } from "../aws/clients.ts";
import { AwsCallError, isAccessDenied, isAwsError } from "../aws/errors.ts";
import type { Cluster } from "../config/cluster.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import { isRoot } from "../market/account.ts";
import { askPermissions, simulatedArn } from "../market/permissions.ts";
import type { Plan } from "../plan/change.ts";
import { permissionFindings } from "../plan/permission-findings.ts";
import { permissionQuestions } from "../plan/permission-questions.ts";
import type { Assessment } from "./assess.ts";

/**
 * A plan with what there is to say about who may carry it out: the role that the account names for applying, or else the
 * caller. Asks nothing where there is nothing to do, or to hope.
 */
export async function withPermissions(aws: Aws, cluster: Cluster, assessment: Assessment): Promise<Plan> {
  const { plan } = assessment;
  // Root may do everything.
  if (plan.steps.length === 0 || hasErrors(plan.findings) || isRoot(assessment.caller)) return plan;
  return { ...plan, findings: sortFindings([...plan.findings, ...(await findingsFor(aws, cluster, assessment))]) };
}

async function findingsFor(aws: Aws, cluster: Cluster, { caller, plan, inventory }: Assessment): Promise<Finding[]> {
  const { name, applyRoleArn: role, planRoleArn } = cluster.account;
  const arn = role ?? simulatedArn(caller.arn);
  const at = cluster.place("/spec/account");
  const unknown = (why: string, fix?: string): Finding => ({
    level: "warning",
    code: "permissions/unknown",
    message: `whether this plan's calls are allowed is not known: ${why}`,
    at,
    ...(fix === undefined ? {} : { fix }),
  });
  if (arn === undefined) return [unknown(`IAM can't simulate ${caller.arn}`)];
  if (role === undefined && planRoleArn !== undefined) {
    return [unknown(`${name} has a planRoleArn and no applyRoleArn`, `add spec.applyRoleArn to ${name}`)];
  }
  try {
    const answered = await askPermissions(aws, arn, permissionQuestions(cluster, plan, inventory));
    return permissionFindings(cluster, { arn, willApply: role !== undefined }, answered);
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error; // the run was told to stop
    if (isAwsError(error, "NoSuchEntity*")) {
      if (role === undefined) return [unknown(`IAM finds no ${arn}, as of a role with a path`)];
      return [
        {
          level: "error",
          code: "permissions/no-role",
          message: `there is no role ${role}, which is to apply`,
          at,
          fix: "correct the account's applyRoleArn, or make the role (docs/permissions.md)",
        },
      ];
    }
    const fix = isAccessDenied(error) ? "allow iam:SimulatePrincipalPolicy, as policies/plan.json does" : undefined;
    return [unknown(messageOf(error), fix)];
  }
}
