/** What a plan says when packs change: golden texts of what reviewers see, and what of it needs a confirmation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterResult } from "../../src/commands/results.ts";
import { commandResult } from "../../src/commands/results.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { KubeObject } from "../../src/packs/objects.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { clusterOf } from "../packs/support.ts";
import { clusterTree, filesOf, profileTree, read } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const SMALL = {
  spec: {
    controlPlane: { size: 1, zones: ["us-east-1a"] },
    workerPools: [{ name: "default", size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] }],
  },
};
const METRICS = { addon: { name: "metrics-server", version: "0.9.0" } };

async function standing(cluster: Cluster, own: readonly KubeObject[] = []): Promise<Simulation> {
  const simulation = new Simulation();
  if (own.length > 0) simulation.ownPacks = ownPacks(own);
  const result = await simulation.apply(cluster);
  assert.equal(result.result, "applied", troubles(result).join("\n"));
  return simulation;
}

/** As if a door had read them from files. */
function ownPacks(objects: readonly KubeObject[]): Simulation["ownPacks"] {
  return async () => ({ rendered: new Map([["own", { namespace: "team", objects }]]), findings: [] });
}

const OWN = { addon: { name: "own", version: "1.0.0", manifests: ["../own"], namespace: "team" } };

function shown(name: string, result: ClusterResult): void {
  const blocks = blocksOf(commandResult("plan", [], [result])).filter(({ block }) =>
    ["verdict", "findings", "changes", "packs"].includes(block),
  );
  assertGolden(`plans/${name}.txt`, renderTerminal(blocks, noColours));
  assertGolden(`plans/${name}.md`, renderMarkdown(blocks));
}

test("an override: the value before and after, where it is written, and what it does to which object", async () => {
  const simulation = await standing(clusterOf(METRICS, SMALL));
  const overrides = { "metrics-server": { values: { resolution: "30s" } } };

  const result = await simulation.plan(clusterOf(METRICS, { spec: { ...SMALL.spec, overrides } }));

  assert.equal(result.result, "planned");
  shown("override", result);
});

test("a profile's new version: all that it brings, pack by pack", async () => {
  const simulation = await standing(clusterOf({ cni: { version: "3.32.0" }, csi: { version: "1.50.0" } }, SMALL));
  const bumped = profileTree({
    metadata: { version: "1.3.0" },
    spec: {
      packs: [
        { layer: "os", name: "ubuntu", version: "24.04" },
        { layer: "kubernetes", name: "kubeadm", version: "1.37.1" },
        { layer: "cni", name: "calico", version: "3.32.1" },
        { layer: "csi", name: "aws-ebs-csi", version: "1.64.0", values: { reclaimPolicy: "Delete" } },
        { layer: "addon", name: "metrics-server", version: "0.9.0", values: { replicas: 1 } },
      ],
    },
  });
  const { clusters } = read(
    filesOf(clusterTree({ spec: { ...SMALL.spec, profile: "standard@1.3.0" } }), undefined, bumped),
  );

  const result = await simulation.plan(clusters[0]!);

  assert.equal(result.result, "planned");
  shown("profile-bump", result);
});

test("a profile's new version that brings nothing new is still written down", async () => {
  const simulation = await standing(clusterOf({}, SMALL));
  const bumped = profileTree({ metadata: { version: "1.3.0" } });
  const { clusters } = read(
    filesOf(clusterTree({ spec: { ...SMALL.spec, profile: "standard@1.3.0" } }), undefined, bumped),
  );

  const before = await simulation.plan(clusters[0]!);
  const apply = await simulation.apply(clusters[0]!);
  const after = await simulation.plan(clusters[0]!);

  assert.deepEqual(before.plan?.packs?.profile, { before: "standard@1.2.0", after: "standard@1.3.0" });
  assert.deepEqual([before.result, apply.result], ["no-changes", "no-changes"]);
  assert.equal(after.plan?.packs, undefined);
});

test("a value of the network plug-in", async () => {
  const simulation = await standing(clusterOf({}, SMALL));

  const result = await simulation.plan(clusterOf({ cni: { values: { mtu: 1400, logLevel: "Debug" } } }, SMALL));

  assert.equal(result.result, "planned");
  assert.deepEqual(
    result.plan?.changes.map(({ id, action, disruption, destructive }) => [id, action, disruption, destructive]),
    [["packs/calico", "update", "rolling", false]],
  );
  shown("cni-value", result);
});

test("a minor version of Kubernetes", async () => {
  const simulation = await standing(clusterOf({ kubernetes: { version: "1.36.4" } }, SMALL));

  shown("minor-upgrade", await simulation.plan(clusterOf({ kubernetes: { version: "1.37.1" } }, SMALL)));
});

test("an add-on more", async () => {
  const simulation = await standing(clusterOf({}, SMALL));

  const result = await simulation.plan(clusterOf(METRICS, SMALL));

  assert.deepEqual(
    result.plan?.changes.map(({ id, action }) => [id, action]),
    [["packs/metrics-server", "create"]],
  );
  shown("add-on-added", result);
});

const DATABASE: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "database" },
    spec: { template: { spec: { containers: [{ name: "db", image: "postgres:17.2" }] } } },
  },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, data: { password: "aHVzaC1odXNo" } },
];

test("an add-on less: what goes, what stays, and that data may go with it", async () => {
  const simulation = await standing(clusterOf(OWN, SMALL), DATABASE);
  simulation.ownPacks = async () => ({ rendered: new Map(), findings: [] });

  const result = await simulation.plan(clusterOf({}, SMALL));

  assert.deepEqual(
    result.plan?.changes.map(({ id, action, destructive }) => [id, action, destructive]),
    [["packs/own", "delete", true]],
  );
  shown("add-on-removed", result);
});

test("what may hold data goes when its pack is confirmed by name, and not before", async () => {
  const simulation = await standing(clusterOf(OWN, SMALL), DATABASE);
  simulation.ownPacks = async () => ({ rendered: new Map(), findings: [] });
  const calls = simulation.mutatingCalls();

  const refused = await simulation.apply(clusterOf({}, SMALL), { confirm: ["prod", "prod/default", "own"] });
  assert.equal(simulation.mutatingCalls(), calls);
  const confirmed = await simulation.apply(clusterOf({}, SMALL), { confirm: ["prod/packs/own"] });

  assert.deepEqual([refused.result, confirmed.result], ["blocked", "applied"]);
  assert.match(refused.findings[0]?.fix ?? "", /--confirm prod\/packs\/own/);
});

test("an add-on without data goes without more ado", async () => {
  const simulation = await standing(clusterOf(METRICS, SMALL));

  const result = await simulation.plan(clusterOf({}, SMALL));

  assert.deepEqual(
    result.plan?.changes.map(({ id, action, destructive }) => [id, action, destructive]),
    [["packs/metrics-server", "delete", false]],
  );
  assert.deepEqual(result.findings, []);
});

test("a changed pack that drops a StatefulSet is as destructive as one that leaves", async () => {
  const simulation = await standing(clusterOf(OWN, SMALL), DATABASE);
  simulation.ownPacks = ownPacks(DATABASE.filter(({ kind }) => kind !== "StatefulSet"));

  const result = await simulation.plan(clusterOf(OWN, SMALL));

  assert.deepEqual(
    result.plan?.changes.map(({ id, action, destructive }) => [id, action, destructive]),
    [["packs/own", "update", true]],
  );
  assert.match(
    result.findings.find(({ code }) => code === "plan/pack-data")?.message ?? "",
    /StatefulSet team\/database/,
  );
});

test("what is applied is what was planned, and nothing is left to plan", async () => {
  const simulation = await standing(clusterOf({}, SMALL));
  const changed = clusterOf({ ...METRICS, cni: { values: { mtu: 1400 } } }, SMALL);
  const planned = await simulation.plan(changed);

  const applied = await simulation.apply(changed);
  const after = await simulation.plan(changed);

  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  assert.equal(applied.plan?.fingerprint, planned.plan?.fingerprint);
  assert.deepEqual([after.result, after.plan?.packs], ["no-changes", undefined]);
});

test("a secret in values or in a Secret is told by length and hash, in every face of a report", async () => {
  const login = (password: string): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings" },
    data: { url: `postgres://app:${password}@db` },
  });
  const secret = (password: string) => ({
    addon: { ...OWN.addon, values: { db: { password }, passwordSecretName: "x" } },
  });
  const simulation = await standing(clusterOf(secret("hush-one"), SMALL), [login("hush-one")]);
  simulation.ownPacks = ownPacks([login("hush-two")]);

  const result = commandResult("plan", [], [await simulation.plan(clusterOf(secret("hush-two"), SMALL))]);

  const faces = [
    renderTerminal(blocksOf(result), noColours),
    renderMarkdown(blocksOf(result)),
    JSON.stringify(jsonReport(result)),
  ];
  for (const face of faces) {
    assert.doesNotMatch(face, /hush/);
    assert.match(face, /\(secret, 8 characters, [0-9a-f]{8}\)/);
  }
});

test("what a cluster stands on is not changed while it lives: its network plug-in, its pods' and services' addresses", async () => {
  const simulation = await standing(clusterOf({}, SMALL));
  const refused = async (changes: Parameters<typeof clusterOf>[0]): Promise<string[]> => {
    const { result, findings } = await simulation.plan(clusterOf(changes, SMALL));
    assert.equal(result, "blocked");
    return findings.filter(({ code }) => code === "plan/refused").map(({ message }) => message.split(";")[0]!);
  };

  assert.deepEqual(await refused({ cni: { name: "cilium", version: "1.18.12" } }), [
    "the cni layer is calico and should be cilium",
  ]);
  assert.deepEqual(await refused({ kubernetes: { values: { podCidr: "10.200.0.0/16" } } }), [
    "podCidr is 192.168.0.0/16 and should be 10.200.0.0/16",
  ]);
  assert.deepEqual(await refused({ kubernetes: { values: { serviceCidr: "10.97.0.0/16" } } }), [
    "serviceCidr is 10.96.0.0/12 and should be 10.97.0.0/16",
  ]);
});

test("a bundle that can't be found any more is replaced as a whole, as if all could go with it", async () => {
  const simulation = await standing(clusterOf({}, SMALL));
  for (const bucket of simulation.world.buckets.values()) {
    for (const key of bucket.objects.keys()) if (key.includes("/packs/")) bucket.objects.delete(key);
  }

  const result = await simulation.plan(clusterOf(METRICS, SMALL));

  assert.deepEqual(
    result.plan?.changes.map(({ id, action, destructive }) => [id, action, destructive]),
    [["packs", "update", true]],
  );
  assert.match(result.findings[0]?.message ?? "", /what the packs were can't be told/);
});
