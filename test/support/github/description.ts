/** GitHub's own description of its REST API as a judge of requests and answers. */
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

export type Json = Record<string, unknown>;

interface Operation {
  query: Record<string, Json>;
  body: Json | null;
  answers: Record<string, Json | null>;
}

interface Description {
  version: string;
  operations: Record<string, Operation>;
  components: { schemas: Record<string, Json> };
}

const description = JSON.parse(readFileSync("fixtures/github-openapi.json", "utf8")) as Description;
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "github", components: description.components });

const validators = new Map<string, ValidateFunction>();

function validatorOf(key: string, schema: Json): ValidateFunction {
  const known = validators.get(key) ?? ajv.compile(absolute(schema) as Json);
  validators.set(key, known);
  return known;
}

/** References that lead from a schema of its own into the description. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      key === "$ref" && typeof member === "string" ? [key, `github${member}`] : [key, absolute(member)],
    ),
  );
}

/** The most particular first: a reference may hold slashes, and `commits/<sha>/pulls` is no commit. */
const LONGEST_FIRST = Object.keys(description.operations).sort((a, b) => b.split("/").length - a.split("/").length);

const ROUTES = LONGEST_FIRST.map((operation) => {
  const [method = "", template = ""] = operation.split(" ");
  const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  // Paths of files and names of references hold slashes, the rest does not.
  const pattern = template.replace(/\{(\w+)\}/g, (_match, name) =>
    /^(path|ref|basehead)$/.test(name) && template.endsWith("}") ? "(.+)" : "([^/]+)",
  );
  return { operation, method, names, pattern: new RegExp(`^${pattern}$`) };
});

/** The operation that a request means, and the values in its path. */
export function operationOf(
  method: string,
  pathname: string,
): { operation: string; values: Record<string, string> } | undefined {
  for (const route of ROUTES) {
    const match = route.method === method ? route.pattern.exec(pathname) : null;
    if (match === null) continue;
    const values = route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]);
    return { operation: route.operation, values: Object.fromEntries(values) };
  }
  return undefined;
}

/** What GitHub would not take, or would silently leave out; one line each. */
export function requestProblems(operation: string, query: URLSearchParams, body: unknown): string[] {
  const known = description.operations[operation];
  if (known === undefined) return [`there is no ${operation}`];
  const problems: string[] = [];
  for (const [name, value] of query) {
    const schema = known.query[name];
    if (schema === undefined) problems.push(`${operation}: there is no query parameter ${name}`);
    else problems.push(...schemaProblems(`${operation}?${name}`, schema, parameterOf(value, schema)));
  }
  if (body === undefined) return problems;
  if (known.body === null) return [...problems, `${operation} takes no body`];
  problems.push(...schemaProblems(`${operation} body`, known.body, body), ...strangers(known.body, body, operation));
  return problems;
}

/** What is wrong with an answer of this server. */
export function answerProblems(operation: string, status: number, body: unknown): string[] {
  const known = description.operations[operation];
  const schema = known?.answers[String(status)];
  // Every operation may answer with these, whether its description says so or not.
  const isGeneral = status === 401 || status === 403 || status === 404 || status === 429 || status >= 500;
  if (schema === undefined) return isGeneral ? [] : [`${operation} is not known to answer ${status}`];
  return schema === null ? [] : schemaProblems(`${operation} ${status}`, schema, body);
}

function schemaProblems(key: string, schema: Json, value: unknown): string[] {
  const validate = validatorOf(key, schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).slice(0, 5).map((error) => `${key}: ${error.instancePath} ${error.message ?? ""}`);
}

/** Members that GitHub knows nothing of: it would leave them out without a word. */
function strangers(schema: Json, value: unknown, where: string): string[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value))
    return value.flatMap((member) => strangers((schema.items ?? {}) as Json, member, `${where}[]`));
  const properties = propertiesOf(schema);
  if (properties === undefined) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    return known === undefined ? [`${where}: GitHub knows no ${name}`] : strangers(known, member, `${where}.${name}`);
  });
}

/** Undefined where any member goes. */
function propertiesOf(schema: Json): Record<string, Json> | undefined {
  const own = schema.properties as Record<string, Json> | undefined;
  const others = [...((schema.oneOf ?? []) as Json[]), ...((schema.anyOf ?? []) as Json[])].filter(
    ({ type }) => type !== "array" && type !== "string" && type !== "null",
  );
  const all = others.flatMap((other) => propertiesOf(other) ?? []);
  return own === undefined && all.length === 0 ? undefined : Object.assign({}, own, ...all);
}

/** What a query parameter's text stands for. */
function parameterOf(text: string, { type }: Json): unknown {
  if (type === "integer" && /^\d+$/.test(text)) return Number(text);
  return type === "boolean" && /^(true|false)$/.test(text) ? text === "true" : text;
}

/** The least that GitHub's schema of that name asks for, with `known` in it: what a test does not say is empty. */
export function filled(schema: string, known: Json): Json {
  const { type: _mayBeNull, ...shape } = description.components.schemas[schema] ?? {};
  return merge(sample(shape), known) as Json;
}

function sample(schema: Json): unknown {
  if (typeof schema.$ref === "string") {
    return sample(description.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  }
  const [first] = (schema.oneOf ?? schema.anyOf ?? []) as Json[];
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.type) && schema.type.includes("null")) return null;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object" || schema.properties !== undefined || schema.allOf !== undefined) {
    const parts = [schema, ...((schema.allOf ?? []) as Json[]).map((part) => resolved(part))];
    const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<string, Json>;
    const required = parts.flatMap((part) => (part.required ?? []) as string[]);
    return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
  }
  if (((schema.oneOf ?? schema.anyOf ?? []) as Json[]).some((member) => member.type === "null")) return null;
  if (first !== undefined) return sample(first);
  return { string: "", integer: 0, number: 0, boolean: false, array: [] }[String(type)] ?? null;
}

function resolved(schema: Json): Json {
  if (typeof schema.$ref !== "string") return schema;
  return resolved(description.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
}

function merge(base: unknown, over: unknown): unknown {
  const isPlain = (value: unknown): value is Json =>
    value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isPlain(base) || !isPlain(over)) return over;
  const merged: Json = { ...base };
  for (const [name, value] of Object.entries(over)) merged[name] = merge(base[name], value);
  return merged;
}
