/** Any bytes as a cluster file: mutated files above all, which are nearly right. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { dump } from "js-yaml";
import { clusterTree, filesOf, read } from "../builders.ts";
import { documents } from "./files.ts";
import { filesOfDocuments } from "./pairs.ts";
import { hostileText } from "./texts.ts";

/** One place of a text is something else: cut out, doubled, moved, or hostile. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(12), fc.nat(400)),
  insert: fc.oneof(
    fc.constantFrom(
      "", "\n", ": ", "- ", "&a ", "*a", "<<: *a", "!!binary ", "? ", "|", ">-", "{", "[", "]}", "---\n", "...\n", "%YAML 1.2\n", "'", '"',
      "\t", "\ufeff", "0x", "1e999", "null", "~", "true", "__proto__: ", "constructor: ", "# ",
    ),
    hostileText(2),
  ),
  again: fc.boolean(),
}); // biome-ignore format: a table

/** Bytes of a file, as a repository may have them. */
export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    arbitrary: fc.tuple(documents, fc.array(mutation, { minLength: 1, maxLength: 4 })).map(([one, mutations]) => {
      const whole = filesOfDocuments(one).map(({ text }) => text).join("---\n");
      return Buffer.from(mutations.reduce(mutated, whole));
    }),
    weight: 6,
  },
  { arbitrary: fc.uint8Array({ maxLength: 300 }), weight: 1 },
  { arbitrary: hostileText(20).map((text) => Buffer.from(text)), weight: 1 },
  { arbitrary: fc.json().map((text) => Buffer.from(text)), weight: 1 },
  { arbitrary: fc.object().map((value) => Buffer.from(dump({ kind: "Cluster", ...value }, { skipInvalid: true }))), weight: 1 },
); // biome-ignore format: a table

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(text: string, { at, length, insert, again }: Mutation): string {
  const from = Math.floor(at * text.length);
  const cut = text.slice(from, from + length);
  return `${text.slice(0, from)}${insert}${again ? cut + cut : ""}${text.slice(from + length)}`;
}

/** Reading it never throws, and all that is wrong with it is told with its place in it; gives how many findings. */
export function checkBytes(given: Uint8Array): number {
  // As the files are read: what is no UTF-8 becomes U+FFFD.
  const text = new TextDecoder().decode(given);
  const [account, , profile] = filesOf(clusterTree());
  const file = { path: "clusters/cluster.yaml", text };
  const { clusters, findings } = read([account!, file, profile!]);
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const { at, message, level, fix } of findings) {
    assert.ok(at !== undefined && at.line >= 1 && at.column >= 1, message);
    assert.ok(at.file !== file.path || at.line <= lines, `${message}: line ${at.line} of ${lines}`);
    assert.ok(message.trim() !== "" && message.length < 3000 && (fix ?? "").length < 3000, message.slice(0, 300));
    assert.ok(["error", "warning", "notice"].includes(level));
  }
  const errors = findings.filter(({ level }) => level === "error");
  assert.ok(clusters.length > 0 || errors.length > 0 || !/^kind: Cluster$/m.test(text), "no cluster, and no word why");
  return findings.length;
}
