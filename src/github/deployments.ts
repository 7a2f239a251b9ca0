import type { Result } from "../commands/results.ts";
import { plain, short } from "../report/plain.ts";
import { createOnce, type Github, path } from "./client.ts";

/** GitHub's words for how a deployment is. */
export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";

/** What a deployment is of. */
export interface DeployedCluster {
  name: string;
  region: string;
  accountId: string;
}

/** A deployment's environment: a cluster by its name and region, apart from those that workflows name for their secrets. */
export const environmentOf = ({ name, region }: DeployedCluster): string => `${name} (${region})`;

/** Whether an environment's name is one of those: GitHub makes an environment for each, which asks nobody for anything. */
export const isDeployedCluster = (environment: string): boolean => /^[a-z0-9-]+ \([a-z0-9-]+\)$/.test(environment);

const TASK = "slipway";

/** Tells GitHub that a commit is being applied to a cluster. Gives the deployment's id. */
export async function openDeployment(
  client: Github,
  { cluster, sha, runId }: { cluster: DeployedCluster; sha: string; runId: string },
): Promise<number> {
  const environment = environmentOf(cluster);
  const find = async (): Promise<{ id: number } | undefined> => {
    const query = { sha, environment, task: TASK };
    const found = await client.all<{ id: number; payload: unknown }>("deployments", query);
    return found.find(({ payload }) => isOfRun(payload, runId));
  };
  const { id } = await createOnce(find, () =>
    client.post<{ id: number }>("deployments", {
      ref: sha,
      task: TASK,
      environment,
      description: short(`slipway applies ${plain(cluster.name)}`, 140),
      payload: { ...cluster, run: runId },
      // Without this GitHub would merge the default branch into it.
      auto_merge: false,
      // And would wait for every check of the commit, ours among them.
      required_contexts: [],
      transient_environment: false,
    }),
  );
  return id;
}

function isOfRun(payload: unknown, runId: string): boolean {
  return payload !== null && typeof payload === "object" && "run" in payload && payload.run === runId;
}

/** Says how it goes; `said` is a few words, of which GitHub takes 140 characters. */
export async function sayDeployment(
  client: Github,
  id: number,
  { state, said, logUrl }: { state: DeploymentState; said: string; logUrl: string },
): Promise<void> {
  await client.post(path`deployments/${id}/statuses`, {
    state,
    description: short(plain(said), 140),
    log_url: logUrl,
    // The one before it in this environment is over when this one has come through.
    auto_inactive: state === "success",
  });
}

/** How a cluster's result shows in the list of deployments. */
export function deploymentState(result: Result | "killed"): DeploymentState {
  switch (result) {
    case "applied":
    case "resumed":
    case "no-changes":
    case "waiting":
      return "success";
    case "destroyed":
      return "inactive";
    case "stopped":
    case "killed":
      return "error";
    default:
      return "failure";
  }
}
