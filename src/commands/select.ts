import type { Cluster } from "../config/cluster.ts";
import type { Configuration } from "../config/configuration.ts";
import { nearest } from "../config/nearest.ts";
import { UsageError } from "../core/errors.ts";

/** The clusters that a command is about: the one that was named, or all. */
export function selectClusters(configuration: Configuration, name: string | undefined): readonly Cluster[] {
  const { clusters } = configuration;
  if (name === undefined) return clusters;
  const found = clusters.filter((cluster) => cluster.name === name);
  if (found.length > 0) return found;
  const names = clusters.map((cluster) => cluster.name);
  const guess = nearest(name, names);
  const known = names.length === 0 ? "there are none" : `there is ${names.join(", ")}`;
  throw new UsageError(
    `no cluster is called ${JSON.stringify(name)}; ${known}${guess === undefined ? "" : `. Did you mean ${guess}?`}`,
  );
}
