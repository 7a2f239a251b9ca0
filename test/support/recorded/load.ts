/** Makes a twin answer as AWS did when a cluster was recorded: each thing again from what the API told of it. */
import type { World } from "../../../src/twin/world.ts";
import { loadBalancing } from "./load-balancing.ts";
import { loadNetwork } from "./load-network.ts";
import type { Recording } from "./recording.ts";
import { type Answer, type Told, thing } from "./told.ts";

export function loadRecording(world: World, recording: Recording): void {
  const told: Told = (operation, input) =>
    recording.answers
      .filter((one) => one.operation === operation)
      .filter((one) => input === undefined || JSON.stringify(one.input) === JSON.stringify(input))
      .map(({ answer }) => answer);
  world.images.clear();
  for (const { ImageId, Name, Architecture, CreationDate } of told("DescribeImages")[0].Images)
    world.images.set(ImageId, { name: Name, arm: Architecture === "arm64", createdAt: CreationDate });
  world.keyPairs.clear();
  for (const { KeyName } of told("DescribeKeyPairs")[0].KeyPairs) world.keyPairs.add(KeyName);
  loadNetwork(world, told);
  loadInstances(world, told);
  loadBalancing(world, told);
  loadRoles(world, told);
  loadParameters(world, told);
  loadBucket(world, recording);
}

/** What an ARN ends in. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

function loadInstances(world: World, told: Told): void {
  const instances = told("DescribeInstances")[0].Reservations.flatMap(({ Instances }: Answer) => Instances);
  for (const one of instances) {
    const profile = one.IamInstanceProfile?.Arn;
    world.instances.set(one.InstanceId, {
      ...thing(one.InstanceId, one.Tags, one.LaunchTime),
      zone: one.Placement.AvailabilityZone,
      subnetId: one.SubnetId,
      vpcId: one.VpcId,
      type: one.InstanceType,
      imageId: one.ImageId,
      keyName: one.KeyName,
      groups: one.SecurityGroups.map(({ GroupId }: Answer) => GroupId),
      profile: profile === undefined ? undefined : nameIn(profile),
      state: one.State.Name,
      stateReason: one.StateReason.Code,
      interfaceId: one.NetworkInterfaces[0].NetworkInterfaceId,
      privateIp: one.PrivateIpAddress,
      publicIp: one.PublicIpAddress,
      spotMaxPrice: undefined,
      isSpot: one.InstanceLifecycle === "spot",
      clientToken: one.ClientToken,
      terminationProtection: false,
      userData: undefined,
      volumeId: one.BlockDeviceMappings[0].Ebs.VolumeId,
      console: "",
    });
  }
  for (const one of told("DescribeVolumes")[0].Volumes)
    world.volumes.set(one.VolumeId, {
      ...thing(one.VolumeId, one.Tags),
      instanceId: one.Attachments[0].InstanceId,
      sizeGiB: one.Size,
      encrypted: one.Encrypted,
      zone: one.AvailabilityZone,
    });
}

function loadRoles(world: World, told: Told): void {
  for (const { Role: one } of told("GetRole")) {
    const policies = told("GetRolePolicy").filter(({ RoleName }) => RoleName === one.RoleName);
    world.roles.set(one.RoleName, {
      ...thing(one.RoleName, one.Tags, one.CreateDate),
      trust: decodeURIComponent(one.AssumeRolePolicyDocument),
      policies: new Map(policies.map((policy) => [policy.PolicyName, decodeURIComponent(policy.PolicyDocument)])),
      boundary: one.PermissionsBoundary?.PermissionsBoundaryArn,
    });
  }
  for (const { InstanceProfile: one } of told("GetInstanceProfile"))
    world.profiles.set(one.InstanceProfileName, {
      ...thing(one.InstanceProfileName, one.Tags, one.CreateDate),
      roles: one.Roles.map(({ RoleName }: Answer) => RoleName),
      knownToEc2AtMs: 0,
    });
}

/** Without their values: nobody was told them, and no plan asks. */
function loadParameters(world: World, told: Told): void {
  for (const { Name, Type, Version } of told("DescribeParameters")[0].Parameters) {
    const [tags] = told("ListTagsForResource", { ResourceType: "Parameter", ResourceId: Name });
    const keyId = Type === "SecureString" ? "alias/aws/ssm" : undefined;
    world.parameters.set(Name, {
      ...thing(Name, tags.TagList),
      value: "",
      type: Type,
      keyId,
      version: Version,
      writtenBy: "",
    });
  }
}

function loadBucket(world: World, { bucket, objects, accountId }: Recording): void {
  const stored = objects.map(({ key, text, base64 }) => {
    const body = text ?? Buffer.from(base64 ?? "", "base64").toString("latin1");
    return [key, { ...thing(key), body, etag: `"${key}"`, writtenBy: "" }] as const;
  });
  world.buckets.set(bucket, {
    ...thing(bucket),
    ownerId: accountId,
    isPrivate: true,
    isVersioned: true,
    policy: "",
    lifecycle: "",
    objects: new Map(stored),
    writes: stored.length,
  });
}
