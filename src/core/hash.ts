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
  for (const key of inOrder(Object.keys(members))) {
    const member = sorted(members[key]);
    // Assigned, it would be no member.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: member, enumerable: true });
    else copy[key] = member;
  }
  return copy;
}

/** Sorts in place, as `sort` does by default: of so few it is the faster way by far, and the one that allocates nothing. */
function inOrder(keys: string[]): string[] {
  if (keys.length > 20) return keys.sort();
  for (let from = 1; from < keys.length; from++) {
    const key = keys[from] as string;
    let to = from;
    for (; to > 0 && (keys[to - 1] as string) > key; to--) keys[to] = keys[to - 1] as string;
    keys[to] = key;
  }
  return keys;
}

/** The first `digits` hexadecimal digits of the SHA-256 of text, or of a value's canonical JSON. */
export function hashOf(value: unknown, digits = 64): string {
  const text = typeof value === "string" ? value : canonicalJson(value);
  return hash("sha256", text).slice(0, digits);
}
