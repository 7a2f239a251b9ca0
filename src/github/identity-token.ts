import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";

/** Where the runner gives tokens to a job with the permission `id-token: write`. */
export interface TokenSource {
  url: string;
  requestToken: string;
}

/** Undefined where the job may have no token: without the permission, in a fork's and in Dependabot's runs. */
export function tokenSourceFrom(env: {
  ACTIONS_ID_TOKEN_REQUEST_URL?: string | undefined;
  ACTIONS_ID_TOKEN_REQUEST_TOKEN?: string | undefined;
}): TokenSource | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = env;
  return url && requestToken ? { url, requestToken } : undefined;
}

const ATTEMPTS = 4;
const PATIENCE_MS = 10_000;

/**
 * Asks the runner for a token that AWS accepts as the word of GitHub on which run this is. It is good for some minutes,
 * so each session takes a new one.
 * https://docs.github.com/actions/reference/security/oidc
 */
export async function identityToken({ url, requestToken }: TokenSource, clock: Clock): Promise<string> {
  const asked = new URL(url);
  asked.searchParams.set("audience", "sts.amazonaws.com");
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await clock.hold(
        fetch(asked, {
          headers: { authorization: `Bearer ${requestToken}` },
          signal: AbortSignal.timeout(PATIENCE_MS),
        }),
      );
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      const { value } = (await clock.hold(answer.json())) as { value?: unknown };
      if (typeof value !== "string" || value === "") throw new Error("its answer holds no token");
      return value;
    } catch (error) {
      if (attempt === ATTEMPTS)
        throw new Error(`the runner gives no identity token: ${messageOf(error)}`, { cause: error });
      await clock.sleep(500 * 2 ** attempt);
    }
  }
}
