import { stoppedFinding } from "../apply/apply.ts";
import { makeAws } from "../aws/clients.ts";
import { credentialsBy, type Login } from "../aws/credentials.ts";
import { readConfiguration } from "../config/configuration.ts";
import { makeValidators } from "../config/schemas.ts";
import type { SourceFile } from "../config/yaml.ts";
import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Emit } from "../core/events.ts";
import type { Random } from "../core/random.ts";
import { packFindings } from "../packs/pack-findings.ts";
import { apply } from "./apply.ts";
import type { Approvals } from "./approval.ts";
import type { Commits } from "./commits.ts";
import type { CommandContext } from "./context.ts";
import { destroy } from "./destroy.ts";
import { discover } from "./discover.ts";
import { doctor } from "./doctor.ts";
import type { AskGithub } from "./doctor-github.ts";
import { kubeconfig, type Save } from "./kubeconfig.ts";
import { plan } from "./plan.ts";
import { readFiles } from "./read-files.ts";
import { type Helm, manifestFindings, onceACluster, readPackFiles, renderOwnPacks } from "./read-packs.ts";
import { reconcile } from "./reconcile.ts";
import { applyRemoval, planRemoval, withRemoved } from "./removed.ts";
import type { CommandResult } from "./results.ts";
import { type Scope, type Scoped, scopedTo } from "./scope.ts";
import { status } from "./status.ts";
import { unlock } from "./unlock.ts";
import { validate } from "./validate.ts";
import { values } from "./values.ts";

/** What a door was asked to do. */
export type Request =
  | { command: "validate" | "discover" | "doctor" }
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
  login: Login;
  /** Absent: all clusters of the files, whose word is taken. */
  scope?: Scope;
  /** Reads the files that these are compared with; undefined where there is nothing to compare with. */
  baseFiles?: (files: readonly SourceFile[]) => Promise<readonly SourceFile[] | undefined>;
  approvals?: Approvals;
  allowedAccountIds?: readonly string[];
  /** The run's address, or who runs it where. */
  by: string;
  commits: Commits;
  leaseTtlMs: number;
  ambientRegion: string | undefined;
  nodeTimeoutMs: number;
  /** Whether plans are rehearsed. */
  rehearse: boolean;
  helm: Helm;
  /** What GitHub tells of the repository; only a doctor asks. */
  askGithub: AskGithub;
  clock: Clock;
  random: Random;
  emit: Emit;
  signal: AbortSignal;
}

/** Reads the files and does what was asked: the one way in for both doors. */
export async function runCommand(request: Request, surroundings: Surroundings): Promise<CommandResult> {
  const { root, path, clock, random, login, scope, baseFiles, helm, askGithub, ...rest } = surroundings;
  const { configuration, removed, untouched, files } = await readScoped(surroundings);
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
    const result = await perform(request, context, askGithub);
    return untouched === undefined ? result : { ...result, untouched };
  } catch (error) {
    // Told to stop while it still looked for what to work on.
    if (!signal.aborted || error !== signal.reason) throw error;
    return { command: request.command, result: "stopped", findings: [stoppedFinding(error)], clusters: [] };
  } finally {
    signal.removeEventListener("abort", tell);
  }
}

/** The files, narrowed to what the run is about. */
export async function readScoped({
  root,
  path,
  scope = EVERYTHING,
  baseFiles,
}: Surroundings): Promise<Scoped & { files: Awaited<ReturnType<typeof readPackFiles>> }> {
  const validators = makeValidators();
  const source = await readFiles(root, path);
  const read = readConfiguration(source.files, validators);
  const files = await readPackFiles(root, read);
  const packs = [...packFindings(read.clusters, new Map()), ...manifestFindings(read.clusters, files)];
  const head = { ...read, findings: [...source.findings, ...read.findings, ...packs] };
  const before = await baseFiles?.(source.files);
  return { ...scopedTo(scope, before && readConfiguration(before, validators), head), files };
}

const EVERYTHING: Scope = { clusters: "all", only: [], isProposal: false };

async function perform(request: Request, context: CommandContext, askGithub: AskGithub): Promise<CommandResult> {
  switch (request.command) {
    case "validate":
      return validate(context.configuration);
    case "discover":
      return discover(context);
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
    case "values":
      return values(context.configuration, request.cluster);
    case "status":
      return status(context, request.cluster, request.all);
  }
}
