import type { Filter } from "@aws-sdk/client-ec2";
import type { ClusterIdentity } from "../../core/names.ts";
import type { Tags } from "../../resources/resource.ts";
import { cloudProviderKey } from "../../resources/tags.ts";
import type { Inventory } from "../survey.ts";

/**
 * Something that is not Slipway's and stands in a cluster's network, or uses what is the cluster's: AWS would not delete
 * that before it, or would take it down too.
 */
export interface Other {
  kind:
    | "load balancer"
    | "instance"
    | "NAT gateway"
    | "network interface"
    | "security group"
    | "security group rule"
    | "subnet"
    | "route table"
    | "route"
    | "network ACL"
    | "VPC endpoint"
    | "peering connection"
    | "VPN gateway";
  /** AWS's id; of a load balancer its ARN, or its name where it is a classic one. */
  awsId: string;
  /** What it says of itself: a name, an interface's description, a route's destination, a peering connection's other end. */
  about: string;
  /** The id of the cluster's thing that it is in, is attached to or uses. */
  at: string;
  /** Present: a controller in the cluster has made it. For what, `service <namespace>/<name>`; `""` where that is untold. */
  madeFor?: string;
}

/** What is the cluster's. */
export interface Own {
  cluster: ClusterIdentity;
  /** Its own VPCs; none where it is placed in the user's. */
  vpcs: ReadonlySet<string>;
  groups: ReadonlySet<string>;
  instances: ReadonlySet<string>;
  /** AWS ids of all its things. */
  all: ReadonlySet<string>;
}

/** The AWS ids of what an inventory has. */
export function ownOf(cluster: ClusterIdentity, { resources, nodes }: Inventory): Own {
  const ids = (kind: string): Set<string> =>
    new Set(resources.filter((live) => live.kind === kind).map(({ awsId }) => awsId));
  const instances = new Set([...nodes.map(({ instanceId }) => instanceId), ...ids("bastion")]);
  const all = new Set([...resources.map(({ awsId }) => awsId), ...instances]);
  return { cluster, vpcs: ids("vpc"), groups: ids("security-group"), instances, all };
}

/**
 * What controllers in this cluster mark their things with: the cloud controller (cloud-provider-aws, pkg/providers/v1/tags.go)
 * and the load balancer controller (aws-load-balancer-controller, docs: "Resource tags"). Another cluster's id, also one that
 * begins with this one's, is not it.
 */
export function madeBy(tags: Tags, cluster: ClusterIdentity): { madeFor?: string } {
  const key = cloudProviderKey(cluster);
  const isMade = tags[key] === "owned" || tags["elbv2.k8s.aws/cluster"] === key.slice(key.lastIndexOf("/") + 1);
  if (!isMade) return {};
  const service = tags["kubernetes.io/service-name"] ?? tags["service.k8s.aws/stack"];
  if (service !== undefined) return { madeFor: `service ${service}` };
  const ingress = tags["ingress.k8s.aws/stack"];
  return { madeFor: ingress === undefined ? "" : `ingress ${ingress}` };
}

/** EC2's filter for things that have one of the values under a name. */
export function by(Name: string, values: Iterable<string>): Filter[] {
  return [{ Name, Values: [...values] }];
}
