import { ModifyInstanceAttributeCommand } from "@aws-sdk/client-ec2";
import { hashOf } from "../../core/hash.ts";
import { BASTION_ROLE, instanceStatus } from "../node/instances.ts";
import { launchInstances, terminateInstances } from "../node/launch.ts";
import type { Calls } from "../resource.ts";
import { TAG } from "../tags.ts";
import { BASTION_VOLUME_GIB } from "./shape.ts";

export const bastionCalls: Calls<"bastion"> = {
  async create(aws, wanted) {
    const { spec } = wanted;
    const [instanceId] = await launchInstances(aws, {
      count: 1,
      token: hashOf([wanted.id, spec, wanted.tags, aws.clock.now()], 32),
      image: spec.image,
      instanceType: spec.instanceType,
      subnet: spec.subnet,
      securityGroups: spec.securityGroups,
      publicAddress: true,
      keyName: spec.keyName,
      rootVolumeGiB: BASTION_VOLUME_GIB,
      tags: { ...wanted.tags, [TAG.role]: BASTION_ROLE, [TAG.image]: spec.imageName },
    });
    return { awsId: instanceId ?? "" };
  },
  async update(aws, live, wanted) {
    await aws.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: live.awsId, Groups: [...wanted.spec.securityGroups] }),
    );
  },
  async remove(aws, live) {
    if (live.status !== "leaving") await terminateInstances(aws, [live.awsId]);
  },
  status: instanceStatus,
};
