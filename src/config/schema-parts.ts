/** What the validators made from the schemas need beside them. */
import { parseCidr } from "../core/cidr.ts";

/** Formats of our own, as Ajv takes them. */
export const FORMATS = {
  cidr: { type: "string", validate: (text: string): boolean => parseCidr(text) !== undefined },
} as const;

/** JSON Schema counts a text's characters, and not its UTF-16 units (JSON Schema Validation §6.3.1). */
export function lengthOf(text: string): number {
  return [...text].length;
}
