import { AddTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { TagInstanceProfileCommand, TagRoleCommand } from "@aws-sdk/client-iam";
import { AddTagsToResourceCommand } from "@aws-sdk/client-ssm";
import type { Aws } from "../aws/clients.ts";
import { tagEc2 } from "./node/instances.ts";
import type { Live, Tags } from "./resource.ts";
import { toTagList } from "./tags.ts";

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
