import type { Configuration } from "../config/configuration.ts";
import { hasErrors, sortFindings } from "../core/findings.ts";
import type { CommandResult } from "./results.ts";

/** Says whether the files make sense; asks nobody. */
export function validate(configuration: Configuration): CommandResult {
  const findings = sortFindings(configuration.findings);
  return { command: "validate", result: hasErrors(findings) ? "invalid" : "valid", findings, clusters: [] };
}
