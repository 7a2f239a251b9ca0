/** A thousand nodes: what they cost in calls and in time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterWith } from "../support/builders.ts";
import { poolNodes } from "../support/day2-nodes.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

function cluster(size: number, tags: object = {}) {
  const pool = { name: "large", size, instanceType: "m6i.large", zones: ZONES };
  return clusterWith({ metadata: { tags }, spec: { controlPlane: { size: 3, zones: ZONES }, workerPools: [pool] } });
}

/** Launches of at most 100 in three zones; five at once, and then two a second (reference/aws.md §6). */
const LAUNCHES = 3 * Math.ceil(1000 / 3 / 100);
const TOKENS_MS = ((LAUNCHES - 5) / 2) * 1000;

test("a thousand workers are up within 1.2 times what EC2's tokens and the slowest of them take, in a few calls", async () => {
  const simulation = new Simulation();
  const { world, clock } = simulation;
  const small = await simulation.apply(cluster(0));
  assert.equal(small.result, "applied", troubles(small).join("\n"));
  await simulation.run(() => clock.sleep(600_000));
  const [startedAtMs, calls] = [clock.now(), world.calls.length];
  const readyAtMs = new Map<string, number>();
  world.observers.push(() => {
    if (world.calls.length % 4 !== 0) return; // often enough: the product looks every five seconds
    for (const { id, tags } of poolNodes(world, "prod", "large")) {
      if (!readyAtMs.has(id) && tags["slipway:phase"]?.startsWith("ready")) readyAtMs.set(id, world.now());
    }
  });

  const result = await simulation.apply(cluster(1000));

  assert.equal(result.result, "applied", troubles(result).join("\n"));
  const tookMs = clock.now() - startedAtMs;
  const made = world.calls.slice(calls);
  const nodes = poolNodes(world, "prod", "large");
  const slowestMs = Math.max(...nodes.map(({ id, createdAtMs }) => (readyAtMs.get(id) ?? clock.now()) - createdAtMs));
  assert.equal(nodes.length, 1000);
  assert.ok(tookMs <= 1.2 * (TOKENS_MS + slowestMs), `${tookMs} ms; tokens ${TOKENS_MS}, slowest ${slowestMs}`);
  assert.equal(made.filter(({ action }) => action === "ec2:RunInstances").length, LAUNCHES);
  assert.deepEqual(
    made.filter(({ error }) => error === "RequestLimitExceeded"),
    [],
  );
  assert.ok(made.length <= 200, `${made.length} calls`);
  assert.equal((await simulation.plan(cluster(1000))).result, "no-changes");

  const before = world.calls.length;
  const renamed = await simulation.apply(cluster(1000, { team: undefined, owner: "shop" }));

  assert.equal(renamed.result, "applied", troubles(renamed).join("\n"));
  const sizes = world.calls.slice(before).flatMap(({ action, input }) => {
    const { Resources = [] } = input as { Resources?: string[] };
    return /^ec2:(Create|Delete)Tags$/.test(action) ? [Resources.length] : [];
  });
  assert.equal(Math.max(...sizes), 500, "resources that one call tags");
  assert.ok(nodes.every(({ tags }) => tags.owner === "shop" && tags.team === undefined));
});
