/**
 * What goes wrong, and at which call. The deed is the change that the call would make.
 * - `refuse`: an internal error before the deed (500).
 * - `lose-answer`: the deed is done, the connection breaks before the answer.
 * - `error-after`: the deed is done, the answer is an internal error (500).
 * - `throttle`: refused for too many calls.
 * - `crash-before`, `crash-after`: the calling process dies, before or after the deed.
 */
export type FaultKind = "refuse" | "lose-answer" | "error-after" | "throttle" | "crash-before" | "crash-after";

export interface Fault {
  /** The number of the call among all that reach AWS, from 0; each attempt of the SDK counts. */
  atCall: number;
  kind: FaultKind;
  /** How many calls in a row it meets. */
  times?: number;
}
