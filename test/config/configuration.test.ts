import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { dump } from "js-yaml";
import clusterSchema from "../../schemas/cluster.schema.json" with { type: "json" };
import { generated } from "../../scripts/generate.ts";
import { DEFAULTS, zonesOf } from "../../src/config/cluster.ts";
import { packOf } from "../../src/config/parts.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { accountTree, clusterTree, clusterWith, filesOf, profileTree, read } from "../support/builders.ts";

test("what a document does not say has the defaults that its schema documents", () => {
  const cluster = clusterWith({ spec: { placement: undefined, bastion: { instanceType: undefined } } });
  const { properties: spec } = clusterSchema.properties.spec;
  const { workerPool, rootVolume } = clusterSchema.$defs;

  assert.deepEqual(cluster.placement, {
    kind: "dynamic",
    vpcCidr: spec.placement.properties.dynamic.properties.vpcCidr.default,
  });
  assert.equal(cluster.bastion?.instanceType, spec.bastion.properties.instanceType.default);
  assert.equal(cluster.controlPlane.rootVolume.sizeGiB, rootVolume.properties.sizeGiB.default);
  assert.equal(cluster.controlPlane.runsWorkloads, spec.controlPlane.properties.runsWorkloads.default);
  assert.equal(cluster.workerPools[0]!.zoneFallback, workerPool.properties.zoneFallback.default);
  const rollout = workerPool.properties.rollout.default;
  assert.deepEqual(rollout, {
    maxSurge: DEFAULTS.maxSurge,
    maxUnavailable: DEFAULTS.maxUnavailable,
    drainTimeout: DEFAULTS.drainTimeout,
  });
  assert.equal(cluster.workerPools[0]!.rollout.drainTimeoutMs, 900_000);
});

test("zones are those of all pools, the control plane's first", () => {
  const cluster = clusterWith({
    spec: {
      controlPlane: { zones: ["us-east-1c", "us-east-1a"] },
      workerPools: [{ name: "a", size: 1, instanceType: "m6i.large", zones: ["us-east-1b", "us-east-1a"] }],
    },
  });

  assert.deepEqual(zonesOf(cluster), ["us-east-1c", "us-east-1a", "us-east-1b"]);
});

test("an override wins for its cluster only: mappings merge deeply, lists are replaced", () => {
  const profile = profileTree();
  const packs = (profile.spec as { packs: Record<string, unknown>[] }).packs;
  packs[2] = { ...packs[2], values: { ipam: { mode: "vxlan", mtu: 1400 }, pools: ["a", "b"] } };
  const overrides = { calico: { values: { ipam: { mtu: 8900 }, pools: ["c"] } }, kubernetes: { version: "1.37.2" } };

  const changed = clusterWith({ spec: { overrides } }, accountTree(), profile);
  const untouched = clusterWith({}, accountTree(), profile);

  assert.deepEqual(packOf(changed.profile, "cni").values, { ipam: { mode: "vxlan", mtu: 8900 }, pools: ["c"] });
  assert.equal(packOf(changed.profile, "kubernetes").version, "1.37.2");
  assert.deepEqual(packOf(untouched.profile, "cni").values, { ipam: { mode: "vxlan", mtu: 1400 }, pools: ["a", "b"] });
});

test("keys named after JavaScript's own properties are keys like others", () => {
  const text = dump(clusterTree()).replace("  tags:\n", "  tags:\n    __proto__: evil\n    constructor: x\n");
  const [account, , profile] = filesOf(clusterTree());

  const { findings, clusters } = read([account!, { path: "clusters/cluster.yaml", text }, profile!]);

  assert.deepEqual(findings, []);
  assert.deepEqual(Object.keys(clusters[0]!.tags).sort(), ["__proto__", "constructor", "team"]);
  assert.equal(({} as Record<string, unknown>).evil, undefined);
});

test("several documents in one file are told apart by kind", () => {
  const text = [accountTree(), profileTree(), clusterTree()].map((tree) => dump(tree)).join("---\n");

  const { clusters, findings } = read([{ path: "clusters/all.yml", text: `${text}---\n` }]);

  assert.deepEqual(findings, []);
  assert.equal(clusters[0]?.name, "prod");
  assert.equal(
    clusters[0]?.place("/spec/region").line,
    text.split("\n").findIndex((line) => line.includes("region: us-east-1")) + 1,
  );
});

test("places are found through anchors, aliases and flow style", () => {
  const text = "zones: &z [a, b]\npools:\n  - { name: x, zones: *z }\n";
  const { documents } = readYaml({ path: "f.yaml", text });

  const document = documents[0]!;
  assert.deepEqual(document.place("/pools/0/zones"), { file: "f.yaml", line: 3, column: 23 });
  assert.deepEqual(document.place("/pools/0/zones/1"), { file: "f.yaml", line: 1, column: 15 });
  assert.deepEqual(document.keyPlace("/pools/0/name"), { file: "f.yaml", line: 3, column: 7 });
  assert.equal(document.written("/pools/0/name"), "x");
  assert.deepEqual(document.place("/no/such/thing"), { file: "f.yaml", line: 1, column: 1 });
});

test("the loader never fails without a place, whatever it is fed (10,000 documents)", () => {
  const base = dump(clusterTree());
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("value"), { maxLength: 4 }),
    map: fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("kind", "spec", "metadata", "name", "size", "zones", "spot")),
      tie("value"),
      { maxKeys: 5 },
    ),
  })).value;
  const mutated = fc
    .tuple(fc.nat(base.length), fc.nat(40), fc.string({ unit: "binary", maxLength: 12 }))
    .map(([at, length, insert]) => base.slice(0, at) + insert + base.slice(at + length));
  const replaced = fc
    .tuple(fc.constantFrom("metadata", "spec", "apiVersion"), tree)
    .map(([key, value]) => dump({ ...clusterTree(), [key]: value }, { skipInvalid: true }));
  const text = fc.oneof(
    mutated,
    replaced,
    fc.string({ unit: "grapheme", maxLength: 200 }),
    tree.map((value) => dump({ kind: "Cluster", value }, { skipInvalid: true })),
  );
  const [account, , profile] = filesOf(clusterTree());
  let documents = 0;

  fc.assert(
    fc.property(text, (given) => {
      documents += 1;
      const { findings } = read([account!, { path: "clusters/cluster.yaml", text: given }, profile!]);
      for (const { at, message } of findings) {
        assert.ok(at !== undefined && at.file !== "" && at.line >= 1 && at.column >= 1, message);
        assert.ok(message.length < 3000);
      }
    }),
    { numRuns: 10_000 },
  );

  assert.ok(documents >= 10_000);
});

test("generated files are those that their sources make now", async () => {
  for (const [file, text] of await generated()) {
    assert.equal(readFileSync(file, "utf8"), text, `${file} is stale: npm run generate`);
  }
});
