import { hash } from "node:crypto";

/** JSON with sorted keys and without undefined members: equal meaning gives equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** A copy with its keys in order, made beforehand: a replacer of JSON.stringify's, or text put together by hand, take thrice as long. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return sorted(value.toJSON());
  if (Array.isArray(value)) return value.map(sorted);
  const members = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(members).sort()) {
    const member = sorted(members[key]);
    // Assigned, it would be no member.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: member, enumerable: true });
    else copy[key] = member;
  }
  return copy;
}

/** The first `digits` hexadecimal digits of the SHA-256 of text, or of a value's canonical JSON. */
export function hashOf(value: unknown, digits = 64): string {
  const text = typeof value === "string" ? value : canonicalJson(value);
  return hash("sha256", text).slice(0, digits);
}
