import { hasErrors, sortFindings } from "../core/findings.ts";
import type { CommandContext } from "./context.ts";
import type { CommandResult, Matrix } from "./results.ts";

/**
 * GitHub makes at most 256 jobs of a matrix.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
 */
const MOST_JOBS = 256;

/** Says which clusters a change of the files touches, as a job matrix; asks nobody. */
export function discover({
  configuration,
  removed = [],
}: Pick<CommandContext, "configuration" | "removed">): CommandResult {
  const findings = sortFindings(configuration.findings);
  if (hasErrors(findings))
    return { command: "discover", result: "invalid", findings, clusters: [], matrix: matrixOf([]) };
  const names = [...configuration.clusters, ...removed].map(({ name }) => name);
  return { command: "discover", result: "valid", findings, clusters: [], matrix: matrixOf(names) };
}

/** A job a cluster; where they are more than GitHub allows, as many a job as it takes. */
export function matrixOf(names: readonly string[]): Matrix {
  const sorted = [...names].sort();
  const size = Math.ceil(sorted.length / MOST_JOBS);
  const jobs = Array.from({ length: size === 0 ? 0 : Math.ceil(sorted.length / size) }, (_, index) =>
    sorted.slice(index * size, (index + 1) * size),
  );
  return { include: jobs.map((job) => ({ cluster: job.join(",") })) };
}
