import { readFileSync } from "node:fs";
import { cell } from "./markdown.ts";

interface Schema {
  title?: string;
  description?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  examples?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** A kind's schema as tables: one for each mapping of the document, its keys in the schema's order. */
export function schemaReference(kind: string): string {
  const root = JSON.parse(readFileSync(`schemas/${kind}.schema.json`, "utf8")) as Schema;
  const parts: string[] = [];
  const done = new Set<string>();
  const visit = (at: string, given: Schema): void => {
    const schema = resolve(given, root);
    const into = mappingIn(schema, root);
    if (into === undefined || done.has(at)) return;
    done.add(at);
    const { properties = {}, required = [] } = into;
    const rows = Object.entries(properties)
      .filter(([name]) => name !== "$schema")
      .map(([name, property]) => row(name, resolve(property, root), required.includes(name), root));
    const name = at === "" ? (root.title ?? kind) : `${root.title} \`${at}\``;
    if (rows.length > 0)
      parts.push(
        `### ${name}\n\n${schema.description ?? ""}\n\n| key | takes | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}`,
      );
    for (const [key, property] of Object.entries(properties)) {
      const inner = resolve(property, root);
      const step = inner.items === undefined ? key : `${key}[]`;
      visit(at === "" ? step : `${at}.${step}`, property);
    }
    if (typeof into.additionalProperties === "object") visit(`${at}.<name>`, into.additionalProperties);
  };
  visit("", root);
  return parts.join("\n\n");
}

/** The mapping that a schema is, or that the items of its list are. */
function mappingIn(schema: Schema, root: Schema): Schema | undefined {
  const one = schema.items === undefined ? schema : resolve(schema.items, root);
  const hasKeys = one.properties !== undefined || typeof one.additionalProperties === "object";
  return hasKeys ? one : undefined;
}

/** A definition that is referred to, with what is said beside the reference. */
function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  return { ...root.$defs?.[$ref.replace("#/$defs/", "")], ...beside };
}

function row(name: string, schema: Schema, isRequired: boolean, root: Schema): string {
  const fallback = schema.default === undefined ? (isRequired ? "required" : "") : code(schema.default);
  const [example] = schema.examples ?? [];
  const isPlain = example !== undefined && typeof example !== "object" && schema.enum === undefined;
  const said = schema.const === undefined && isPlain ? ` Such as ${code(example)}.` : "";
  return `| \`${name}\` | ${takes(schema, root)} | ${fallback} | ${cell(schema.description ?? "")}${said} |`;
}

function takes(schema: Schema, root: Schema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (schema.items !== undefined) return `list of ${takes(resolve(schema.items, root), root)}`;
  const [kind, ...others] = [schema.type ?? "mapping"].flat();
  const also = others.length === 0 ? "" : ` or ${others.map((one) => WORDS[one] ?? one).join(" or ")}`;
  const bounds =
    schema.minimum === undefined && schema.maximum === undefined ? "" : ` from ${schema.minimum} to ${schema.maximum}`;
  const word = schema.format === "cidr" ? "IPv4 block" : (WORDS[kind ?? ""] ?? kind ?? "");
  return `${word}${bounds}${also}`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  boolean: "`true` or `false`",
  object: "mapping",
  array: "list",
};

function code(value: unknown): string {
  return `\`${cell(typeof value === "string" ? value : JSON.stringify(value))}\``;
}
