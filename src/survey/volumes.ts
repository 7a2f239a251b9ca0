import { DescribeVolumesCommand, type Volume } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { clusterFilter } from "../resources/tags.ts";

/** How many GiB of disks a cluster has, by their type (`gp3`). */
export async function volumeGiB(aws: Aws, cluster: ClusterIdentity): Promise<Map<string, number>> {
  const volumes = await allPages<Volume>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeVolumesCommand({ Filters: [clusterFilter(cluster)], MaxResults: 500, ...pageToken(token) }),
    );
    return { items: page.Volumes, next: page.NextToken };
  });
  const sizes = new Map<string, number>();
  for (const { VolumeType = "", Size = 0 } of volumes) sizes.set(VolumeType, (sizes.get(VolumeType) ?? 0) + Size);
  return sizes;
}
