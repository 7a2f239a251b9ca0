/**
 * What goes wrong, and at which call. The deed is the change that the call would make.
 * - `refuse`: an internal error before the deed (500). Callers try it again.
 * - `deny`: refused by a policy before the deed (403). Nobody tries that again.
 * - `lose-answer`: the deed is done, the connection breaks before the answer.
 * - `error-after`: the deed is done, the answer is an internal error (500).
 * - `hang`: the deed is done, and no answer comes for as long as the caller has patience.
 * - `throttle`: refused for too many calls.
 * - `expired`: refused, since the credentials are too old.
 * - `crash-before`, `crash-after`: the calling process dies, before or after the deed.
 */
export type FaultKind =
  | "refuse"
  | "deny"
  | "lose-answer"
  | "error-after"
  | "hang"
  | "throttle"
  | "expired"
  | "crash-before"
  | "crash-after";

export interface Fault {
  kind: FaultKind;
  /**
   * The calls that it meets: one by its number among all of the process, from 0 and with each attempt counted, and those
   * that follow; or those of an action (`ec2:CreateVpc`), from the first.
   */
  at: number | string;
  /** How many of them it meets; 1 by default. */
  times?: number;
}

/** The faults of one process, and which of them a call meets. */
export class FaultPlan {
  readonly #faults: readonly Fault[];
  readonly #seen = new Map<string, number>();
  #calls = 0;

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  /** Counts a call, and tells what happens to it. */
  next(action: string): FaultKind | undefined {
    if (this.#faults.length === 0) return undefined;
    const number = this.#calls++;
    const ofAction = this.#seen.get(action) ?? 0;
    this.#seen.set(action, ofAction + 1);
    return this.#faults.find(({ at, times = 1 }) => {
      if (typeof at === "string") return at === action && ofAction < times;
      return number >= at && number < at + times;
    })?.kind;
  }
}
