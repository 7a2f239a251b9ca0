import { type Finding, hasErrors } from "../core/findings.ts";
import { hashOf } from "../core/hash.ts";
import type { Cluster } from "./cluster.ts";
import type { Configuration } from "./configuration.ts";
import { type Account, packPathsOf } from "./parts.ts";

/** What becomes of a repository's clusters from one state of its files to another. */
export interface ConfigurationChange {
  /** Clusters that are new, or are to be otherwise: by their own document, their profile's or their account's. */
  touched: readonly Cluster[];
  /** Clusters that are to be as they were. */
  untouched: readonly Cluster[];
  /** Clusters, as they were, whose document is gone. */
  removed: readonly Cluster[];
  /** Accounts that are new or were changed, by name. */
  accounts: ReadonlySet<string>;
  /** What can't become of a cluster. */
  findings: readonly Finding[];
}

/**
 * Compares what two states of the files say, not the files: a document is known by its name, so that one that moves to
 * another file, is written otherwise, or only gets a comment is the same. Without a base, all is new. Of a head with
 * errors nothing is said to be gone: a document that can't be read is there.
 */
export function configurationChange(base: Configuration | undefined, head: Configuration): ConfigurationChange {
  const before = new Map((base?.clusters ?? []).map((cluster) => [cluster.name, cluster]));
  const accountsBefore = new Map((base?.accounts ?? []).map((account) => [account.name, account]));
  const isSame = (cluster: Cluster): boolean => {
    const old = before.get(cluster.name);
    // What is in the files that its packs are made from, its documents do not say: such a cluster is always looked at.
    return old !== undefined && meaningOf(old) === meaningOf(cluster) && packPathsOf(cluster.profile).length === 0;
  };
  const isSameAccount = (account: Account): boolean => {
    const old = accountsBefore.get(account.name);
    return old !== undefined && hashOf(old) === hashOf(account);
  };
  const names = new Set(head.clusters.map(({ name }) => name));
  return {
    touched: head.clusters.filter((cluster) => !isSame(cluster)),
    untouched: head.clusters.filter(isSame),
    removed: hasErrors(head.findings) ? [] : [...before.values()].filter(({ name }) => !names.has(name)),
    accounts: new Set(head.accounts.filter((account) => !isSameAccount(account)).map(({ name }) => name)),
    findings: head.clusters.flatMap((cluster) => movedFindings(before.get(cluster.name), cluster)),
  };
}

/** AWS is asked where the file points: what stands elsewhere would be left behind there, unseen. */
function movedFindings(before: Cluster | undefined, after: Cluster): Finding[] {
  if (before === undefined) return [];
  const moved = (what: string, pointer: string, from: string, to: string): Finding[] =>
    from === to
      ? []
      : [
          {
            level: "error",
            code: "cluster/moved",
            message: `${after.name} is in the ${what} ${from} and can't be moved to ${to}`,
            at: after.place(pointer),
            fix: `make a cluster of another name there, and remove this document when its work has moved`,
          },
        ];
  return [
    ...moved("region", "/spec/region", before.region, after.region),
    ...moved("account", "/spec/account", before.account.accountId, after.account.accountId),
  ];
}

/** All that a cluster's documents say together; where they say it does not count. */
function meaningOf({ files: _files, place: _place, ...cluster }: Cluster): string {
  return hashOf(cluster); // of a pack, too, `place` is a function, which JSON leaves out
}
