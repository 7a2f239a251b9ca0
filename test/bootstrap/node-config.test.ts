/** What nodes are told, what they are born with, and what of it rolls a pool. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { AGENT_FILES } from "../../src/bootstrap/agent-files.generated.ts";
import { mayKubeletSet, nodeConfig, nodeTemplate } from "../../src/bootstrap/node-config.ts";
import { cloudConfig, userDataOf } from "../../src/bootstrap/user-data.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { accountTree, clusterWith, profileTree } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { blueprint } from "../support/plans.ts";

const HOST = "slipway-prod-api-0123456789abcdef.elb.us-east-1.amazonaws.com";
const HASH = `sha256:${"a1".repeat(32)}`;
const POOL = {
  name: "gpu",
  size: 2,
  instanceType: "g5.2xlarge",
  zones: ["us-east-1a"],
  spot: { maxPricePercent: 60 },
  labels: { workload: "gpu", "node-role.kubernetes.io/gpu": "" },
  taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
};
const CLUSTER = clusterWith({
  spec: {
    apiServer: { access: "public", allowedCidrs: ["203.0.113.0/24"], certSANs: ["api.example.com"] },
    overrides: { kubernetes: { values: { podCidr: "10.200.0.0/16" } } },
    workerPools: [POOL],
  },
});

const configs = (cluster: Cluster) =>
  [cluster.controlPlane, ...cluster.workerPools].map((pool) => nodeConfig(nodeTemplate(cluster, pool), HOST, HASH));

test("node.json and user data are what was reviewed, the boot part left out", () => {
  for (const node of configs(CLUSTER)) {
    const text = cloudConfig(node);
    assert.ok(text.startsWith("#cloud-config\n{"));
    const { write_files, ...rest } = JSON.parse(text.slice(text.indexOf("\n")));
    const shown = write_files.map(({ path, permissions, owner, content }: Record<string, string>) => {
      const body = path!.endsWith(".json")
        ? JSON.stringify(JSON.parse(content!), null, 2)
        : content!.replace(AGENT_FILES["boot.py"], "(agent/boot.py)");
      return `--- ${path} ${permissions} ${owner}\n${body.trimEnd()}\n`;
    });
    assertGolden(`bootstrap/${node.role}.txt`, `${JSON.stringify(rest, null, 1)}\n${shown.join("")}`);
  }
});

test("user data fits EC2's limit with room to spare, is the same for all nodes of a pool, and holds its files whole", () => {
  for (const node of configs(CLUSTER)) {
    const bytes = Buffer.from(userDataOf(node), "base64");
    assert.ok(bytes.length < 14_000, `${bytes.length} bytes`);
    assert.equal(gunzipSync(bytes).toString(), cloudConfig(node));
    assert.equal(userDataOf(structuredClone(node)), userDataOf(node));
  }
});

test("user data that EC2 would not take is refused before it is sent", () => {
  const [node] = configs(CLUSTER);
  const labels = Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`l${Math.sin(n)}`, "x"]));

  assert.throws(
    () => userDataOf({ ...node!, labels }),
    /the user data of control-plane nodes takes \d+ bytes, and EC2 takes 16384/,
  );
});

test("the agent is Python that parses, and its units start it where user data puts it", () => {
  for (const name of ["boot.py", "loop.py"] as const)
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: AGENT_FILES[name] });
  for (const name of ["slipway-node.service", "slipway-loop.service", "slipway-spot.service"] as const)
    assert.match(AGENT_FILES[name], /^ExecStart=\/usr\/bin\/python3 \/usr\/local\/lib\/slipway\/boot\.py \w+$/m);
});

test("labels that a kubelet may not set are left to the record; whatever else is the user's it registers with", () => {
  const allowed = [
    "workload",
    "example.com/team",
    "kubernetes.io/arch",
    "node.kubernetes.io/lifecycle",
    "x.node.kubernetes.io/y",
    "kubelet.kubernetes.io/z",
    "topology.kubernetes.io/zone",
    "notkubernetes.io/a",
  ];
  const refused = [
    "node-role.kubernetes.io/gpu",
    "node-restriction.kubernetes.io/tenant",
    "kubernetes.io/anything",
    "k8s.io/a",
    "x.k8s.io/b",
    "topology.kubernetes.io/rack",
  ];

  assert.deepEqual([...allowed, ...refused].filter(mayKubeletSet), allowed);
  assert.deepEqual(configs(CLUSTER)[1]!.labels, { "slipway.dev/pool": "gpu", workload: "gpu" });
});

/** Changes of the file, and whether the control plane and the workers are replaced for it. */
const ROLLS: readonly [name: string, rolls: "nobody" | "all" | "control-plane" | "workers", changed: () => Cluster][] =
  [
    ["a label", "nobody", () => clusterWith({ spec: { workerPools: [{ ...POOL, labels: { other: "label" } }] } })],
    ["a taint", "nobody", () => clusterWith({ spec: { workerPools: [{ ...POOL, taints: [] }] } })],
    [
      "whether the control plane runs workloads",
      "nobody",
      () => clusterWith({ spec: { controlPlane: { runsWorkloads: true }, workerPools: [POOL] } }),
    ],
    ["a size", "nobody", () => clusterWith({ spec: { workerPools: [{ ...POOL, size: 9 }] } })],
    ["a zone", "nobody", () => clusterWith({ spec: { workerPools: [{ ...POOL, zones: ["us-east-1b"] }] } })],
    ["a cap", "nobody", () => clusterWith({ spec: { workerPools: [{ ...POOL, spot: { maxPricePercent: 90 } }] } })],
    ["a tag", "nobody", () => clusterWith({ metadata: { tags: { a: "b" } }, spec: { workerPools: [POOL] } })],
    [
      "who may reach the API",
      "nobody",
      () => clusterWith({ spec: { apiServer: { allowedCidrs: ["198.51.100.0/24"] }, workerPools: [POOL] } }),
    ],
    [
      "the profile's own version",
      "nobody",
      () =>
        clusterWith(
          { spec: { profile: "standard@1.3.0", workerPools: [POOL] } },
          accountTree(),
          profileTree({ metadata: { version: "1.3.0" } }),
        ),
    ],
    [
      "a name of the API's certificate",
      "control-plane",
      () => clusterWith({ spec: { apiServer: { certSANs: ["k8s.example.com"] }, workerPools: [POOL] } }),
    ],
    [
      "Kubernetes' version",
      "all",
      () => clusterWith({ spec: { overrides: { kubernetes: { version: "1.37.2" } }, workerPools: [POOL] } }),
    ],
    ["the SSH key", "all", () => clusterWith({ spec: { sshKeyName: "other", workerPools: [POOL] } })],
    [
      "the instance type",
      "workers",
      () => clusterWith({ spec: { workerPools: [{ ...POOL, instanceType: "g5.xlarge" }] } }),
    ],
    ["spot or not", "workers", () => clusterWith({ spec: { workerPools: [{ ...POOL, spot: undefined }] } })],
    ["the disk", "workers", () => clusterWith({ spec: { workerPools: [{ ...POOL, rootVolume: { sizeGiB: 99 } }] } })],
  ];

test("what rolls a pool, and what does not", () => {
  const hashes = (cluster: Cluster) => blueprint(cluster).pools.map(({ configHash }) => configHash);
  const before = hashes(clusterWith({ spec: { workerPools: [POOL] } }));

  for (const [name, rolls, changed] of ROLLS) {
    const after = hashes(changed());
    const expected = {
      nobody: [false, false],
      all: [true, true],
      "control-plane": [true, false],
      workers: [false, true],
    };
    assert.deepEqual(
      after.map((hash, n) => hash !== before[n]),
      expected[rolls],
      name,
    );
  }
});
