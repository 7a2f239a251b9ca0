/** A sample of `npm run fuzz`, from one seed: what a generator comes up with, and no person. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import account from "../../schemas/cloud-account.schema.json" with { type: "json" };
import cluster from "../../schemas/cluster.schema.json" with { type: "json" };
import profile from "../../schemas/cluster-profile.schema.json" with { type: "json" };
import { jsonReport } from "../../src/report/json.ts";
import { read } from "../support/builders.ts";
import { documents } from "../support/fuzz/files.ts";
import { filesOfDocuments } from "../support/fuzz/pairs.ts";
import { type Plan, PROPERTIES } from "../support/fuzz/properties.ts";
import { liveStories } from "../support/fuzz/stories.ts";

const SAMPLES: Readonly<Record<string, { title: string; plan: Plan }>> = {
  pairs: {
    title:
      "any two clusters: a plan from one to the other is the same twice, is rehearsed as it happens, and leaves nothing to do",
    plan: { seed: 1, count: 5 },
  },
  bytes: {
    title: "any bytes as a file: every mistake is told with its place, and nothing throws",
    plan: { seed: 1, count: 500 },
  },
  renderings: {
    title: "any text in a result: whatever is drawn of it is whole, short enough, and means nothing but what it says",
    plan: { seed: 1, count: 60 },
  },
};

for (const [name, play] of Object.entries(PROPERTIES)) {
  const { title, plan } = SAMPLES[name]!;

  test(title, async (context) => {
    const outcome = await play(plan);

    if (!outcome.held) {
      const again = `npm run fuzz -- ${name} --seed ${plan.seed} --count ${plan.count} --path ${outcome.path}`;
      assert.fail(`${outcome.error}\n${outcome.described}\nagain: ${again}`);
    }
    context.diagnostic(outcome.said);
  });
}

type Schema = { properties?: Record<string, Schema>; items?: Schema; $ref?: string; $defs?: Record<string, Schema> };

/** Every property of a schema, by its path. */
function pathsOf(schema: Schema, root: Schema, at: string): string[] {
  const named = schema.$ref === undefined ? schema : (root.$defs?.[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  const inItems = named.items === undefined ? [] : pathsOf(named.items, root, `${at}[]`);
  return Object.entries(named.properties ?? {})
    .flatMap(([name, property]) => [`${at}.${name}`, ...pathsOf(property, root, `${at}.${name}`)])
    .concat(inItems);
}

function pathsIn(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, `${at}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    item === undefined ? [] : [`${at}.${name}`, ...pathsIn(item, `${at}.${name}`)],
  );
}

/** Of the user's own packs there are tests of their own: files and charts lie outside of these documents. */
const ELSEWHERE = /\$schema|packs\[\]\.(namespace|manifests|chart|parameters)|placement\.static\./;

test("what is generated has every field of the schemas, and most of it is valid", () => {
  const drawn = fc.sample(documents, { numRuns: 300, seed: 1 });
  const seen = new Set(
    drawn.flatMap((one) => [
      ...pathsIn(one.cluster, "cluster"),
      ...pathsIn(one.profile, "profile"),
      ...pathsIn(one.account, "account"),
    ]),
  );
  const all = [
    ...pathsOf(cluster as Schema, cluster as Schema, "cluster"),
    ...pathsOf(profile as Schema, profile as Schema, "profile"),
    ...pathsOf(account as Schema, account as Schema, "account"),
  ];

  assert.ok(all.length > 60, `${all.length} fields`);
  assert.deepEqual(
    all.filter((path) => !seen.has(path) && !ELSEWHERE.test(path)),
    [],
  );
  const valid = drawn.filter((one) => read(filesOfDocuments(one)).clusters.length > 0).length;
  assert.ok(valid > 200, `${valid} of 300 are valid`);
});

/** Keys of mappings whose names are the user's, and of what belongs to AWS. */
const NAMED_ELSEWHERE = new Set(["include"]);

function keysIn(value: unknown, keys = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) keysIn(item, keys);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) keysIn(item, keys.add(key));
  return keys;
}

test("every field of the JSON report is in its documentation", async () => {
  const { results } = await liveStories();
  const documented = readFileSync("docs/json.md", "utf8");

  const keys = [...results.values()].flatMap((result) => [...keysIn(JSON.parse(JSON.stringify(jsonReport(result))))]);

  assert.ok(new Set(keys).size > 60);
  const missing = [...new Set(keys)].filter(
    (key) => !NAMED_ELSEWHERE.has(key) && !documented.includes(`\`${key}\``) && !documented.includes(`"${key}"`),
  );
  assert.deepEqual(missing, []);
});
