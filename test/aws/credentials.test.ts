/** What a run logs in with, and that it does so again before it has to. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { credentialsBy, remembered } from "../../src/aws/credentials.ts";
import { type Login, ownLogin, sessionName } from "../../src/aws/login.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { identityToken, tokenSourceFrom } from "../../src/github/identity-token.ts";

const MINUTE_MS = 60_000;

/** Sessions of an hour, numbered; `fails` lets the next fail. */
function sessions(clock: VirtualClock) {
  const state = { asked: 0, fails: false };
  const ask = async () => {
    state.asked += 1;
    if (state.fails) throw new Error("no");
    return { accessKeyId: `K${state.asked}`, secretAccessKey: "s", expiration: new Date(clock.now() + 60 * MINUTE_MS) };
  };
  return { state, get: remembered(ask, clock) };
}

test("a session is asked for once for all calls, and again before it ends", async () => {
  const clock = new VirtualClock();
  const { state, get } = sessions(clock);
  const keyAfter = async (ms: number) => {
    await clock.run(() => clock.sleep(ms));
    return (await get()).accessKeyId;
  };

  const first = await Promise.all([get(), get(), get()]);

  assert.deepEqual([first.map(({ accessKeyId }) => accessKeyId), state.asked], [["K1", "K1", "K1"], 1]);
  assert.equal(await keyAfter(54 * MINUTE_MS), "K1");
  assert.equal(await keyAfter(2 * MINUTE_MS), "K2");
  assert.equal(await keyAfter(60 * MINUTE_MS), "K3");
});

test("a renewal that fails costs nothing while the session lasts, and is tried again", async () => {
  const clock = new VirtualClock();
  const { state, get } = sessions(clock);
  await get();
  await clock.run(() => clock.sleep(57 * MINUTE_MS));
  state.fails = true;

  assert.equal((await get()).accessKeyId, "K1");
  state.fails = false;
  assert.equal((await get()).accessKeyId, "K3");
  state.fails = true;
  await clock.run(() => clock.sleep(61 * MINUTE_MS));
  await assert.rejects(get(), /^Error: no$/);
});

// The SDK takes its endpoint from the environment, which all tests of a group share.
describe("against a token service and STS", () => {
  /** Stands where GitHub's token service and STS would; what it was asked is a line each. */
  const asked: string[] = [];
  let failures = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      if (pathname === "/token") {
        asked.push(`token for ${searchParams.get("audience")} by ${request.headers.authorization}`);
        response.statusCode = failures-- > 0 ? 503 : 200;
        response.end(JSON.stringify({ value: "a-token" }));
        return;
      }
      const form = new URLSearchParams(body);
      const action = form.get("Action") ?? "";
      const signed = request.headers.authorization === undefined ? "unsigned" : "signed";
      asked.push(
        `${action} ${form.get("RoleArn")} as ${form.get("RoleSessionName")}, ${form.get("WebIdentityToken") ?? "no token"}, ${signed}`,
      );
      response.end(`<${action}Response><${action}Result><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>
      <SessionToken>hidden too</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`);
    });
  });
  let address = "";
  const usual = { ...process.env };
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, { AWS_ENDPOINT_URL: address, AWS_ACCESS_KEY_ID: "own", AWS_SECRET_ACCESS_KEY: "own" });
  });
  after(() => {
    server.close();
    for (const name of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
      const value = usual[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const source = () =>
    tokenSourceFrom({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/token?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
    })!;
  const ACCOUNT_ROLE = "arn:aws:iam::123456789012:role/slipway-plan";
  const GIVEN_ROLE = "arn:aws:iam::123456789012:role/given";

  const ROWS: readonly [what: string, login: Partial<Login>, token: boolean, expected: RegExp | undefined][] = [
    [
      "the account's role, with the environment's own",
      {},
      false,
      /^AssumeRole .*slipway-plan as slipway-99-2, no token, signed$/,
    ],
    [
      "the account's role, with the environment's own, though the job has a token",
      {},
      true,
      /^AssumeRole .*slipway-plan as slipway-99-2, no token, signed$/,
    ],
    [
      "the account's role by token, where the environment has none",
      { hasOwn: false },
      true,
      /^AssumeRoleWithWebIdentity .*slipway-plan as slipway-99-2, a-token, unsigned$/,
    ],
    [
      "the run's own role by token",
      { role: GIVEN_ROLE },
      true,
      /^AssumeRoleWithWebIdentity .*given as slipway-99-2, a-token, unsigned$/,
    ],
    [
      "the run's own role, without a token",
      { role: GIVEN_ROLE },
      false,
      /^AssumeRole .*given as slipway-99-2, no token, signed$/,
    ],
  ];

  for (const [what, changes, hasToken, expected] of ROWS) {
    test(`a run logs in with ${what}`, async () => {
      asked.length = 0;
      const clock = new VirtualClock();
      const hidden: string[] = [];
      const login: Login = {
        ...ownLogin("99-2"),
        identityToken: hasToken ? () => identityToken(source(), clock) : undefined,
        mask: (secret) => hidden.push(secret),
        ...changes,
      };
      const by = credentialsBy(login, clock);
      const given = await by(ACCOUNT_ROLE, "us-east-1")?.();
      await by(ACCOUNT_ROLE, "us-west-2")?.();

      assert.equal(given?.accessKeyId, "K");
      assert.match(asked.at(-1)!, expected!);
      assert.equal(asked.filter((line) => line.startsWith("Assume")).length, 1, "one session for all clients");
      assert.deepEqual(hidden, ["hidden", "hidden too"]);
    });
  }

  test("without any role, and in a fork's job, a run has what the machine has", () => {
    assert.equal(credentialsBy(ownLogin("1"), new VirtualClock())(undefined, "us-east-1"), undefined);
    assert.equal(tokenSourceFrom({}), undefined);
    assert.equal(tokenSourceFrom({ ACTIONS_ID_TOKEN_REQUEST_URL: "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" }), undefined);
  });

  test("the token is asked for AWS, as the runner wants it, and again when its service has a bad moment", async () => {
    asked.length = 0;
    const clock = new VirtualClock();
    failures = 2;
    assert.equal(await clock.run(() => identityToken(source(), clock)), "a-token");
    assert.deepEqual(asked, Array(3).fill("token for sts.amazonaws.com by Bearer t"));

    failures = 9;
    await assert.rejects(
      clock.run(() => identityToken(source(), clock)),
      /the runner gives no identity token: it answers 503/,
    );
    assert.equal(asked.length, 3 + 4);
    failures = 0;
  });
});

test("the session's name carries the run, in the letters that AWS allows", () => {
  assert.equal(sessionName("123456-2"), "slipway-123456-2");
  assert.match(sessionName(`a b/${"x".repeat(80)}`), /^slipway-a-b-x{52}$/);
});
