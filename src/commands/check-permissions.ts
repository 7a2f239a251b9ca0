import type { Aws } from "../aws/clients.ts";
import { AwsCallError, isAccessDenied, isAwsError } from "../aws/errors.ts";
import type { Cluster } from "../config/cluster.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import type { Caller } from "../market/account.ts";
import { askPermissions, simulatedArn } from "../market/permissions.ts";
import type { Plan } from "../plan/change.ts";
import { permissionFindings } from "../plan/permission-findings.ts";
import { permissionQuestions } from "../plan/permission-questions.ts";
import type { Inventory } from "../survey/survey.ts";

/** What the check goes by. */
export interface Checked {
  cluster: Cluster;
  plan: Plan;
  inventory: Inventory;
  caller: Caller;
  /** The caller is the one who applies, now. */
  applying: boolean;
}

/** A plan with what there is to say about who may carry it out. Asks nothing where there is nothing to do, or to hope. */
export async function withPermissions(aws: Aws, checked: Checked): Promise<Plan> {
  const { plan } = checked;
  if (plan.steps.length === 0 || hasErrors(plan.findings)) return plan;
  return { ...plan, findings: sortFindings([...plan.findings, ...(await findingsFor(aws, checked))]) };
}

async function findingsFor(aws: Aws, { cluster, plan, inventory, caller, applying }: Checked): Promise<Finding[]> {
  const { applyRoleArn, planRoleArn } = cluster.account;
  const at = cluster.place("/spec/account");
  const role = applying ? undefined : applyRoleArn;
  const arn = role ?? simulatedArn(caller.arn);
  const unknown = (why: string, fix?: string): Finding => ({
    level: "warning",
    code: "permissions/unknown",
    message: `whether this plan's calls are allowed is not known: ${why}`,
    at,
    ...(fix === undefined ? {} : { fix }),
  });
  if (isRoot(caller.arn)) return []; // root may do everything; that it is root is said where the account is looked at
  if (arn === undefined) return [unknown(`IAM can't simulate ${caller.arn}`)];
  if (role === undefined && planRoleArn !== undefined && !applying) {
    return [
      unknown(`${cluster.account.name} has a planRoleArn and no applyRoleArn`, "add spec.applyRoleArn to the account"),
    ];
  }
  try {
    const answered = await askPermissions(aws, arn, permissionQuestions(cluster, plan, inventory));
    return permissionFindings(cluster, { arn, willApply: applying || role !== undefined }, answered);
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

export function isRoot(arn: string): boolean {
  return /^arn:aws:iam::\d+:root$/.test(arn);
}
