/** How long a roll takes: no longer than AWS, the nodes and their agents need, one node after the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { roll } from "../support/roll-time.ts";

test("a roll of n nodes takes at most 1.05 times n × (launch + boot + drain + terminate)", async () => {
  for (const [size, seed] of [
    [3, 1],
    [5, 2],
  ] as const) {
    const { tookMs, neededMs } = await roll(size, seed);
    assert.ok(tookMs <= 1.05 * neededMs, `${size} nodes: ${tookMs / 1000} s, and ${neededMs / 1000} s are needed`);
  }
});
