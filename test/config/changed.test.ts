/** What a change of the files means for clusters, whatever became of the files themselves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dump } from "js-yaml";
import { configurationChange } from "../../src/config/changed.ts";
import type { SourceFile } from "../../src/config/yaml.ts";
import { accountTree, clusterTree, filesOf, profileTree, read } from "../support/builders.ts";

const [ACCOUNT, PROD, PROFILE] = filesOf(clusterTree()) as [SourceFile, SourceFile, SourceFile];
const STAGING: SourceFile = file("staging", clusterTree({ metadata: { name: "staging" } }));
const NEXT_PROFILE = profileTree({ metadata: { version: "1.3.0" } });
const BASE = [ACCOUNT, PROD, PROFILE, STAGING];

function file(name: string, ...documents: object[]): SourceFile {
  return { path: `clusters/${name}.yaml`, text: documents.map((document) => `---\n${dump(document)}`).join("") };
}

function told(head: readonly SourceFile[], base: readonly SourceFile[] | undefined = BASE) {
  const { touched, removed, accounts, findings } = configurationChange(base && read(base), read(head));
  const names = (clusters: readonly { name: string }[]) =>
    clusters
      .map(({ name }) => name)
      .sort()
      .join(" ");
  return {
    touched: names(touched),
    removed: names(removed),
    accounts: [...accounts].join(" "),
    findings: findings.map(({ code }) => code).join(" "),
  };
}

const NOTHING = { touched: "", removed: "", accounts: "", findings: "" };
const bigger = clusterTree({ spec: { controlPlane: { size: 5 } } });
const otherRegion = { spec: { regions: ["us-east-1", "us-west-2"] } };
const west = { region: "us-west-2", controlPlane: { zones: ["us-west-2a"] }, workerPools: [] };

const ROWS: readonly [what: string, head: readonly SourceFile[], expected: Partial<typeof NOTHING>][] = [
  ["nothing", BASE, {}],
  ["a cluster's document", [ACCOUNT, file("cluster", bigger), PROFILE, STAGING], { touched: "prod" }],
  ["a file renamed", [ACCOUNT, { ...PROD, path: "clusters/east/production.yaml" }, PROFILE, STAGING], {}],
  ["a file renamed and edited", [ACCOUNT, file("east/production", bigger), PROFILE, STAGING], { touched: "prod" }],
  [
    "all in one file, in another order",
    [file("all", clusterTree(), profileTree(), clusterTree({ metadata: { name: "staging" } }), accountTree())],
    {},
  ],
  ["a comment", [ACCOUNT, { ...PROD, text: `# our best\n${PROD.text}` }, PROFILE, STAGING], {}],
  ["keys in another order", [ACCOUNT, file("cluster", reversed(clusterTree())), PROFILE, STAGING], {}],
  [
    "the profile",
    [ACCOUNT, PROD, file("profile", profileTree({ spec: { packs: packs("3.32.1") } })), STAGING],
    { touched: "prod staging" },
  ],
  ["a new version of the profile, used by nobody yet", [...BASE, file("next", NEXT_PROFILE)], {}],
  [
    "a new version of the profile, used by one",
    [
      ACCOUNT,
      PROFILE,
      file("next", NEXT_PROFILE),
      STAGING,
      file("cluster", clusterTree({ spec: { profile: "standard@1.3.0" } })),
    ],
    { touched: "prod" },
  ],
  [
    "the account",
    [file("account", accountTree(otherRegion)), PROD, PROFILE, STAGING],
    { touched: "prod staging", accounts: "production" },
  ],
  [
    "the account's roles",
    [
      file("account", accountTree({ spec: { planRoleArn: "arn:aws:iam::123456789012:role/mine" } })),
      PROD,
      PROFILE,
      STAGING,
    ],
    { touched: "prod staging", accounts: "production" },
  ],
  ["a new account", [...BASE, file("other", accountTree({ metadata: { name: "other" } }))], { accounts: "other" }],
  ["a new cluster", [...BASE, file("dev", clusterTree({ metadata: { name: "dev" } }))], { touched: "dev" }],
  ["a document removed", [ACCOUNT, PROFILE, STAGING], { removed: "prod" }],
  [
    "a cluster renamed",
    [ACCOUNT, PROFILE, STAGING, file("cluster", clusterTree({ metadata: { name: "live" } }))],
    { touched: "live", removed: "prod" },
  ],
  [
    "a cluster to another region",
    [file("account", accountTree(otherRegion)), PROFILE, STAGING, file("cluster", clusterTree({ spec: west }))],
    { touched: "prod staging", accounts: "production", findings: "cluster/moved" },
  ],
  [
    "a cluster to another account",
    [
      ACCOUNT,
      PROFILE,
      STAGING,
      file("other", accountTree({ metadata: { name: "other" }, spec: { accountId: "210987654321" } })),
      file("cluster", clusterTree({ spec: { account: "other" } })),
    ],
    { touched: "prod", accounts: "other", findings: "cluster/moved" },
  ],
  ["a document that can't be read any more", [ACCOUNT, PROFILE, STAGING, { ...PROD, text: "[" }], {}],
];

for (const [what, head, expected] of ROWS) {
  test(`what was changed: ${what}`, () => {
    assert.deepEqual(told(head), { ...NOTHING, ...expected });
  });
}

test("a cluster whose packs are made from other files of the repository is always looked at", () => {
  const chart = {
    layer: "addon",
    name: "ours",
    version: "1.0.0",
    chart: { path: "../charts/ours" },
    namespace: "ours",
  };
  const own = {
    path: "clusters/profile.yaml",
    text: dump(profileTree({ spec: { packs: [...packs("3.32.0"), chart] } })),
  };
  const base = [ACCOUNT, PROD, own, STAGING];

  assert.deepEqual(
    read(base).findings.filter(({ level }) => level === "error"),
    [],
  );
  assert.equal(told(base, base).touched, "prod staging");
});

test("without anything to compare with, all is new and nothing was removed", () => {
  const change = configurationChange(undefined, read(BASE));

  assert.deepEqual(
    [change.touched.length, change.untouched.length, change.removed.length, [...change.accounts]],
    [2, 0, 0, ["production"]],
  );
});

function packs(calico: string) {
  const tree = profileTree() as { spec: { packs: { name: string }[] } };
  return tree.spec.packs.map((pack) => (pack.name === "calico" ? { ...pack, version: calico } : pack));
}

function reversed(value: unknown): never {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value as never;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inside]) => [key, reversed(inside)]),
  ) as never;
}
