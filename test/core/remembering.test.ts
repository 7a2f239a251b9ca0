import assert from "node:assert/strict";
import { test } from "node:test";
import { remembering } from "../../src/core/remembering.ts";

test("what was made of a text is made once, also nothing, until it has become too much", () => {
  const made: string[] = [];
  const of = remembering<string | undefined>(2);
  const ask = (text: string): string | undefined =>
    of(text, () => {
      made.push(text);
      return text === "" ? undefined : text.toUpperCase();
    });

  assert.deepEqual(["a", "", "a", "", "b", "b", "a"].map(ask), ["A", undefined, "A", undefined, "B", "B", "A"]);
  assert.deepEqual(made, ["a", "", "b", "a"]);
});
