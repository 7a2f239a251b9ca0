/** Which clusters a run is about, and what of their documents it may go by. Pure. */
import { type ConfigurationChange, configurationChange } from "../config/changed.ts";
import type { Cluster } from "../config/cluster.ts";
import type { Configuration } from "../config/configuration.ts";
import { hasErrors } from "../core/findings.ts";
import { selectClusters } from "./select.ts";

export interface Scope {
  /** `changed`: those whose documents say something else than the base's. Without a base, all. */
  clusters: "all" | "changed";
  /** The only ones, by name; they may be unchanged. Empty: no such wish. */
  only: readonly string[];
  /** Whether the files are somebody's proposal, so that the base says which roles may be taken on. */
  isProposal: boolean;
}

/** What is left of the files for a run to work with. */
export interface Scoped {
  configuration: Configuration;
  /** Clusters, as the base has them, whose document is gone. */
  removed: readonly Cluster[];
  /** Clusters that are left alone, by name; undefined where all are worked on. */
  untouched: readonly string[] | undefined;
}

/** Narrows the files to what a run is about. A UsageError for a name that no document has or had. */
export function scopedTo(scope: Scope, base: Configuration | undefined, head: Configuration): Scoped {
  if (hasErrors(head.findings)) return { configuration: head, removed: [], untouched: undefined };
  const change = configurationChange(base, head);
  const trusted = scope.isProposal ? withoutNewRoles(head, change) : head;
  const { clusters, removed, untouched } = chosen(scope, trusted, base, change);
  return {
    configuration: { ...trusted, clusters, findings: [...head.findings, ...change.findings] },
    removed,
    untouched,
  };
}

function chosen(
  { clusters, only }: Scope,
  head: Configuration,
  base: Configuration | undefined,
  change: ConfigurationChange,
): { clusters: readonly Cluster[]; removed: readonly Cluster[]; untouched: readonly string[] | undefined } {
  if (only.length > 0) {
    const removed = change.removed.filter(({ name }) => only.includes(name));
    const left = only.filter((name) => !removed.some((cluster) => cluster.name === name));
    return { clusters: left.flatMap((name) => selectClusters(head, name)), removed, untouched: undefined };
  }
  const { removed } = change;
  if (clusters === "all" || base === undefined) return { clusters: head.clusters, removed, untouched: undefined };
  const untouched = new Set(change.untouched.map(({ name }) => name));
  return { clusters: head.clusters.filter(({ name }) => !untouched.has(name)), removed, untouched: [...untouched] };
}

/** An account that a proposal brings or changes is worked with as far as the run's own credentials are that account's. */
function withoutNewRoles(head: Configuration, { accounts }: ConfigurationChange): Configuration {
  const trusted = <A extends Cluster["account"]>(account: A): A => {
    if (!accounts.has(account.name)) return account;
    const { planRoleArn: _plan, applyRoleArn: _apply, ...rest } = account;
    return rest as A;
  };
  return {
    ...head,
    accounts: head.accounts.map(trusted),
    clusters: head.clusters.map((cluster) => ({ ...cluster, account: trusted(cluster.account) })),
  };
}
