import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Aws } from "../aws/clients.ts";
import type { AwsCallError } from "../aws/errors.ts";
import { messageOf } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";

/** Whose credentials these are. */
export interface Caller {
  accountId: string;
  arn: string;
}

/** What there is to say where AWS does not know the caller; `error` is its refusal. */
export function noCredentialsFinding(error: AwsCallError): Finding {
  return {
    level: "error",
    code: "account/no-credentials",
    message: `AWS does not say whose credentials these are: ${messageOf(error)}`,
    fix: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use aws-actions/configure-aws-credentials with a role; in a workflow that needs  permissions: { id-token: write }",
  };
}

/** Asks AWS who is calling; needs no permission. */
export async function callerOf(aws: Aws): Promise<Caller> {
  const answer = await aws.sts.send(new GetCallerIdentityCommand({}));
  return { accountId: answer.Account ?? "", arn: answer.Arn ?? "" };
}

/** Whether these are the credentials of the account's root user, which no policy limits. */
export function isRoot({ arn }: Caller): boolean {
  return /^arn:aws:iam::\d+:root$/.test(arn);
}

/** What there is to say of root. */
export function rootFinding({ accountId }: Caller): Finding {
  return {
    level: "warning",
    code: "account/root",
    message: `these are the root user's credentials of ${accountId}: no policy limits them, and what they do can't be told apart from what the owner does`,
    fix: "use a role with the policies in policies/ (docs/permissions.md), and delete the root user's access keys",
  };
}
