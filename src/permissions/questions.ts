import type { Condition, Target } from "./rights.ts";

/** Whether somebody may do an action to something, under what a call of Slipway's brings with it. */
export interface Question {
  action: string;
  target: Target;
  condition: Condition;
  /** The ARN that is asked about. */
  resource: string;
  /** Condition keys with their values. */
  context: Readonly<Record<string, string | readonly string[]>>;
}

/** What is known of one question. */
export type Answer = "allowed" | "no-policy" | "explicit-deny" | "boundary" | "organization" | "unknown";

export interface Answered {
  question: Question;
  answer: Answer;
}
