/**
 * Writes what is made from other files: the TypeScript types of the three documents and what judges them, from schemas/; the node agent as a
 * module that the bundle carries, from src/bootstrap/agent/; the packs that are data, from src/packs/catalogue/; the IAM
 * policies in policies/, from src/permissions/; and the made parts of pages (docs/pages.ts).
 * `npm run generate` writes; tests call `generated` and `filled`, and compare.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { _ } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { load } from "js-yaml";
import { compile, type JSONSchema } from "json-schema-to-typescript";
import { FORMATS } from "../src/config/schema-parts.ts";
import { policyFiles } from "../src/permissions/set-up.ts";
import type { Statement } from "../src/permissions/statement.ts";
import { accountTree, clusterWith } from "../test/support/builders.ts";
import { blueprint } from "../test/support/plans.ts";
import { filled, pages } from "./docs/pages.ts";

const KINDS = ["cluster", "cluster-profile", "cloud-account"] as const;
const CATALOGUE = "src/packs/catalogue";
const AGENT = "src/bootstrap/agent";
const AGENT_FILES = [
  "boot.py",
  "loop.py",
  "units/slipway-node.service",
  "units/slipway-loop.service",
  "units/slipway-spot.service",
] as const;

/** Each generated file's path, from the top of the repository, with its text. */
export async function generated(): Promise<Map<string, string>> {
  return new Map([
    ["src/config/documents.generated.ts", await documentTypes()],
    ["src/config/validators.generated.ts", await validators()],
    ["src/bootstrap/agent-files.generated.ts", await agentFiles()],
    ...[...policyFiles(nodeStatements())].map(([name, policy]): [string, string] => [
      `policies/${name}.json`,
      `${JSON.stringify(policy, null, 2)}\n`,
    ]),
    ["src/packs/catalogue.generated.ts", await catalogue()],
  ]);
}

async function documentTypes(): Promise<string> {
  const parts = await Promise.all(
    KINDS.map(async (kind) => {
      const schema = JSON.parse(await readFile(`schemas/${kind}.schema.json`, "utf8")) as JSONSchema;
      return compile({ ...schema, title: `${schema.title}Document` }, kind, {
        bannerComment: "",
        ignoreMinAndMaxItems: true,
        additionalProperties: false,
        style: { printWidth: 120, semi: true },
      });
    }),
  );
  return `// Made from schemas/ by \`npm run generate\`; edit the schemas instead.\n\n${parts.join("\n")}`;
}

/** The schemas as code: Ajv takes longer to compile them than a run takes for all else that it does with its files. */
async function validators(): Promise<string> {
  // `verbose` puts the schema that failed into the error: its description is what the user should read.
  const code = { source: true, esm: true, lines: true, formats: _`FORMATS` };
  const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strict: true, code });
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  for (const kind of KINDS) ajv.addSchema(JSON.parse(await readFile(`schemas/${kind}.schema.json`, "utf8")), kind);
  const exported = { Cluster: "cluster", ClusterProfile: "cluster-profile", CloudAccount: "cloud-account" };
  const text = standalone
    .default(ajv, exported)
    .replace('"use strict";\n', "")
    .replaceAll(/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, "lengthOf");
  if (text.includes("require(")) throw new Error("the validators need something more of Ajv");
  return `// Made from schemas/ by \`npm run generate\`, with Ajv; edit the schemas instead.
// @ts-nocheck: it is JavaScript
import { FORMATS, lengthOf } from "./schema-parts.ts";

${text.trimEnd()}\n`;
}

async function agentFiles(): Promise<string> {
  const entries = await Promise.all(
    AGENT_FILES.map(async (name) => {
      const text = await readFile(`${AGENT}/${name}`, "utf8");
      return `  ${JSON.stringify(name.replace("units/", ""))}: ${JSON.stringify(text)},\n`;
    }),
  );
  return `// Made from ${AGENT}/ by \`npm run generate\`; edit the files there instead.

/** The node agent and its systemd units, by their names. */
export const AGENT_FILES = {\n${entries.join("")}} as const;\n`;
}

/** What the roles of nodes allow, with a key of the account's own: that adds the most. */
function nodeStatements(): Statement[] {
  const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000";
  const { resources } = blueprint(clusterWith({}, accountTree({ spec: { kmsKeyArn } })));
  return resources.flatMap((wanted) =>
    wanted.kind === "role" ? (JSON.parse(wanted.spec.policy) as { Statement: Statement[] }).Statement : [],
  );
}

async function catalogue(): Promise<string> {
  const files = (await readdir(CATALOGUE)).filter((name) => name.endsWith(".yaml")).sort();
  const packs = await Promise.all(files.map(async (name) => load(await readFile(`${CATALOGUE}/${name}`, "utf8"))));
  const lines = packs.map((pack) => `  ${JSON.stringify(JSON.stringify(pack))},\n`);
  return `// Made from ${CATALOGUE}/ by \`npm run generate\`; edit the files there instead.

/** The packs that are data alone, each a PackFile as JSON: as text they take half the room of objects in the bundle. */
export const CATALOGUE: readonly string[] = [\n${lines.join("")}];\n`;
}

if (import.meta.main) {
  for (const [path, text] of await generated()) await writeFile(path, text);
  for (const page of pages()) await writeFile(page, filled(await readFile(page, "utf8")));
}
