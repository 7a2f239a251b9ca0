/**
 * What the twin is told and what it answers is what would have come over the wire, and a call that is handed to it directly
 * ends as one that went through the SDK's serialiser: so that the short way never makes the twin kinder than AWS.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as pricing from "@aws-sdk/client-pricing";
import * as s3 from "@aws-sdk/client-s3";
import * as serviceQuotas from "@aws-sdk/client-service-quotas";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import type { HttpRequest, HttpResponse } from "@smithy/core/protocols";
import type { StaticOperationSchema } from "@smithy/types";
import { type Aws, makeAws } from "../../src/aws/clients.ts";
import { AwsCallError, codeOf } from "../../src/aws/errors.ts";
import type { ServiceName } from "../../src/aws/services.ts";
import type { WireCall } from "../../src/aws/transport.ts";
import { seededRandom } from "../../src/core/random.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { awsError, connectionLost, queryError } from "../../src/twin/errors.ts";
import { RawTwin } from "../support/raw.ts";
import { allOperations, copy, type Recorded, recordLives } from "../support/recorder.ts";
import { errorResponseOf, inputOf, type Protocol, responseOf } from "../support/wire.ts";

type AwsError = Error & { $metadata: { httpStatusCode: number }; $fault: string; Code?: string };
type Body = { transformToString(): Promise<string> };
type Command = { input: object; schema: StaticOperationSchema };
type Client = { send(command: Command): Promise<object> };
type ClientOptions = { region: string; requestHandler: { handle(request: HttpRequest): Promise<object> } };
interface Service {
  protocol: Protocol;
  sdk: object;
  client: new (options: ClientOptions) => Client;
  direct: (aws: Aws) => Promise<Client>;
}

const made = <C>(client: C) => client as unknown as new (options: ClientOptions) => Client;
const sent = (client: unknown) => client as Client;
const SERVICES: Readonly<Record<ServiceName, Service>> = {
  ec2: { protocol: "ec2Query", sdk: ec2, client: made(ec2.EC2Client), direct: async (aws) => sent(aws.ec2) },
  elasticloadbalancing: {
    protocol: "awsQuery",
    sdk: elb,
    client: made(elb.ElasticLoadBalancingV2Client),
    direct: async (aws) => sent(aws.elb),
  },
  iam: { protocol: "awsQuery", sdk: iam, client: made(iam.IAMClient), direct: async (aws) => sent(aws.iam) },
  sts: { protocol: "awsQuery", sdk: sts, client: made(sts.STSClient), direct: async (aws) => sent(aws.sts) },
  ssm: { protocol: "awsJson", sdk: ssm, client: made(ssm.SSMClient), direct: async (aws) => sent(aws.ssm) },
  pricing: {
    protocol: "awsJson",
    sdk: pricing,
    client: made(pricing.PricingClient),
    direct: async (aws) => sent(aws.pricing),
  },
  servicequotas: {
    protocol: "awsJson",
    sdk: serviceQuotas,
    client: made(serviceQuotas.ServiceQuotasClient),
    direct: async (aws) => sent(await aws.serviceQuotas()),
  },
  s3: { protocol: "restXml", sdk: s3, client: made(s3.S3Client), direct: async (aws) => sent(aws.s3) },
};

const recorded = await recordLives();
const nameOf = ({ service, operation }: WireCall): string => `${service}:${operation}`;

function commandOf({ service, operation, input }: WireCall): Command {
  const { sdk } = SERVICES[service] as { sdk: Record<string, new (input: object) => Command> };
  const Ctor = sdk[`${operation}Command`];
  assert.ok(Ctor !== undefined, operation);
  return new Ctor(copy(input));
}

type Answer = (asked: unknown, schema: StaticOperationSchema) => HttpResponse;

const clients = new Map<ServiceName, (command: Command, answer: Answer) => Promise<object>>();

/** Sends a command over the wire; at its other end is `answer`. */
function overWire(call: WireCall, answer: Answer): Promise<object> {
  const send = clients.get(call.service) ?? wireTo(SERVICES[call.service]);
  clients.set(call.service, send);
  return send(commandOf(call), answer);
}

/** One command after the other. */
function wireTo({ protocol, client }: Service): (command: Command, answer: Answer) => Promise<object> {
  let [schema, answer]: [StaticOperationSchema?, Answer?] = [];
  const options = {
    region: "us-east-1",
    endpoint: "https://wire.invalid",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: HttpRequest) => {
        assert.ok(schema !== undefined && answer !== undefined);
        return { response: answer(await inputOf(request, protocol, schema), schema) };
      },
    },
  };
  const one = new client(options);
  return (command, next) => {
    [schema, answer] = [command.schema, next];
    return one.send(command);
  };
}

/** Without members that are undefined, which are absent on the wire; JSON in strings, which the SDK wraps, as text. */
function plain(value: unknown): unknown {
  if (value instanceof String) return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const present = Object.entries(value).filter(([key, one]) => one !== undefined && key !== "$metadata");
  return Object.fromEntries(present.map(([key, one]) => [key, plain(one)]));
}

async function errorOf(failing: Promise<unknown>): Promise<AwsError> {
  return failing.then(
    () => assert.fail("it did not fail"),
    (cause: AwsError) => cause,
  );
}

/** One of each operation and of what becomes of it, and so many more. */
function sampleOf(most: number): Recorded[] {
  const counts = new Map<string, number>();
  return recorded.filter(({ call, outcome }) => {
    const key = `${nameOf(call)} ${"error" in outcome ? outcome.error.name : Object.keys(outcome.output)} ${Object.keys(call.input)}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= most;
  });
}

test("the lives that are recorded call everything that the twin knows", () => {
  const called = new Set(recorded.map(({ call }) => nameOf(call)));
  assert.deepEqual(
    allOperations().filter((name) => !called.has(name)),
    [],
  );
});

test("what the twin is asked is what a request carries: nothing that the SDK would leave out on the way", async () => {
  for (const { call } of sampleOf(2)) {
    if (call.service === "s3") continue; // the path, headers and a body; labels are looked at below
    let asked: unknown;
    await overWire(call, (input, schema) => {
      asked = input;
      return responseOf({}, SERVICES[call.service].protocol, schema);
    });
    const { ClientToken: _token, ...rest } = asked as { ClientToken?: unknown };
    const { ClientToken: _given, ...input } = call.input as { ClientToken?: unknown };
    assert.deepEqual(rest, plain(input), nameOf(call));
  }
});

test("what the twin answers is what the SDK makes of AWS's answer, to the last empty list", async () => {
  for (const { call, outcome } of sampleOf(2)) {
    if ("error" in outcome) continue;
    const { protocol } = SERVICES[call.service];
    const { Body, ...output } = outcome.output as { Body?: Body };
    const body = await Body?.transformToString();
    const sent = body === undefined ? output : { ...output, Body: Buffer.from(body, "latin1") };
    const { Body: stream, ...given } = (await overWire(call, (_input, schema) =>
      responseOf(sent, protocol, schema),
    )) as {
      Body?: Body;
    };
    assert.deepEqual(plain(given), plain(output), nameOf(call));
    assert.equal(await stream?.transformToString(), body, nameOf(call));
  }
});

test("the twin's errors are named as the SDK names AWS's", async () => {
  const refused = await Promise.all(
    [...new Map(recorded.map((one) => [one.call.service, one])).values()].flatMap(({ call }) =>
      (["refuse", "deny", "throttle", "expired"] as const).map(async (kind): Promise<Recorded> => {
        const { world, clock } = new RawTwin();
        const transport = world.connect({ faults: [{ kind, at: 0 }] });
        return { call, outcome: { error: await errorOf(clock.run(() => transport(call))) } };
      }),
    ),
  );
  for (const { call, outcome } of [...sampleOf(1), ...refused]) {
    if (!("error" in outcome)) continue;
    const { name, message, $fault, $metadata, Code } = outcome.error as AwsError;
    const { httpStatusCode } = $metadata;
    const { protocol } = SERVICES[call.service];
    const response = () => errorResponseOf(Code ?? name, message, httpStatusCode, protocol);
    const error = await errorOf(overWire(call, response));
    assert.deepEqual(
      [error.name, error.message, error.$fault, error.$metadata.httpStatusCode],
      [name, message, $fault, httpStatusCode],
      nameOf(call),
    );
    assert.equal(codeOf(error), codeOf(outcome.error), nameOf(call));
  }
});

/** Sends a recorded call to a transport that says what the twin said, and tells how that ended. */
async function ended({ call, outcome }: Recorded, serialises: boolean, troubles: readonly Error[] = []) {
  const clock = new VirtualClock({ startMs: 0 });
  const asked: WireCall[] = [];
  const records: object[] = [];
  const aws = makeAws({
    region: "us-east-1",
    clock,
    random: seededRandom(1),
    serialises,
    onCall: ({ error, ...record }) => records.push({ ...record, error: error?.message }),
    transport: async (one) => {
      asked.push(one);
      const trouble = troubles[asked.length - 1];
      if (trouble !== undefined) throw remade(trouble);
      if ("error" in outcome) throw remade(outcome.error);
      return copy(outcome.output);
    },
  });
  const result = await clock.run(async () => {
    const client = await SERVICES[call.service].direct(aws);
    return client.send(commandOf(call)).catch((error: unknown) => {
      assert.ok(error instanceof AwsCallError);
      const { action, code, message, httpStatus, outcomeUnknown, cause } = error;
      const { name, $metadata, $fault } = cause as AwsError;
      return { action, code, message, httpStatus, outcomeUnknown, name, $metadata, $fault };
    });
  });
  const tokens = new Set(asked.map(({ clientToken }) => clientToken));
  const token = tokens.size > 1 ? "changed" : [...tokens].map((one) => typeof one)[0];
  const inputs = asked.map(({ service, operation, input }) => {
    // S3 wants a checksum of some bodies; the SDK's middleware names its kind in the input, and no rule of the twin asks.
    const { ChecksumAlgorithm: _kind, ...rest } = input as { ChecksumAlgorithm?: string };
    return { service, operation, input: rest };
  });
  return {
    result: plain(result),
    $metadata: (result as AwsError).$metadata,
    inputs,
    token,
    records,
    atMs: clock.now(),
  };
}

/** An error of its own each time: the SDK writes into what it is thrown. */
function remade(error: Error): Error {
  const { $metadata } = error as AwsError;
  const { name, message } = error;
  return Object.assign(new Error(message), error, { name, $metadata: $metadata && { ...$metadata } });
}

test("a call that is handed over directly ends as one that was serialised: answer, error, attempts, token, time", async () => {
  for (const one of sampleOf(1)) {
    assert.deepEqual(await ended(one, false), await ended(one, true), nameOf(one.call));
  }
});

const TROUBLES: readonly [name: string, error: Error, times: number][] = [
  ["an internal error", awsError("InternalError", "oops", 500), 2],
  ["a connection that breaks", connectionLost(), 1],
  ["a connection that breaks each time", connectionLost(), 9],
  ["a throttle", awsError("Throttling", "Rate exceeded"), 2],
  ["a limit that the SDK takes for a throttle", queryError("LimitExceeded", "Cannot exceed quota", 409), 9],
  ["expired credentials", awsError("RequestExpired", "Request has expired."), 1],
];

for (const [name, error, times] of TROUBLES) {
  test(`so does one that meets with ${name}, whichever call it is`, async () => {
    const troubles = Array.from({ length: times }, () => error);
    const byName = new Map(sampleOf(1).map((one) => [nameOf(one.call), one]));
    for (const one of byName.values()) {
      assert.deepEqual(await ended(one, false, troubles), await ended(one, true, troubles), nameOf(one.call));
    }
  });
}

test("what the SDK can't put into a request is refused in the same words, and never reaches the twin", async () => {
  for (const input of [{ Key: "k" }, { Bucket: "", Key: "k" }, { Bucket: "b" }]) {
    const call: WireCall = { service: "s3", operation: "GetObject", input, clientToken: undefined };
    const [direct, serialised] = await Promise.all(
      [false, true].map((serialises) => ended({ call, outcome: { output: {} } }, serialises)),
    );
    assert.deepEqual(direct, serialised);
    assert.deepEqual(direct?.inputs, []);
    assert.match(JSON.stringify(direct), /No value provided for input HTTP label/);
  }
});

test("an answer is the caller's own: nothing that happens later in the twin changes it", () => {
  for (const { call, outcome, given } of recorded) {
    if ("output" in outcome) assert.deepEqual(given, outcome.output, nameOf(call));
  }
});
