/** Nothing secret leaves the one call that keeps it: every byte of a cluster's life is looked through. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { gunzipSync } from "node:zlib";
import type { ClusterResult } from "../../src/commands/results.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { progressLine } from "../../src/report/progress.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import type { World } from "../../src/twin/world.ts";
import { clusterWith } from "../support/builders.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const SMALL = { controlPlane: { size: 1, zones: ["us-east-1a"] } };
const pools = (labels: object) => [
  { name: "default", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"], labels },
  { name: "spot", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"], spot: { maxPricePercent: 60 } },
];
const cluster = (labels: object = {}) => clusterWith({ spec: { ...SMALL, workerPools: pools(labels) } });

/** Every piece of a PKI that must be nowhere: lines of private keys, and the key for Secrets. */
function piecesOf(world: World): string[] {
  const files: Record<string, string> = JSON.parse(world.parameters.get("/slipway/prod/pki")!.value);
  const keys = Object.entries(files).filter(([name]) => name.endsWith(".key"));
  const lines = keys.flatMap(([, pem]) => pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----")));
  const { resources } = JSON.parse(files["encryption.json"]!);
  const token: string = JSON.parse(world.parameters.get("/slipway/prod/join")!.value).token;
  return [...lines, resources[0].providers[0].secretbox.keys[0].secret, token];
}

/** A text, with all base64 in it that unpacks to something: user data hides in it. */
function unpacked(text: string): string {
  const hidden = [...text.matchAll(/H4sI[A-Za-z0-9+/]{100,}={0,2}/g)].map(([base64]) =>
    gunzipSync(Buffer.from(base64, "base64")).toString(),
  );
  return [text, ...hidden].join("\n");
}

test("over a cluster's whole life no key, no token and no secret is in anything that leaves, but in the one put", async () => {
  const simulation = new Simulation();
  const { world } = simulation;
  const results: ClusterResult[] = [];
  const kept: string[] = [];
  let pieces: string[] = [];
  const ran = async (expected: string, run: Promise<ClusterResult>): Promise<void> => {
    const result = await run;
    assert.equal(result.result, expected, troubles(result).join("\n"));
    results.push(result);
    if (world.parameters.has("/slipway/prod/join")) pieces = piecesOf(world);
  };

  await ran("planned", simulation.plan(cluster()));
  await ran("failed", simulation.apply(cluster(), { faults: [{ at: "ssm:PutParameter", kind: "deny" }] }));
  await ran("resumed", simulation.apply(cluster()));
  await ran("applied", simulation.apply(cluster({ a: "b" })));
  await ran(
    "issued",
    simulation.kubeconfig(cluster(), async (secret) => {
      kept.push(secret.reveal());
      return "a file";
    }),
  );
  const state = inspect([world.instances, world.vpcs, world.roles, world.buckets], { depth: 9, maxStringLength: null });
  await ran("destroyed", simulation.destroy(cluster()));

  const puts = world.calls.filter(({ action }) => action === "ssm:PutParameter");
  const calls = world.calls.map(({ action, input }) =>
    action === "ssm:PutParameter" ? JSON.stringify({ ...input, Value: "(kept)" }) : JSON.stringify(input),
  );
  const command = { command: "apply", result: "applied", findings: [], clusters: results } as const;
  const blocks = blocksOf(command);
  const said = {
    calls: calls.join("\n"),
    state,
    json: JSON.stringify(jsonReport(command)),
    terminal: renderTerminal(blocks, noColours),
    markdown: renderMarkdown(blocks),
    events: JSON.stringify(simulation.events),
    progress: simulation.events.map((event) => progressLine(event, 0, noColours)).join("\n"),
    results: inspect(results, { depth: 12, maxStringLength: null, maxArrayLength: null, showHidden: true }),
  };

  assert.ok(puts.length === 2 && pieces.length >= 14 && said.calls.includes("H4sI"));
  const clientKey = /client-key-data: (\S+)/.exec(kept[0]!)![1]!;
  for (const [where, raw] of Object.entries(said)) {
    const text = unpacked(raw);
    assert.doesNotMatch(text, /PRIVATE KEY|"secretbox"|EncryptionConfiguration/, where);
    assert.doesNotMatch(text, /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/, where);
    for (const piece of [...pieces, clientKey]) assert.ok(!text.includes(piece), `${where} has ${piece.slice(0, 4)}…`);
  }
});
