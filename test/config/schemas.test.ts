/** Schemas are documentation as well: every property says what it is and gives an example that is valid. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import account from "../../schemas/cloud-account.schema.json" with { type: "json" };
import cluster from "../../schemas/cluster.schema.json" with { type: "json" };
import profile from "../../schemas/cluster-profile.schema.json" with { type: "json" };
import whole from "../../schemas/slipway.schema.json" with { type: "json" };
import { accountTree, clusterTree, profileTree } from "../support/builders.ts";

type Schema = Record<string, unknown> & {
  properties?: Record<string, Schema>;
  items?: Schema;
  $ref?: string;
  $defs?: Record<string, Schema>;
};

const ajv = () => new Ajv2020({ allowUnionTypes: true, strict: true, formats: { cidr: true } });

/** Every schema of a property, an item or a definition, with its path. */
function* parts(schema: Schema, path: string): Generator<[string, Schema]> {
  for (const [name, property] of Object.entries(schema.properties ?? {})) yield* visit(property, `${path}/${name}`);
  for (const [name, definition] of Object.entries(schema.$defs ?? {})) yield* visit(definition, `${path}#${name}`);
  if (schema.items !== undefined) yield* visit(schema.items, `${path}[]`);
  const extra = schema.additionalProperties;
  if (typeof extra === "object" && extra !== null) yield* visit(extra as Schema, `${path}/*`);
}

function* visit(schema: Schema, path: string): Generator<[string, Schema]> {
  yield [path, schema];
  yield* parts(schema, path);
}

for (const [name, schema] of Object.entries({ cluster, profile, account })) {
  test(`every property of a ${name} has a description and a valid example`, () => {
    const root = schema as unknown as Schema;
    const all = [...parts(root, name)];
    assert.ok(all.length > 10);
    for (const [path, part] of all) {
      if (part.$ref !== undefined) continue; // described where it is defined
      assert.ok(typeof part.description === "string" && part.description.length > 5, `${path} has no description`);
      if ("const" in part && part.const === false) continue;
      const examples = part.examples as unknown[] | undefined;
      assert.ok(Array.isArray(examples) && examples.length > 0, `${path} has no example`);
      const validate = ajv().compile({ ...part, $defs: root.$defs });
      for (const example of examples)
        assert.ok(
          validate(example),
          `${path}: the example ${JSON.stringify(example)} is not valid: ${JSON.stringify(validate.errors)}`,
        );
    }
  });
}

test("the schema for editors takes each kind, and nothing else", () => {
  const all = ajv().addSchema(cluster).addSchema(profile).addSchema(account);
  const validate = all.compile(whole);

  for (const tree of [clusterTree(), profileTree(), accountTree()])
    assert.ok(validate(tree), JSON.stringify(validate.errors));
  assert.ok(!validate({ apiVersion: "slipway/v1", kind: "Pod" }));
});
