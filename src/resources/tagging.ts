import { DeleteTagsCommand } from "@aws-sdk/client-ec2";
import { AddTagsCommand, RemoveTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
} from "@aws-sdk/client-iam";
import { AddTagsToResourceCommand, RemoveTagsFromResourceCommand } from "@aws-sdk/client-ssm";
import type { Aws } from "../aws/clients.ts";
import { tagEc2 } from "./node/instances.ts";
import type { Live, Tags } from "./resource.ts";
import { toTagList } from "./tags.ts";

/** Takes tags off EC2 resources of any kind. */
export async function takeTags(aws: Aws, ids: readonly string[], keys: readonly string[]): Promise<void> {
  await aws.ec2.send(new DeleteTagsCommand({ Resources: [...ids], Tags: keys.map((Key) => ({ Key })) }));
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
