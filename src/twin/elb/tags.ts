import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../errors.ts";
import type { World } from "../world.ts";
import { fromList, needAny, toList } from "./common.ts";

export const loadBalancingTagOperations = {
  AddTags(world: World, input: AddTagsInput): object {
    for (const arn of input.ResourceArns ?? []) Object.assign(needAny(world, arn).tags, fromList(input.Tags));
    return {};
  },

  RemoveTags(world: World, input: RemoveTagsInput): object {
    for (const arn of input.ResourceArns ?? []) {
      const { tags } = needAny(world, arn);
      for (const key of input.TagKeys ?? []) delete tags[key];
    }
    return {};
  },

  DescribeTags(world: World, input: DescribeTagsInput): DescribeTagsOutput {
    const arns = input.ResourceArns ?? [];
    if (arns.length > 20) throw awsError("ValidationError", "At most 20 resource ARNs can be described at a time.");
    return {
      TagDescriptions: arns.map((ResourceArn) => ({ ResourceArn, Tags: toList(needAny(world, ResourceArn).tags) })),
    };
  },
};
