/** What a recording tells, as those see it who make a twin of it. */
import type { Thing } from "../../../src/twin/records.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of thirty operations, as JSON
export type Answer = any;

/** The recorded answers to an operation: all, or those to one question. */
export type Told = (operation: string, input?: object) => Answer[];

/** Something that has been there for long. */
export function thing(id: string, tags: readonly { Key: string; Value: string }[] = [], createdAt?: string): Thing {
  const createdAtMs = createdAt === undefined ? 0 : Date.parse(createdAt);
  return { id, tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])), createdAtMs, visibleAtMs: 0 };
}
