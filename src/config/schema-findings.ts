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

function schemaFinding(document: YamlDocument, error: SchemaError): Finding {
  const pointer = error.instancePath;
  const schema = (error.parentSchema ?? {}) as SchemaText;
  const name = path(pointer);
  const error_ = (code: FindingCode, message: string, at: Finding["at"], fix?: string): Finding => ({
    level: "error",
    code,
    message,
    ...(at === undefined ? {} : { at }),
    ...(fix === undefined ? {} : { fix }),
  });

  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(error.params.additionalProperty);
      const child = `${pointer}/${escapeStep(key)}`;
      const at = document.keyPlace(child);
      const mistake = KNOWN_MISTAKES.find((known) => known.at.test(child));
      if (mistake !== undefined) return error_(mistake.code, mistake.message, at, mistake.fix);
      const allowed = Object.keys(schema.properties ?? {}).filter((k) => k !== "$schema");
      const guess = nearest(key, allowed);
      const where = pointer === "" ? "this document" : name;
      return error_(
        "config/unknown-key",
        `unknown key ${quote(key)} in ${where}; allowed: ${allowed.join(", ")}`,
        at,
        guess === undefined ? undefined : `did you mean ${guess}?`,
      );
    }
    case "required": {
      const key = String(error.params.missingProperty);
      const property = schema.properties?.[key] as SchemaText | undefined;
      const at = pointer === "" ? document.place("") : document.keyPlace(pointer);
      if (pointer === "/spec" && key === "controlPlane") {
        return error_("config/no-pools", "this cluster has no controlPlane", at, POOLS_SNIPPET);
      }
      const example = property?.examples?.[0];
      const fix = example === undefined ? `add ${key}` : `add ${key}, for example  ${key}: ${JSON.stringify(example)}`;
      return error_(
        "config/missing-key",
        `${name || "this document"} has no ${key}. ${property?.description ?? ""}`.trim(),
        at,
        fix,
      );
    }
    case "type": {
      const wanted = [error.params.type].flat().join(" or ");
      const written = document.written(pointer);
      const at = document.place(pointer);
      if (typeof error.data === "number" && wanted === "string" && written !== undefined) {
        return error_(
          "config/unquoted-number",
          `${name} is the number ${error.data}: YAML reads ${written} without quotes as a number, and text is needed here`,
          at,
          `write "${written}"`,
        );
      }
      return error_(
        "config/wrong-type",
        `${name} is ${describe(error.data, written)}; it must be ${article(wanted)}`,
        at,
      );
    }
    case "enum": {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      const guess = typeof error.data === "string" ? nearest(error.data, allowed) : undefined;
      return error_(
        "config/not-allowed",
        `${name} is ${describe(error.data, document.written(pointer))}; allowed: ${alternatives(allowed)}${schema.description === undefined ? "" : `. ${schema.description}`}`,
        document.place(pointer),
        guess === undefined ? undefined : `did you mean ${guess}?`,
      );
    }
    case "const":
    case "not":
      return error_(
        "config/not-allowed",
        `${name} is ${describe(error.data, document.written(pointer))}; ${error.keyword === "const" ? `it must be ${String(error.params.allowedValue)}` : (schema.description ?? "that is not allowed")}`,
        document.place(pointer),
      );
    case "pattern":
    case "format":
    case "minLength":
    case "maxLength":
      return error_(
        error.params.format === "cidr" ? "config/not-a-cidr" : "config/bad-value",
        error.params.format === "cidr"
          ? `${name} is ${describe(error.data, undefined)}; it must be an IPv4 block such as 10.0.0.0/16, with no bits set behind the prefix (IPv6 is not supported yet)`
          : `${name} is ${describe(error.data, undefined)}. ${schema.description ?? ""}`.trim(),
        document.place(pointer),
      );
    case "propertyNames": {
      const key = String(error.params.propertyName);
      return error_(
        "config/bad-key",
        `${quote(key)} can't be a key of ${name}`,
        document.keyPlace(`${pointer}/${escapeStep(key)}`),
      );
    }
    case "minItems":
    case "minProperties":
    case "maxItems":
    case "maxProperties":
      return error_(
        "config/bad-value",
        `${name} has ${entries(error.data)}; ${error.keyword.startsWith("min") ? "at least" : "at most"} ${error.params.limit} ${error.params.limit === 1 ? "is" : "are"} ${error.keyword.startsWith("min") ? "needed" : "allowed"}`,
        document.place(pointer),
      );
    case "minimum":
    case "maximum":
      return error_(
        "config/bad-value",
        `${name} is ${document.written(pointer) ?? String(error.data)}; it can be ${error.keyword === "minimum" ? "at least" : "at most"} ${error.params.limit}. ${schema.description ?? ""}`.trim(),
        document.place(pointer),
      );
    case "uniqueItems":
      return error_(
        "config/bad-value",
        `${name} names ${JSON.stringify((error.data as unknown[])[error.params.j as number])} twice`,
        document.place(`${pointer}/${Math.max(error.params.i as number, error.params.j as number)}`),
      );
    default:
      return error_(
        "config/bad-value",
        `${name || "this document"} ${error.message ?? "is not valid"}${typeof error.data === "object" ? "" : `; found ${describe(error.data, document.written(pointer))}`}`,
        document.place(pointer),
      );
  }
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
