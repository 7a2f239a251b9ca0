import type { Aws } from "../aws/clients.ts";
import type { Cluster } from "../config/cluster.ts";
import { type Finding, hasErrors, sortFindings } from "../core/findings.ts";
import type { Plan } from "../plan/change.ts";
import type { Rehearsal } from "../rehearse/rehearsal.ts";
import type { Assessment } from "./assess.ts";
import type { CommandContext } from "./context.ts";

/**
 * A plan with how its rehearsal went, and with a finding where that says that it would fail. A plan that does nothing, or
 * that is not carried out anyhow, is not rehearsed.
 */
export async function rehearsed(
  context: CommandContext,
  cluster: Cluster,
  aws: Aws,
  assessment: Assessment,
): Promise<{ plan: Plan; rehearsal?: Rehearsal }> {
  const { plan } = assessment;
  if (context.rehearse !== true || plan.steps.length === 0 || hasErrors(plan.findings)) return { plan };
  const { signal, nodeTimeoutMs } = context;
  const rehearsal = await aws.clock.hold(rehearseOnTwin({ ...assessment, cluster, signal, nodeTimeoutMs }));
  const findings = sortFindings([...findingsOf(rehearsal), ...plan.findings]);
  return { plan: { ...plan, findings }, rehearsal };
}

/** The model of AWS is loaded when a rehearsal is due, and not when a run begins. */
async function rehearseOnTwin(request: Parameters<typeof import("../rehearse/rehearse.ts").rehearse>[0]) {
  const { rehearse } = await import("../rehearse/rehearse.ts");
  return rehearse(request);
}

function findingsOf(rehearsal: Rehearsal): Finding[] {
  switch (rehearsal.verdict) {
    case "unknown":
      return [{ level: "warning", code: "rehearsal/unknown", message: `not rehearsed: ${rehearsal.why}` }];
    case "does-not-converge": {
      const { title, reason } = rehearsal.why ?? { reason: "" };
      return [
        {
          level: "error",
          code: "rehearsal/does-not-converge",
          message: `carried out on a model of AWS, this plan does not come to its end: ${title === undefined ? "" : `${title}: `}${reason}`,
          fix: "mend what it says; or, where the model is wrong, go on without it:  --no-rehearse  , in a workflow the input  rehearse: false",
        },
      ];
    }
    default:
      return [];
  }
}
