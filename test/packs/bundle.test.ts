/** Bundles: their names, what keeps a pack out of one, and how two of them differ. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { renderPacks } from "../../src/packs/bundle.ts";
import { compareBundles, packSummaries } from "../../src/packs/compare-bundles.ts";
import type { PackFacts } from "../../src/packs/definition.ts";
import { imagesOf } from "../../src/packs/object-findings.ts";
import type { KubeObject } from "../../src/packs/objects.ts";
import { packFindings } from "../../src/packs/pack-findings.ts";
import { findingText, noColours } from "../../src/report/terminal.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { bundleWith, CILIUM, clusterOf, packsOf, readWith } from "./support.ts";

test("a bundle's name is the hash of the text that its bytes unpack to, whichever zlib packed it", () => {
  const { sha256, gz, packs } = bundleWith(clusterOf());
  const text = gunzipSync(gz).toString("utf8");

  assert.equal(createHash("sha256").update(text).digest("hex"), sha256);
  assert.deepEqual(JSON.parse(text), {
    packs: packs.map(({ name, version, objects }) => ({ name, version, objects: JSON.parse(JSON.stringify(objects)) })),
  });
  assert.deepEqual([...gz.slice(4, 8)], [0, 0, 0, 0], "the time of packing is in the bytes");
});

test("the same cluster gives the same bundle, in another process and with its keys in another order", () => {
  const values = { mtu: 1400, blockSize: 27 };
  const here = bundleWith(clusterOf({ cni: { values } })).sha256;
  const script = `
    import { bundleWith, clusterOf } from "./test/packs/support.ts";
    console.log(bundleWith(clusterOf({ cni: { values: { blockSize: 27, mtu: 1400 } } })).sha256);`;
  const there = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
  });

  assert.equal(there.trim(), here);
  assert.notEqual(bundleWith(clusterOf()).sha256, here);
});

test("a bundle fits where bundles go", () => {
  for (const cluster of [clusterOf(), clusterOf(CILIUM)]) {
    const { length } = bundleWith(cluster).gz;

    assert.ok(length < 200_000, `${length} bytes`);
  }
});

test("packs come in the order of the layers, the cloud controller manager first", () => {
  assert.deepEqual(
    packsOf(clusterOf()).map(({ name }) => name),
    ["aws-cloud-controller-manager", "calico", "aws-ebs-csi"],
  );
});

const POOL_OF_40 = {
  workerPools: [{ name: "default", size: 40, instanceType: "m6i.large", zones: ["us-east-1a"] }],
};

test("what is wrong with packs is said at its place, in the profile or in the override", () => {
  const cases: readonly [name: string, changes: Record<string, Record<string, unknown>>, cluster?: object][] = [
    ["an unknown parameter in the profile", { cni: { values: { mut: 1400 } } }],
    ["an unknown parameter in an override", {}, { spec: { overrides: { calico: { values: { blocksize: 27 } } } } }],
    ["an override by layer", {}, { spec: { overrides: { csi: { values: { reclaimPolicy: "Keep" } } } } }],
    ["a number out of its range", { cni: { values: { blockSize: 8 } } }],
    ["a number as text", { cni: { values: { mtu: "1400" } } }],
    ["a list for a truth", { cni: { values: { natOutgoing: ["yes"] } } }],
    ["nothing for a number", { cni: { values: { mtu: null } } }],
    ["a parameter called __proto__", { cni: { values: JSON.parse('{ "__proto__": 1 }') } }],
    ["a pod range that is a number", { kubernetes: { values: { podCidr: 10 } } }],
    ["a network plug-in that nobody has", { cni: { name: "calicoo" } }],
    ["a pack in another's layer", { csi: { name: "cilium" } }],
    ["an add-on that nobody has", { addon: { name: "metrics-servr", version: "0.8.0" } }],
    ["zones that are not given", { addon: { name: "external-dns", version: "0.22.0" } }],
    ["no zones", { addon: { name: "external-dns", version: "0.22.0", values: { hostedZoneIds: [] } } }],
    [
      "a pool that is not there",
      { addon: { name: "nvidia-device-plugin", version: "0.20.0", values: { pools: ["defualt"] } } },
    ],
    ["a version of another time", { cni: { version: "3.20.0" } }],
    ["a version that only begins alike", { cni: { version: "3.321.0" } }],
    ["a version of two numbers", { cni: { version: "3.32" } }],
    ["Kubernetes of tomorrow", { kubernetes: { version: "1.38.0" } }],
    ["an override's version", {}, { spec: { overrides: { cni: { version: "3.30.0" } } } }],
    ["a release of Ubuntu that is none", { os: { version: "24.05" } }],
    ["a controller of tomorrow", { kubernetes: { values: { cloudControllerManagerVersion: "1.38.0" } } }],
    ["a controller of long ago", { kubernetes: { values: { cloudControllerManagerVersion: "1.35.2" } } }],
    ["more nodes than blocks", { cni: { ...CILIUM.cni, values: { podCidrMaskSize: 20 } } }, { spec: POOL_OF_40 }],
    [
      "a block larger than the range",
      { cni: { values: { blockSize: 20 } }, kubernetes: { values: { podCidr: "10.200.0.0/22" } } },
    ],
    ["a tag that the driver can't take", {}, { metadata: { tags: { "cost=centre": "a=b" } } }],
  ];

  const text = cases.map(([name, changes, cluster = {}]) => {
    const { clusters, findings } = readWith(changes, cluster as Record<string, unknown>);
    assert.deepEqual(findings, [], name);
    const said = packFindings(clusters, new Map());
    assert.ok(said.length > 0, name);
    return `── ${name}\n${said.map((finding) => findingText(finding, noColours)).join("\n")}\n`;
  });

  assertGolden("packs/findings.txt", text.join("\n"));
});

const pod = (image: string): object => ({ template: { spec: { containers: [{ name: "main", image }] } } });
const metrics = (more: readonly KubeObject[]): PackFacts => ({
  rendered: new Map([
    [
      "metrics-server",
      {
        namespace: "metrics",
        objects: [
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "metrics-server" } },
          { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "metrics-server" } },
          ...more,
        ],
      },
    ],
  ]),
});
const WITH_ADDON = { addon: { name: "metrics-server", version: "0.8.0" } };

test("a pack that was rendered elsewhere gets the namespace that its chart left out, and the namespace itself", () => {
  const { packs } = bundleWith(clusterOf(WITH_ADDON), metrics([]));

  assert.deepEqual(
    packs.at(-1)?.objects.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name]),
    [
      ["Namespace", undefined, "metrics"],
      ["ServiceAccount", "metrics", "metrics-server"],
      ["ClusterRole", undefined, "metrics-server"],
    ],
  );
});

test("objects that can't be applied again and again keep a pack out of the bundle", () => {
  const hook = { "helm.sh/hook": "pre-install" };
  const cases: readonly [name: string, object: KubeObject][] = [
    ["a Job", { apiVersion: "batch/v1", kind: "Job", metadata: { name: "setup" }, spec: pod("setup:1.0") }],
    ["a hook", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "seed", annotations: hook } }],
    ["latest", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "app" }, spec: pod("app:latest") }],
    ["no tag", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "app" }, spec: pod("host:5000/app") }],
    ["twice", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "metrics-server" } }],
    [
      "of two packs",
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "calico-node", namespace: "kube-system" } },
    ],
    [
      "of two packs, by another version of its API",
      {
        apiVersion: "policy/v1beta1",
        kind: "PodDisruptionBudget",
        metadata: { name: "ebs-csi-controller", namespace: "kube-system" },
      },
    ],
  ];

  const text = cases.map(([name, object]) => {
    const facts = metrics([object]);
    const { findings } = renderPacks(clusterOf(WITH_ADDON), facts);
    return `── ${name}\n${findings.map((finding) => findingText(finding, noColours)).join("\n")}\n`;
  });

  assertGolden("packs/refused-objects.txt", text.join("\n"));
  const digest: KubeObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "app" },
    spec: pod(`app@sha256:${"0".repeat(64)}`),
  };
  assert.deepEqual(renderPacks(clusterOf(WITH_ADDON), metrics([digest])).findings, []);
});

test("images are found in all containers of a pod, and not in the schemas of kinds", () => {
  const spec = { initContainers: [{ image: "b:1" }], containers: [{ image: "a:1" }, { image: "b:1" }] };
  const objects: KubeObject[] = [
    { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "y" },
      spec: { containers: [{ image: "c:1" }] },
    },
  ];

  assert.deepEqual(imagesOf(objects), ["a:1", "b:1"]);
});

test("two bundles are compared object by object, down to the field", () => {
  const secret = (password: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "login", namespace: "metrics" },
    data: { password },
  });
  const before = packsOf(clusterOf({ ...WITH_ADDON, cni: { version: "3.32.0" } }), metrics([secret("b2xk")]));
  const cluster = clusterOf({ ...WITH_ADDON, cni: { version: "3.32.1", values: { mtu: 1400 } } });
  const after = packsOf(cluster, metrics([secret("bmV3ZXI=")]));

  assertGolden("packs/bundles-compared.json", `${JSON.stringify(compareBundles(before, after), undefined, 2)}\n`);
  assertGolden("packs/summaries.json", `${JSON.stringify(packSummaries(after), undefined, 2)}\n`);
  assert.deepEqual(compareBundles(after, after), []);
});

test("a Secret's values never reach a comparison", () => {
  const secret = (fields: object): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "login", namespace: "metrics" },
    ...fields,
  });
  const one = (object: KubeObject) => [{ name: "x", version: "1", objects: [object] }];
  const changes = [
    compareBundles(one(secret({ data: { a: "hush-1" } })), one(secret({ data: { a: "hush-2", b: "hush-3" } }))),
    compareBundles(one(secret({ stringData: { a: "hush-1" } })), one(secret({ data: { a: "hush-2" } }))),
    compareBundles(one(secret({})), one(secret({ stringData: { a: "hush-1" } }))),
    compareBundles([], one(secret({ data: { a: "hush-1" } }))),
  ];

  assert.doesNotMatch(JSON.stringify(changes), /hush/);
  assert.match(JSON.stringify(changes), /\(secret, \d+ characters, [0-9a-f]{8}\)/);
});

test("what leaves is removed, but for what users keep their data in; what only moves stays", () => {
  const object = (kind: string, name: string, apiVersion = "v1"): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name },
  });
  const before = [
    {
      name: "one",
      version: "1",
      objects: [object("ConfigMap", "gone"), object("Namespace", "kept"), object("ConfigMap", "moved")],
    },
    { name: "two", version: "1", objects: [object("CustomResourceDefinition", "kept", "apiextensions.k8s.io/v1")] },
  ];
  const after = [{ name: "two", version: "2", objects: [object("ConfigMap", "moved"), object("ConfigMap", "new")] }];

  assert.deepEqual(
    compareBundles(before, after).map(({ action, object: name, fields }) => [
      action,
      name,
      fields.map(({ path }) => path),
    ]),
    [
      ["change", "ConfigMap moved", ["(pack)"]],
      ["add", "ConfigMap new", []],
      ["remove", "ConfigMap gone", []],
      ["keep", "Namespace kept", []],
      ["keep", "CustomResourceDefinition kept", []],
    ],
  );
});

test("what runs first and what runs next is a difference too", () => {
  const container = (name: string): object => ({ name, image: `${name}:1` });
  const deployment = (...names: string[]) => [
    {
      name: "x",
      version: "1",
      objects: [
        { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { initContainers: names.map(container) } },
      ],
    },
  ];

  assert.deepEqual(compareBundles(deployment("a", "b"), deployment("b", "a"))[0]?.fields, [
    { path: "spec.initContainers (order)" },
  ]);
});

test("a parameter's name is written by anyone, and reaches messages in quotes alone", () => {
  const cluster = clusterWith({ spec: { overrides: { "aws-ebs-csi": { values: { "::error::\n": 1 } } } } });
  const messages = packFindings([cluster], new Map()).map(({ message }) => message);

  assert.equal(messages.length, 1);
  assert.match(messages[0]!, /"::error::\\n"/);
});
