/** Kubernetes goes up by a minor: nodes roll, packs follow, and at no moment is anything newer than its API server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import { troubles } from "../support/simulation.ts";
import { watchSkew } from "../support/skew.ts";
import { clusterAt, playUpgrade, standing, upgradeStories, versionsOf } from "../support/upgrading.ts";

const SPEC = {
  controlPlane: { zones: ["us-east-1a", "us-east-1b", "us-east-1c"] },
  workerPools: [
    { name: "default", size: 2, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b"] },
    { name: "other", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] },
  ],
};
const at = (version: string): Cluster => clusterAt(version, SPEC);

test("from minor to minor, 1.35 to 1.37: the skew policy holds at every event", async () => {
  const simulation = await standing(at("1.35.9"));
  const breaches = watchSkew(simulation.world, at("1.35.9"));

  for (const version of ["1.36.4", "1.37.1"]) {
    const result = await simulation.apply(at(version));
    assert.equal(result.result, "applied", troubles(result).join("\n"));
    assert.deepEqual(versionsOf(simulation.world), [version]);
  }

  assert.deepEqual(breaches, []);
  assert.equal((await simulation.plan(at("1.37.1"))).result, "no-changes");
});

test("the control plane rolls first, then packs are written, then workers roll, pool by pool", async () => {
  const simulation = await standing(at("1.35.9"));
  const { plan } = await simulation.plan(at("1.36.4"));
  const order: string[] = [];
  simulation.onEvent = (event) => {
    if (event.code === "step/done") order.push(event.title);
  };

  await simulation.apply(at("1.36.4"));

  const packs = order.indexOf("packs");
  const indexes = (pool: RegExp): number[] => order.flatMap((title, index) => (pool.test(title) ? [index] : []));
  assert.deepEqual(
    plan?.changes.map(({ id, action }) => [id, action]),
    [
      ["packs/aws-cloud-controller-manager", "update"],
      ["pool/control-plane", "roll"],
      ["pool/default", "roll"],
      ["pool/other", "roll"],
    ],
  );
  assert.ok(Math.max(...indexes(/control-plane/)) < packs, order.join("\n"));
  assert.ok(packs < Math.min(...indexes(/default/)), order.join("\n"));
  assert.ok(Math.max(...indexes(/default/)) < Math.min(...indexes(/other/)), order.join("\n"));
});

test("an upgrade that is killed, refused or left alone at any of its calls goes on, and the policy holds all the while", async () => {
  const stories = await upgradeStories();
  assert.ok(stories.length > 200, `${stories.length} stories`);

  // A step that shares no factor with the number of ways: each of them comes up.
  for (let index = 0; index < stories.length; index += 61) await playUpgrade(stories[index]!);
});

test("nobody goes back half way: the plan says that the newer API server has written by now", async () => {
  const simulation = await standing(clusterAt("1.36.4"));
  const stop = new AbortController();
  simulation.onEvent = (event) => {
    if (event.code === "step/done" && /control-plane/.test(event.title)) stop.abort(new Error("SIGINT"));
  };
  await simulation.apply(clusterAt("1.37.1"), { signal: stop.signal });

  const back = await simulation.plan(clusterAt("1.36.4"));

  assert.ok(versionsOf(simulation.world).includes("1.37.1"));
  assert.equal(back.result, "blocked");
  assert.ok(back.findings.some(({ code }) => code === "plan/kubernetes-downgrade"));
});

test("two minors at once are refused, and nothing is changed", async () => {
  const simulation = await standing(clusterAt("1.35.9"));
  const calls = simulation.mutatingCalls();

  const { result, findings } = await simulation.apply(clusterAt("1.37.1"));

  assert.equal(result, "blocked");
  assert.deepEqual(
    findings.filter(({ level }) => level === "error").map(({ code }) => code),
    ["plan/kubernetes-skips-minor"],
  );
  assert.equal(simulation.mutatingCalls(), calls);
});
