/** What a run is about, and what of a proposal's documents it goes by. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dump } from "js-yaml";
import { matrixOf } from "../../src/commands/discover.ts";
import { type Scope, scopedTo } from "../../src/commands/scope.ts";
import type { SourceFile } from "../../src/config/yaml.ts";
import { accountTree, clusterTree, profileTree, read } from "../support/builders.ts";

const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
const ACCOUNT = accountTree({ spec: { planRoleArn: role("plan"), applyRoleArn: role("apply") } });
const documents = (...trees: object[]): SourceFile[] => [
  { path: "clusters/all.yaml", text: trees.map((tree) => `---\n${dump(tree)}`).join("") },
];
const staging = clusterTree({ metadata: { name: "staging" } });
const bigger = clusterTree({ spec: { controlPlane: { size: 5 } } });
const BASE = read(documents(ACCOUNT, profileTree(), clusterTree(), staging));

const PROPOSAL: Scope = { clusters: "changed", only: [], isProposal: true };
const scoped = (scope: Partial<Scope>, ...trees: object[]) =>
  scopedTo({ ...PROPOSAL, ...scope }, BASE, read(documents(...trees)));
const names = (clusters: readonly { name: string }[]): string[] => clusters.map(({ name }) => name);

test("a proposal is about the clusters that it touches; the others are left alone", () => {
  const { configuration, removed, untouched } = scoped({}, ACCOUNT, profileTree(), bigger, staging);

  assert.deepEqual([names(configuration.clusters), names(removed), untouched], [["prod"], [], ["staging"]]);
  assert.equal(configuration.clusters[0]!.account.planRoleArn, role("plan"));
});

test("a role that a proposal brings or changes is not taken on, whether for the plan or for the apply", () => {
  const evil = accountTree({ spec: { planRoleArn: role("evil"), applyRoleArn: role("apply") } });
  const other = accountTree({ metadata: { name: "other" }, spec: { planRoleArn: role("evil") } });
  const moved = clusterTree({ metadata: { name: "new" }, spec: { account: "other" } });

  for (const trees of [
    [evil, profileTree(), bigger, staging],
    [ACCOUNT, other, profileTree(), clusterTree(), staging, moved],
  ]) {
    const { configuration } = scoped({}, ...trees);
    assert.ok(configuration.clusters.length > 0);
    assert.doesNotMatch(
      JSON.stringify([configuration.clusters, configuration.accounts.filter(({ name }) => name === "other")]),
      /role\/evil/,
    );
    for (const { account } of configuration.clusters)
      assert.deepEqual(
        [account.planRoleArn, account.applyRoleArn, account.accountId],
        [undefined, undefined, "123456789012"],
      );
  }
});

test("of a proposal that can't be compared with anything, no role is taken on", () => {
  const head = read(documents(ACCOUNT, profileTree(), bigger, staging));
  const { configuration, untouched } = scopedTo(PROPOSAL, undefined, head);

  assert.deepEqual([names(configuration.clusters), untouched], [["prod", "staging"], undefined]);
  assert.doesNotMatch(JSON.stringify(configuration), /:role\//);
});

test("what was merged is taken at its word", () => {
  const evil = accountTree({ spec: { applyRoleArn: role("new") } });
  const { configuration } = scoped({ isProposal: false }, evil, profileTree(), clusterTree(), staging);

  assert.deepEqual(
    configuration.clusters.map(({ account }) => account.applyRoleArn),
    [role("new"), role("new")],
  );
});

test("clusters that are named are worked on though nothing of theirs changed, and though their document is gone", () => {
  const one = scoped({ only: ["staging"] }, ACCOUNT, profileTree(), bigger, staging);
  const gone = scoped({ only: ["staging", "prod"] }, ACCOUNT, profileTree(), bigger);

  assert.deepEqual([names(one.configuration.clusters), names(one.removed)], [["staging"], []]);
  assert.deepEqual([names(gone.configuration.clusters), names(gone.removed)], [["prod"], ["staging"]]);
  assert.throws(
    () => scoped({ only: ["stagging"] }, ACCOUNT, profileTree(), bigger, staging),
    /no cluster is called "stagging".*Did you mean staging/,
  );
});

test("a cluster whose document is gone keeps its base's account, though that is gone too", () => {
  const { removed } = scoped({}, profileTree());

  assert.deepEqual(
    removed.map(({ name, account }) => [name, account.planRoleArn]),
    [
      ["prod", role("plan")],
      ["staging", role("plan")],
    ],
  );
});

test("files with errors are narrowed by nothing", () => {
  const { configuration, removed } = scoped(
    {},
    ACCOUNT,
    profileTree(),
    clusterTree({ spec: { controlPlane: { size: 2 } } }),
  );

  assert.deepEqual([configuration.findings.length > 0, removed], [true, []]);
});

test("a matrix has a job a cluster, and never more than GitHub makes", () => {
  const many = Array.from({ length: 300 }, (_, index) => `c${String(index).padStart(3, "0")}`);
  const { include } = matrixOf(many);

  assert.deepEqual(matrixOf(["b", "a"]), { include: [{ cluster: "a" }, { cluster: "b" }] });
  assert.deepEqual(matrixOf([]), { include: [] });
  assert.ok(include.length <= 256);
  assert.deepEqual(
    include.flatMap(({ cluster }) => cluster.split(",")),
    many,
  );
});
