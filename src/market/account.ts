import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Aws } from "../aws/clients.ts";

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
