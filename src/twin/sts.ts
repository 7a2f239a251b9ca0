import type { GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import type { World } from "./world.ts";

export const stsOperations = {
  GetCallerIdentity(world: World): GetCallerIdentityResponse {
    return { Account: world.accountId, Arn: `arn:aws:iam::${world.accountId}:${world.principal}`, UserId: "AIDATWIN" };
  },
};
