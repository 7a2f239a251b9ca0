/** By what a run logs in to AWS. */
export interface Login {
  /** Goes before the roles that accounts name. */
  role: string | undefined;
  /** Gives a new token that says which run this is, for AWS; undefined: nobody vouches for the run. */
  identityToken: (() => Promise<string>) | undefined;
  /** Whether the environment holds credentials already. */
  hasOwn: boolean;
  /** Names the run in CloudTrail. */
  session: string;
  /** Told of each secret before it is used, so that no log shows it. */
  mask: (secret: string) => void;
}

/** The roles of accounts, taken on with what the machine has. */
export function ownLogin(run: string): Login {
  return { role: undefined, identityToken: undefined, hasOwn: true, session: sessionName(run), mask: () => {} };
}

/** What CloudTrail shows as the caller: letters, digits and `=,.@-`, at most 64 (STS AssumeRole). */
export function sessionName(run: string): string {
  return `slipway-${run}`.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
