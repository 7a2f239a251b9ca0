import { hashOf } from "./hash.ts";

/** What makes a cluster one and the same: two clusters may share a name only in different accounts or regions. */
export interface ClusterIdentity {
  name: string;
  accountId: string;
  region: string;
}

/** `<name>-<6 hex>`: the id that the in-cluster cloud controller knows the cluster by; unique where its tags are read. */
export function cloudProviderId(cluster: ClusterIdentity): string {
  return `${cluster.name}-${hashOf([cluster.accountId, cluster.region, cluster.name], 6)}`;
}

/**
 * `slipway-<cluster>[-<middle>]-<suffix>`, where AWS finds things by a name that must be unique.
 * A name over AWS's limit is cut, and a hash over account, region and full name keeps it unique.
 */
function boundedName(cluster: ClusterIdentity, suffix: string, limit: number): string {
  const full = `slipway-${cluster.name}-${suffix}`;
  if (full.length <= limit) return full;
  const hash = hashOf([cluster.accountId, cluster.region, full], 8);
  return `${full.slice(0, limit - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

/** The one bucket of an account and region that all its clusters' records are in. */
export function bucketName(accountId: string, region: string): string {
  return `slipway-${accountId}-${region}`;
}

/** Where a cluster's parameters are in SSM: its PKI, and what its nodes write for each other. Ends without a slash. */
export function parameterPath(cluster: Pick<ClusterIdentity, "name">): string {
  return `/slipway/${cluster.name}`;
}

/** The parameter that holds everything secret of a cluster. */
export function pkiParameter(cluster: Pick<ClusterIdentity, "name">): string {
  return `${parameterPath(cluster)}/pki`;
}

/** Load balancer and target group names: 32 characters, letters, digits and hyphens (ELBv2 CreateLoadBalancer). */
export function loadBalancerName(cluster: ClusterIdentity, suffix: string): string {
  return boundedName(cluster, suffix, 32);
}

/** IAM names are global to the account, so they carry the region; 64 characters (IAM quotas). */
export function iamName(cluster: ClusterIdentity, suffix: string): string {
  return boundedName(cluster, `${cluster.region}-${suffix}`, 64);
}
