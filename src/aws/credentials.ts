import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentityProvider } from "@smithy/types";

/**
 * Credentials of a role, taken on with the runner's own. The SDK asks again before they expire, so a long run outlives
 * its first session.
 */
export function roleCredentials(roleArn: string, region: string, sessionName: string): AwsCredentialIdentityProvider {
  return async () => {
    const sts = new STSClient({ region });
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }));
    if (Credentials?.AccessKeyId === undefined || Credentials.SecretAccessKey === undefined) {
      throw new Error(`AWS gave no credentials for ${roleArn}`);
    }
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      ...(Credentials.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
      ...(Credentials.Expiration === undefined ? {} : { expiration: Credentials.Expiration }),
    };
  };
}

/** What CloudTrail shows as the caller: letters, digits and `=,.@-`, at most 64 (STS AssumeRole). */
export function sessionName(run: string): string {
  return `slipway-${run}`.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
