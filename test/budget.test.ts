/** What runs may cost, in files, bytes, calls and rounds. What takes time is measured by `npm run bench`. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { atStart, bytesOf, loadedWith, untilAws } from "./support/bundle.ts";
import { applyCost, clusterOfSize, noChangePlanCost, standing } from "./support/measures.ts";
import { Simulation } from "./support/simulation.ts";

const MIB = 1024 * 1024;

test("both doors begin with at most 16 files of 0.75 MiB: no SDK, no model of AWS, no certificates", () => {
  for (const files of [atStart(), loadedWith("dist/cli.js")]) {
    const text = [...files].map((file) => readFileSync(file, "utf8")).join("");

    assert.ok(files.size > 1 && files.size <= 16, [...files].join());
    assert.ok(bytesOf(files) <= 0.75 * MIB, `${bytesOf(files)} bytes`);
    assert.doesNotMatch(
      text,
      /var (EC2|SSM|IAM|S3|STS)Client = class|the twin does not know|var X509Certificate = class/,
    );
  }
});

test("what a plan loads until it asks AWS fits into 2.7 MiB, and neither rehearses nor makes certificates", () => {
  const files = untilAws();
  const text = [...files].map((file) => readFileSync(file, "utf8")).join("");

  assert.ok(bytesOf(files) <= 2.7 * MIB, `${bytesOf(files)} bytes`);
  assert.match(text, /var EC2Client = class/);
  assert.ok(existsSync("dist/chunks/rehearse.js") && !files.has("dist/chunks/rehearse.js"));
  assert.doesNotMatch(text, /the twin does not know|var X509Certificate = class/);
  // The page is for those who ask for one.
  assert.ok(existsSync("dist/chunks/page.js"));
  assert.doesNotMatch(text, /prefers-color-scheme/);
});

test("the whole bundle fits into 4 MiB, and people can read it", () => {
  const files = globSync("dist/**/*.js");
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));

  assert.ok(bytesOf(files) <= 4 * MIB, `${bytesOf(files)} bytes`);
  assert.ok(lines.length > 50_000, `${lines.length} lines`);
});

test("a plan that finds nothing to do asks 44 times in 4 rounds, looks at everything once, and asks no more of 300 nodes than of 3", async () => {
  for (const workers of [3, 300]) {
    const cluster = clusterOfSize(workers);
    const cost = await noChangePlanCost(await standing(cluster), cluster);

    assert.ok(cost.calls <= 44 && cost.rounds <= 4, `${workers} workers: ${JSON.stringify(cost)}`);
    assert.equal(cost.surveys, 1);
  }
});

test("an apply looks at everything twice: before its lease and with it; a hundred nodes more are three changes", async () => {
  const simulation = new Simulation();
  const created = await applyCost(simulation, clusterOfSize(100));
  const larger = await applyCost(simulation, clusterOfSize(200));

  assert.ok(created.calls <= 400 && created.changes <= 80, JSON.stringify(created));
  assert.ok(larger.calls <= 200 && larger.changes <= 3, JSON.stringify(larger));
  assert.deepEqual([created.surveys, larger.surveys], [2, 2]);
});
