import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, type Credentials, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import type { Clock } from "../core/clock.ts";
import type { Login } from "./login.ts";

/**
 * What a run's clients take their credentials from, by account role; undefined stands for the SDK's own chain. A role is
 * taken on once for all clients, and again before its session ends: a long run outlives its first session. By token where
 * the environment has nothing better, or where the run was given its role: a session by token lasts as long as the role
 * allows, one that a role takes on by another role an hour at most.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html
 */
export function credentialsBy(
  login: Login,
  clock: Clock,
): (accountRole: string | undefined, region: string) => AwsCredentialIdentityProvider | undefined {
  const known = new Map<string, AwsCredentialIdentityProvider>();
  return (accountRole, region) => {
    const roleArn = login.role ?? accountRole;
    if (roleArn === undefined) return undefined;
    const token = login.role !== undefined || !login.hasOwn ? login.identityToken : undefined;
    const provider = known.get(roleArn) ?? remembered(() => assume(roleArn, region, login, token), clock);
    known.set(roleArn, provider);
    return provider;
  };
}

async function assume(
  roleArn: string,
  region: string,
  { session, mask }: Login,
  identityToken: (() => Promise<string>) | undefined,
): Promise<AwsCredentialIdentity> {
  const sts = new STSClient({ region });
  const role = { RoleArn: roleArn, RoleSessionName: session };
  const given =
    identityToken === undefined
      ? await sts.send(new AssumeRoleCommand(role))
      : await sts.send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken: await identityToken() }));
  return identityOf(given.Credentials, roleArn, mask);
}

function identityOf(
  credentials: Credentials | undefined,
  roleArn: string,
  mask: (secret: string) => void,
): AwsCredentialIdentity {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined) {
    throw new Error(`AWS gave no credentials for ${roleArn}`);
  }
  for (const secret of [SecretAccessKey, SessionToken]) if (secret !== undefined) mask(secret);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
  };
}

/** A session is renewed when it has less than this left: more than any call takes, and the SDK's own margin. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** Asks once for all that ask, and again before what was given expires. A renewal that fails costs nothing until then. */
export function remembered(
  ask: () => Promise<AwsCredentialIdentity>,
  clock: Pick<Clock, "now">,
): AwsCredentialIdentityProvider {
  let held: AwsCredentialIdentity | undefined;
  let asking: Promise<AwsCredentialIdentity> | undefined;
  const leftMs = (): number =>
    held === undefined ? 0 : (held.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - clock.now();
  const renew = async (): Promise<AwsCredentialIdentity> => {
    try {
      held = await ask();
      return held;
    } catch (error) {
      if (held !== undefined && leftMs() > 0) return held;
      throw error;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    if (held !== undefined && leftMs() > RENEW_BEFORE_MS) return held;
    asking ??= renew();
    return asking;
  };
}
