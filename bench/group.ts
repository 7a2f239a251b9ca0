import type { BarId, Measured } from "./bars.ts";

/** Rows that are measured together. */
export interface Group {
  ids: readonly BarId[];
  /** Whether it measures the bundled doors. */
  needsDoors?: true;
  measure(): Promise<Outcome>;
}

export interface Outcome {
  measured: Measured;
  /** Figures behind the rows, a line each. */
  details?: readonly string[];
}
