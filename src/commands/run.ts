import type { Login } from "../aws/login.ts";
import { readConfiguration } from "../config/configuration.ts";
import type { SourceFile } from "../config/yaml.ts";
import type { Clock } from "../core/clock.ts";
import type { Emit } from "../core/events.ts";
import type { Random } from "../core/random.ts";
import { packFindings } from "../packs/pack-findings.ts";
import type { Approvals } from "./approval.ts";
import type { Commits } from "./commits.ts";
import { discover } from "./discover.ts";
import type { AskGithub } from "./doctor-github.ts";
import type { Save } from "./kubeconfig.ts";
import { readFiles } from "./read-files.ts";
import { type Helm, manifestFindings, readPackFiles } from "./read-packs.ts";
import type { CommandResult } from "./results.ts";
import { type Scope, type Scoped, scopedTo } from "./scope.ts";
import { validate } from "./validate.ts";
import { values } from "./values.ts";

/** What a door was asked to do. */
export type Request =
  | { command: "validate" | "discover" }
  | { command: "doctor" }
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
  const scoped = await readScoped(surroundings);
  const result = await perform(request, surroundings, scoped);
  return scoped.untouched === undefined ? result : { ...result, untouched: scoped.untouched };
}

type ScopedFiles = Awaited<ReturnType<typeof readScoped>>;

/** What asks nobody needs nothing of AWS: the SDK, more than half of the code, is loaded by the other commands alone. */
async function perform(request: Request, surroundings: Surroundings, scoped: ScopedFiles): Promise<CommandResult> {
  switch (request.command) {
    case "validate":
      return validate(scoped.configuration);
    case "discover":
      return discover(scoped);
    case "values":
      return values(scoped.configuration, request.cluster);
    default: {
      const { runOnAws } = await import("./run-on-aws.ts");
      return runOnAws(request, surroundings, scoped);
    }
  }
}

/** The files, narrowed to what the run is about. */
export async function readScoped({
  root,
  path,
  scope = EVERYTHING,
  baseFiles,
}: Surroundings): Promise<Scoped & { files: Awaited<ReturnType<typeof readPackFiles>> }> {
  const source = await readFiles(root, path);
  const read = readConfiguration(source.files);
  const files = await readPackFiles(root, read);
  const packs = [...packFindings(read.clusters, new Map()), ...manifestFindings(read.clusters, files)];
  const head = { ...read, findings: [...source.findings, ...read.findings, ...packs] };
  const before = await baseFiles?.(source.files);
  return { ...scopedTo(scope, before && readConfiguration(before), head), files };
}

const EVERYTHING: Scope = { clusters: "all", only: [], isProposal: false };
