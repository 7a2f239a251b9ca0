/** EC2's tokens: requests by action, and of some actions the instances that they are about. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Buckets } from "../../src/twin/buckets.ts";

const taken = (buckets: Buckets, operation: string, input: object, nowMs: number, times: number): number =>
  Array.from({ length: times }, () => buckets.take(operation, input, nowMs)).filter(Boolean).length;

test("five launches go at once, then two a second; reading has a bucket of its own for each action", () => {
  const buckets = new Buckets();

  assert.equal(taken(buckets, "RunInstances", { MaxCount: 1 }, 0, 10), 5);
  assert.equal(taken(buckets, "RunInstances", { MaxCount: 1 }, 1000, 10), 2);
  assert.equal(taken(buckets, "DescribeVpcs", {}, 1000, 200), 100);
  assert.equal(taken(buckets, "DescribeSubnets", {}, 1000, 200), 100);
});

test("a thousand instances are launched at once, then two a second, however few calls ask for them", () => {
  const buckets = new Buckets();

  assert.equal(taken(buckets, "RunInstances", { MaxCount: 400 }, 0, 3), 2);
  assert.equal(taken(buckets, "RunInstances", { MaxCount: 200 }, 0, 1), 1, "a refused call took nothing");
  assert.equal(taken(buckets, "RunInstances", { MaxCount: 20 }, 9000, 1), 0);
  assert.equal(taken(buckets, "RunInstances", { MaxCount: 20 }, 10_000, 1), 1);
});
