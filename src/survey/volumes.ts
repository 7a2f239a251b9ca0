import { DescribeVolumesCommand, type Volume } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import type { ClusterIdentity } from "../core/names.ts";
import type { Tags } from "../resources/resource.ts";
import { clusterFilter, fromTagList } from "../resources/tags.ts";

/** A disk of a cluster's instance, or of a claim in it. */
export interface LiveVolume {
  awsId: string;
  instanceId: string;
  /** `gp3`. */
  type: string;
  sizeGiB: number;
  /** It goes with its instance: claims' volumes don't. */
  isOfInstance: boolean;
  /** Of a claim's volume: `<namespace>/<name>` of the PersistentVolumeClaim, or the volume's name where that is untold. */
  claim?: string;
}

/** All disks that carry a cluster's tag, attached or not. The EBS driver puts it on claims' volumes too. */
export async function findVolumes(aws: Aws, cluster: ClusterIdentity): Promise<LiveVolume[]> {
  const volumes = await allPages<Volume>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeVolumesCommand({ Filters: [clusterFilter(cluster)], MaxResults: 500, ...pageToken(token) }),
    );
    return { items: page.Volumes, next: page.NextToken };
  });
  return volumes.map(({ VolumeId = "", VolumeType = "", Size = 0, Attachments = [], Tags }) => {
    const claim = claimOf(fromTagList(Tags));
    return {
      awsId: VolumeId,
      instanceId: Attachments[0]?.InstanceId ?? "",
      type: VolumeType,
      sizeGiB: Size,
      isOfInstance: Attachments[0]?.DeleteOnTermination === true,
      ...(claim === undefined ? {} : { claim }),
    };
  });
}

/** The tags of the EBS driver and its provisioner (aws-ebs-csi-driver, docs/tagging.md). */
function claimOf(tags: Tags): string | undefined {
  const [name, namespace] = ["name", "namespace"].map((part) => tags[`kubernetes.io/created-for/pvc/${part}`]);
  return name === undefined || namespace === undefined ? tags.CSIVolumeName : `${namespace}/${name}`;
}
