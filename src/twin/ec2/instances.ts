import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  _InstanceType as InstanceTypeName,
  Instance as InstanceView,
  ModifyInstanceAttributeRequest,
  Reservation,
  RunInstancesRequest,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from "@aws-sdk/client-ec2";
import type { WireCall } from "../../aws/transport.ts";
import { comparePrices } from "../../core/money.ts";
import { startAgent } from "../agents.ts";
import { awsError } from "../errors.ts";
import { demandInterfaces, demandVCpus, demandVolumes, vCpusOf } from "../quotas.ts";
import type { CatalogueType, Instance, Subnet } from "../records.ts";
import { idempotent } from "../tokens.ts";
import type { World } from "../world.ts";
import { publicAddress } from "./addresses.ts";
import { spotPrice } from "./catalogue.ts";
import { matching, need, page, tagList, tagsFor } from "./common.ts";
import { needGroup } from "./security-groups.ts";
import { freeAddresses, needSubnet, takeAddress } from "./subnets.ts";

/** What one RunInstances call may tag (EC2 RunInstances, TagSpecifications). */
const TAGGABLE = ["volume", "network-interface", "spot-instances-request"];
/** User data before it is coded in base64 (docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html). */
const MOST_USER_DATA_BYTES = 16_384;

export const instanceOperations = {
  RunInstances(world: World, input: RunInstancesRequest, call: WireCall): Reservation {
    refuseReusedToken(world, call);
    return idempotent(world, call, () => {
      const nic = input.NetworkInterfaces?.[0];
      const subnet = needSubnet(world, nic?.SubnetId ?? input.SubnetId);
      const type = world.types.find((candidate) => candidate.name === input.InstanceType);
      const groups = (nic?.Groups ?? input.SecurityGroupIds ?? []).map((id) => needGroup(world, id));
      checkLaunch(world, input, subnet, type);
      const foreign = groups.find((group) => group.vpcId !== subnet.vpcId);
      if (foreign !== undefined) {
        throw awsError(
          "InvalidParameter",
          `Security group ${foreign.id} and subnet ${subnet.id} belong to different networks.`,
        );
      }
      const count = Math.min(input.MaxCount ?? 1, freeAddresses(world, subnet));
      if (count < (input.MinCount ?? 1)) {
        throw awsError(
          "InsufficientFreeAddressesInSubnet",
          `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
        );
      }
      const isSpot = input.InstanceMarketOptions?.MarketType === "spot";
      if (type !== undefined) demandVCpus(world, type, isSpot, count);
      demandInterfaces(world, count);
      demandVolumes(world, count * (input.BlockDeviceMappings?.[0]?.Ebs?.VolumeSize ?? 8));
      const made = Array.from({ length: count }, () =>
        launch(
          world,
          input,
          subnet,
          groups.map((group) => group.id),
          call.clientToken,
        ),
      );
      return { ReservationId: world.id("r"), Instances: made.map((instance) => view(world, instance)) };
    });
  },

  DescribeInstances(world: World, input: DescribeInstancesRequest): DescribeInstancesResult {
    const found = matching(world, world.instances.values(), input.Filters, (instance, name) => {
      if (name === "instance-id") return [instance.id];
      if (name === "instance-state-name") return [instance.state];
      if (name === "client-token") return [instance.clientToken];
      if (name === "subnet-id") return [instance.subnetId];
      if (name === "availability-zone") return [instance.zone];
      return name === "vpc-id" ? [instance.vpcId] : undefined;
    });
    const listed = input.InstanceIds === undefined ? found : input.InstanceIds.map((id) => needInstance(world, id));
    const { items, ...rest } = page(listed, input);
    return { Reservations: items.map((instance) => ({ Instances: [view(world, instance)] })), ...rest };
  },

  ModifyInstanceAttribute(world: World, input: ModifyInstanceAttributeRequest): object {
    const instance = needInstance(world, input.InstanceId ?? "");
    if (input.Groups !== undefined) {
      instance.groups = input.Groups.map((id) => needGroup(world, id).id);
      const nic = world.interfaces.get(instance.interfaceId);
      if (nic !== undefined) nic.groups = [...instance.groups];
    }
    return {};
  },

  /** What is on the console now is to be had of instances on Nitro; the twin has no others (EC2 GetConsoleOutput). */
  GetConsoleOutput(world: World, input: GetConsoleOutputRequest): GetConsoleOutputResult {
    const { id, console } = need(world, world.instances, input.InstanceId, "InvalidInstanceID.NotFound", "instance ID");
    return { InstanceId: id, Output: Buffer.from(console).toString("base64"), Timestamp: new Date(world.now()) };
  },

  TerminateInstances(world: World, input: TerminateInstancesRequest): TerminateInstancesResult {
    // One bad id terminates none of them.
    const instances = (input.InstanceIds ?? []).map((id) => needInstance(world, id));
    const held = instances.find((instance) => instance.terminationProtection);
    if (held !== undefined) {
      throw awsError(
        "OperationNotPermitted",
        `The instance '${held.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    }
    for (const instance of instances) terminate(world, instance, "Client.UserInitiatedShutdown");
    return {
      TerminatingInstances: instances.map((instance) => ({
        InstanceId: instance.id,
        CurrentState: { Name: instance.state },
      })),
    };
  },
};

function needInstance(world: World, id: string): Instance {
  return need(world, world.instances, id, "InvalidInstanceID.NotFound", "instance ID");
}

/** A token outlives its instances by at least a day; using it again does not launch (ec2-api-idempotency.html). */
function refuseReusedToken(world: World, call: WireCall): void {
  const used = world.tokens.get(`RunInstances ${call.clientToken}`)?.result as Reservation | undefined;
  const ids = used?.Instances?.map((instance) => instance.InstanceId ?? "") ?? [];
  const gone = ids.length > 0 && ids.every((id) => (world.instances.get(id)?.state ?? "terminated") === "terminated");
  if (gone)
    throw awsError(
      "IdempotentInstanceTerminated",
      `The client token you have provided is associated with a terminated instance: ${call.clientToken}`,
    );
}

function checkLaunch(world: World, input: RunInstancesRequest, subnet: Subnet, type: CatalogueType | undefined): void {
  const where = `${input.InstanceType}/${subnet.zone}`;
  if (!world.images.has(input.ImageId ?? ""))
    throw awsError("InvalidAMIID.NotFound", `The image id '[${input.ImageId}]' does not exist`);
  if (input.KeyName !== undefined && !world.keyPairs.has(input.KeyName)) {
    throw awsError("InvalidKeyPair.NotFound", `The key pair '${input.KeyName}' does not exist`);
  }
  if (type === undefined)
    throw awsError("InvalidParameterValue", `Invalid value '${input.InstanceType}' for InstanceType.`);
  if (world.images.get(input.ImageId ?? "")?.arm !== type.arm) {
    throw awsError(
      "InvalidParameterValue",
      `The architecture of the specified instance type does not match the architecture of the specified AMI.`,
    );
  }
  if (!type.zones.includes(subnet.zone)) {
    throw awsError(
      "Unsupported",
      `Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${subnet.zone}). Please retry your request by not specifying an Availability Zone or choosing ${type.zones.join(", ")}.`,
    );
  }
  checkProfile(world, profileName(input));
  if (Buffer.from(input.UserData ?? "", "base64").length > MOST_USER_DATA_BYTES) {
    throw awsError("InvalidUserData.Malformed", "User data is limited to 16384 bytes");
  }
  if (world.lacksSpotRole && input.InstanceMarketOptions?.MarketType === "spot") {
    throw awsError(
      "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
      "The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.",
      403,
    );
  }
  const price = input.InstanceMarketOptions?.SpotOptions?.MaxPrice;
  if (price !== undefined && comparePrices(price, spotPrice(world, type, subnet.zone)) < 0) {
    throw awsError(
      "SpotMaxPriceTooLow",
      `Your Spot request price of ${price} is lower than the minimum required Spot request fulfillment price of ${spotPrice(world, type, subnet.zone)}.`,
    );
  }
  if (world.exhausted.has(where)) {
    throw awsError(
      "InsufficientInstanceCapacity",
      `We currently do not have sufficient ${type.name} capacity in the Availability Zone you requested (${subnet.zone}). Our system will be working on provisioning additional capacity.`,
      500,
    );
  }
}

function profileName(input: RunInstancesRequest): string | undefined {
  return input.IamInstanceProfile?.Name ?? input.IamInstanceProfile?.Arn?.split("/").at(-1);
}

/** EC2 learns of a profile, and of the role in it, some seconds after IAM (IAM user guide, troubleshoot_general.md). */
function checkProfile(world: World, name: string | undefined): void {
  if (name === undefined) return;
  const profile = world.profiles.get(name);
  if (profile === undefined || (profile.roles.length > 0 && profile.knownToEc2AtMs > world.now())) {
    throw awsError(
      "InvalidParameterValue",
      `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
    );
  }
  if (profile.roles.length === 0) {
    throw awsError(
      "InvalidParameterValue",
      `IAM Instance Profile "arn:aws:iam::${world.accountId}:instance-profile/${name}" has no associated IAM Roles`,
    );
  }
}

function launch(
  world: World,
  input: RunInstancesRequest,
  subnet: Subnet,
  groups: string[],
  clientToken: string | undefined,
): Instance {
  const tags = tagsFor(input.TagSpecifications, "instance", TAGGABLE);
  const id = world.id("i");
  const nic = world.birth(
    world.id("eni"),
    tagsFor(input.TagSpecifications, "network-interface", ["instance", ...TAGGABLE]),
  );
  const volume = world.birth(world.id("vol"), tagsFor(input.TagSpecifications, "volume", ["instance", ...TAGGABLE]));
  const privateIp = takeAddress(world, subnet);
  const publicIp = input.NetworkInterfaces?.[0]?.AssociatePublicIpAddress === true ? publicAddress(world) : undefined;
  const instance: Instance = {
    ...world.birth(id, tags),
    zone: subnet.zone,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    type: input.InstanceType ?? "",
    imageId: input.ImageId ?? "",
    keyName: input.KeyName,
    groups,
    profile: profileName(input),
    state: "pending",
    stateReason: "",
    interfaceId: nic.id,
    privateIp,
    publicIp,
    spotMaxPrice: input.InstanceMarketOptions?.SpotOptions?.MaxPrice,
    isSpot: input.InstanceMarketOptions?.MarketType === "spot",
    clientToken,
    terminationProtection: input.DisableApiTermination ?? false,
    userData: input.UserData,
    volumeId: volume.id,
    console: "",
  };
  const ebs = input.BlockDeviceMappings?.[0]?.Ebs;
  world.instances.set(id, instance);
  world.volumes.set(volume.id, {
    ...volume,
    instanceId: id,
    sizeGiB: ebs?.VolumeSize ?? 8,
    encrypted: ebs?.Encrypted ?? false,
    zone: subnet.zone,
  });
  world.interfaces.set(nic.id, {
    ...nic,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    groups,
    privateIp,
    publicIp,
    type: "interface",
    description: "",
    owner: id,
  });
  resumeInstance(world, instance);
  return instance;
}

/** Lets one that is on its way come to its end: to run, to become a node from its boot on, to be gone. */
export function resumeInstance(world: World, instance: Instance): void {
  const boot = (): void => startAgent(world, instance, (dead) => terminate(world, dead, "Server.InternalError"));
  if (instance.state === "running") boot();
  if (instance.state === "pending") {
    // From the call to running: 10 to 25 s (reference/aws.md §1).
    world.after(world.seconds(10, 25), () => {
      if (instance.state !== "pending") return;
      instance.state = "running";
      boot();
    });
  }
  if (instance.state === "shutting-down") {
    // 30 to 65 s (reference/aws.md §1). Until then its interface holds subnet and groups.
    world.after(world.seconds(30, 65), () => {
      instance.state = "terminated";
      instance.publicIp = undefined;
      world.interfaces.delete(instance.interfaceId);
      world.volumes.delete(instance.volumeId);
      // Terminated instances are listed for about an hour (EC2 TerminateInstances).
      world.afterInAny(3_600_000, ({ instances }) => instances.delete(instance.id));
    });
  }
}

/** Shuts an instance down, whoever asked: its user, EC2 taking back a spot instance, or a fault. */
export function terminate(world: World, instance: Instance, reason: string): void {
  if (instance.state === "shutting-down" || instance.state === "terminated") return;
  instance.state = "shutting-down";
  instance.stateReason = reason;
  resumeInstance(world, instance);
}

function view(world: World, instance: Instance): InstanceView {
  const profile = instance.profile;
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.type as InstanceTypeName,
    ...(instance.keyName === undefined ? {} : { KeyName: instance.keyName }),
    ...(instance.isSpot ? { InstanceLifecycle: "spot" } : {}),
    ...(instance.clientToken === undefined ? {} : { ClientToken: instance.clientToken }),
    ...(profile === undefined
      ? {}
      : { IamInstanceProfile: { Arn: `arn:aws:iam::${world.accountId}:instance-profile/${profile}` } }),
    CpuOptions: { CoreCount: vCpusOf(world, instance.type), ThreadsPerCore: 1 },
    LaunchTime: new Date(instance.createdAtMs),
    Placement: { AvailabilityZone: instance.zone },
    State: { Name: instance.state },
    StateReason: { Code: instance.stateReason },
    ...(instance.state === "terminated"
      ? {}
      : {
          SubnetId: instance.subnetId,
          VpcId: instance.vpcId,
          PrivateIpAddress: instance.privateIp,
          ...(instance.publicIp === undefined ? {} : { PublicIpAddress: instance.publicIp }),
          SecurityGroups: groupsView(world, instance),
          BlockDeviceMappings: [
            { DeviceName: "/dev/sda1", Ebs: { VolumeId: instance.volumeId, DeleteOnTermination: true } },
          ],
          NetworkInterfaces: [{ NetworkInterfaceId: instance.interfaceId, Groups: groupsView(world, instance) }],
        }),
    Tags: tagList(instance),
  };
}

function groupsView(world: World, instance: Instance): { GroupId: string; GroupName: string | undefined }[] {
  return instance.groups.map((GroupId) => ({ GroupId, GroupName: world.securityGroups.get(GroupId)?.name }));
}
