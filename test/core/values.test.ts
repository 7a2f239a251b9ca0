import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/core/durations.ts";
import { canonicalJson, hashOf } from "../../src/core/hash.ts";
import { comparePrices, percentOf } from "../../src/core/money.ts";
import { cloudProviderId, iamName, loadBalancerName } from "../../src/core/names.ts";
import { readPhase } from "../../src/core/phases.ts";

const cluster = { name: "prod", accountId: "123456789012", region: "us-east-1" };

test("30 percent of a type at $1.00 an hour is a cap of $0.30 an hour", () => {
  assert.equal(percentOf("1.0000000000", 30), "0.300000");
});

test("a cap is rounded down to 6 decimals, never up", () => {
  assert.equal(percentOf("0.0960000000", 60), "0.057600");
  assert.equal(percentOf("0.0000019999", 99), "0.000001");
  assert.equal(percentOf("0.1", 100), "0.100000");
});

test("prices are compared exactly, where binary fractions would not be", () => {
  assert.equal(comparePrices("0.3", "0.30000000"), 0);
  assert.equal(comparePrices("0.0576", "0.057600"), 0);
  assert.ok(comparePrices("0.057601", "0.0576") > 0);
  assert.ok(comparePrices("9", "10") < 0);
  assert.throws(() => comparePrices("-1", "0"), /not a price/);
});

test("durations are read and shown as people write them", () => {
  assert.equal(parseDuration("15m"), 900_000);
  assert.equal(parseDuration("1h30m"), 5_400_000);
  for (const text of ["", "15", "m", "15 m", "-1m", "1.5h"]) assert.equal(parseDuration(text), undefined, text);
  assert.deepEqual([45_000, 125_000, 3_780_000].map(formatDuration), ["45s", "2m 05s", "1h 03m"]);
});

test("canonical JSON is what JSON.stringify makes of values whose keys were sorted: hashes of earlier releases hold", () => {
  const sorted = (_key: string, member: unknown): unknown =>
    member === null || typeof member !== "object" || Array.isArray(member)
      ? member
      : Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  const anything = fc.anything({
    key: fc.oneof(
      fc.string().filter((key) => key !== "__proto__"),
      fc.nat().map(String),
    ),
    withDate: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      assert.equal(canonicalJson(value), JSON.stringify(value, sorted));
    }),
  );
});

test("equal meaning gives equal hashes, whatever the order of keys", () => {
  assert.equal(canonicalJson({ b: 1, a: { d: [2, 1], c: undefined } }), '{"a":{"d":[2,1]},"b":1}');
  assert.equal(hashOf({ a: 1, b: 2 }), hashOf({ b: 2, a: 1 }));
  const many = Array.from({ length: 30 }, (_, n) => [`key ${n}`, n] as const);
  assert.equal(hashOf(Object.fromEntries(many)), hashOf(Object.fromEntries(many.toReversed())));
  assert.notEqual(hashOf({ a: [1, 2] }), hashOf({ a: [2, 1] }));
});

test("names stay within AWS's limits and stay apart when they are cut", () => {
  const long = (name: string) => ({ ...cluster, name: name.padEnd(40, "x") });

  assert.equal(loadBalancerName(cluster, "api"), "slipway-prod-api");
  assert.equal(iamName(cluster, "control-plane"), "slipway-prod-us-east-1-control-plane");
  const [a, b] = [loadBalancerName(long("one"), "api"), loadBalancerName(long("two"), "api")];
  assert.ok(a.length <= 32 && b.length <= 32 && a !== b);
  const elsewhere = { ...long("one"), accountId: "999999999999" };
  assert.notEqual(iamName(elsewhere, "control-plane"), iamName(long("one"), "control-plane"));
  assert.ok(iamName(long("one"), "control-plane").length <= 64);
  assert.match(a, /^[a-z0-9][a-z0-9-]*[a-z0-9]$/);
});

test("the cloud controller's id of a cluster differs between accounts and regions", () => {
  assert.match(cloudProviderId(cluster), /^prod-[0-9a-f]{6}$/);
  assert.notEqual(cloudProviderId(cluster), cloudProviderId({ ...cluster, region: "eu-west-1" }));
  assert.notEqual(cloudProviderId(cluster), cloudProviderId({ ...cluster, accountId: "999999999999" }));
});

test("a node's phase is its first word, and what it never said is no phase", () => {
  assert.deepEqual(readPhase("waiting 12:03:04Z for kubeadm init on i-1"), {
    name: "waiting",
    detail: "for kubeadm init on i-1",
  });
  assert.deepEqual(readPhase("ready 12:03:04Z"), { name: "ready", detail: "" });
  assert.equal(readPhase(undefined).name, undefined);
  assert.equal(readPhase("rm -rf / 12:03:04Z").name, undefined);
});
