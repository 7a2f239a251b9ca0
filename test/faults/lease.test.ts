/** One writer at a time: who may change a cluster, who takes over, and what is found then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import type { Transport } from "../../src/aws/transport.ts";
import type { Commits } from "../../src/commands/commits.ts";
import { bucketName } from "../../src/core/names.ts";
import { connectionLost } from "../../src/twin/errors.ts";
import { referenceOf, watchHolders } from "../support/breaking.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { raceForLease, raceOfRuns } from "../support/races.ts";
import { Crashed, Simulation, troubles } from "../support/simulation.ts";

const CLUSTER = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });
const MINUTE = 60_000;

/** The numbers of an undisturbed apply's calls of an action. */
async function callsOf(action: string): Promise<number[]> {
  const simulation = new Simulation();
  await simulation.apply(CLUSTER);
  return simulation.world.calls.flatMap((call, number) => (call.action === action ? [number] : []));
}

function bucketOf({ world }: Simulation) {
  return world.buckets.get(bucketName(world.accountId, world.region));
}

/** Texts of runs without their times, which every call more changes. */
function timeless(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>").replaceAll(/\b\d+s ago/g, "<seconds> ago");
}

function instancesOf({ world }: Simulation): number {
  return [...world.instances.values()].filter(
    ({ state, tags }) => state === "running" && tags["slipway:pool"] !== undefined,
  ).length;
}

test("whoever races for a lease, nothing is changed by one that does not hold it", async () => {
  for (let seed = 1; seed <= 40; seed++) await raceForLease(seed);
});

test("runs that are started over each other leave what one alone would", async () => {
  const reference = await referenceOf(CLUSTER, 1);
  for (let seed = 1; seed <= 10; seed++) await raceOfRuns(CLUSTER, seed, reference);
});

test("a run that can't renew its lease changes nothing more, and says why", async () => {
  const simulation = new Simulation();
  const breaches = watchHolders(simulation.world, CLUSTER.name);
  const { clock } = simulation;
  const cutOffAtMs = clock.now() + 20_000;
  const through =
    (inner: Transport): Transport =>
    async (call) => {
      if (call.service !== "s3" || clock.now() < cutOffAtMs) return inner(call);
      await clock.sleep(1000);
      throw connectionLost();
    };

  const [cutOff, other] = await simulation.run(() =>
    Promise.all([
      simulation.applying(CLUSTER, { through }),
      clock.sleep(30_000).then(() => simulation.applying(CLUSTER)),
    ]),
  );

  assert.equal(cutOff.result, "failed");
  assert.match(
    troubles(cutOff)[0]!,
    /lease\/lost: this run may not change the cluster any more: its lease could not be/,
  );
  assert.equal(other.result, "resumed", troubles(other).join("\n"));
  assert.deepEqual(breaches, []);
});

test("of two applies one works and the other is told who does, on what", async () => {
  const simulation = new Simulation();
  const [first, second] = await simulation.run(() =>
    Promise.all([
      simulation.applying(CLUSTER, { by: "https://github.com/acme/infra/actions/runs/1/attempts/1" }),
      simulation.clock.sleep(40_000).then(() => simulation.applying(CLUSTER, { by: "ann@laptop" })),
    ]),
  );

  assert.equal(first.result, "applied", troubles(first).join("\n"));
  assert.equal(second.result, "blocked");
  assertGolden("apply/lease-held.txt", timeless(`${troubles(second).join("\n")}\n`));
});

test("a dead run's lease is taken over when it has run out, and the next run says what it found", async () => {
  const simulation = new Simulation();
  const launch = (await callsOf("ec2:RunInstances")).at(-1) ?? 0;
  const dead = {
    faults: [{ kind: "crash-after", at: launch } as const],
    by: "https://github.com/acme/infra/actions/runs/1",
  };
  await assert.rejects(simulation.apply(CLUSTER, dead), Crashed);
  const diedAtMs = simulation.clock.now();
  const events = simulation.events.length;

  const resumed = await simulation.apply(CLUSTER, { by: "https://github.com/acme/infra/actions/runs/2" });

  assert.equal(resumed.result, "resumed", troubles(resumed).join("\n"));
  const took = simulation.events.slice(events).find(({ code }) => code === "run/resumes");
  assert.ok(took !== undefined);
  assert.ok(simulation.clock.now() - diedAtMs > MINUTE);
  const said = resumed.findings.filter(({ code }) => code === "run/resumed").map(({ message }) => message);
  assertGolden("apply/resumed.txt", timeless(`${said.join("\n")}\n`));
});

test("whoever comes after a launch without an answer asks for the same, with the same token, and gets the same instances", async () => {
  const launches = await callsOf("ec2:RunInstances");
  for (const kind of ["crash-before", "crash-after"] as const) {
    for (const at of launches) {
      const simulation = new Simulation();
      await assert.rejects(simulation.apply(CLUSTER, { faults: [{ kind, at }] }), Crashed);
      // EC2 may take minutes to list what it launched (docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
      for (const instance of simulation.world.instances.values()) {
        if (instance.tags["slipway:pool"] !== undefined) instance.visibleAtMs = simulation.clock.now() + 90_000;
      }
      // The answer to the takeover itself is lost: what the dead run left must not be forgotten over it.
      const resumed = await simulation.apply(CLUSTER, { faults: [{ kind: "lose-answer", at: "s3:PutObject" }] });

      assert.equal(resumed.result, "resumed", troubles(resumed).join("\n"));
      assert.equal(instancesOf(simulation), 1);
      const asked = simulation.world.calls.filter(({ action }) => action === "ec2:RunInstances");
      const pools = asked.filter(({ input }) => JSON.stringify(input).includes('"slipway:pool"'));
      const tokens = new Set(pools.map(({ input }) => (input as { ClientToken?: string }).ClientToken));
      assert.equal(tokens.size, 1, `${kind} at ${at}`);
      const keys = [...bucketOf(simulation)!.objects.keys()];
      assert.ok(keys.includes("prod/applied.json") && !keys.some((key) => key.includes("/intents/")), keys.join());
    }
  }
});

/** With a worker, which can be lost without the cluster. */
const WITH_WORKER = clusterWith({
  spec: {
    controlPlane: { size: 1, zones: ["us-east-1a"] },
    workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] }],
  },
});

/** Takes the running nodes of a pool away, as somebody with the EC2 console can. */
async function terminate(simulation: Simulation, pool: string): Promise<void> {
  const { world } = simulation;
  const nodes = [...world.instances.values()].filter(({ tags }) => tags["slipway:pool"] === pool);
  const ids = nodes.map(({ id }) => id);
  await simulation.run(() => simulation.connect().ec2.send(new TerminateInstancesCommand({ InstanceIds: ids })));
  await simulation.run(() => simulation.clock.sleep(2 * MINUTE));
}

test("a node that was terminated by others is launched anew, and not taken for the one that was", async () => {
  const simulation = new Simulation();
  await simulation.apply(WITH_WORKER);
  await terminate(simulation, "default");

  const again = await simulation.apply(WITH_WORKER);

  assert.equal(again.result, "applied", troubles(again).join("\n"));
  assert.equal(instancesOf(simulation), 2);
});

test("a cluster whose whole control plane is gone is not begun anew over what it was", async () => {
  const simulation = new Simulation();
  await simulation.apply(WITH_WORKER);
  await terminate(simulation, "control-plane");
  const before = simulation.mutatingCalls();

  const lost = await simulation.apply(WITH_WORKER);

  assert.equal(lost.result, "blocked");
  assert.match(troubles(lost)[0]!, /cluster\/control-plane-lost: no control-plane node of prod is left/);
  assert.equal(simulation.mutatingCalls(), before);
});

test("answers to the lease's own writes that are lost cost nothing: taken, renewed, given back", async () => {
  const simulation = new Simulation();
  await simulation.apply(CLUSTER);
  const writes = simulation.world.calls.flatMap(({ action, input }, number) =>
    action === "s3:PutObject" && (input as { Key?: string }).Key === "prod/lease.json" ? [number] : [],
  );
  assert.ok(writes.length > 10);
  for (const at of writes) {
    const simulation = new Simulation();
    const result = await simulation.apply(CLUSTER, { faults: [{ kind: "lose-answer", at }] });
    assert.equal(result.result, "applied", `${at}: ${troubles(result).join("\n")}`);
    const next = await simulation.apply(CLUSTER);
    assert.equal(next.result, "no-changes", `${at}: the lease was not given back`);
  }
});

test("credentials that expire stop the run where it is, and the next one with new ones goes on", async () => {
  for (const at of [0, 30, 60, 90, 150]) {
    const simulation = new Simulation();
    const result = await simulation.apply(CLUSTER, { faults: [{ kind: "expired", at, times: 10_000 }] });
    assert.ok(["failed", "blocked"].includes(result.result), `${at}: ${result.result}`);
    if (result.result === "failed") {
      assert.match(troubles(result)[0]!, /account\/credentials-expired: the credentials expired while the run went on/);
    }
    const next = await simulation.apply(CLUSTER);
    assert.ok(["applied", "resumed"].includes(next.result), `${at}: ${troubles(next).join("\n")}`);
  }
});

test("the records' bucket is private, versioned, by TLS only, and keeps old versions for a month", async () => {
  const simulation = new Simulation();
  await simulation.apply(CLUSTER);
  const bucket = bucketOf(simulation)!;

  assert.deepEqual([bucket.isPrivate, bucket.isVersioned], [true, true]);
  assert.match(bucket.policy, /"aws:SecureTransport":"false"/);
  assert.match(bucket.lifecycle, /"NoncurrentDays":30/);
  const asked = simulation.world.calls.filter(({ action }) => action.startsWith("s3:") && action !== "s3:CreateBucket");
  for (const { action, input } of asked) {
    assert.equal((input as { ExpectedBucketOwner?: string }).ExpectedBucketOwner, simulation.world.accountId, action);
  }
});

test("a bucket of that name in another account is not written to", async () => {
  const simulation = new Simulation();
  await simulation.apply(CLUSTER);
  const bucket = bucketOf(simulation)!;
  bucket.ownerId = "999999999999";
  const before = simulation.mutatingCalls();
  const other = clusterWith({ metadata: { name: "other" } });

  const result = await simulation.apply(other);

  assert.ok(["failed", "blocked"].includes(result.result));
  assert.equal(simulation.mutatingCalls(), before);
});

/** A history: commits from the oldest to the newest. */
function history(current: string, tip?: { commit: string; changed: string[] }): Commits {
  const order = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"];
  return {
    current,
    precedes: async (older, newer) =>
      order.includes(older) && order.includes(newer) ? order.indexOf(older) <= order.indexOf(newer) : undefined,
    tip: async () => tip,
  };
}

test("a run goes on only with a commit that is not behind what was applied, and is its branch's newest for the cluster's files", async () => {
  const simulation = new Simulation();
  const wider = clusterWith({
    spec: {
      controlPlane: { size: 1, zones: ["us-east-1a"] },
      workerPools: [],
      apiServer: { allowedCidrs: ["198.51.100.0/24"] },
    },
  });
  await simulation.apply(CLUSTER, { commits: history("bbbbbbbbbbbb"), by: "run 2" });
  const before = simulation.mutatingCalls();

  const behind = await simulation.apply(wider, { commits: history("aaaaaaaaaaaa") });
  const overtaken = await simulation.apply(wider, {
    commits: history("bbbbbbbbbbbb", { commit: "cccccccccccc", changed: ["README.md", "clusters/cluster.yaml"] }),
  });
  assert.equal(simulation.mutatingCalls(), before);
  const elsewhere = await simulation.apply(wider, {
    commits: history("bbbbbbbbbbbb", { commit: "cccccccccccc", changed: ["README.md"] }),
  });
  const unknown = await simulation.apply(CLUSTER, { commits: history("dddddddddddd") });

  assert.deepEqual(
    [behind.result, overtaken.result, elsewhere.result, unknown.result],
    ["blocked", "blocked", "applied", "applied"],
  );
  assert.match(
    troubles(behind)[0]!,
    /commits\/behind: this run's aaaaaaaaa is older than bbbbbbbbb, which run 2 has applied/,
  );
  assert.match(
    troubles(overtaken)[0]!,
    /commits\/not-the-tip: the branch has gone on: ccccccccc has another clusters\/cluster\.yaml/,
  );
  assert.ok(unknown.findings.some(({ code }) => code === "commits/unknown-order"));
});

test("unlock shows who holds the lease, releases a dead run's when told to, and leaves a living one's alone", async () => {
  const simulation = new Simulation();
  const [launch = 0] = await callsOf("ec2:RunInstances");
  await assert.rejects(
    simulation.apply(CLUSTER, { faults: [{ kind: "crash-after", at: launch }], by: "run 1" }),
    Crashed,
  );

  const shown = await simulation.unlock(CLUSTER, []);
  const unlocked = await simulation.unlock(CLUSTER);
  const again = await simulation.unlock(CLUSTER);
  const startedAtMs = simulation.clock.now();
  const resumed = await simulation.apply(CLUSTER);

  assert.deepEqual(
    [shown.result, unlocked.result, again.result, resumed.result],
    ["blocked", "unlocked", "no-changes", "resumed"],
  );
  assertGolden(
    "apply/unlock.txt",
    timeless(
      `${[shown, unlocked, again].flatMap(({ findings }) => findings.map(({ message, fix = "" }) => `${message}\n  → ${fix}`)).join("\n")}\n`,
    ),
  );
  assert.ok(simulation.events.filter(({ code }) => code === "lease/held").length === 0, "nobody had to watch");
  assert.ok(simulation.clock.now() > startedAtMs);

  const wider = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] } } });
  const [living, refused] = await simulation.run(() =>
    Promise.all([simulation.applying(wider), simulation.clock.sleep(20_000).then(() => simulation.unlocking(wider))]),
  );
  assert.deepEqual([living.result, refused.result], ["applied", "blocked"]);
  assert.match(troubles(refused)[0]!, /unlock\/alive: the lease of prod is held by .*, and was renewed just now/);
});

test("another repository's cluster is neither changed nor deleted; nor is one of a newer release", async () => {
  const simulation = new Simulation();
  await simulation.apply(CLUSTER);
  const before = simulation.mutatingCalls();
  const wider = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] } } });

  simulation.owner = "5678";
  const foreign = [await simulation.apply(wider), await simulation.destroy(CLUSTER)];
  simulation.owner = "1234";
  for (const vpc of simulation.world.vpcs.values()) vpc.tags["slipway:schema"] = "9";
  const newer = [await simulation.apply(wider), await simulation.destroy(CLUSTER)];

  for (const result of foreign)
    assert.match(troubles(result)[0]!, /plan\/other-owner: .*belongs to "1234", and this is "5678"/);
  for (const result of newer)
    assert.match(troubles(result)[0]!, /plan\/newer-schema: .*last changed by a newer Slipway/);
  assert.equal(simulation.mutatingCalls(), before);
});
