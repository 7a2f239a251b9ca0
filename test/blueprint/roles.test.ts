/** What nodes may do to AWS: the control plane to its own cluster's things, a worker next to nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accountTree, clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { blueprint } from "../support/plans.ts";

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

const KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

function statements(role: string, kmsKeyArn?: string): Statement[] {
  const account = accountTree(kmsKeyArn === undefined ? {} : { spec: { kmsKeyArn } });
  const found = blueprint(clusterWith({}, account)).resources.find(({ id }) => id === `role/${role}`);
  assert.ok(found?.kind === "role");
  assert.ok(found.spec.policy.length < 10_240, "IAM's limit for inline policies");
  return JSON.parse(found.spec.policy).Statement;
}

/** Whether IAM would let the role do it: an explicit deny wins, and conditions are taken to hold. */
function may(role: string, action: string, resource: string): boolean {
  const fits = (patterns: string | string[], value: string): boolean =>
    [patterns]
      .flat()
      .some((pattern) =>
        new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(value),
      );
  const all = statements(role).filter(({ Action, Resource }) => fits(Action, action) && fits(Resource, resource));
  return (
    all.some(({ Effect }) => Effect === "Allow") &&
    !all.some(({ Effect, Condition }) => Effect === "Deny" && !Condition)
  );
}

const parameter = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter/slipway/${name}`;
const object = (key: string) => `arn:aws:s3:::slipway-123456789012-us-east-1/${key}`;

test("both policies are what was reviewed", () => {
  for (const role of ["control-plane", "worker"])
    assertGolden(`roles/${role}.json`, `${JSON.stringify(statements(role), null, 2)}\n`);
});

test("the control plane reads its own PKI, and nobody in the cluster can replace or delete one", () => {
  assert.ok(may("control-plane", "ssm:GetParameter", parameter("prod/pki")));
  assert.ok(!may("control-plane", "ssm:GetParameter", parameter("prod-2/pki")));
  for (const role of ["control-plane", "worker"])
    for (const action of ["ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters"])
      assert.ok(!may(role, action, parameter("prod/pki")), `${role} ${action}`);
});

test("a worker can't read the PKI by any call, whatever other policy its machine has", () => {
  const denied = statements("worker").filter(({ Effect }) => Effect === "Deny");
  const reads = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory", "ssm:GetParametersByPath"];

  for (const action of reads) {
    assert.ok(
      denied.some(({ Action }) => [Action].flat().includes(action)),
      action,
    );
    assert.ok(!may("worker", action, parameter("prod/pki")), action);
  }
  assert.ok(may("worker", "ssm:GetParameter", parameter("prod/join")));
  assert.ok(!may("worker", "ssm:GetParameter", parameter("prod/init")));
});

test("records: the control plane reads what it is told and writes what it answers; a worker has none of it", () => {
  for (const key of [
    "packs.json",
    "packs/0a.json.gz",
    "pools.json",
    "agent.json",
    "agent/0a.py",
    "snapshot-request.json",
    "snapshot-status.json",
  ]) {
    assert.ok(may("control-plane", "s3:GetObject", object(`prod/${key}`)), key);
    assert.ok(!may("control-plane", "s3:GetObject", object(`prod-2/${key}`)), key);
    assert.ok(!may("worker", "s3:GetObject", object(`prod/${key}`)), key);
  }
  for (const key of ["packs-status.json", "snapshot-status.json", "etcd/1.db"])
    assert.ok(may("control-plane", "s3:PutObject", object(`prod/${key}`)), key);
  // Whoever writes these is root in the cluster.
  for (const key of ["packs.json", "pools.json", "agent.json", "agent/0a.py", "lease.json", "intents/1.json"])
    assert.ok(!may("control-plane", "s3:PutObject", object(`prod/${key}`)), key);
  assert.ok(!may("control-plane", "s3:DeleteObjectVersion", object("prod/etcd/1.db")));
});

test("decryption is a matter of the account's own key, through SSM alone, also where it goes by an alias", () => {
  const kms = (key?: string) => statements("control-plane", key).find(({ Action }) => Action === "kms:Decrypt");

  assert.equal(kms(), undefined);
  assert.deepEqual(
    [kms(KEY)!.Resource, kms(KEY)!.Condition],
    [KEY, { StringEquals: { "kms:ViaService": "ssm.us-east-1.amazonaws.com" } }],
  );
  const aliased = kms("arn:aws:kms:us-east-1:123456789012:alias/slipway")!;
  assert.equal(aliased.Resource, "arn:aws:kms:us-east-1:123456789012:key/*");
  assert.deepEqual(aliased.Condition!["ForAnyValue:StringEquals"], { "kms:ResourceAliases": ["alias/slipway"] });
  assert.ok(
    !statements("worker", KEY).some(({ Action }) => [Action].flat().some((action) => action.startsWith("kms:"))),
  );
});
