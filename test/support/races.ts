/** Many processes that want one cluster at once: `npm run break` plays thousands of these, `npm test` a few dozen. */
import assert from "node:assert/strict";
import { CreateTagsCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { isBusy, LEASE_TTL_MS, LeaseLost, takeLease } from "../../src/apply/lease.ts";
import { makeAws } from "../../src/aws/clients.ts";
import { AwsCallError } from "../../src/aws/errors.ts";
import type { Transport } from "../../src/aws/transport.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { between, type Random, seededRandom } from "../../src/core/random.ts";
import { RecordStore } from "../../src/resources/records/store.ts";
import { connectionLost } from "../../src/twin/errors.ts";
import type { Fault, FaultKind } from "../../src/twin/faults.ts";
import { outlineOfWhatStands, type Played, prepared, watchHolders } from "./breaking.ts";
import { Crashed, Simulation } from "./simulation.ts";

/** A request that takes longer than this on its way is given up by its sender (PATIENCE in aws/clients.ts). */
const LONGEST_ON_THE_WAY_MS = 12_000;
const MISHAPS: readonly FaultKind[] = [
  "refuse",
  "lose-answer",
  "error-after",
  "throttle",
  "crash-before",
  "crash-after",
];

/**
 * Four processes after one lease. Their calls take up to twelve seconds on the way, fail, are answered in vain, and some
 * processes die. Throws an AssertionError when anything is changed by one that does not hold the lease.
 */
export async function raceForLease(seed: number): Promise<Played> {
  const simulation = new Simulation({ seed });
  const { world, clock } = simulation;
  const random = seededRandom(seed);
  const cluster = { name: "prod", accountId: world.accountId, region: world.region };
  const vpc = await simulation.run(() =>
    simulation.connect().ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })),
  );
  const breaches = watchHolders(world, cluster.name);
  let changes = 0;

  const contend = async (name: string): Promise<void> => {
    let crash = (): void => {};
    const crashed = new Promise<void>((resolve) => {
      crash = resolve;
    });
    const transport = troubled(
      world.connect({ name, faults: mishaps(random), onCrash: () => crash() }),
      simulation,
      random,
    );
    const options = { region: world.region, clock, random, transport };
    const plain = makeAws(options);
    const store = new RecordStore(plain, cluster);
    const take = () =>
      takeLease(
        store,
        { by: name, command: "apply" },
        { keeper: store, clock, random, emit: () => {}, signal: new AbortController().signal, ttlMs: LEASE_TTL_MS },
      );
    const tag = new CreateTagsCommand({ Resources: [vpc.Vpc?.VpcId ?? ""], Tags: [{ Key: "by", Value: name }] });
    const work = async (): Promise<void> => {
      const lease = await take();
      if (isBusy(lease)) return;
      const aws = makeAws({ ...options, permit: () => lease.check() });
      for (let rest = Math.floor(between(random, 1, 25)); rest > 0; rest--) {
        await clock.sleep(between(random, 0, 20_000));
        await aws.ec2.send(tag);
        changes += 1;
      }
      await lease.release(random() < 0.5);
    };
    const tries = async (): Promise<void> => {
      for (let rest = 4; rest > 0; rest--) {
        await clock.sleep(between(random, 0, 60_000));
        await work().catch((error: unknown) => {
          if (!(error instanceof LeaseLost || error instanceof AwsCallError)) throw error;
        });
      }
    };
    await Promise.race([tries(), crashed]);
  };
  await simulation.run(() => Promise.all(["a", "b", "c", "d"].map(contend)));
  assert.deepEqual(breaches, [], "changed without the lease");
  assert.ok(changes > 0 || world.faultsMet > 0, "nobody ever got the lease");
  return { calls: world.calls.length, faults: world.faultsMet, runs: 4 };
}

/**
 * Two or three runs of one cluster started within some minutes, of which some die and some can't reach their records for a
 * while; then one more apply. It must end as an undisturbed run does.
 */
export async function raceOfRuns(cluster: Cluster, seed: number, reference: string): Promise<Played> {
  const simulation = await prepared(cluster, "create", seed);
  const { world, clock } = simulation;
  const random = seededRandom(seed);
  const breaches = watchHolders(world, cluster.name);
  const before = world.calls.length;
  const run = async (): Promise<void> => {
    const kind = random() < 0.5 ? "crash-before" : "crash-after";
    const faults = random() < 0.4 ? [{ kind, at: Math.floor(between(random, 0, 250)) } as const] : [];
    const destroys = random() < 0.3;
    await clock.sleep(between(random, 0, 300_000));
    const options = { faults, through: (inner: Transport) => troubled(inner, simulation, random) };
    const running = destroys ? simulation.destroying(cluster, options) : simulation.applying(cluster, options);
    await running.catch((error: unknown) => {
      if (!(error instanceof Crashed)) throw error;
    });
  };
  const runs = random() < 0.5 ? 2 : 3;
  await simulation.run(() => Promise.all(Array.from({ length: runs }, run)));
  const last = await simulation.apply(cluster);
  assert.deepEqual(breaches, [], "changed without the lease");
  assert.ok(["applied", "resumed", "no-changes"].includes(last.result), `at last: ${last.result}`);
  assert.equal(outlineOfWhatStands(world), reference, "not what an undisturbed run makes");
  return { calls: world.calls.length - before, faults: world.faultsMet, runs: runs + 1 };
}

/** A way to AWS on which some calls take long, and on which S3 can't be reached for a while. */
function troubled(inner: Transport, { clock }: Simulation, random: Random): Transport {
  const outage = { fromMs: clock.now() + between(random, 0, 200_000), forMs: between(random, 0, 150_000) };
  return async (call) => {
    const isSlow = random() < (call.service === "s3" ? 0.1 : 0.4);
    if (isSlow) await clock.sleep(between(random, 0, LONGEST_ON_THE_WAY_MS));
    const sinceMs = clock.now() - outage.fromMs;
    if (call.service === "s3" && sinceMs > 0 && sinceMs < outage.forMs) {
      await clock.sleep(2000);
      throw connectionLost();
    }
    return inner(call);
  };
}

function mishaps(random: Random): Fault[] {
  return Array.from({ length: 60 }, (_, at) => ({
    at,
    kind: MISHAPS[Math.floor(random() * MISHAPS.length)] ?? "refuse",
  })).filter(({ kind }) => random() < (kind.startsWith("crash") ? 0.01 : 0.1));
}
