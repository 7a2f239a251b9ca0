import { ACCOUNT_MESSAGES } from "./account.ts";
import { FILE_MESSAGES } from "./files.ts";
import { PACK_MESSAGES } from "./packs.ts";
import { PLAN_MESSAGES } from "./plan.ts";
import { RUN_MESSAGES } from "./runs.ts";

/**
 * Every code that a finding can have. `Finding.code` takes no other, so a code can't be told of without being explained;
 * docs/messages.md is made from this. Codes are stable: one that was released is never given another meaning.
 * Findings themselves say more, about the case at hand; runs load only the type.
 */
export const MESSAGES = {
  ...FILE_MESSAGES,
  ...PACK_MESSAGES,
  ...ACCOUNT_MESSAGES,
  ...PLAN_MESSAGES,
  ...RUN_MESSAGES,
} as const;

export type FindingCode = keyof typeof MESSAGES;
