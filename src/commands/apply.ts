import { identityOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import { packPathsOf } from "../config/parts.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import type { AppliedRecord } from "../plan/applied.ts";
import type { Plan } from "../plan/change.ts";
import { AS_ASKED, approvalFindings } from "./approval.ts";
import { checkOrder } from "./commits.ts";
import type { CommandContext } from "./context.ts";
import { converge, type Purpose } from "./converge.ts";
import { eachCluster } from "./each.ts";
import type { CommandResult } from "./results.ts";

/** Makes AWS as the files say. It plans anew: what was planned earlier may not be what is needed now. */
export function apply(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  return eachCluster(context, "apply", clusterName, (cluster) =>
    converge(context, cluster, applying(context, cluster)),
  );
}

function applying(context: CommandContext, cluster: Cluster): Purpose {
  return {
    command: "apply",
    order: async (_cluster, applied) => {
      const findings = await checkOrder(context.commits, applied, cluster.files);
      return hasErrors(findings) ? { refused: findings } : { findings };
    },
    choose: async (plan, applied) => ({
      plan,
      findings: await notAllowed(context, cluster, plan, applied),
      isDrifted: false,
    }),
    recordsApplied: true,
  };
}

/** What of a plan nobody has approved, where the run is bound to that, or confirmed. */
async function notAllowed(
  { approvals, confirm = [] }: CommandContext,
  cluster: Cluster,
  plan: Plan,
  applied: AppliedRecord | undefined,
): Promise<Finding[]> {
  if (plan.changes.length === 0) return [];
  const files = [...cluster.files, ...packPathsOf(cluster.profile)];
  const approved = await approvals?.since(identityOf(cluster), files, applied?.commit);
  return approvalFindings(plan, approved ?? AS_ASKED, confirm);
}
