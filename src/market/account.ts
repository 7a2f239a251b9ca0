import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Aws } from "../aws/clients.ts";

/** Whose credentials these are. */
export interface Caller {
  accountId: string;
  arn: string;
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
