import type { DescribeVolumesRequest, DescribeVolumesResult, Volume as VolumeView } from "@aws-sdk/client-ec2";
import type { Volume } from "../records.ts";
import type { World } from "../world.ts";
import { matching, page, tagList } from "./common.ts";

export const volumeOperations = {
  DescribeVolumes(world: World, input: DescribeVolumesRequest): DescribeVolumesResult {
    const found = matching(world, world.volumes.values(), input.Filters, (volume, name) => {
      if (name === "volume-id") return [volume.id];
      return name === "attachment.instance-id" ? [volume.instanceId] : undefined;
    });
    const { items, ...rest } = page(found, input);
    return { Volumes: items.map(view), ...rest };
  },
};

function view(volume: Volume): VolumeView {
  return {
    VolumeId: volume.id,
    Size: volume.sizeGiB,
    VolumeType: "gp3",
    Encrypted: volume.encrypted,
    AvailabilityZone: volume.zone,
    State: volume.instanceId === "" ? "available" : "in-use",
    Attachments:
      volume.instanceId === ""
        ? []
        : [{ InstanceId: volume.instanceId, State: "attached", DeleteOnTermination: volume.outlivesInstance !== true }],
    Tags: tagList(volume),
  };
}
