import type { Filter, ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { type ClusterIdentity, cloudProviderId } from "../core/names.ts";
import type { Kind, LogicalId, Tags } from "./resource.ts";

/** The tags that Slipway knows its things by. `slipway:phase` and `slipway:leave` are nodes' own business and not compared. */
export const TAG = {
  cluster: "slipway:cluster",
  id: "slipway:id",
  owner: "slipway:owner",
  schema: "slipway:schema",
  pool: "slipway:pool",
  role: "slipway:role",
  configHash: "slipway:config-hash",
  image: "slipway:image",
  /** Kubernetes' version that a node was born with. */
  version: "slipway:version",
  /** Asks a node to leave: `<RFC 3339 deadline> <reason>`. */
  leave: "slipway:leave",
  phase: "slipway:phase",
  caHash: "slipway:ca-hash",
} as const;

/** Begins the tags by which the controllers in clusters know what is their cluster's; its cloud provider's id follows. */
export const CLOUD_PROVIDER_TAG = "kubernetes.io/cluster/";

/** The tag by which the controllers in this cluster know what is theirs, and by which that is known for theirs. */
export function cloudProviderKey(cluster: ClusterIdentity): string {
  return CLOUD_PROVIDER_TAG + cloudProviderId(cluster);
}

/** Tags that say what a node was born with: they are never changed on one that lives. */
export const BIRTH_TAGS: readonly string[] = [TAG.configHash, TAG.image, TAG.version];

/** The shape of what this release puts into AWS. A cluster made by a newer one is refused: its tags could mean other things. */
export const SCHEMA = "1";

/** All tags of a resource: what it is to Slipway, what people see in the console, and what the user asked for. */
export function tagsOf(cluster: ClusterIdentity & { owner: string; tags: Tags }, id: LogicalId): Tags {
  return {
    ...cluster.tags,
    Name: `${cluster.name}/${id}`,
    [TAG.cluster]: cluster.name,
    [TAG.id]: id,
    [TAG.owner]: cluster.owner,
    [TAG.schema]: SCHEMA,
  };
}

/** The logical id that a resource is tagged with; one that lost its tag gets an id that nothing wanted can have. */
export function idFromTags(kind: Kind, tags: Tags, awsId: string): LogicalId {
  return tags[TAG.id] ?? `${kind}/untagged/${awsId}`;
}

export function fromTagList(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
}

export function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagSpecification(type: ResourceType, tags: Tags): TagSpecification[] {
  return [{ ResourceType: type, Tags: toTagList(tags) satisfies Tag[] }];
}

/** Look-ups are by tag, with an explicit filter: without one EC2 may leave tags out (reference/aws.md §3). */
export function clusterFilter(cluster: ClusterIdentity): Filter {
  return { Name: `tag:${TAG.cluster}`, Values: [cluster.name] };
}
