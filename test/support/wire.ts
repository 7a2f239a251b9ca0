/**
 * The other end of the wire, for contract tests: reads requests as AWS does and writes answers as AWS does, by the schemas
 * that the SDK's commands carry. Between it and a caller lie the SDK's own serialiser and deserialiser.
 * Protocols: smithy.io/2.0/aws/protocols (ec2Query, awsQuery, awsJson1_1, restXml).
 */
import { Readable } from "node:stream";
import { type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticOperationSchema } from "@smithy/types";

export type Protocol = "ec2Query" | "awsQuery" | "awsJson" | "restXml";
type Tree = { [key: string]: unknown };

/** What a request asks for, as far as it went over the wire. */
export async function inputOf(
  request: HttpRequest,
  protocol: Protocol,
  [, , , , input]: StaticOperationSchema,
): Promise<unknown> {
  const schema = NormalizedSchema.of(input);
  const body = textOf(request.body);
  if (protocol === "awsJson") return fromJson(schema, body === "" ? {} : JSON.parse(body));
  if (protocol === "restXml") return undefined; // labels, headers and a body: the bindings are the SDK's own matter
  const fields = new Map([...new URLSearchParams(body)].filter(([key]) => key !== "Action" && key !== "Version"));
  return fromFields(schema, fields, protocol === "ec2Query");
}

/** Reads `Filter.1.Value.1=x` and its like. */
function fromFields(schema: NormalizedSchema, fields: ReadonlyMap<string, string>, isEc2: boolean): unknown {
  const read = (ns: NormalizedSchema, key: string): unknown => {
    if (ns.isStructSchema()) {
      const members = [...ns.structIterator()].map(([name, member]): [string, unknown] => {
        const { xmlName, ec2QueryName } = member.getMergedTraits() as { xmlName?: string; ec2QueryName?: string };
        const plain = xmlName ?? name;
        const wireName = isEc2 ? (ec2QueryName ?? plain[0]?.toUpperCase() + plain.slice(1)) : plain;
        return [name, read(member, key === "" ? wireName : `${key}.${wireName}`)];
      });
      const present = members.filter(([, value]) => value !== undefined);
      return present.length === 0 && key !== "" ? undefined : Object.fromEntries(present);
    }
    if (ns.isListSchema()) {
      if (fields.get(key) === "") return [];
      const { xmlName } = ns.getValueSchema().getMergedTraits() as { xmlName?: string };
      const isFlat = isEc2 || ns.getMergedTraits().xmlFlattened !== undefined;
      const list: unknown[] = [];
      for (let index = 1; ; index++) {
        const item = read(ns.getValueSchema(), isFlat ? `${key}.${index}` : `${key}.${xmlName ?? "member"}.${index}`);
        if (item === undefined) return list.length === 0 ? undefined : list;
        list.push(item);
      }
    }
    return scalar(ns, fields.get(key));
  };
  return read(schema, "");
}

function fromJson(ns: NormalizedSchema, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (ns.isListSchema()) return (value as unknown[]).map((item) => fromJson(ns.getValueSchema(), item));
  if (ns.isMapSchema()) return mapped(value as Tree, (item) => fromJson(ns.getValueSchema(), item));
  if (!ns.isStructSchema()) return ns.isTimestampSchema() ? new Date((value as number) * 1000) : value;
  const tree = value as Tree;
  return Object.fromEntries(
    [...ns.structIterator()].flatMap(([name, member]) =>
      tree[name] === undefined ? [] : [[name, fromJson(member, tree[name])]],
    ),
  );
}

function scalar(ns: NormalizedSchema, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (ns.isBooleanSchema()) return text === "true";
  if (ns.isNumericSchema()) return Number(text);
  if (ns.isTimestampSchema()) return new Date(text);
  return ns.isBlobSchema() ? Buffer.from(text, "base64") : text;
}

/** What AWS sends when an operation has succeeded with that output. */
export function responseOf(
  output: object,
  protocol: Protocol,
  [, , operation, , , shape]: StaticOperationSchema,
): HttpResponse {
  const schema = NormalizedSchema.of(shape);
  if (protocol === "awsJson") return answer(200, JSON.stringify(toJson(schema, output)));
  if (!schema.isStructSchema()) return answer(200, "");
  if (protocol === "restXml") return restResponse(schema, output as Tree);
  const inner = toXml(schema, output);
  const body = protocol === "ec2Query" ? inner : `<${operation}Result>${inner}</${operation}Result>`;
  return answer(200, `<${operation}Response>${body}<requestId>r</requestId></${operation}Response>`);
}

/** What AWS sends when an operation has failed. */
export function errorResponseOf(code: string, message: string, status: number, protocol: Protocol): HttpResponse {
  const text = `<Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
  if (protocol === "awsJson") return answer(status, JSON.stringify({ __type: code, message }));
  if (protocol === "ec2Query") {
    return answer(status, `<Response><Errors><Error>${text}</Error></Errors><RequestID>r</RequestID></Response>`);
  }
  if (protocol === "restXml") return answer(status, `<Error>${text}</Error>`);
  return answer(status, `<ErrorResponse><Error>${text}</Error></ErrorResponse>`);
}

/** Members that are headers, a payload, or the rest in XML. */
function restResponse(schema: NormalizedSchema, output: Tree): HttpResponse {
  const headers: Record<string, string> = {};
  let payload: unknown;
  const rest: Tree = {};
  for (const [name, member] of schema.structIterator()) {
    const value = output[name];
    if (value === undefined) continue;
    const { httpHeader, httpPayload } = member.getMergedTraits() as { httpHeader?: string; httpPayload?: number };
    if (httpHeader !== undefined) headers[httpHeader.toLowerCase()] = String(value);
    else if (httpPayload === 1) payload = value;
    else rest[name] = value;
  }
  const body = payload === undefined ? `<R>${toXml(schema, rest)}</R>` : (payload as Uint8Array);
  return answer(200, body, headers);
}

function toXml(ns: NormalizedSchema, value: unknown): string {
  if (ns.isStructSchema()) {
    return [...ns.structIterator()]
      .map(([name, member]) => {
        const given = (value as Tree)[name];
        if (given === undefined || given === null) return "";
        const wireName = (member.getMemberTraits() as { xmlName?: string }).xmlName ?? name;
        if (member.isListSchema() && member.getMergedTraits().xmlFlattened) {
          return (given as unknown[]).map((item) => element(wireName, toXml(member.getValueSchema(), item))).join("");
        }
        return element(wireName, toXml(member, given));
      })
      .join("");
  }
  if (ns.isListSchema()) {
    const item = ns.getValueSchema();
    const name = (item.getMergedTraits() as { xmlName?: string }).xmlName ?? "member";
    return (value as unknown[]).map((one) => element(name, toXml(item, one))).join("");
  }
  if (ns.isMapSchema()) {
    const entries = Object.entries(value as Tree);
    return entries
      .map(([key, one]) =>
        element("entry", element("key", escaped(key)) + element("value", toXml(ns.getValueSchema(), one))),
      )
      .join("");
  }
  if (ns.isTimestampSchema()) return (value as Date).toISOString();
  return escaped(String(value));
}

function toJson(ns: NormalizedSchema, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (ns.isListSchema()) return (value as unknown[]).map((item) => toJson(ns.getValueSchema(), item));
  if (ns.isMapSchema()) return mapped(value as Tree, (item) => toJson(ns.getValueSchema(), item));
  if (ns.isTimestampSchema()) return (value as Date).getTime() / 1000;
  if (!ns.isStructSchema()) return value;
  return Object.fromEntries(
    [...ns.structIterator()].map(([name, member]) => [name, toJson(member, (value as Tree)[name])]),
  );
}

function mapped(tree: Tree, one: (value: unknown) => unknown): Tree {
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, one(value)]));
}

function answer(statusCode: number, body: string | Uint8Array, headers: Record<string, string> = {}): HttpResponse {
  return new HttpResponse({ statusCode, headers, body: Readable.from([Buffer.from(body)]) });
}

function element(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body as Uint8Array | undefined);
}
