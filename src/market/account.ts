import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Aws } from "../aws/clients.ts";
import type { Finding } from "../core/findings.ts";

/** Whose credentials these are. */
export interface Caller {
  accountId: string;
  arn: string;
}

/** Whether it is the account's root user, whom no policy limits: `arn:aws:iam::123456789012:root`. */
export function isRoot(caller: Caller): boolean {
  return caller.arn.endsWith(":root");
}

/** Asks AWS who is calling; needs no permission. */
export async function callerOf(aws: Aws): Promise<Caller> {
  const answer = await aws.sts.send(new GetCallerIdentityCommand({}));
  return { accountId: answer.Account ?? "", arn: answer.Arn ?? "" };
}

/** What there is to say of root. */
export function rootFinding(): Finding {
  return {
    level: "warning",
    code: "account/root",
    message:
      "these are credentials of the account's root user: no policy limits what a leaked key or a mistake can do, and CloudTrail can't tell who was at work",
    fix: "make a role with the policies of Slipway, name it in the CloudAccount (planRoleArn, applyRoleArn), and delete root's access keys",
  };
}
