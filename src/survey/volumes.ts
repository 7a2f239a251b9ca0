import { DescribeVolumesCommand, type Volume } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { clusterFilter } from "../resources/tags.ts";

/** A disk of a cluster's instance. */
export interface LiveVolume {
  instanceId: string;
  /** `gp3`. */
  type: string;
  sizeGiB: number;
  /** It goes with its instance: claims' volumes don't. */
  isOfInstance: boolean;
}

/** All disks that carry a cluster's tag, attached or not. */
export async function findVolumes(aws: Aws, cluster: ClusterIdentity): Promise<LiveVolume[]> {
  const volumes = await allPages<Volume>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeVolumesCommand({ Filters: [clusterFilter(cluster)], MaxResults: 500, ...pageToken(token) }),
    );
    return { items: page.Volumes, next: page.NextToken };
  });
  return volumes.map(({ VolumeType = "", Size = 0, Attachments = [] }) => ({
    instanceId: Attachments[0]?.InstanceId ?? "",
    type: VolumeType,
    sizeGiB: Size,
    isOfInstance: Attachments[0]?.DeleteOnTermination === true,
  }));
}
