/** Parameter Store on the twin refuses what AWS refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterNames } from "../../src/resources/pki/calls.ts";
import { Simulation } from "../support/simulation.ts";

const NAME = "/slipway/prod/pki";
const KEPT = { Name: NAME, Value: "value", Type: "SecureString", Overwrite: false } as const;

function parameters() {
  const simulation = new Simulation({ eventualConsistency: false });
  const transport = simulation.world.connect();
  return {
    simulation,
    send: (operation: string, input: object) =>
      simulation.run(() => transport({ service: "ssm", operation, input, clientToken: undefined })),
  };
}

const REFUSALS: readonly [name: string, operation: string, input: object, expected: RegExp][] = [
  ["a second put without overwrite", "PutParameter", KEPT, /ParameterAlreadyExists/],
  [
    "tags together with overwrite",
    "PutParameter",
    { ...KEPT, Overwrite: true, Tags: [] },
    /ValidationException: .*tags and overwrite/,
  ],
  [
    "a value over 4 KB",
    "PutParameter",
    { ...KEPT, Name: "/a", Value: "x".repeat(4097) },
    /ValidationException: .*4096/,
  ],
  ["a name of AWS's own", "PutParameter", { ...KEPT, Name: "/aws/x" }, /ValidationException/],
  ["a name with more than 15 levels", "PutParameter", { ...KEPT, Name: "/x".repeat(16) }, /ValidationException/],
  ["getting what is not there", "GetParameter", { Name: "/no" }, /ParameterNotFound/],
  ["deleting what is not there", "DeleteParameter", { Name: "/no" }, /ParameterNotFound/],
  [
    "tags of what is not there",
    "ListTagsForResource",
    { ResourceType: "Parameter", ResourceId: "/no" },
    /InvalidResourceId/,
  ],
  [
    "tagging what is not there",
    "AddTagsToResource",
    { ResourceType: "Parameter", ResourceId: "/no", Tags: [] },
    /InvalidResourceId/,
  ],
  ["more than ten deletions", "DeleteParameters", { Names: Array.from("abcdefghijk") }, /ValidationException/],
  ["more than fifty on a page", "DescribeParameters", { MaxResults: 51 }, /ValidationException/],
];

for (const [name, operation, input, expected] of REFUSALS) {
  test(`refused: ${name}`, async () => {
    const { send } = parameters();
    await send("PutParameter", KEPT);

    await assert.rejects(send(operation, input), (error: Error) => expected.test(`${error.name}: ${error.message}`));
  });
}

test("what is encrypted is shown only to those who ask for it decrypted", async () => {
  const { send } = parameters();
  await send("PutParameter", KEPT);
  const get = async (WithDecryption: boolean) =>
    ((await send("GetParameter", { Name: NAME, WithDecryption })) as { Parameter: { Value: string } }).Parameter.Value;

  assert.equal(await get(true), "value");
  assert.notEqual(await get(false), "value");
});

test("a path is whole levels, in pages: another cluster whose name begins alike is not in it", async () => {
  const { send, simulation } = parameters();
  const aws = simulation.connect();
  const own = Array.from({ length: 60 }, (_, n) => `/slipway/prod/errors/i-${n}`);
  for (const Name of [...own, "/slipway/prod-2/pki"]) await send("PutParameter", { ...KEPT, Name });

  assert.deepEqual(await simulation.run(() => parameterNames(aws, "/slipway/prod")), own);
});
