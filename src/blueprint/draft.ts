import type { Cluster } from "../config/cluster.ts";
import type { ClusterIdentity } from "../core/names.ts";
import type { Bundle } from "../packs/bundle.ts";
import {
  type Kind,
  type Link,
  logicalId,
  type Ref,
  type Specs,
  type Tags,
  type Wanted,
} from "../resources/resource.ts";
import { cloudProviderKey } from "../resources/tags.ts";
import type { Network } from "./network.ts";

/** An image, and the name that it was chosen by: while the name stays the same, the image of live nodes is kept. */
export interface Image {
  id: string;
  name: string;
}

/** What a blueprint needs to know beyond the file: what AWS has already settled, and what the market offers. */
export interface BlueprintFacts {
  /** Who owns the cluster: the repository's id. */
  owner: string;
  /** The network slot of each zone that has subnets already. */
  slots: ReadonlyMap<string, number>;
  /** The image of each pool, and of `bastion`. */
  images: ReadonlyMap<string, Image>;
  /** The most to pay for each spot pool's instances, in USD an hour. */
  spotMaxPrices: ReadonlyMap<string, string>;
  /** The VPC's blocks, where the VPC is the user's own. */
  staticVpcCidrs?: readonly string[];
  /** What runs on the cluster beside Kubernetes itself. Absent: nothing. */
  packs?: Bundle;
}

/** The tags of the resource with that logical id. */
export type TagsFor = (id: string) => Tags;

/** What each part of a blueprint is drawn up from. */
export interface Draft {
  cluster: Cluster;
  identity: ClusterIdentity;
  network: Network;
  tags: TagsFor;
}

/** A wanted resource, its tags filled in. */
export function want<K extends Kind>(
  tags: TagsFor,
  kind: K,
  name: string,
  spec: Specs<Link>[K],
  more: { tags?: Tags; after?: readonly Ref[] } = {},
): Wanted {
  const id = logicalId(kind, name);
  return { kind, id, spec, tags: { ...tags(id), ...more.tags }, after: more.after ?? [] } as Wanted;
}

/** The tag by which the in-cluster cloud controller knows what belongs to its cluster. */
export function cloudProviderTag(identity: ClusterIdentity): Tags {
  return { [cloudProviderKey(identity)]: "owned" };
}
