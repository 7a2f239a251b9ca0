/** What the control plane's agents are told: there before the first node, changed with the file, gone with the cluster. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { AGENT_FILES } from "../../src/bootstrap/agent-files.generated.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const POOL = { name: "default", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] };
const SMALL = { controlPlane: { size: 1, zones: ["us-east-1a"] } };
const cluster = (pool: object = {}, more: object = {}) =>
  clusterWith({ spec: { ...SMALL, workerPools: [{ ...POOL, ...pool }], ...more } });

const objects = (world: World) => world.buckets.get("slipway-123456789012-us-east-1")!.objects;
const record = (world: World, key: string) => JSON.parse(objects(world).get(`prod/${key}`)!.body);

async function standing(of = cluster()): Promise<Simulation> {
  const simulation = new Simulation();
  const result = await simulation.apply(of);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  return simulation;
}

test("all that nodes read is there before the first of them is launched, and says what the file says", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  world.observers.push(() => {
    if ([...world.instances.values()].every(({ tags }) => tags["slipway:pool"] === undefined)) return;
    for (const key of ["agent.json", "pools.json", "packs.json", "snapshot-request.json", "snapshot-status.json"])
      assert.ok(objects(world).has(`prod/${key}`), key);
  });
  const labels = { "node-role.kubernetes.io/gpu": "", workload: "gpu" };
  const taints = [{ key: "nvidia.com/gpu", effect: "NoSchedule" }];

  const result = await simulation.apply(cluster({ labels, taints }));

  assert.equal(result.result, "applied", troubles(result).join("\n"));
  // Here they would come first by themselves, launches wait for much else: so it is the order that counts.
  const writes = result.plan!.steps.filter(({ work }) => work.do === "write").map(({ id }) => id);
  const launches = result.plan!.steps.filter(({ work }) => work.do === "launch");
  assert.deepEqual([writes.length, launches.length], [5, 2]);
  for (const { needs } of launches) for (const id of writes) assert.ok(needs.includes(id), id);
  const { loop } = record(world, "agent.json");
  assert.equal(objects(world).get(`prod/agent/${loop}.py`)!.body, AGENT_FILES["loop.py"]);
  assert.equal(createHash("sha256").update(AGENT_FILES["loop.py"]).digest("hex"), loop);
  assert.deepEqual(record(world, "pools.json"), {
    pools: {
      "control-plane": {
        labels: { "slipway.dev/pool": "control-plane" },
        taints: [{ key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" }],
      },
      default: {
        labels: { ...labels, "slipway.dev/pool": "default" },
        taints: [{ key: "nvidia.com/gpu", value: "", effect: "NoSchedule" }],
      },
    },
  });
  const { bundle } = record(world, "packs.json");
  assert.ok(objects(world).has(`prod/packs/${bundle}.json.gz`));
  for (const key of ["snapshot-request.json", "snapshot-status.json"]) assert.deepEqual(record(world, key), {}, key);
});

test("a label and a taint are a change of their pool: shown, written, and no node is replaced", async () => {
  const simulation = await standing(cluster({ labels: { team: "a", keep: "me" } }));
  const { world } = simulation;
  const instances = [...world.instances.keys()];
  const next = cluster({
    labels: { team: "b", keep: "me" },
    taints: [{ key: "dedicated", value: "x", effect: "NoExecute" }],
  });

  const planned = await simulation.plan(next);
  const applied = await simulation.apply(next);

  assert.deepEqual(
    planned.plan!.changes.map(({ id, title, action, fields }) => [id, title, action, fields]),
    [
      [
        "labels/default",
        "labels and taints of default",
        "update",
        [
          { field: "labels", before: "team=a", after: "team=b", effect: "update" },
          { field: "taints", before: "", after: "dedicated=x:NoExecute", effect: "update" },
        ],
      ],
    ],
  );
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.equal(record(world, "pools.json").pools.default.labels.team, "b");
  assert.deepEqual([...world.instances.keys()], instances);
  assert.equal((await simulation.plan(next)).result, "no-changes");
});

test("a control plane that is to run workloads loses its taint, in place", async () => {
  const simulation = await standing();
  const next = cluster({}, { controlPlane: { ...SMALL.controlPlane, runsWorkloads: true } });

  const planned = await simulation.plan(next);

  assert.deepEqual(
    planned.plan!.changes.map(({ id, fields }) => [id, ...fields.map(({ before }) => before)]),
    [["labels/control-plane", "node-role.kubernetes.io/control-plane:NoSchedule"]],
  );
});

test("another release's agent, and a record that somebody deleted, are changes; what agents answered is not", async () => {
  const simulation = await standing();
  const { world } = simulation;
  const put = (key: string, value: object) =>
    Object.assign(objects(world).get(`prod/${key}`)!, { body: JSON.stringify(value) });
  put("snapshot-status.json", { at: 1, key: "etcd/1.db" });
  put("snapshot-request.json", { id: "1" });
  assert.equal((await simulation.plan(cluster())).result, "no-changes");

  put("agent.json", { loop: "0123456789abcdef" });
  objects(world).delete("prod/snapshot-request.json");
  const planned = await simulation.plan(cluster());
  const applied = await simulation.apply(cluster());

  assert.deepEqual(
    planned.plan!.changes.map(({ id, action, why }) => [id, action, why]),
    [["agent", "update", "there is no snapshot-request.json"]],
  );
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.notEqual(record(world, "agent.json").loop, "0123456789abcdef");
  assert.deepEqual(record(world, "snapshot-status.json"), { at: 1, key: "etcd/1.db" });
});

test("half of a change of records done is the same change, taints have no order, and nonsense is written anew", async () => {
  const taints = [
    { key: "a", effect: "NoSchedule" },
    { key: "b", effect: "NoExecute" },
  ];
  const simulation = await standing(cluster({ taints }));
  const { world } = simulation;
  const body = (key: string, text: string) => Object.assign(objects(world).get(`prod/${key}`)!, { body: text });
  const changes = async () =>
    (await simulation.plan(cluster({ taints }))).plan!.changes.map(({ id, hash }) => [id, hash]);
  const reordered = await simulation.plan(cluster({ taints: [...taints].reverse() }));

  body("agent.json", '{"loop":"0123456789abcdef"}');
  objects(world).delete("prod/snapshot-request.json");
  const whole = await changes();
  body("agent.json", JSON.stringify({ loop: createHash("sha256").update(AGENT_FILES["loop.py"]).digest("hex") }));
  const half = await changes();
  for (const key of ["agent.json", "pools.json", "packs.json"]) body(key, "null");
  const mended = await simulation.apply(cluster({ taints }));

  assert.equal(reordered.result, "no-changes");
  assert.deepEqual([half, half.length], [whole, 1]);
  assert.equal(mended.result, "applied", troubles(mended).join("\n"));
  assert.deepEqual(await changes(), []);
});

test("a plan looks at each record once, and what can't be read blocks it", async () => {
  const simulation = await standing();
  const before = simulation.world.calls.length;

  await simulation.plan(cluster());

  const reads = simulation.world.calls.slice(before).filter(({ action }) => action.startsWith("s3:"));
  assert.deepEqual(
    reads.map(({ action }) => action),
    Array.from({ length: 6 }, () => "s3:GetObject"),
  );
  const denied = await simulation.apply(cluster(), { faults: [{ at: "s3:GetObject", kind: "deny" }] });
  assert.equal(denied.result, "blocked");
  assert.match(troubles(denied)[0]!, /could not be read: s3:GetObject: AccessDenied/);
});

test("destroy leaves no record, snapshots and packs included, and nobody else's is touched", async () => {
  const simulation = await standing();
  const { world } = simulation;
  const some = objects(world).get("prod/packs.json")!;
  for (const key of ["prod/etcd/20260101T000000Z.db", "prod/packs-status.json", "prod-2/packs.json"])
    objects(world).set(key, { ...some, id: key });

  const result = await simulation.destroy(cluster());

  assert.equal(result.result, "destroyed", troubles(result).join("\n"));
  assert.deepEqual([...objects(world).keys()], ["prod-2/packs.json"]);
});
