/** What is said of files that make no sense: every case of the list in one golden text, read as a user would read it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dump } from "js-yaml";
import { findingText, noColours } from "../../src/report/terminal.ts";
import { accountTree, clusterTree, filesOf, profileTree, read } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";

type Case = [name: string, text: string];

const cluster = (changes: Parameters<typeof clusterTree>[0]): string => dump(clusterTree(changes));
const control = (changes: object): string => cluster({ spec: { controlPlane: changes as never } });
const packs = (change: (packs: Record<string, unknown>[]) => unknown[]): string => {
  const tree = profileTree() as { spec: { packs: Record<string, unknown>[] } };
  return dump({
    ...tree,
    metadata: { name: "other", version: "1.0.0" },
    spec: { cloud: "aws", packs: change(tree.spec.packs) },
  });
};

const CASES: readonly Case[] = [
  ["an empty file", ""],
  ["comments only", "# nothing yet\n"],
  ["not YAML", "metadata: { name: prod\nspec: ]"],
  ["a tab for indentation", "metadata:\n\tname: prod\n"],
  ["a duplicate key", "kind: Cluster\nkind: Cluster\n"],
  ["a list", "- a\n- b\n"],
  ["no kind", "apiVersion: slipway/v1\nmetadata: { name: prod }\n"],
  ["unknown kind", "apiVersion: slipway/v1\nkind: Clusters\n"],
  ["another apiVersion", cluster({ apiVersion: "slipway/v2" })],
  ["unknown key", cluster({ spec: { contrlPlane: {} } })],
  ["wrong type", control({ zones: "us-east-1a" })],
  ["size: 2", control({ size: 2 })],
  ["size as text", control({ size: "3" })],
  ["a zone twice", control({ zones: ["us-east-1a", "us-east-1b", "us-east-1a"] })],
  ["spot on the control plane", control({ spot: { maxPricePercent: 50 } })],
  ["no zones", control({ zones: [] })],
  ["a zone of another region", control({ zones: ["us-east-1a", "eu-west-1b", "us-east-1c"] })],
  ["no pools", cluster({ spec: { controlPlane: undefined, workerPools: undefined } })],
  ["a VPC too small", cluster({ spec: { placement: { dynamic: { vpcCidr: "10.0.0.0/24" } } } })],
  ["a VPC too large", cluster({ spec: { placement: { dynamic: { vpcCidr: "10.0.0.0/8" } } } })],
  [
    "a VPC too small for its nodes",
    cluster({
      spec: {
        placement: { dynamic: { vpcCidr: "10.0.0.0/22" } },
        controlPlane: { zones: ["us-east-1a"] },
        workerPools: [{ name: "many", size: 200, instanceType: "m6i.large", zones: ["us-east-1a"] }],
      },
    }),
  ],
  ["not a CIDR", cluster({ spec: { placement: { dynamic: { vpcCidr: "10.0.1.5/16" } } } })],
  ["overlapping ranges", cluster({ spec: { overrides: { kubernetes: { values: { podCidr: "10.0.128.0/17" } } } } })],
  [
    "services over pods",
    cluster({ spec: { overrides: { kubernetes: { values: { serviceCidr: "192.168.4.0/22" } } } } }),
  ],
  [
    "36 tags",
    cluster({ metadata: { tags: Object.fromEntries(Array.from({ length: 36 }, (_, n) => [`key${n}`, "x"])) } }),
  ],
  ["a reserved tag", cluster({ metadata: { tags: { "slipway:cluster": "other", "aws:x": "y", Name: "z" } } })],
  ["a profile that does not exist", cluster({ spec: { profile: "standrad@1.2.0" } })],
  ["an account that does not exist", cluster({ spec: { account: "staging" } })],
  [
    "a region that is not the account's",
    cluster({ spec: { region: "eu-west-1", controlPlane: { zones: ["eu-west-1a"] }, workerPools: [] } }),
  ],
  [
    "a region of another partition",
    cluster({ spec: { region: "cn-north-1", controlPlane: { zones: ["cn-north-1a"] }, workerPools: [] } }),
  ],
  ["a name that is too long", cluster({ metadata: { name: "a".repeat(41) } })],
  ["another cloud", cluster({ spec: { azure: { location: "westeurope" } } })],
  ["a public API server for nobody", cluster({ spec: { apiServer: { access: "public", allowedCidrs: [] } } })],
  ["open to the world", cluster({ spec: { apiServer: { access: "public", allowedCidrs: ["0.0.0.0/0"] } } })],
  ["a bastion without a key", cluster({ spec: { sshKeyName: undefined } })],
  ["bastion: true", cluster({ spec: { bastion: true } })],
  ["two pools of one name", cluster({ spec: { workerPools: [pool("a"), pool("a")] } })],
  ["a pool called control-plane", cluster({ spec: { workerPools: [pool("control-plane")] } })],
  ["a spot pool without a price", cluster({ spec: { workerPools: [{ ...pool("a"), spot: {} }] } })],
  ["a price over 100 percent", cluster({ spec: { workerPools: [{ ...pool("a"), spot: { maxPricePercent: 120 } }] } })],
  [
    "a rollout that can't move",
    cluster({ spec: { workerPools: [{ ...pool("a"), rollout: { maxSurge: 0, maxUnavailable: "0%" } }] } }),
  ],
  ["1001 nodes", cluster({ spec: { workerPools: [{ ...pool("a"), size: 1001 }] } })],
  ["autoscaling", cluster({ spec: { workerPools: [{ ...pool("a"), minSize: 1 }] } })],
  [
    "two placements",
    cluster({
      spec: {
        placement: { dynamic: {}, static: { vpcId: "vpc-1", subnets: [{ zone: "us-east-1a", private: "subnet-1" }] } },
      },
    }),
  ],
  [
    "static placement with a zone missing",
    cluster({
      spec: {
        placement: {
          dynamic: undefined,
          static: { vpcId: "vpc-1", subnets: [{ zone: "us-east-1a", private: "subnet-1", public: "subnet-2" }] },
        },
      },
    }),
  ],
  ["an unquoted version", packs(([os, ...rest]) => [{ ...os, version: 24.04 }, ...rest]).replace("24.04", "24.10")],
  [
    "half a Kubernetes version",
    packs(([os, kubernetes, ...rest]) => [os, { ...kubernetes, version: "1.37" }, ...rest]),
  ],
  ["a mandatory layer missing", packs((all) => all.slice(0, 3))],
  ["two CNIs", packs((all) => [...all, { layer: "cni", name: "cilium", version: "1.18.0" }])],
  ["an unknown layer", packs(([os, ...rest]) => [{ ...os, layer: "oss" }, ...rest])],
  ["a pack twice", packs((all) => [...all, addOn({ name: "calico", manifests: ["../a"] })])],
  [
    "manifests for the network plug-in",
    packs(([a, b, _cni, d]) => [a, b, { layer: "cni", name: "x", version: "1.0.0", manifests: ["../x"] }, d]),
  ],
  ["a namespace for a pack of Slipway's", packs((all) => [...all, addOn({ name: "metrics-server", namespace: "x" })])],
  [
    "parameters that make no sense",
    packs((all) => [
      ...all,
      addOn({
        manifests: ["../a"],
        parameters: {
          size: { type: "integer", default: 9, maximum: 5, description: "a" },
          level: { type: "string", default: "loud", allowed: ["low"], description: "b" },
          on: { type: "boolean", default: "true", minimum: 1, description: "c" },
        },
      }),
    ]),
  ],
  [
    "a parameter of no type",
    packs((all) => [...all, addOn({ manifests: ["../a"], parameters: { a: { default: 1, description: "a" } } })]),
  ],
  [
    "a chart with a path and a repository",
    packs((all) => [...all, addOn({ chart: { path: "../c", repository: "https://x.example.com" } })]),
  ],
  ["a version of a profile that is none", dump(profileTree({ metadata: { version: "1.2" } }))],
  ["a profile version that does not exist", cluster({ spec: { profile: "standard@1.3.0" } })],
  ["an unknown macro", cluster({ spec: { overrides: { cni: { values: { logLevel: "{{ cluster.nmae }}" } } } } })],
  ["an override of a pack that is not there", cluster({ spec: { overrides: { calcio: { values: {} } } } })],
  ["a version override that is none", cluster({ spec: { overrides: { kubernetes: { version: "1.38" } } } })],
  ["100 levels deep", `a: ${"[".repeat(100)}${"]".repeat(100)}`],
  ["aliases that explode", lol()],
  ["an alias within itself", "a: &a [1, *a]"],
  ["an unknown alias", "a: *nobody"],
  ["a NUL byte", "kind: Cluster\u0000\n"],
  [
    "merge keys",
    `base: &b { size: 3 }\n${cluster({}).replace("  controlPlane:\n", "  controlPlane:\n    <<: { size: 3 }\n")}`,
  ],
  ["text to fool a terminal", cluster({ spec: { region: "\u001b[2Jus-east-1\u202e" } })],
];

function addOn(pack: object): Record<string, unknown> {
  return { layer: "addon", name: "own", version: "1.0.0", ...pack };
}

function pool(name: string) {
  return { name, size: 1, instanceType: "m6i.large", zones: ["us-east-1a"] };
}

function lol(): string {
  const names = [..."abcdefghij"];
  const lines = names.slice(1).map((name, i) => `${name}: &${name} [${Array(9).fill(`*${names[i]}`).join(", ")}]`);
  return `a: &a [x, x, x, x, x, x, x, x, x]\n${lines.join("\n")}\n`;
}

function findingsFor(text: string) {
  const [account, , profile] = filesOf(clusterTree());
  return read([account!, { path: "clusters/cluster.yaml", text }, profile!]).findings;
}

test("each kind of bad input has an answer that says where, what, and what to do", () => {
  const sections = CASES.map(([name, text]) => {
    const lines = findingsFor(text).map((finding) => findingText(finding, noColours));
    return `## ${name}\n${lines.join("\n")}\n`;
  });

  assertGolden("bad-input.txt", sections.join("\n"));
});

test("none of it is taken for valid, and every finding has a place", () => {
  for (const [name, text] of CASES) {
    const findings = findingsFor(text);
    assert.ok(findings.length > 0, name);
    for (const finding of findings) {
      assert.ok(
        finding.at !== undefined && finding.at.line >= 1 && finding.at.column >= 1,
        `${name}: ${finding.message}`,
      );
      assert.equal(finding.at.file, "clusters/cluster.yaml", name);
    }
    const isWarning = name === "open to the world";
    assert.equal(
      findings.some((finding) => finding.level === "error"),
      !isWarning,
      name,
    );
  }
});

test("two documents of one name point at each other", () => {
  const files = filesOf(clusterTree());
  const again = { path: "clusters/zz.yaml", text: dump(clusterTree()) };

  const { findings, clusters } = read([...files, again]);

  assert.equal(clusters.length, 1);
  assert.equal(findings.length, 1);
  assert.match(findings[0]!.message, /another Cluster prod in clusters\/cluster\.yaml:4/);
  assert.equal(findings[0]!.at?.file, "clusters/zz.yaml");
});

test("a broken account is said once, and not also that it does not exist", () => {
  const { findings } = read(filesOf(clusterTree(), accountTree({ spec: { accountId: 123 } })));

  assert.deepEqual(
    findings.map((finding) => finding.code),
    ["config/unquoted-number"],
  );
});
