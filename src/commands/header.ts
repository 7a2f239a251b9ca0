import type { Cluster } from "../config/cluster.ts";
import type { ClusterResult } from "./results.ts";

/** What every result says of its cluster. */
export type Header = Pick<ClusterResult, "name" | "description" | "region" | "accountId">;

export function headerOf(cluster: Cluster): Header {
  const { name, description, region } = cluster;
  return { name, description, region, accountId: cluster.account.accountId };
}
