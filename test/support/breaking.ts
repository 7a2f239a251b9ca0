/**
 * The kill test: a create or a destroy in which one call goes wrong, in the first run or in the first two, and which is
 * then run again until it is done. `npm run break` plays all of it, `npm test` a sample.
 */
import assert from "node:assert/strict";
import type { Cluster } from "../../src/config/cluster.ts";
import { bucketName } from "../../src/core/names.ts";
import type { FaultKind } from "../../src/twin/faults.ts";
import type { World } from "../../src/twin/world.ts";
import { Crashed, isChange, Simulation, troubles } from "./simulation.ts";

export const COMMANDS = ["create", "destroy"] as const;
/** Fails before the deed, for now or for good; fails after it; dies before and after it. */
export const KINDS = ["refuse", "deny", "error-after", "crash-before", "crash-after"] as const satisfies FaultKind[];

/** One story: what is done, what goes wrong at which call, and in how many runs in a row. */
export interface Scenario {
  command: (typeof COMMANDS)[number];
  kind: (typeof KINDS)[number];
  /** The call, by its number in a run. */
  at: number;
  runs: 1 | 2;
}

/** What a story took. */
export interface Played {
  calls: number;
  faults: number;
  runs: number;
}

const ENOUGH_RUNS = 3;
const DONE = ["applied", "resumed", "no-changes", "destroyed"];

/** `create/crash-after/137/2`: names a scenario where it failed, and replays it. */
export function nameOf({ command, kind, at, runs }: Scenario): string {
  return `${command}/${kind}/${at}/${runs}`;
}

/** Every scenario for a cluster: each call that an undisturbed run makes, with everything that can happen to it. */
export async function allScenarios(cluster: Cluster, seed: number): Promise<Scenario[]> {
  const simulation = await prepared(cluster, "create", seed);
  const before = simulation.world.calls.length;
  await simulation.apply(cluster);
  const created = simulation.world.calls.length;
  await simulation.destroy(cluster);
  const counts = { create: created - before, destroy: simulation.world.calls.length - created };
  return COMMANDS.flatMap((command) =>
    KINDS.flatMap((kind) =>
      ([1, 2] as const).flatMap((runs) =>
        Array.from({ length: counts[command] }, (_, at): Scenario => ({ command, kind, at, runs })),
      ),
    ),
  );
}

/** Plays a scenario, and throws an AssertionError when something does not hold. */
export async function play(cluster: Cluster, scenario: Scenario, seed: number, reference: string): Promise<Played> {
  const { command, kind, at, runs: faulty } = scenario;
  const simulation = await prepared(cluster, command, seed);
  const { world } = simulation;
  const foreign = foreignThings(world);
  const callsBefore = world.calls.length;
  const breaches = watchHolders(world, cluster.name);

  let result = "";
  let runs = 0;
  while (runs < ENOUGH_RUNS && !DONE.includes(result)) {
    const faults = runs < faulty ? [{ kind, at }] : [];
    runs += 1;
    result = await once(simulation, cluster, command, faults);
  }
  assert.deepEqual(breaches, [], "changed without the lease");
  assert.ok(DONE.includes(result), `not done after ${runs} runs: ${result}`);

  const calls = world.calls.length - callsBefore;
  if (command === "create") {
    const plan = await simulation.plan(cluster);
    assert.equal(plan.result, "no-changes", `after ${result} the plan is ${plan.result}: ${troubles(plan).join("\n")}`);
    assert.equal(outlineOfWhatStands(world), reference, "not what an undisturbed run makes");
  } else {
    assert.equal(outline(world), "", "something is left");
  }
  assert.deepEqual(foreignThings(world), foreign, "somebody else's was touched");
  return { calls, faults: world.faultsMet, runs };
}

async function once(
  simulation: Simulation,
  cluster: Cluster,
  command: Scenario["command"],
  faults: { kind: FaultKind; at: number }[],
): Promise<string> {
  try {
    const run = command === "create" ? simulation.apply(cluster, { faults }) : simulation.destroy(cluster, { faults });
    const ended = await run;
    return DONE.includes(ended.result) ? ended.result : `${ended.result}: ${troubles(ended).join("\n")}`;
  } catch (error) {
    if (error instanceof Crashed) return "crashed";
    throw error;
  }
}

/** What an undisturbed create leaves: the measure of all others. */
export async function referenceOf(cluster: Cluster, seed: number): Promise<string> {
  const simulation = await prepared(cluster, "create", seed);
  assert.equal((await simulation.apply(cluster)).result, "applied");
  return outlineOfWhatStands(simulation.world);
}

/** A world with neighbours in it and, before a destroy, with the cluster: a copy of one that was made once. */
export async function prepared(cluster: Cluster, command: Scenario["command"], seed: number): Promise<Simulation> {
  const made = beginnings.get(cluster) ?? new Map<string, Simulation>();
  beginnings.set(cluster, made);
  const key = `${command} ${seed}`;
  let beginning = made.get(key);
  if (beginning === undefined) {
    beginning = await withNeighbours(seed, `${cluster.name}-2`);
    if (command === "destroy") assert.equal((await beginning.apply(cluster)).result, "applied");
    if (made.size < MOST_BEGINNINGS) made.set(key, beginning);
  }
  return copyWithNeighbours(beginning);
}

const beginnings = new WeakMap<Cluster, Map<string, Simulation>>();
const MOST_BEGINNINGS = 4;

/** A world with things of somebody else's in it. */
export async function withNeighbours(seed: number, other: string): Promise<Simulation> {
  const simulation = new Simulation({ seed, realPki: false });
  await addNeighbours(simulation, other);
  return simulation;
}

/** A copy that knows what is the neighbours'. */
export function copyWithNeighbours(simulation: Simulation): Simulation {
  const copy = simulation.copy();
  neighbours.set(copy.world, neighbours.get(simulation.world) ?? new Set());
  return copy;
}

/** Things of nobody, and things of another cluster of the same owner, whose name begins with ours. */
async function addNeighbours(simulation: Simulation, other: string): Promise<void> {
  const transport = simulation.world.connect({ name: "a neighbour" });
  const call = (service: "ec2" | "iam", operation: string, input: object) =>
    transport({ service, operation, input, clientToken: undefined });
  const tagged = (ResourceType: string, id: string) => [
    {
      ResourceType,
      Tags: Object.entries({
        "slipway:cluster": other,
        "slipway:owner": simulation.owner,
        "slipway:id": id,
        "slipway:schema": "1",
      }).map(([Key, Value]) => ({ Key, Value })),
    },
  ];
  await simulation.run(async () => {
    for (const specification of [[], tagged("vpc", "vpc/main")]) {
      const vpc = await call("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16", TagSpecifications: specification });
      const { VpcId } = (vpc as { Vpc: { VpcId: string } }).Vpc;
      const isOurs = specification.length > 0;
      await simulation.clock.sleep(10_000);
      await call("ec2", "CreateSubnet", {
        VpcId,
        CidrBlock: "10.0.0.0/24",
        AvailabilityZone: "us-east-1a",
        ...(isOurs ? { TagSpecifications: tagged("subnet", "subnet/private/us-east-1a") } : {}),
      });
      await call("ec2", "AllocateAddress", isOurs ? { TagSpecifications: tagged("elastic-ip", "elastic-ip/a") } : {});
      await call("ec2", "CreateSecurityGroup", {
        VpcId,
        GroupName: "nodes",
        Description: "nodes",
        ...(isOurs ? { TagSpecifications: tagged("security-group", "security-group/worker") } : {}),
      });
    }
    await call("iam", "CreateRole", { RoleName: `slipway-${other}-worker`, AssumeRolePolicyDocument: "{}" });
    await simulation.clock.sleep(60_000);
  });
  const { world } = simulation;
  world.catchUp();
  neighbours.set(world, new Set(stores(world).flatMap(([, store]) => [...store.keys()])));
}

type Store = ReadonlyMap<string, { tags?: Record<string, string>; state?: string }>;

/** Everything that AWS can hold, kind by kind. */
export function stores(world: World): [string, Store][] {
  const kinds = [
    "vpcs",
    "subnets",
    "internetGateways",
    "addresses",
    "natGateways",
    "routeTables",
    "endpoints",
    "networkAcls",
    "peerings",
    "vpnGateways",
    "securityGroups",
    "interfaces",
    "instances",
    "volumes",
    "loadBalancers",
    "targetGroups",
    "listeners",
    "roles",
    "profiles",
    "parameters",
  ] as const;
  return kinds.map((kind) => [kind, world[kind]]);
}

const GONE = ["terminated", "shutting-down", "deleted", "deleting"];

/**
 * What nodes wrote down as time went by: errors, and snapshots of etcd, one an hour. And notes of launches that were seen
 * through otherwise: they stay until a run has something to do.
 */
const LEFT_OUT = /\/(errors|etcd|intents)\//;

/** What a cluster that stands consists of, whatever befell it. */
export function outlineOfWhatStands(world: World): string {
  return outline(world, (id) => LEFT_OUT.test(id));
}

/** What there is that no neighbour has: each kind with what Slipway calls its things; and the records. */
export function outline(world: World, isLeftOut: (id: string) => boolean = () => false): string {
  const lines = stores(world).flatMap(([kind, store]) => {
    const own = [...store].filter(
      ([id, thing]) => !isNeighbours(world, id) && !isLeftOut(id) && !GONE.includes(thing.state ?? ""),
    );
    const names = own.map(([, thing]) => thing.tags?.["slipway:id"] ?? "(untagged)").sort();
    return names.length === 0 ? [] : [`${kind}: ${names.join(" ")}`];
  });
  const records = [...world.buckets.values()]
    .flatMap((bucket) => [...bucket.objects.keys()])
    .filter((key) => !isLeftOut(key));
  return [...lines, ...(records.length === 0 ? [] : [`records: ${records.sort().join(" ")}`])].join("\n");
}

/** Ids of what was there before the first run of each world. */
const neighbours = new WeakMap<World, ReadonlySet<string>>();

function isNeighbours(world: World, id: string): boolean {
  return neighbours.get(world)?.has(id) ?? false;
}

/** The neighbours' things, as text, by their ids. */
export function foreignThings(world: World): Map<string, string> {
  return textOf(world, neighbours.get(world) ?? new Set());
}

/** What has one of these ids, as text: it must be the same afterwards. */
export function textOf(world: World, ids: ReadonlySet<string>): Map<string, string> {
  const things = stores(world)
    .flatMap(([, store]) => [...store])
    .filter(([id]) => ids.has(id));
  return new Map(
    things.map(([id, thing]) => [
      id,
      JSON.stringify(thing, (_key, value) => (value instanceof Map ? [...value] : value)),
    ]),
  );
}

/**
 * At each call that changes something, the lease must be held by the process that makes it: so there is never a second.
 * Gives the list that breaches are written to; thrown, they would look like AWS's errors to the process.
 */
export function watchHolders(world: World, cluster: string): string[] {
  const breaches: string[] = [];
  let seen = world.calls.length;
  world.observers.push(() => {
    for (; seen < world.calls.length; seen++) {
      const call = world.calls[seen];
      if (call === undefined || !isChange(call.action) || call.action.startsWith("s3:")) continue;
      const bucket = world.buckets.get(bucketName(world.accountId, world.region));
      const lease = bucket?.objects.get(`${cluster}/lease.json`);
      const isHeld = lease?.writtenBy === call.process && JSON.parse(lease.body).state === "held";
      if (!isHeld)
        breaches.push(
          `${call.action} by ${call.process}, with a lease that ${lease?.writtenBy ?? "nobody"} wrote: ${lease?.body}`,
        );
    }
  });
  return breaches;
}
