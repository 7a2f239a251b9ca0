import { stoppedFinding } from "../apply/apply.ts";
import { makeAws } from "../aws/clients.ts";
import { roleCredentials, sessionName } from "../aws/credentials.ts";
import { readConfiguration } from "../config/configuration.ts";
import { makeValidators } from "../config/schemas.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Emit } from "../core/events.ts";
import type { Random } from "../core/random.ts";
import { packFindings } from "../packs/pack-findings.ts";
import { apply } from "./apply.ts";
import type { Commits } from "./commits.ts";
import type { CommandContext } from "./context.ts";
import { destroy } from "./destroy.ts";
import { doctor } from "./doctor.ts";
import type { GithubFacts } from "./doctor-github.ts";
import { kubeconfig, type Save } from "./kubeconfig.ts";
import { plan } from "./plan.ts";
import { readFiles } from "./read-files.ts";
import { type Helm, manifestFindings, onceACluster, readPackFiles, renderOwnPacks } from "./read-packs.ts";
import { reconcile } from "./reconcile.ts";
import type { CommandResult } from "./results.ts";
import { status } from "./status.ts";
import { unlock } from "./unlock.ts";
import { validate } from "./validate.ts";
import { values } from "./values.ts";

export const COMMANDS = [
  "validate",
  "plan",
  "apply",
  "reconcile",
  "destroy",
  "status",
  "unlock",
  "kubeconfig",
  "doctor",
  "values",
] as const;

export function isCommand(word: string): word is Request["command"] {
  return (COMMANDS as readonly string[]).includes(word);
}

/** What a door was asked to do. */
export type Request =
  | { command: "validate" }
  | { command: "doctor"; github: GithubFacts | undefined }
  | { command: "plan"; cluster: string | undefined }
  | { command: "apply"; cluster: string | undefined; confirm: readonly string[] }
  | { command: "reconcile"; cluster: string | undefined }
  | { command: "destroy" | "unlock"; cluster: string; confirm: readonly string[] }
  | { command: "kubeconfig"; cluster: string; save: Save }
  | { command: "values"; cluster: string }
  | { command: "status"; cluster: string | undefined; all: boolean };

/** The world around a run, as its door found it. */
export interface Surroundings {
  /** The folder that paths are relative to: the repository's top. */
  root: string;
  /** Where the cluster files are, below it. */
  path: string;
  owner: string;
  /** Names the run in AWS's own logs. */
  run: string;
  /** The run's address, or who runs it where. */
  by: string;
  commits: Commits;
  leaseTtlMs: number;
  ambientRegion: string | undefined;
  nodeTimeoutMs: number;
  helm: Helm;
  clock: Clock;
  random: Random;
  emit: Emit;
  signal: AbortSignal;
}

/** Reads the files and does what was asked: the one way in for both doors. */
export async function runCommand(request: Request, surroundings: Surroundings): Promise<CommandResult> {
  const { root, path, clock, random, run, helm, ...rest } = surroundings;
  const source = await readFiles(root, path);
  const read = readConfiguration(source.files, makeValidators());
  const files = await readPackFiles(root, read);
  const packs = [...packFindings(read.clusters, new Map()), ...manifestFindings(read.clusters, files)];
  const configuration = { ...read, findings: [...source.findings, ...read.findings, ...packs] };
  const context: CommandContext = {
    ...rest,
    configuration,
    ownPacks: onceACluster((cluster) => renderOwnPacks(cluster, files, helm, rest.signal)),
    connect: ({ region, roleArn, permit, signal }) =>
      makeAws({
        region,
        clock,
        random,
        ...(permit === undefined ? {} : { permit }),
        ...(signal === undefined ? {} : { signal }),
        ...(roleArn === undefined ? {} : { credentials: roleCredentials(roleArn, region, sessionName(run)) }),
      }),
  };
  const { signal, emit } = context;
  const tell = (): void => emit({ code: "run/stopping", reason: messageOf(signal.reason) });
  signal.addEventListener("abort", tell, { once: true });
  try {
    return await perform(request, context);
  } catch (error) {
    // Told to stop while it still looked for what to work on.
    if (!signal.aborted || error !== signal.reason) throw error;
    return { command: request.command, result: "stopped", findings: [stoppedFinding(error)], clusters: [] };
  } finally {
    signal.removeEventListener("abort", tell);
  }
}

async function perform(request: Request, context: CommandContext): Promise<CommandResult> {
  switch (request.command) {
    case "validate":
      return validate(context.configuration);
    case "doctor":
      return doctor(context, request.github);
    case "plan":
      return plan(context, request.cluster);
    case "apply":
      return apply({ ...context, confirm: request.confirm }, request.cluster);
    case "reconcile":
      return reconcile(context, request.cluster);
    case "destroy":
      return destroy(context, request.cluster, request.confirm);
    case "unlock":
      return unlock(context, request.cluster, request.confirm);
    case "kubeconfig":
      return kubeconfig(context, request.cluster, request.save);
    case "values":
      return values(context.configuration, request.cluster);
    case "status":
      return status(context, request.cluster, request.all);
  }
}
