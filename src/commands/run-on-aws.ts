import { stoppedFinding } from "../apply/apply.ts";
import { makeAws } from "../aws/clients.ts";
import { credentialsBy } from "../aws/credentials.ts";
import { messageOf } from "../core/errors.ts";
import { apply } from "./apply.ts";
import type { CommandContext } from "./context.ts";
import { destroy } from "./destroy.ts";
import { doctor } from "./doctor.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { plan } from "./plan.ts";
import { onceACluster, type PackFiles, renderOwnPacks } from "./read-packs.ts";
import { reconcile } from "./reconcile.ts";
import { applyRemoval, planRemoval, withRemoved } from "./removed.ts";
import type { CommandResult } from "./results.ts";
import type { Request, Surroundings } from "./run.ts";
import type { Scoped } from "./scope.ts";
import { status } from "./status.ts";
import { unlock } from "./unlock.ts";

/** Commands that ask AWS, or change it. */
export type AwsRequest = Exclude<Request, { command: "validate" | "discover" | "values" }>;

/** Does what was asked with the files that were read, logged in to AWS. */
export async function runOnAws(
  request: AwsRequest,
  surroundings: Surroundings,
  { configuration, removed, files }: Scoped & { files: PackFiles },
): Promise<CommandResult> {
  const { clock, random, login, helm, askGithub, ...rest } = surroundings;
  const credentials = credentialsBy(login, clock);
  const context: CommandContext = {
    ...rest,
    configuration,
    removed,
    ownPacks: onceACluster((cluster) => renderOwnPacks(cluster, files, helm, rest.signal)),
    connect: ({ region, roleArn, permit, signal }) => {
      const provider = credentials(roleArn, region);
      return makeAws({
        region,
        clock,
        random,
        ...(permit === undefined ? {} : { permit }),
        ...(signal === undefined ? {} : { signal }),
        ...(provider === undefined ? {} : { credentials: provider }),
      });
    },
  };
  const { signal, emit } = context;
  const tell = (): void => emit({ code: "run/stopping", reason: messageOf(signal.reason) });
  signal.addEventListener("abort", tell, { once: true });
  try {
    return await perform(request, context, askGithub);
  } catch (error) {
    // Told to stop while it still looked for what to work on.
    if (!signal.aborted || error !== signal.reason) throw error;
    return { command: request.command, result: "stopped", findings: [stoppedFinding(error)], clusters: [] };
  } finally {
    signal.removeEventListener("abort", tell);
  }
}

async function perform(
  request: AwsRequest,
  context: CommandContext,
  askGithub: Surroundings["askGithub"],
): Promise<CommandResult> {
  switch (request.command) {
    case "plan": {
      const planned = await plan(context, request.cluster);
      return withRemoved(context, planned, (cluster) => planRemoval(context, cluster));
    }
    case "apply": {
      const confirmed = { ...context, confirm: request.confirm };
      const applied = await apply(confirmed, request.cluster);
      return withRemoved(confirmed, applied, (cluster) => applyRemoval(confirmed, cluster));
    }
    case "doctor":
      return doctor(context, askGithub);
    case "reconcile":
      return reconcile(context, request.cluster);
    case "destroy":
      return destroy(context, request.cluster, request.confirm);
    case "unlock":
      return unlock(context, request.cluster, request.confirm);
    case "kubeconfig":
      return kubeconfig(context, request.cluster, request.save);
    case "status":
      return status(context, request.cluster, request.all);
  }
}
