/**
 * Trims GitHub's own description of its REST API to the operations that Slipway uses, into fixtures/github-openapi.json,
 * by which test/support/github/ judges every request and answer. Run it after adding an operation here:
 *
 *   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
 *   node scripts/trim-github-openapi.ts package/generated/api.github.com.json
 *
 * The package is 404 MB unpacked, so nothing depends on it. Its schemas are OpenAPI 3.0; what is written is JSON Schema.
 */
import { readFileSync, writeFileSync } from "node:fs";

const REPOSITORY = "/repos/{owner}/{repo}";

const OPERATIONS: readonly string[] = [
  `GET ${REPOSITORY}`,
  `GET ${REPOSITORY}/branches/{branch}`,
  `GET ${REPOSITORY}/branches/{branch}/protection`,
  `GET ${REPOSITORY}/rules/branches/{branch}`,
  `GET ${REPOSITORY}/environments`,
  // What `doctor` gives to paste, not what Slipway asks.
  `PUT ${REPOSITORY}/environments/{environment_name}`,
  `POST ${REPOSITORY}/rulesets`,
  `GET ${REPOSITORY}/pulls`,
  `GET ${REPOSITORY}/pulls/{pull_number}`,
  `GET ${REPOSITORY}/pulls/{pull_number}/files`,
  `GET ${REPOSITORY}/commits`,
  `GET ${REPOSITORY}/commits/{ref}`,
  `GET ${REPOSITORY}/commits/{commit_sha}/pulls`,
  `GET ${REPOSITORY}/commits/{ref}/check-runs`,
  `GET ${REPOSITORY}/compare/{basehead}`,
  `GET ${REPOSITORY}/contents/{path}`,
  `GET ${REPOSITORY}/git/trees/{tree_sha}`,
  `GET ${REPOSITORY}/git/blobs/{file_sha}`,
  `POST ${REPOSITORY}/check-runs`,
  `PATCH ${REPOSITORY}/check-runs/{check_run_id}`,
  `GET ${REPOSITORY}/check-runs/{check_run_id}/annotations`,
  `GET ${REPOSITORY}/collaborators/{username}/permission`,
  `GET ${REPOSITORY}/deployments`,
  `POST ${REPOSITORY}/deployments`,
  `GET ${REPOSITORY}/deployments/{deployment_id}/statuses`,
  `POST ${REPOSITORY}/deployments/{deployment_id}/statuses`,
  `GET ${REPOSITORY}/issues`,
  `POST ${REPOSITORY}/issues`,
  `GET ${REPOSITORY}/issues/{issue_number}`,
  `PATCH ${REPOSITORY}/issues/{issue_number}`,
  `GET ${REPOSITORY}/issues/{issue_number}/comments`,
  `POST ${REPOSITORY}/issues/{issue_number}/comments`,
  `GET ${REPOSITORY}/issues/comments/{comment_id}`,
  `PATCH ${REPOSITORY}/issues/comments/{comment_id}`,
  `DELETE ${REPOSITORY}/issues/comments/{comment_id}`,
  `GET ${REPOSITORY}/issues/{issue_number}/events`,
  `GET ${REPOSITORY}/issues/{issue_number}/timeline`,
  `GET ${REPOSITORY}/issues/{issue_number}/labels`,
  `POST ${REPOSITORY}/issues/{issue_number}/labels`,
  `DELETE ${REPOSITORY}/issues/{issue_number}/labels/{name}`,
  `GET ${REPOSITORY}/labels/{name}`,
  `POST ${REPOSITORY}/labels`,
];

type Json = Record<string, unknown>;
interface Description {
  info: { version: string };
  paths: Record<string, Record<string, Json>>;
  components: Record<string, Record<string, Json>>;
}

/** What people read and no validator does. */
const PROSE = new Set(["description", "example", "examples", "summary", "externalDocs", "title", "format", "default"]);

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** An OpenAPI 3.0 schema as a JSON Schema. `isNames`: the keys are properties' names, and stay. */
function schemaOf(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((member) => schemaOf(member));
  if (!isObject(value)) return value;
  const kept = Object.entries(value)
    .filter(([key]) => isNames || !(PROSE.has(key) || key.startsWith("x-") || key === "nullable"))
    .map(([key, member]) => [key, schemaOf(member, !isNames && key === "properties")] as const);
  const schema: Json = Object.fromEntries(kept);
  if (isNames || value.nullable !== true) return schema;
  if (typeof schema.type !== "string") return { anyOf: [schema, { type: "null" }] };
  const { enum: words } = schema;
  return { ...schema, type: [schema.type, "null"], ...(Array.isArray(words) ? { enum: [...words, null] } : {}) };
}

function trim(text: string): Json {
  const description = JSON.parse(text) as Description;
  const resolved = (value: unknown): Json => {
    if (!isObject(value)) throw new Error("there is no such thing");
    const [, , group, name] = typeof value.$ref === "string" ? value.$ref.split("/") : [];
    return group === undefined || group === "schemas" ? value : (description.components[group]?.[name ?? ""] ?? {});
  };
  const jsonOf = (value: unknown): unknown => {
    const { content } = resolved(value);
    const media = isObject(content) ? content["application/json"] : undefined;
    return isObject(media) ? schemaOf(media.schema) : null;
  };
  const operations = OPERATIONS.map((route) => {
    const [method = "", path = ""] = route.split(" ");
    const operation = description.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub describes no ${route}`);
    const parameters = ((operation.parameters ?? []) as unknown[]).map(resolved);
    const query = parameters.filter((parameter) => parameter.in === "query");
    return [
      route,
      {
        query: Object.fromEntries(query.map(({ name, schema }) => [name, schemaOf(schema)])),
        body: operation.requestBody === undefined ? null : jsonOf(operation.requestBody),
        answers: Object.fromEntries(
          Object.entries(operation.responses as Json).map(([status, answer]) => [status, jsonOf(answer)]),
        ),
      },
    ] as const;
  });
  const schemas: Json = {};
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const member of value) collect(member);
    if (!isObject(value)) return;
    const name = typeof value.$ref === "string" ? value.$ref.replace("#/components/schemas/", "") : undefined;
    if (name !== undefined && schemas[name] === undefined) {
      schemas[name] = schemaOf(description.components.schemas?.[name]);
      collect(schemas[name]);
    }
    for (const member of Object.values(value)) collect(member);
  };
  collect(operations);
  return { version: description.info.version, operations: Object.fromEntries(operations), components: { schemas } };
}

const [file = "", target = "fixtures/github-openapi.json"] = process.argv.slice(2);
writeFileSync(target, `${JSON.stringify(trim(readFileSync(file, "utf8")))}\n`);
