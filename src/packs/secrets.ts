import { canonicalJson, hashOf } from "../core/hash.ts";

/** Names that people give to secrets in values of charts. */
const SECRET = /(passw(or)?d|passphrase|secret|token|api-?key|private-?key|access-?key|credential)/i;

/** Whether a value of that name is a secret, as far as a name tells. `secretName` and the like name where one lies. */
export function isSecretName(name: string): boolean {
  const last = name.split(".").at(-1) ?? "";
  return SECRET.test(last) && !/(name|ref|enabled|path)$/i.test(last);
}

/** A value as plans and lists show it: compact JSON, or of a secret its length and hash. */
export function shownValue(name: string, value: unknown): string {
  const text = canonicalJson(value);
  return isSecretName(name) && typeof value === "string" ? redacted(value) : text;
}

/** A secret as it may be shown: that it is one, and whether it is still the same. */
export function redacted(text: string): string {
  return `(secret, ${text.length} characters, ${hashOf(text, 8)})`;
}
