/**
 * Writes what is made from other files: the TypeScript types of the three documents, from schemas/.
 * `npm run generate` writes; a test calls `generated` and compares.
 */
import { readFile, writeFile } from "node:fs/promises";
import { compile, type JSONSchema } from "json-schema-to-typescript";

const KINDS = ["cluster", "cluster-profile", "cloud-account"] as const;
const banner = "// Made from schemas/ by `npm run generate`; edit the schemas instead.\n";

/** Each generated file's path, from the top of the repository, with its text. */
export async function generated(): Promise<Map<string, string>> {
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
  return new Map([["src/config/documents.generated.ts", `${banner}\n${parts.join("\n")}`]]);
}

if (import.meta.main) {
  for (const [path, text] of await generated()) await writeFile(path, text);
}
