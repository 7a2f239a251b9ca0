/** Parameter Store on the twin refuses what AWS refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SSMClient } from "@aws-sdk/client-ssm";
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { parameterNames } from "../../src/resources/pki/calls.ts";
import { Simulation } from "../support/simulation.ts";

type Command = Parameters<SSMClient["send"]>[0];

const NAME = "/slipway/prod/pki";
const KEPT = { Name: NAME, Value: "value", Type: "SecureString", Overwrite: false } as const;

function parameters(options: { eventualConsistency?: boolean } = { eventualConsistency: false }) {
  const simulation = new Simulation(options);
  const aws = simulation.connect();
  return {
    simulation,
    aws,
    send: (command: Command) => simulation.run(() => aws.ssm.send(command as PutParameterCommand)),
  };
}

const REFUSALS: readonly [name: string, command: Command, expected: RegExp][] = [
  ["a second put without overwrite", new PutParameterCommand(KEPT), /ParameterAlreadyExists/],
  [
    "tags together with overwrite",
    new PutParameterCommand({ ...KEPT, Overwrite: true, Tags: [] }),
    /ValidationException: .*tags and overwrite/,
  ],
  [
    "a value over 4 KB",
    new PutParameterCommand({ ...KEPT, Name: "/a", Value: "x".repeat(4097) }),
    /ValidationException: .*4096/,
  ],
  ["a name of AWS's own", new PutParameterCommand({ ...KEPT, Name: "/aws/x" }), /ValidationException/],
  [
    "a name with more than 15 levels",
    new PutParameterCommand({ ...KEPT, Name: "/x".repeat(16) }),
    /ValidationException/,
  ],
  ["getting what is not there", new GetParameterCommand({ Name: "/no" }), /ParameterNotFound/],
  ["deleting what is not there", new DeleteParameterCommand({ Name: "/no" }), /ParameterNotFound/],
  [
    "tags of what is not there",
    new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: "/no" }),
    /InvalidResourceId/,
  ],
  [
    "tagging what is not there",
    new AddTagsToResourceCommand({ ResourceType: "Parameter", ResourceId: "/no", Tags: [] }),
    /InvalidResourceId/,
  ],
  ["more than ten deletions", new DeleteParametersCommand({ Names: Array.from("abcdefghijk") }), /ValidationException/],
  ["more than fifty on a page", new DescribeParametersCommand({ MaxResults: 51 }), /ValidationException/],
];

for (const [name, command, expected] of REFUSALS) {
  test(`refused: ${name}`, async () => {
    const { send } = parameters();
    await send(new PutParameterCommand(KEPT));

    await assert.rejects(send(command), expected);
  });
}

test("what is encrypted is shown only to those who ask for it decrypted", async () => {
  const { send } = parameters();
  await send(new PutParameterCommand(KEPT));
  const get = async (WithDecryption: boolean) =>
    ((await send(new GetParameterCommand({ Name: NAME, WithDecryption }))) as { Parameter: { Value: string } })
      .Parameter.Value;

  assert.equal(await get(true), "value");
  assert.notEqual(await get(false), "value");
});

test("a path is whole levels, in pages: another cluster whose name begins alike is not in it", async () => {
  const { send, simulation, aws } = parameters();
  const own = Array.from({ length: 60 }, (_, n) => `/slipway/prod/errors/i-${n}`);
  for (const Name of [...own, "/slipway/prod-2/pki"]) await send(new PutParameterCommand({ ...KEPT, Name }));

  assert.deepEqual(await simulation.run(() => parameterNames(aws, "/slipway/prod")), own);
});
