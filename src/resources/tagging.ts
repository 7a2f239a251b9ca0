import { CreateTagsCommand, DeleteTagsCommand } from "@aws-sdk/client-ec2";
import { AddTagsCommand, RemoveTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
} from "@aws-sdk/client-iam";
import { AddTagsToResourceCommand, RemoveTagsFromResourceCommand } from "@aws-sdk/client-ssm";
import type { Aws } from "../aws/clients.ts";
import type { Live, Tags } from "./resource.ts";
import { toTagList } from "./tags.ts";

/** How many resources one call tags: EC2 takes 500 with ease (agent/loop.py does the same). */
const TAGGED_AT_ONCE = 500;

/** Puts tags on EC2 resources of any kind, those of the same keys are overwritten. */
export async function tagEc2(aws: Aws, ids: readonly string[], tags: Tags): Promise<void> {
  if (Object.keys(tags).length === 0) return;
  for (const Resources of chunksOf(ids)) {
    await aws.ec2.send(new CreateTagsCommand({ Resources, Tags: toTagList(tags) }));
  }
}

/** Takes tags off EC2 resources of any kind. */
export async function takeTags(aws: Aws, ids: readonly string[], keys: readonly string[]): Promise<void> {
  // Without a key EC2 would take off all (API reference, DeleteTags).
  if (keys.length === 0) return;
  for (const Resources of chunksOf(ids)) {
    await aws.ec2.send(new DeleteTagsCommand({ Resources, Tags: keys.map((Key) => ({ Key })) }));
  }
}

function chunksOf(ids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let start = 0; start < ids.length; start += TAGGED_AT_ONCE)
    chunks.push(ids.slice(start, start + TAGGED_AT_ONCE));
  return chunks;
}

/** Takes tags off a resource of any kind. */
export async function untag(aws: Aws, live: Live, keys: readonly string[]): Promise<void> {
  const TagKeys = [...keys];
  switch (live.kind) {
    case "role":
      await aws.iam.send(new UntagRoleCommand({ RoleName: live.spec.name, TagKeys }));
      break;
    case "instance-profile":
      await aws.iam.send(new UntagInstanceProfileCommand({ InstanceProfileName: live.spec.name, TagKeys }));
      break;
    case "pki":
      await aws.ssm.send(
        new RemoveTagsFromResourceCommand({ ResourceType: "Parameter", ResourceId: live.awsId, TagKeys }),
      );
      break;
    case "load-balancer":
    case "target-group":
    case "listener":
      await aws.elb.send(new RemoveTagsCommand({ ResourceArns: [live.awsId], TagKeys }));
      break;
    default:
      await takeTags(aws, [live.awsId], keys);
  }
}

/** Puts tags on a resource of any kind. */
export async function putTags(aws: Aws, live: Live, tags: Tags): Promise<void> {
  const Tags = toTagList(tags);
  switch (live.kind) {
    case "role":
      await aws.iam.send(new TagRoleCommand({ RoleName: live.spec.name, Tags }));
      break;
    case "instance-profile":
      await aws.iam.send(new TagInstanceProfileCommand({ InstanceProfileName: live.spec.name, Tags }));
      break;
    case "pki":
      await aws.ssm.send(new AddTagsToResourceCommand({ ResourceType: "Parameter", ResourceId: live.awsId, Tags }));
      break;
    case "load-balancer":
    case "target-group":
    case "listener":
      await aws.elb.send(new AddTagsCommand({ ResourceArns: [live.awsId], Tags }));
      break;
    default:
      await tagEc2(aws, [live.awsId], tags);
  }
}
