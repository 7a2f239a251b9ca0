import type { Aws } from "../aws/clients.ts";
import type { Cluster } from "../config/cluster.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Emit } from "../core/events.ts";
import type { Approvals } from "./approval.ts";
import type { Commits } from "./commits.ts";
import type { PackReading } from "./read-packs.ts";

/** Whose credentials a connection is made with: an account's role, or what the runner has. */
export interface Connection {
  region: string;
  roleArn: string | undefined;
  /** Asked before each attempt of a call that changes something. */
  permit?: (action: string) => void;
  /** Aborted: no call waits any longer, and what AWS has not answered is soon given up. */
  signal?: AbortSignal;
}

/** What a command works with. Doors fill it in from the environment; nothing below reads the environment. */
export interface CommandContext {
  configuration: Configuration;
  connect(connection: Connection): Aws;
  /** The repository's id, or what stands for it on the command line: only what has the same owner is touched. */
  owner: string;
  /** What people have confirmed by name: a cluster, or a pool as `<cluster>/<pool>`. */
  confirm?: readonly string[];
  /** The run's address, or who runs it where: what others are told who works. */
  by: string;
  commits: Commits;
  /** How long a lease of this run counts without being renewed. */
  leaseTtlMs: number;
  emit: Emit;
  /** Aborted when the run should stop. */
  signal: AbortSignal;
  /** How long nodes may take to become ready. */
  nodeTimeoutMs: number;
  /** What may be done is bound to what was approved; absent: whoever runs it decides. */
  approvals?: Approvals;
  /** Clusters, as they were, whose document is gone. */
  removed?: readonly Cluster[];
  /** The only accounts that may be worked in; absent: any. */
  allowedAccountIds?: readonly string[];
  /** The packs of the user's own that a cluster has; charts are rendered once a run. */
  ownPacks(cluster: Cluster): Promise<PackReading>;
  /** The region to look in for a cluster that no document and no account tells of. */
  ambientRegion: string | undefined;
}
