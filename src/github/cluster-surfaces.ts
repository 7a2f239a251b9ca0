import type { ReportedCluster, ReportedResult } from "../commands/results.ts";
import type { Event } from "../core/events.ts";
import { blocksOf } from "../report/blocks.ts";
import { renderMarkdown } from "../report/markdown.ts";
import type { Github } from "./client.ts";
import { deploymentState, openDeployment, sayDeployment } from "./deployments.ts";
import { type Drift, tellDrift } from "./drift-issue.ts";
import type { Telling } from "./telling.ts";

/** What a run tells of each cluster by itself: its deployment, and the issue that is open while it is not in order. */
export class ClusterSurfaces {
  readonly #telling: Telling;
  readonly #sha: string;
  readonly #run: { id: number; attempt: number; address: string };
  readonly #startedAtMs: number;
  readonly #regions = new Map<string, string>();
  readonly #deployments = new Map<string, number>();

  constructor(
    telling: Telling,
    about: { sha: string; run: { id: number; attempt: number; address: string }; startedAtMs: number },
  ) {
    this.#telling = telling;
    this.#sha = about.sha;
    this.#run = about.run;
    this.#startedAtMs = about.startedAtMs;
  }

  /** A deployment begins with the first step. */
  handle(github: Github, event: Event): void {
    if (event.code === "cluster/start") this.#regions.set(event.cluster, event.region);
    if (event.code !== "apply/start") return;
    const { cluster: name, steps } = event;
    const cluster = { name, region: this.#regions.get(name) ?? "", accountId: "" };
    this.#telling.later("the deployment", "deployments: write", async () => {
      const runId = `${this.#run.id}/${this.#run.attempt}`;
      const id = await openDeployment(github, { cluster, sha: this.#sha, runId });
      this.#deployments.set(name, id);
      await this.#say(github, id, "in_progress", `${steps} steps to do`);
    });
  }

  async finish(github: Github, result: ReportedResult): Promise<void> {
    await this.#telling.settled();
    for (const { name, result: ended } of result.clusters) {
      const id = this.#deployments.get(name);
      if (id === undefined) continue;
      await this.#telling.now("the deployment", "deployments: write", () =>
        this.#say(github, id, deploymentState(ended), ended),
      );
    }
  }

  /** `author` is who we are: an issue of somebody else is not ours, whatever it says. */
  async tellDrift(github: Github, author: () => Promise<string>, result: ReportedResult): Promise<void> {
    for (const cluster of result.clusters) {
      const state = driftOf(cluster);
      if (state === undefined) continue;
      const drift: Drift = {
        cluster,
        state,
        details: renderMarkdown(blocksOf({ ...result, findings: [], clusters: [cluster] })),
        runUrl: this.#run.address,
        runStartedAtMs: this.#startedAtMs,
      };
      await this.#telling.now("the issue on drift", "issues: write", async () =>
        tellDrift(github, await author(), drift),
      );
    }
  }

  #say(github: Github, id: number, state: Parameters<typeof sayDeployment>[2]["state"], said: string): Promise<void> {
    return sayDeployment(github, id, { state, said, logUrl: this.#run.address });
  }
}

/** Undefined: a run that was stopped says nothing of how the cluster is. */
function driftOf({ result }: ReportedCluster): Drift["state"] | undefined {
  switch (result) {
    case "no-changes":
    case "applied":
    case "resumed":
    case "destroyed":
    case "waiting":
      return "in order";
    case "drifted":
      return "drifted";
    case "failed":
    case "blocked":
      return "failed";
    default:
      return undefined;
  }
}
