/** One PKI for the life of a cluster: who makes it, who may not, and when it goes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AwsCallError } from "../../src/aws/errors.ts";
import { pkiOf } from "../../src/bootstrap/pki.ts";
import { pkiCalls } from "../../src/resources/pki/calls.ts";
import { clusterNames } from "../../src/survey/cluster-names.ts";
import type { World } from "../../src/twin/world.ts";
import { accountTree, clusterWith } from "../support/builders.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const SMALL = { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] };
const CLUSTER = clusterWith({ spec: SMALL });
const NAME = "/slipway/prod/pki";
const SECRET = {
  kind: "pki",
  id: "pki/main",
  spec: { name: NAME, kmsKey: "" },
  tags: { "slipway:id": "pki/main" },
} as const;

const puts = (world: World) => world.calls.filter(({ action }) => action === "ssm:PutParameter");

async function standing(cluster = CLUSTER): Promise<Simulation> {
  const simulation = new Simulation();
  const result = await simulation.apply(cluster);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  return simulation;
}

test("the PKI is one encrypted parameter, made by one create-only put, and known by its tags", async () => {
  const { world } = await standing();
  const parameter = world.parameters.get(NAME)!;

  assert.equal(parameter.type, "SecureString");
  assert.equal(parameter.tags["slipway:ca-hash"], pkiOf(parameter.value).caHash);
  assert.equal(parameter.tags["slipway:cluster"], "prod");
  assert.equal(parameter.tags.team, "platform");
  assert.equal(puts(world).length, 1);
  assert.equal((puts(world)[0]!.input as { Overwrite?: boolean }).Overwrite, false);
});

test("an account's own KMS key encrypts it", async () => {
  const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  const { world } = await standing(clusterWith({ spec: SMALL }, accountTree({ spec: { kmsKeyArn } })));

  assert.equal(world.parameters.get(NAME)!.keyId, kmsKeyArn);
});

test("of two processes that make it at once one does, and the other is told that it is there", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const simulation = new Simulation({ seed });
    const attempts = [simulation.connect(), simulation.connect()].map((aws) => () => pkiCalls.create(aws, SECRET));

    const ended = await simulation.run(() => Promise.allSettled(attempts.map((attempt) => attempt())));

    const made = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const refused = ended.flatMap((one) => (one.status === "rejected" ? [(one.reason as AwsCallError).code] : []));
    const kept = simulation.world.parameters.get(NAME)!;
    assert.deepEqual(refused, ["ParameterAlreadyExists"]);
    assert.deepEqual(made, [{ awsId: NAME, attributes: { caHash: pkiOf(kept.value).caHash } }]);
    assert.equal(kept.version, 1);
  }
});

test("a run whose put was answered by nobody, or that came second, goes on with what is there", async () => {
  for (const kind of ["lose-answer", "error-after"] as const) {
    const simulation = new Simulation();

    const result = await simulation.apply(CLUSTER, { faults: [{ at: "ssm:PutParameter", kind }] });

    const { version, tags, value } = simulation.world.parameters.get(NAME)!;
    assert.equal(result.result, "applied", troubles(result).join("\n"));
    assert.deepEqual([version, tags["slipway:ca-hash"]], [1, pkiOf(value).caHash]);
  }
});

test("no plan and no apply of a cluster that stands reads the secret or makes another", async () => {
  const simulation = await standing();
  const before = simulation.world.calls.length;

  await simulation.plan(CLUSTER);
  await simulation.apply(clusterWith({ metadata: { tags: { team: "storage" } }, spec: SMALL }));

  const calls = simulation.world.calls.slice(before).filter(({ action }) => action.startsWith("ssm:"));
  assert.deepEqual([...new Set(calls.map(({ action }) => action))].sort(), [
    "ssm:AddTagsToResource",
    "ssm:GetParameters",
    "ssm:ListTagsForResource",
  ]);
  assert.ok(!calls.some(({ action, input }) => action === "ssm:GetParameters" && JSON.stringify(input).includes(NAME)));
  assert.equal(simulation.world.parameters.get(NAME)!.tags.team, "storage");
});

test("while a node lives no second PKI is made: the plan says that the first is gone, and what to do", async () => {
  const simulation = await standing();
  const { world } = simulation;
  world.parameters.delete(NAME);

  const [planned, applied] = [await simulation.plan(CLUSTER), await simulation.apply(CLUSTER)];

  assert.deepEqual([planned.result, applied.result], ["blocked", "blocked"]);
  assert.match(
    troubles(planned)[0]!,
    /the parameter \/slipway\/prod\/pki is gone, and 1 node of prod live by the certificates/,
  );
  assert.match(planned.findings[0]!.fix!, /slipway destroy prod --confirm prod/);
  assert.equal(puts(world).length, 1);

  assert.equal((await simulation.destroy(CLUSTER)).result, "destroyed");
  assert.equal((await simulation.apply(CLUSTER)).result, "applied");
});

test("a PKI that lost its hash is not guessed at", async () => {
  const simulation = await standing();
  delete simulation.world.parameters.get(NAME)!.tags["slipway:ca-hash"];

  const planned = await simulation.plan(CLUSTER);

  assert.match(troubles(planned)[0]!, /has lost its tag slipway:ca-hash/);
});

test("destroy keeps it until the last node is gone, and takes what nodes wrote with it, of this cluster alone", async () => {
  const simulation = await standing();
  const { world } = simulation;
  const parameter = { ...world.parameters.get(NAME)!, tags: {} };
  for (const name of ["/slipway/prod/init", "/slipway/prod/errors/i-1", "/slipway/prod-2/pki"]) {
    world.parameters.set(name, { ...parameter, id: name });
  }
  for (let n = 0; n < 30; n++) {
    const id = `/slipway/prod/errors/i-9${n}`;
    world.parameters.set(id, { ...parameter, id });
  }
  world.observers.push(() => {
    const alive = [...world.instances.values()].some(
      ({ state, tags }) => state !== "terminated" && tags["slipway:pool"] !== undefined,
    );
    assert.ok(!alive || world.parameters.has(NAME), "the PKI went before its nodes");
  });

  const result = await simulation.destroy(CLUSTER);

  assert.equal(result.result, "destroyed", troubles(result).join("\n"));
  assert.deepEqual([...world.parameters.keys()], ["/slipway/prod-2/pki"]);
});

test("a PKI that is all that is left of a cluster is listed, so that destroy can be run again", async () => {
  const simulation = await standing();
  const { world } = simulation;
  const left = world.parameters.get(NAME)!;
  await simulation.destroy(CLUSTER);
  world.parameters.set(NAME, left);
  const aws = simulation.connect();

  assert.deepEqual(await simulation.run(() => clusterNames(aws)), ["prod"]);
  assert.equal((await simulation.destroy(CLUSTER)).result, "destroyed");
  assert.equal(world.parameters.size, 0);
});
