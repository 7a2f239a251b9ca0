import type { GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import type { World } from "./world.ts";

export const stsOperations = {
  GetCallerIdentity(world: World): GetCallerIdentityResponse {
    const arn = world.principal()?.arn ?? `arn:aws:iam::${world.accountId}:${world.ambientCaller}`;
    return { Account: world.accountId, Arn: arn, UserId: "AIDATWIN" };
  },
};
