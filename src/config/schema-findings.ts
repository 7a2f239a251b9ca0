import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { alternatives } from "../core/words.ts";
import { nearest } from "./nearest.ts";
import type { SchemaError } from "./schemas.ts";
import { pointerSteps, type YamlDocument } from "./yaml.ts";

/** What a schema says of the value that failed; only what messages use. */
interface SchemaText {
  description?: string;
  properties?: Record<string, unknown>;
  examples?: unknown[];
}

/** Keys that people write with good reason to think they exist; each deserves its reason, not just "unknown key". */
const KNOWN_MISTAKES: readonly { at: RegExp; code: FindingCode; message: string; fix: string }[] = [
  {
    at: /^\/spec\/controlPlane\/spot$/,
    code: "config/spot-control-plane",
    message:
      "the control plane runs on demand only: AWS may take spot instances away at any time, and with them etcd's quorum",
    fix: "remove spot here; worker pools can have it",
  },
  {
    at: /^\/spec\/(cloud|provider|azure|gcp|vsphere|openstack)$/,
    code: "config/other-cloud",
    message: "Slipway builds clusters on AWS only",
    fix: "remove this key; placement, account and region say where on AWS the cluster lives",
  },
  {
    at: /^\/spec\/workerPools\/\d+\/autoscaling$|^\/spec\/workerPools\/\d+\/(min|max)(Size)?$/,
    code: "config/no-autoscaling",
    message: "pools have one size; scaling by load is not supported yet",
    fix: "give size",
  },
  {
    at: /^\/spec\/bastion\/rdp$/,
    code: "config/no-rdp",
    message: "the bastion is a Linux host and is reached by SSH; RDP is not supported",
    fix: "remove this key",
  },
  {
    at: /\/<<$/,
    code: "config/no-merge-keys",
    message: "YAML merge keys (<<) are not part of YAML 1.2",
    fix: "write the keys out; anchors and aliases for whole values do work",
  },
];

const POOLS_SNIPPET = `add pools, for example
    controlPlane: { size: 3, instanceType: m6i.large, zones: [us-east-1a, us-east-1b, us-east-1c] }
    workerPools:
      - { name: default, size: 3, instanceType: m6i.large, zones: [us-east-1a, us-east-1b] }`;

/** Turns what Ajv says of a document into what its author needs to know, one finding a mistake. */
export function schemaFindings(document: YamlDocument, errors: readonly SchemaError[]): Finding[] {
  const findings = errors.map((error) => schemaFinding(document, error));
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.at?.line}:${finding.at?.column}:${finding.code}:${finding.message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** One thing that Ajv says, with what it is said of. */
interface Mistake {
  document: YamlDocument;
  error: SchemaError;
  /** JSON pointer of the value. */
  pointer: string;
  /** The same, for people. */
  name: string;
  schema: SchemaText;
}

type Told = Pick<Finding, "code" | "message"> & { at: Finding["at"]; fix?: string | undefined };

function schemaFinding(document: YamlDocument, error: SchemaError): Finding {
  const pointer = error.instancePath;
  const schema = (error.parentSchema ?? {}) as SchemaText;
  const tell = TELLERS[error.keyword] ?? otherMistake;
  const { at, fix, ...told } = tell({ document, error, pointer, name: path(pointer), schema });
  return { level: "error", ...told, ...(at === undefined ? {} : { at }), ...(fix === undefined ? {} : { fix }) };
}

/** By JSON Schema's keyword. */
const TELLERS: Readonly<Record<string, (mistake: Mistake) => Told>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  type: wrongType,
  enum: notAmong,
  const: notThat,
  not: notThat,
  pattern: badText,
  format: badText,
  minLength: badText,
  maxLength: badText,
  propertyNames: badKey,
  minItems: badCount,
  minProperties: badCount,
  maxItems: badCount,
  maxProperties: badCount,
  minimum: outOfRange,
  maximum: outOfRange,
  uniqueItems: namedTwice,
};

function unknownKey({ document, error, pointer, name, schema }: Mistake): Told {
  const key = String(error.params.additionalProperty);
  const child = `${pointer}/${escapeStep(key)}`;
  const at = document.keyPlace(child);
  const mistake = KNOWN_MISTAKES.find((known) => known.at.test(child));
  if (mistake !== undefined) return { code: mistake.code, message: mistake.message, at, fix: mistake.fix };
  const allowed = Object.keys(schema.properties ?? {}).filter((k) => k !== "$schema");
  const guess = nearest(key, allowed);
  const where = pointer === "" ? "this document" : name;
  return {
    code: "config/unknown-key",
    message: `unknown key ${quote(key)} in ${where}; allowed: ${allowed.join(", ")}`,
    at,
    fix: guess === undefined ? undefined : `did you mean ${guess}?`,
  };
}

function missingKey({ document, error, pointer, name, schema }: Mistake): Told {
  const key = String(error.params.missingProperty);
  const property = schema.properties?.[key] as SchemaText | undefined;
  const at = pointer === "" ? document.place("") : document.keyPlace(pointer);
  if (pointer === "/spec" && key === "controlPlane") {
    return { code: "config/no-pools", message: "this cluster has no controlPlane", at, fix: POOLS_SNIPPET };
  }
  const example = property?.examples?.[0];
  return {
    code: "config/missing-key",
    message: `${name || "this document"} has no ${key}. ${property?.description ?? ""}`.trim(),
    at,
    fix: example === undefined ? `add ${key}` : `add ${key}, for example  ${key}: ${JSON.stringify(example)}`,
  };
}

function wrongType({ document, error, pointer, name }: Mistake): Told {
  const wanted = [error.params.type].flat().join(" or ");
  const written = document.written(pointer);
  const at = document.place(pointer);
  if (typeof error.data === "number" && wanted === "string" && written !== undefined) {
    return {
      code: "config/unquoted-number",
      message: `${name} is the number ${error.data}: YAML reads ${written} without quotes as a number, and text is needed here`,
      at,
      fix: `write "${written}"`,
    };
  }
  const message = `${name} is ${describe(error.data, written)}; it must be ${article(wanted)}`;
  return { code: "config/wrong-type", message, at };
}

function notAmong({ document, error, pointer, name, schema }: Mistake): Told {
  const allowed = (error.params.allowedValues as unknown[]).map(String);
  const guess = typeof error.data === "string" ? nearest(error.data, allowed) : undefined;
  const more = schema.description === undefined ? "" : `. ${schema.description}`;
  return {
    code: "config/not-allowed",
    message: `${name} is ${describe(error.data, document.written(pointer))}; allowed: ${alternatives(allowed)}${more}`,
    at: document.place(pointer),
    fix: guess === undefined ? undefined : `did you mean ${guess}?`,
  };
}

function notThat({ document, error, pointer, name, schema }: Mistake): Told {
  const why =
    error.keyword === "const"
      ? `it must be ${String(error.params.allowedValue)}`
      : (schema.description ?? "that is not allowed");
  return {
    code: "config/not-allowed",
    message: `${name} is ${describe(error.data, document.written(pointer))}; ${why}`,
    at: document.place(pointer),
  };
}

function badText({ document, error, pointer, name, schema }: Mistake): Told {
  const found = `${name} is ${describe(error.data, undefined)}`;
  const at = document.place(pointer);
  if (error.params.format !== "cidr")
    return { code: "config/bad-value", message: `${found}. ${schema.description ?? ""}`.trim(), at };
  const message = `${found}; it must be an IPv4 block such as 10.0.0.0/16, with no bits set behind the prefix (IPv6 is not supported yet)`;
  return { code: "config/not-a-cidr", message, at };
}

function badKey({ document, error, pointer, name }: Mistake): Told {
  const key = String(error.params.propertyName);
  const at = document.keyPlace(`${pointer}/${escapeStep(key)}`);
  return { code: "config/bad-key", message: `${quote(key)} can't be a key of ${name}`, at };
}

function badCount({ document, error, pointer, name }: Mistake): Told {
  const { limit } = error.params;
  const [bound, verb] = error.keyword.startsWith("min") ? ["at least", "needed"] : ["at most", "allowed"];
  return {
    code: "config/bad-value",
    message: `${name} has ${entries(error.data)}; ${bound} ${limit} ${limit === 1 ? "is" : "are"} ${verb}`,
    at: document.place(pointer),
  };
}

function outOfRange({ document, error, pointer, name, schema }: Mistake): Told {
  const found = document.written(pointer) ?? String(error.data);
  const bound = error.keyword === "minimum" ? "at least" : "at most";
  return {
    code: "config/bad-value",
    message: `${name} is ${found}; it can be ${bound} ${error.params.limit}. ${schema.description ?? ""}`.trim(),
    at: document.place(pointer),
  };
}

function namedTwice({ document, error, pointer, name }: Mistake): Told {
  const [i, j] = [error.params.i as number, error.params.j as number];
  return {
    code: "config/bad-value",
    message: `${name} names ${JSON.stringify((error.data as unknown[])[j])} twice`,
    at: document.place(`${pointer}/${Math.max(i, j)}`),
  };
}

function otherMistake({ document, error, pointer, name }: Mistake): Told {
  const found = typeof error.data === "object" ? "" : `; found ${describe(error.data, document.written(pointer))}`;
  return {
    code: "config/bad-value",
    message: `${name || "this document"} ${error.message ?? "is not valid"}${found}`,
    at: document.place(pointer),
  };
}

/** `spec.workerPools[0].size` for `/spec/workerPools/0/size`. */
function path(pointer: string): string {
  return pointerSteps(pointer).reduce(
    (text, step) => (/^\d+$/.test(step) ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

function entries(data: unknown): string {
  const count = Array.isArray(data) ? data.length : Object.keys(data as object).length;
  return count === 0 ? "no entries" : `${count} ${count === 1 ? "entry" : "entries"}`;
}

function escapeStep(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

function describe(value: unknown, written: string | undefined): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return quote(value);
  return clip(written ?? String(value));
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: "a mapping",
    array: "a list",
    string: "text",
    integer: "a whole number",
    boolean: "true or false",
  };
  return type
    .split(" or ")
    .map((one) => names[one] ?? one)
    .join(" or ");
}

function quote(text: string): string {
  return JSON.stringify(clip(text));
}

/** What a user wrote may be megabytes; a message shows its beginning. */
function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
