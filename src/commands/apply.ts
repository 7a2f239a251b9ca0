import { type Finding, hasErrors } from "../core/findings.ts";
import type { Change, Plan } from "../plan/change.ts";
import { checkOrder } from "./commits.ts";
import type { CommandContext } from "./context.ts";
import { converge, type Purpose } from "./converge.ts";
import { eachCluster } from "./each.ts";
import type { CommandResult } from "./results.ts";

/** Makes AWS as the files say. It plans anew: what was planned earlier may not be what is needed now. */
export function apply(context: CommandContext, clusterName: string | undefined): Promise<CommandResult> {
  return eachCluster(context, "apply", clusterName, (cluster) => converge(context, cluster, applying(context)));
}

function applying({ commits, confirm = [] }: CommandContext): Purpose {
  return {
    command: "apply",
    order: async (cluster, applied) => {
      const findings = await checkOrder(commits, applied, cluster.files);
      return hasErrors(findings) ? { refused: findings } : { findings };
    },
    choose: (plan) => ({ plan, findings: unconfirmed(plan, confirm), isDrifted: false }),
    recordsApplied: true,
  };
}

/** What would delete things for good, and nobody has confirmed by its name. */
function unconfirmed({ changes }: Plan, confirm: readonly string[]): Finding[] {
  const missing = changes.filter((change): change is Change & { confirm: string } =>
    change.confirm === undefined ? false : !confirm.includes(change.confirm),
  );
  return missing.map(({ title, confirm: name }) => ({
    level: "error",
    code: "apply/unconfirmed",
    message: `${title}: what goes does not come back, and that is not confirmed; nothing was changed`,
    fix: `confirm it by name:  --confirm ${name}  , in a workflow the input confirm: ${name}, or on the pull request the label confirm-deletion; or take the change back`,
  }));
}
