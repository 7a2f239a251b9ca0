/**
 * The examples of docs/examples: each is a repository's folder that is valid, planned, rehearsed and, on the twin, built,
 * by the roles that it names with the policies that Slipway ships.
 */
import assert from "node:assert/strict";
import { globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { readFiles } from "../../src/commands/read-files.ts";
import type { CommandResult } from "../../src/commands/results.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { SourceFile } from "../../src/config/yaml.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { read } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { castOf } from "../support/shipped-policies.ts";
import { Simulation, troubles } from "../support/simulation.ts";
import { placedIn, userNetwork } from "../support/user-network.ts";

const FOLDER = "docs/examples";
const { plan: planner, apply: applier } = castOf();
const EXAMPLES = readdirSync(FOLDER, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));

/** Warnings that an example is meant to show: none but these. */
const EXPECTED = new Set([
  "packs/undefined-kind",
  "plan/no-workers",
  "plan/untried-with-kubernetes",
  "plan/waiting-for-price",
]);

async function filesOfExample(name: string): Promise<SourceFile[]> {
  const { files, findings } = await readFiles(path.resolve(FOLDER, name), "clusters");
  assert.deepEqual(findings, []);
  return [...files];
}

/** The clusters of an example, on a twin each that has the network which the file names. */
async function clustersOf(name: string): Promise<[Cluster, Simulation][]> {
  const files = await filesOfExample(name);
  const { clusters, findings } = read(files);
  assert.deepEqual(findings, []);
  return Promise.all(
    clusters.map(async (cluster): Promise<[Cluster, Simulation]> => {
      const simulation = accountWithRoles(cluster.region);
      if (cluster.placement.kind === "dynamic") return [cluster, simulation];
      return [await inNetworkOf(simulation, files, cluster), simulation];
    }),
  );
}

/** A twin whose IAM knows the role that applies, so that plans can ask about it. */
function accountWithRoles(region: string): Simulation {
  const simulation = new Simulation({ region, rehearse: true });
  simulation.world.principals.set(applier.sourceArn, applier);
  return simulation;
}

/** The same cluster with the ids that the twin gave to a network like the one that the file stands for. */
async function inNetworkOf(simulation: Simulation, files: SourceFile[], cluster: Cluster): Promise<Cluster> {
  assert.ok(cluster.placement.kind === "static");
  const { vpcId, subnets, egressCidrs } = cluster.placement;
  const made = placedIn(
    await userNetwork(
      simulation,
      subnets.map(({ zone }) => zone),
    ),
  ).static;
  const ids: [string, string][] = [
    [vpcId, made.vpcId],
    ...subnets.flatMap((subnet, at): [string, string][] => [
      [subnet.private, made.subnets[at]!.private],
      [subnet.public!, made.subnets[at]!.public],
    ]),
    ...egressCidrs.map((cidr, at): [string, string] => [cidr, made.egressCidrs[at]!]),
  ];
  const swapped = files.map((file) => ({
    ...file,
    text: ids.reduce((text, [from, to]) => text.replace(from, to), file.text.toString()),
  }));
  const again = read(swapped).clusters.find((one) => one.name === cluster.name);
  assert.ok(again !== undefined);
  return again;
}

test("there is an example of each way to run a cluster, and each is told of in docs/examples/README.md", () => {
  const page = readFileSync(`${FOLDER}/README.md`, "utf8");

  assert.deepEqual(EXAMPLES.sort(), [
    "many-clusters",
    "private-api-server",
    "production",
    "single-node",
    "spot-and-gpu",
    "static-placement",
  ]);
  for (const name of EXAMPLES) assert.ok(page.includes(`](${name}/clusters/`), name);
});

test("every document of the examples tells editors of its schema", () => {
  for (const file of globSync(`${FOLDER}/*/clusters/*.yaml`)) {
    // A language server takes the line for the document at whose head it stands, and no other.
    for (const document of readFileSync(file, "utf8").split(/^---\n/m))
      assert.match(document, /^# yaml-language-server: \$schema=\S+\/schemas\/slipway\.schema\.json\n/, file);
  }
});

describe("the examples", () => {
  for (const name of EXAMPLES) {
    test(`${name}: valid, planned and rehearsed without an error, applied, and then nothing is left to do`, async () => {
      for (const [cluster, simulation] of await clustersOf(name)) {
        const planned = await simulation.plan(cluster, { principal: planner });
        const applied = await simulation.apply(cluster, { principal: applier });
        const again = await simulation.plan(cluster, { principal: planner });

        const said = planned.findings.filter(({ level, code }) => level !== "notice" && !EXPECTED.has(code));
        assert.deepEqual(said, [], cluster.name);
        assert.ok(["converges", "waits"].includes(planned.rehearsal?.verdict ?? ""), JSON.stringify(planned.rehearsal));
        assert.deepEqual(troubles(applied), []);
        assert.ok(["applied", "waiting"].includes(applied.result), applied.result);
        assert.equal(again.result, "no-changes");
      }
    });
  }
});

test("production, edited: what README shows is what a plan of that edit says", async () => {
  const files = await filesOfExample("production");
  const simulation = accountWithRoles("us-east-1");
  const [before] = read(files).clusters;
  const [after] = read(files.map((file) => ({ ...file, text: edited(file.text.toString()) }))).clusters;
  assert.ok(before !== undefined && after !== undefined);

  await simulation.apply(before, { principal: applier });
  const result: CommandResult = {
    command: "plan",
    result: "planned",
    findings: [],
    clusters: [await simulation.plan(after, { principal: planner })],
  };

  assert.equal(result.clusters[0]?.result, "planned");
  assertGolden("docs/day-2.txt", renderTerminal(blocksOf(result), noColours));
});

/** The edit of README.md's diff, whose two lines are in that order. */
function edited(text: string): string {
  const [, was = "", is = ""] =
    /```diff\n[\s\S]*?^-( +- .*)$\n^\+( +- .*)$/m.exec(readFileSync("README.md", "utf8")) ?? [];
  assert.notEqual(was, "", "README.md shows an edit");
  if (text.includes("kind: Cluster\n")) assert.ok(text.includes(was), `the example has the line ${was}`);
  return text.replace(was, is);
}
