/** What the built-in packs render, and what their parameters do to it. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { Cluster } from "../../src/config/cluster.ts";
import { type Pack, packOf } from "../../src/config/parts.ts";
import { builtInPacks, effectivePacks, replacesKubeProxy } from "../../src/packs/built-in.ts";
import { imagesOf, objectFindings, objectName } from "../../src/packs/object-findings.ts";
import { expected, parameterFindings } from "../../src/packs/parameters.ts";
import { scopesOf } from "../../src/packs/scopes.ts";
import { imageRequest } from "../../src/plan/adopt.ts";
import { TAG } from "../../src/resources/tags.ts";
import { accountTree, clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { blueprint } from "../support/plans.ts";
import { CILIUM, clusterOf, objectsOf, packsOf, textOf, workloadsOf } from "./support.ts";

const METRICS = { name: "metrics-server", version: "0.9.0" };
const GPU = { name: "nvidia-device-plugin", version: "0.20.0", values: { pools: ["default"] } };
const DNS = { name: "external-dns", version: "0.22.0", values: { hostedZoneIds: ["Z0123456789ABCDEFGHIJ"] } };
const BALANCERS = { name: "aws-load-balancer-controller", version: "3.5.0" };

/** An add-on with more values. */
const given = (pack: { name: string; values?: object }, values: object) => ({
  addon: { ...pack, values: { ...pack.values, ...values } },
});

const CLUSTERS: readonly [name: string, cluster: Cluster][] = [
  ["Calico", clusterOf()],
  ["Cilium", clusterOf(CILIUM)],
  ["Cilium without kube-proxy", clusterOf({ cni: { ...CILIUM.cni, values: { kubeProxyReplacement: true } } })],
  ["the newest driver for EBS", clusterOf({ csi: { version: "1.64.0" } })],
  ["the oldest Kubernetes", clusterOf({ kubernetes: { version: "1.35.9" } })],
  ["metrics", clusterOf({ addon: METRICS })],
  ["GPUs", clusterOf({ addon: GPU })],
  ["names in DNS", clusterOf({ addon: DNS })],
];

test("each pack's objects and images are the reviewed ones", () => {
  const text = CLUSTERS.map(([name, cluster]) => {
    const isAddOn = cluster.profile.packs.some(({ layer }) => layer === "addon");
    const packs = packsOf(cluster)
      .slice(isAddOn ? -1 : 0)
      .map(({ name: pack, version, objects }) => {
        const lines = objects.map((object) => [objectName(object), ...imagesOf([object])].join("\n    "));
        return `${pack} ${version}\n  ${lines.join("\n  ")}`;
      });
    return `# ${name}\n\n${packs.join("\n\n")}\n`;
  }).join("\n");

  assertGolden("packs/objects.txt", text);
});

test("every object says what it is and where it belongs", () => {
  for (const [name, cluster] of CLUSTERS) {
    const objects = objectsOf(cluster);
    const scopeOf = scopesOf(objects);
    for (const object of objects) {
      const at = `${name}: ${objectName(object)}`;
      assert.ok(object.apiVersion !== "" && object.kind !== "" && object.metadata.name !== "", at);
      assert.notEqual(scopeOf(object), "unknown", at);
      assert.equal(object.metadata.namespace !== undefined, scopeOf(object) === "namespace", at);
    }
    assert.deepEqual(objectFindings(cluster, packsOf(cluster)), [], name);
  }
});

test("every role that is bound is there, and every workload's service account", () => {
  for (const [name, cluster] of CLUSTERS) {
    const objects = objectsOf(cluster);
    const there = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    // Kubernetes makes these itself.
    there.add("Role extension-apiserver-authentication-reader");
    there.add("ClusterRole system:auth-delegator");
    for (const { kind, roleRef, subjects } of objects) {
      if (!kind.endsWith("Binding")) continue;
      const role = roleRef as { kind: string; name: string };
      assert.ok(there.has(`${role.kind} ${role.name}`), `${name}: ${role.kind} ${role.name}`);
      for (const subject of subjects as { kind: string; name: string }[]) {
        assert.ok(there.has(`${subject.kind} ${subject.name}`), `${name}: ${subject.kind} ${subject.name}`);
      }
    }
    for (const workload of workloadsOf(cluster)) {
      assert.ok(there.has(`ServiceAccount ${workload.pod.serviceAccountName}`), `${name}: ${workload.name}`);
    }
  }
});

test("what runs on every node is critical to it, and the rest is critical to the cluster", () => {
  for (const [name, cluster] of CLUSTERS) {
    for (const { kind, name: workload, pod } of workloadsOf(cluster)) {
      const wanted = kind === "DaemonSet" ? "system-node-critical" : "system-cluster-critical";
      assert.equal(pod.priorityClassName, wanted, `${name}: ${workload}`);
    }
  }
});

test("the cloud controller manager works before there is a pod network, and by its own API server", () => {
  const cluster = clusterOf();
  const { pod, kind } = workloadsOf(cluster).find(({ name }) => name === "aws-cloud-controller-manager")!;
  const tolerated = pod.tolerations!.map(({ key }) => key);
  const container = pod.containers[0]!;

  assert.equal(kind, "DaemonSet");
  assert.equal(pod.hostNetwork, true);
  assert.deepEqual(pod.nodeSelector, { "node-role.kubernetes.io/control-plane": "" });
  assert.ok(tolerated.includes("node.cloudprovider.kubernetes.io/uninitialized"));
  assert.ok(tolerated.includes("node.kubernetes.io/not-ready"));
  assert.deepEqual(container.env!.slice(0, 2), [
    { name: "KUBERNETES_SERVICE_HOST", value: "127.0.0.1" },
    { name: "KUBERNETES_SERVICE_PORT", value: "6443" },
  ]);
  assert.ok(container.args!.includes("--cloud-provider=aws"));
  assert.ok(container.args!.includes("--configure-cloud-routes=false"));
});

test("the cloud controller knows the cluster by the id that its nodes are tagged with", () => {
  const cluster = clusterOf();
  const tags = Object.keys(blueprint(cluster).pools[0]!.tags);
  const id = tags.find((tag) => tag.startsWith("kubernetes.io/cluster/"))!.split("/")[2];

  assert.match(textOf(cluster, "DaemonSet", "aws-cloud-controller-manager"), new RegExp(`"--cluster-name=${id}"`));
  assert.match(textOf(cluster, "Deployment", "ebs-csi-controller"), new RegExp(`"--k8s-tag-cluster-id=${id}"`));
});

test("programs that need the instance's role are where its metadata can be reached: one hop, so on the host's network", () => {
  const named = ["aws-cloud-controller-manager", "ebs-csi-controller", "external-dns", "aws-load-balancer-controller"];
  for (const [name, cluster] of [...CLUSTERS, ["balancers", clusterOf({ addon: BALANCERS })] as const]) {
    for (const workload of workloadsOf(cluster)) {
      if (!named.includes(workload.name)) continue;
      assert.equal(workload.pod.hostNetwork, true, `${name}: ${workload.name}`);
      assert.ok(
        workload.pod.nodeSelector?.["node-role.kubernetes.io/control-plane"] === "",
        `${name}: ${workload.name}`,
      );
    }
  }
});

test("on the host's network a workload has no more pods than there are control-plane nodes to hold them", () => {
  for (const [size, replicas] of [
    [1, 1],
    [3, 2],
    [5, 2],
  ] as const) {
    const cluster = clusterOf({ ...CILIUM, addon: BALANCERS }, { spec: { controlPlane: { size } } });
    for (const name of ["ebs-csi-controller", "cilium-operator", "aws-load-balancer-controller"]) {
      assert.equal(workloadsOf(cluster).find((workload) => workload.name === name)?.replicas, replicas);
    }
  }
});

test("the cloud controller manager is never newer than Kubernetes, and its version can be given", () => {
  const versionOf = (version: string, values = {}): string =>
    packsOf(clusterOf({ kubernetes: { version, values } }))[0]!.version;

  assert.equal(versionOf("1.35.9"), "1.35.2");
  assert.equal(versionOf("1.36.4"), "1.36.1");
  assert.equal(versionOf("1.37.1"), "1.36.1");
  assert.equal(versionOf("1.37.1", { cloudControllerManagerVersion: "1.37.0" }), "1.37.0");
});

const EFFECTS: readonly [
  what: string,
  changes: Record<string, Record<string, unknown>>,
  kind: string,
  name: string,
  text: RegExp,
][] = [
  [
    "the pod range, for Calico",
    { kubernetes: { values: { podCidr: "10.200.0.0/16" } } },
    "DaemonSet",
    "calico-node",
    /"CALICO_IPV4POOL_CIDR","value":"10\.200\.0\.0\/16"/,
  ],
  ["VXLAN, always", {}, "DaemonSet", "calico-node", /"CALICO_IPV4POOL_VXLAN","value":"Always"/],
  ["no IPIP", {}, "DaemonSet", "calico-node", /"CALICO_IPV4POOL_IPIP","value":"Never"/],
  ["no BGP", {}, "DaemonSet", "calico-node", /"CALICO_NETWORKING_BACKEND","value":"vxlan"/],
  ["an MTU that Calico finds", {}, "DaemonSet", "calico-node", /"FELIX_VXLANMTU","value":"0"/],
  ["Calico's MTU", { cni: { values: { mtu: 1400 } } }, "DaemonSet", "calico-node", /"FELIX_VXLANMTU","value":"1400"/],
  [
    "the MTU of Calico's pods",
    { cni: { values: { mtu: 1400 } } },
    "DaemonSet",
    "calico-node",
    /"CNI_MTU","value":"1400"/,
  ],
  [
    "blockSize",
    { cni: { values: { blockSize: 28 } } },
    "DaemonSet",
    "calico-node",
    /"CALICO_IPV4POOL_BLOCK_SIZE","value":"28"/,
  ],
  [
    "natOutgoing",
    { cni: { values: { natOutgoing: false } } },
    "DaemonSet",
    "calico-node",
    /"CALICO_IPV4POOL_NAT_OUTGOING","value":"false"/,
  ],
  [
    "logLevel",
    { cni: { values: { logLevel: "Debug" } } },
    "DaemonSet",
    "calico-node",
    /"FELIX_LOGSEVERITYSCREEN","value":"Debug"/,
  ],
  [
    "the pod range, for Cilium",
    { ...CILIUM, kubernetes: { values: { podCidr: "10.200.0.0/16" } } },
    "ConfigMap",
    "cilium-config",
    /"cluster-pool-ipv4-cidr":"10\.200\.0\.0\/16"/,
  ],
  ["tunnels", CILIUM, "ConfigMap", "cilium-config", /"routing-mode":"tunnel","tunnel-protocol":"vxlan"/],
  ["Cilium's MTU", { cni: { ...CILIUM.cni, values: { mtu: 1450 } } }, "ConfigMap", "cilium-config", /"mtu":"1450"/],
  [
    "podCidrMaskSize",
    { cni: { ...CILIUM.cni, values: { podCidrMaskSize: 25 } } },
    "ConfigMap",
    "cilium-config",
    /"cluster-pool-ipv4-mask-size":"25"/,
  ],
  ["kube-proxy stays", CILIUM, "ConfigMap", "cilium-config", /"kube-proxy-replacement":"false"/],
  [
    "kube-proxy goes",
    { cni: { ...CILIUM.cni, values: { kubeProxyReplacement: true } } },
    "ConfigMap",
    "cilium-config",
    /"kube-proxy-replacement":"true"/,
  ],
  [
    "the API's own name, without kube-proxy",
    { cni: { ...CILIUM.cni, values: { kubeProxyReplacement: true } } },
    "DaemonSet",
    "cilium",
    /"KUBERNETES_SERVICE_HOST","value":"api-server\.slipway\.invalid"/,
  ],
  ["encrypted gp3 volumes", {}, "StorageClass", "gp3", /"parameters":\{"type":"gp3","encrypted":"true"\}/],
  ["a default class", {}, "StorageClass", "gp3", /"is-default-class":"true"|is-default-class":"true"/],
  [
    "no default class",
    { csi: { values: { defaultStorageClass: false } } },
    "StorageClass",
    "gp3",
    /is-default-class":"false"/,
  ],
  [
    "the class's name",
    { csi: { values: { storageClassName: "disks" } } },
    "StorageClass",
    "disks",
    /WaitForFirstConsumer/,
  ],
  [
    "reclaimPolicy",
    { csi: { values: { reclaimPolicy: "Retain" } } },
    "StorageClass",
    "gp3",
    /"reclaimPolicy":"Retain"/,
  ],
  ["two of metrics-server", given(METRICS, {}), "Deployment", "metrics-server", /"replicas":2,/],
  ["replicas", given(METRICS, { replicas: 3 }), "Deployment", "metrics-server", /"replicas":3,/],
  ["resolution", given(METRICS, { resolution: "30s" }), "Deployment", "metrics-server", /"--metric-resolution=30s"/],
  [
    "pools with GPUs",
    given(GPU, { pools: ["default"] }),
    "DaemonSet",
    "nvidia-device-plugin",
    /"key":"slipway.dev\/pool","operator":"In","values":\["default"\]/,
  ],
  ["runtimeClass", given(GPU, { runtimeClass: "" }), "DaemonSet", "nvidia-device-plugin", /"runtimeClassName":""/],
  [
    "hosted zones, an argument each",
    given(DNS, { hostedZoneIds: ["Z1", "Z2"] }),
    "Deployment",
    "external-dns",
    /"--zone-id-filter=Z1","--zone-id-filter=Z2"\]/,
  ],
  [
    "domains",
    given(DNS, { domains: ["a.example.com", "b.example.com"] }),
    "Deployment",
    "external-dns",
    /"--domain-filter=a.example.com","--domain-filter=b.example.com"/,
  ],
  ["records are not deleted", given(DNS, {}), "Deployment", "external-dns", /"--policy=upsert-only"/],
  ["policy", given(DNS, { policy: "sync" }), "Deployment", "external-dns", /"--policy=sync"/],
  ["interval", given(DNS, { interval: "5m" }), "Deployment", "external-dns", /"--interval=5m"/],
  [
    "load balancers are internal",
    given(BALANCERS, {}),
    "Deployment",
    "aws-load-balancer-controller",
    /"--default-load-balancer-scheme=internal"/,
  ],
  [
    "defaultScheme",
    given(BALANCERS, { defaultScheme: "internet-facing" }),
    "Deployment",
    "aws-load-balancer-controller",
    /"--default-load-balancer-scheme=internet-facing"/,
  ],
  ["ingressClass", given(BALANCERS, { ingressClass: "web" }), "IngressClass", "web", /ingress\.k8s\.aws\/alb/],
  [
    "defaultIngressClass, as text",
    given(BALANCERS, { defaultIngressClass: true }),
    "IngressClass",
    "alb",
    /"ingressclass.kubernetes.io\/is-default-class":"true"/,
  ],
  [
    "the balancers' logLevel",
    given(BALANCERS, { logLevel: "debug" }),
    "Deployment",
    "aws-load-balancer-controller",
    /"--log-level=debug"/,
  ],
];

test("each parameter does what its description says, and the defaults are the safe ones", () => {
  for (const [what, changes, kind, name, text] of EFFECTS) {
    assert.match(textOf(clusterOf(changes), kind, name), text, what);
  }
});

test("every parameter changes something, or says where else it is read", () => {
  const elsewhere = new Set(["ubuntu serial", "kubeadm serviceCidr"]);
  const covered = new Set(
    EFFECTS.flatMap(([, changes]) => Object.values(changes).flatMap(({ values }) => Object.keys(values ?? {}))),
  );
  covered.add("cloudControllerManagerVersion");

  for (const { name, parameters } of builtInPacks()) {
    for (const parameter of Object.keys(parameters)) {
      assert.ok(covered.has(parameter) || elsewhere.has(`${name} ${parameter}`), `${name} ${parameter}`);
    }
  }
});

test("an override of the cluster wins over the profile's value, for that cluster only", () => {
  const profile = { cni: { values: { mtu: 1400, blockSize: 27 } } };
  const own = clusterOf(profile, { spec: { overrides: { cni: { values: { mtu: 8900 } } } } });
  const valuesOf = (cluster: Cluster): unknown => effectivePacks(cluster).find(({ layer }) => layer === "cni")?.values;

  assert.deepEqual(valuesOf(own), { mtu: 8900, blockSize: 27, natOutgoing: true, logLevel: "Info" });
  assert.deepEqual(valuesOf(clusterOf(profile)), { mtu: 1400, blockSize: 27, natOutgoing: true, logLevel: "Info" });
  assert.match(textOf(own, "DaemonSet", "calico-node"), /"FELIX_VXLANMTU","value":"8900"/);
});

test("a default can be written out, and takes back what the profile gives: also where it means none", () => {
  for (const definition of builtInPacks()) {
    const { name, parameters } = definition;
    const written = Object.entries(parameters).filter(([, one]) => one.type !== "list" || one.least === undefined);
    const values = Object.fromEntries(written.map(([parameter, one]) => [parameter, one.default]));
    const needed = Object.keys(parameters).length - written.length;
    const pack = { name, values, place: () => ({ file: "", line: 1, column: 1 }) } as unknown as Pack;

    assert.equal(parameterFindings(pack, parameters).length, needed, name);
  }
  const pinned = {
    os: { values: { serial: "20260915" } },
    kubernetes: { values: { cloudControllerManagerVersion: "1.36.1" } },
  };
  const [none, unpinned] = [
    clusterOf(),
    clusterOf(pinned, {
      spec: {
        overrides: { os: { values: { serial: "" } }, kubernetes: { values: { cloudControllerManagerVersion: "" } } },
      },
    }),
  ];
  assert.deepEqual(imageRequest(packOf(unpinned.profile, "os")), imageRequest(packOf(none.profile, "os")));
});

test("kubeadm is told to leave kube-proxy out only when Cilium does its work", () => {
  assert.equal(replacesKubeProxy(clusterOf()), false);
  assert.equal(replacesKubeProxy(clusterOf(CILIUM)), false);
  assert.equal(replacesKubeProxy(clusterOf({ cni: { ...CILIUM.cni, values: { kubeProxyReplacement: true } } })), true);
});

test("volumes of claims carry the cluster's tags, and its key", () => {
  const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
  const cluster = clusterWith({}, accountTree({ spec: { kmsKeyArn } }));

  assert.match(
    textOf(cluster, "Deployment", "ebs-csi-controller"),
    new RegExp(`"--extra-tags=${TAG.cluster}=prod,team=platform"`),
  );
  assert.ok(textOf(cluster, "StorageClass", "gp3").includes(`"kmsKeyId":"${kmsKeyArn}"`));
});

test("the pods of Cilium start anew when their settings change", () => {
  const before = textOf(clusterOf(CILIUM), "DaemonSet", "cilium");
  const after = textOf(clusterOf({ cni: { ...CILIUM.cni, values: { mtu: 1450 } } }), "DaemonSet", "cilium");

  assert.notEqual(before, after);
});

test("the nodes' security groups admit what each network plug-in says between nodes, and the ports that its objects name", () => {
  for (const definition of builtInPacks().filter(({ layer }) => layer === "cni")) {
    const cluster = clusterOf({ cni: { name: definition.name, version: `${definition.versions.at(-1)}.0` } });
    const named = objectsOf(cluster).flatMap((object) =>
      [...JSON.stringify(object).matchAll(/(?:FELIX_VXLANPORT","value|"(?:tunnel|cluster-health)-port)":"(\d+)"/g)].map(
        ([, port]) => Number(port),
      ),
    );

    assert.deepEqual(
      named.sort(),
      definition.traffic.map(({ port }) => port).sort(),
      `${definition.name}: the ports of its objects`,
    );
    for (const group of ["control-plane", "worker"]) {
      for (const peer of ["control-plane", "worker"]) {
        for (const { protocol, port, what } of definition.traffic) {
          assert.ok(
            admits(cluster, group, peer, protocol, port),
            `${definition.name}, ${what}: ${group} does not admit ${protocol} ${port} from ${peer}`,
          );
        }
        assert.ok(
          admits(cluster, group, peer, "tcp", 10250),
          `${group} does not admit the kubelet's port from ${peer}`,
        );
      }
    }
    assert.ok(admits(cluster, "control-plane", "worker", "tcp", 6443));
    assert.ok(admits(cluster, "control-plane", "control-plane", "tcp", 2379));
    assert.ok(admits(cluster, "control-plane", "control-plane", "tcp", 2380));
    assert.ok(!admits(cluster, "control-plane", "worker", "tcp", 2379), "a worker reaches etcd");
  }
});

function admits(cluster: Cluster, group: string, peer: string, protocol: string, port: number): boolean {
  return blueprint(cluster).resources.some(
    (wanted) =>
      wanted.kind === "security-group-rules" &&
      wanted.id === `security-group-rules/${group}` &&
      wanted.spec.ingress.some(
        (rule) =>
          rule.protocol === protocol &&
          rule.fromPort <= port &&
          port <= rule.toPort &&
          typeof rule.peer === "object" &&
          rule.peer.ref === `security-group/${peer}`,
      ),
  );
}

test("docs/packs.md lists the packs, their versions and parameters as they are", () => {
  const text = readFileSync("docs/packs.md", "utf8");
  const [before = "", after = ""] = text.split(/<!-- packs -->[\s\S]*<!-- \/packs -->/);
  const made = `${before}<!-- packs -->\n\n${reference()}\n<!-- /packs -->${after}`;
  if (process.env.UPDATE === "1") writeFileSync("docs/packs.md", made);
  else assert.equal(text, made, "write it with UPDATE=1");
});

function reference(): string {
  return builtInPacks()
    .map(({ layer, name, about, versions, kubernetes, parameters }) => {
      const rows = Object.entries(parameters).map(([parameter, definition]) => {
        const value = definition.default.toString() === "" ? "" : `\`${definition.default}\``;
        return `| \`${parameter}\` | ${expected(definition)} | ${value} | ${definition.description} |\n`;
      });
      const known = versions.map((version) => (layer === "os" ? version : `${version}.x`)).join(", ");
      const tried = Object.entries(kubernetes?.tested ?? {}).map(
        ([line, { from, to }]) =>
          `${line} with Kubernetes ${to === undefined ? `${from} and later` : `${from} to ${to}`}`,
      );
      const by = kubernetes === undefined ? "" : ` Its makers have tried ${tried.join(", ")} (${kubernetes.source}).`;
      return `### ${name} (${layer})\n\n${about} Versions: ${known}.${by}\n\n| parameter | takes | default | |\n|---|---|---|---|\n${rows.join("")}`;
    })
    .join("\n");
}
