import type { BarId, Measured } from "./bars.ts";

/** Rows that are measured together. */
export interface Group {
  ids: readonly BarId[];
  measure(): Promise<Outcome>;
}

export interface Outcome {
  measured: Measured;
  /** Figures behind the rows, a line each. */
  details?: readonly string[];
}
