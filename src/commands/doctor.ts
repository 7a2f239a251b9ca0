import type { Aws } from "../aws/clients.ts";
import { AwsCallError, isAccessDenied, isAwsError } from "../aws/errors.ts";
import type { Account } from "../config/parts.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import { type Caller, callerOf, isRoot, noCredentialsFinding, rootFinding } from "../market/account.ts";
import { tryRun } from "../market/dry-run.ts";
import { askPermissions, simulatedArn } from "../market/permissions.ts";
import type { Holder } from "../permissions/rights.ts";
import { missingText } from "../plan/permission-findings.ts";
import { roleQuestions } from "../plan/permission-questions.ts";
import type { CommandContext } from "./context.ts";
import { type AskGithub, githubFindings } from "./doctor-github.ts";
import { guarded } from "./each.ts";
import type { Header } from "./header.ts";
import { type ClusterResult, type CommandResult, commandResult } from "./results.ts";

/** One of an account's roles, or whoever calls, and the policies that they should have. */
interface Patient {
  does: "plans" | "applies";
  arn: string | undefined;
  holders: readonly Holder[];
}

/**
 * Says of every account in the files whose credentials these are, whether the roles may do what Slipway calls, and what to
 * paste where they may not. Changes nothing: where IAM can't be asked, EC2 is asked by DryRun.
 */
export async function doctor(context: CommandContext, askGithub: AskGithub): Promise<CommandResult> {
  const results: ClusterResult[] = [];
  for (const { account, region } of accountsOf(context)) {
    const header: Header = { name: account?.name ?? "", description: "", region, accountId: account?.accountId ?? "" };
    results.push(await guarded(context, header, () => examine(context, header, account, region)));
  }
  const github = await askGithub();
  const findings = [
    ...context.configuration.findings,
    ...(github === undefined ? [] : githubFindings(github, context.configuration.accounts[0]?.accountId)),
  ];
  return commandResult("doctor", findings, results, "shown");
}

/** Each account in the first of its regions; where no file names one, whatever the environment leads to. */
function accountsOf({
  configuration,
  ambientRegion,
}: CommandContext): { account: Account | undefined; region: string }[] {
  const known = configuration.accounts.map((account) => ({ account, region: account.regions[0] ?? "us-east-1" }));
  return known.length > 0 ? known : [{ account: undefined, region: ambientRegion ?? "us-east-1" }];
}

async function examine(
  context: CommandContext,
  header: Header,
  account: Account | undefined,
  region: string,
): Promise<ClusterResult> {
  const aws = context.connect({ region, roleArn: account?.planRoleArn, signal: context.signal });
  const caller = await whoCalls(aws);
  if ("level" in caller) return { ...header, result: "blocked", findings: [caller] };
  const own = { ...header, accountId: caller.accountId, name: header.name === "" ? caller.accountId : header.name };
  const who: Finding = {
    level: "notice",
    code: "doctor/caller",
    message: `these are credentials of ${caller.arn}, in the account ${caller.accountId}`,
  };
  if (account !== undefined && caller.accountId !== account.accountId) {
    const wrong: Finding = {
      level: "error",
      code: "account/other-account",
      message: `${account.name} is ${account.accountId}, and these are credentials of ${caller.accountId}`,
      fix: "use credentials of that account, or correct its accountId",
    };
    return { ...own, result: "blocked", findings: [wrong, who] };
  }
  if (isRoot(caller)) return { ...own, result: "shown", findings: [rootFinding(caller), who] };
  const placements = placementsOf(context, account);
  const told: Finding[] = [];
  const self = simulatedArn(caller.arn);
  for (const patient of patientsOf(account, caller, placements)) {
    // Who can't ask about itself for one purpose can't for the other.
    if (patient.arn === self && told.some(({ code }) => code === "doctor/unknown")) continue;
    told.push(await examineRole(aws, caller, patient));
  }
  const findings = sortFindings([who, ...told]);
  return { ...own, result: hasErrors(findings) ? "blocked" : "shown", findings };
}

async function whoCalls(aws: Aws): Promise<Caller | Finding> {
  try {
    return await callerOf(aws);
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return noCredentialsFinding(error);
  }
}

/** The placements that clusters of the account have; where there are none yet, the default. */
function placementsOf({ configuration }: CommandContext, account: Account | undefined): Holder[] {
  const kinds = configuration.clusters
    .filter((cluster) => cluster.account.name === account?.name)
    .map((cluster): Holder => (cluster.placement.kind === "static" ? "apply-static" : "apply-dynamic"));
  return kinds.length === 0 ? ["apply-dynamic"] : [...new Set(kinds)];
}

function patientsOf(account: Account | undefined, caller: Caller, placements: readonly Holder[]): Patient[] {
  const own = simulatedArn(caller.arn);
  return [
    { does: "plans", arn: account?.planRoleArn ?? own, holders: ["plan"] },
    { does: "applies", arn: account?.applyRoleArn ?? own, holders: ["plan", "apply", ...placements] },
  ];
}

async function examineRole(aws: Aws, caller: Caller, { does, arn, holders }: Patient): Promise<Finding> {
  const who = arn ?? caller.arn;
  const files = holders.map((holder) => `policies/${holder}.json`).join(", ");
  try {
    if (arn === undefined) throw new CantAsk(`IAM can't simulate ${caller.arn}`);
    const identity = { accountId: caller.accountId, region: aws.region };
    const answered = await askPermissions(aws, arn, roleQuestions(identity, holders));
    const missing = missingText(answered);
    if (missing === undefined) {
      return {
        level: "notice",
        code: `doctor/${does}`,
        message: `${who} has all the rights of ${files}, which whoever ${does} needs`,
      };
    }
    return {
      level: arn === simulatedArn(caller.arn) && does === "applies" ? "warning" : "error",
      code: `doctor/${does}-not`,
      message: `${who} may not do all that whoever ${does} needs: ${missing.text}`,
      fix: `attach ${files} (docs/permissions.md), or add:\n${missing.statements}`,
    };
  } catch (error) {
    if (!(error instanceof AwsCallError) && !(error instanceof CantAsk)) throw error;
    if (isAwsError(error, "NoSuchEntity*")) {
      return {
        level: "error",
        code: "doctor/no-role",
        message: `there is no ${who}`,
        fix: "make it as docs/permissions.md says, or correct the account's file",
      };
    }
    const tried = await tryRun(aws);
    const what = [
      tried.allowed.length === 0 ? "" : `it may ${tried.allowed.join(", ")}`,
      tried.denied.length === 0 ? "" : `it may not ${tried.denied.join(", ")}`,
    ].filter((text) => text !== "");
    return {
      level: "warning",
      code: "doctor/unknown",
      message: `whether ${who} may do what whoever ${does} needs is not known: ${messageOf(error)}. By DryRun, of ${caller.arn}: ${what.join("; ")}`,
      ...(isAccessDenied(error) ? { fix: "allow iam:SimulatePrincipalPolicy, as policies/plan.json does" } : {}),
    };
  }
}

class CantAsk extends Error {}
