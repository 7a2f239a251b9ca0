import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressAt, addressCount, contains, formatCidr, overlaps, parseCidr, subBlock } from "../../src/core/cidr.ts";

const block = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) => {
    const size = 2 ** (32 - prefix);
    return { first: Math.floor(address / size) * size, prefix };
  });

test("a block is read back as it is written", () => {
  fc.assert(fc.property(block, (cidr) => assert.deepEqual(parseCidr(formatCidr(cidr)), cidr)));
});

test("what is not an IPv4 block is refused, and so is one with bits behind its prefix", () => {
  for (const text of [
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.256/24",
    "10.0.1.5/16",
    "::/0",
    "10.0.0.0/16 ",
    "1.2.3/8",
  ]) {
    assert.equal(parseCidr(text), undefined, text);
  }
});

test("two blocks overlap exactly when one holds an end of the other", () => {
  fc.assert(
    fc.property(block, block, (a, b) => {
      const holds = (outer: typeof a, address: number): boolean =>
        address >= outer.first && address < outer.first + addressCount(outer);
      assert.equal(overlaps(a, b), holds(a, b.first) || holds(b, a.first));
      assert.equal(contains(a, b), overlaps(a, b) && a.prefix <= b.prefix);
    }),
  );
});

test("sub-blocks fill their block, side by side and without overlap", () => {
  const vpc = parseCidr("10.0.0.0/16")!;

  const blocks = Array.from({ length: 8 }, (_, index) => subBlock(vpc, 19, index)!);

  assert.deepEqual(blocks.map(formatCidr).slice(0, 3), ["10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19"]);
  assert.equal(subBlock(vpc, 19, 8), undefined);
  assert.equal(subBlock(vpc, 15, 0), undefined);
  for (const [index, one] of blocks.entries())
    for (const other of blocks.slice(index + 1)) assert.ok(!overlaps(one, other));
});

test("addresses are counted from the block's first", () => {
  assert.equal(addressAt(parseCidr("10.0.255.0/24")!, 4), "10.0.255.4");
});
