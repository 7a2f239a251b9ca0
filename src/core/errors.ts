import type { Finding } from "./findings.ts";

/**
 * The files, the account or the way Slipway was called are at fault, not Slipway: exit 1, no stack trace.
 * Carries findings, so that each is shown at its place. Everything else that is thrown is a bug or an outage.
 */
export class UserError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[] | Finding, options?: ErrorOptions) {
    const all = Array.isArray(findings) ? (findings as readonly Finding[]) : [findings as Finding];
    super(all.map((finding) => finding.message).join("; "), options);
    this.name = "UserError";
    this.findings = all;
  }
}

/** The command line or an input is wrong: exit 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
