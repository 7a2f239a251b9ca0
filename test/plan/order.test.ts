/** The same account and the same files give the same plan, to the letter: in whatever order AWS lists what it has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonReport } from "../../src/report/json.ts";
import { backwards } from "../support/backwards.ts";
import { clusterWith } from "../support/builders.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const [A, B] = ["us-east-1a", "us-east-1b"];
const workers = (zones: (string | undefined)[], instanceType: string) => [
  { name: "default", size: 4, instanceType, zones },
];
const cluster = (zones: (string | undefined)[], instanceType = "m6i.large") =>
  clusterWith({ spec: { controlPlane: { size: 1, zones: [A] }, workerPools: workers(zones, instanceType) } });

for (const [what, after, expected] of [
  ["a zone that goes, with all that is in it", cluster([A]), "planned"],
  ["nodes that are replaced one by one", cluster([A, B], "m6i.xlarge"), "planned"],
  ["a type that is not everywhere", cluster(["us-east-1f"], "m5.large"), "blocked"],
] as const)
  test(`the plan of ${what} does not hang on the order of AWS's answers`, async () => {
    const simulation = new Simulation();
    const applied = await simulation.apply(cluster([A, B]));
    assert.equal(applied.result, "applied", troubles(applied).join("\n"));

    const planned = await simulation.plan(after);
    const again = await simulation.plan(after, { through: backwards });

    const told = (one: typeof planned) =>
      jsonReport({ command: "plan", result: one.result, findings: [], clusters: [one] });
    assert.equal(planned.result, expected);
    assert.deepEqual(told(again), told(planned));
  });
