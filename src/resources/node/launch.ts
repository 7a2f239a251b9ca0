import { RunInstancesCommand, type RunInstancesCommandInput, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import type { Tags } from "../resource.ts";
import { toTagList } from "../tags.ts";

/** All that a launch needs, its references resolved. The same values with the same token are the same launch. */
export interface Launch {
  /** At least one is launched, at most this many: EC2 gives what it has. */
  count: number;
  /** Idempotency token: EC2 launches once for it. */
  token: string;
  image: string;
  instanceType: string;
  subnet: string;
  securityGroups: readonly string[];
  publicAddress: boolean;
  /** ARN or name. */
  instanceProfile?: string;
  keyName?: string;
  rootVolumeGiB: number;
  kmsKeyArn?: string;
  userData?: string;
  /** USD an hour; present: spot. */
  spotMaxPrice?: string;
  tags: Tags;
}

/** The root device of Ubuntu's images. */
const ROOT_DEVICE = "/dev/sda1";

/** Launches instances and gives their ids. */
export function launchInstances(aws: Aws, launch: Launch): Promise<string[]> {
  return runInstances(aws, runInstancesInput(launch));
}

/** Sends a launch as it stands. */
export async function runInstances(aws: Aws, input: RunInstancesCommandInput): Promise<string[]> {
  const answer = await aws.ec2.send(new RunInstancesCommand(input));
  return (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");
}

export function runInstancesInput(launch: Launch): RunInstancesCommandInput {
  const tags = toTagList(launch.tags);
  const tagged = [
    "instance",
    "volume",
    "network-interface",
    ...(launch.spotMaxPrice === undefined ? [] : ["spot-instances-request"]),
  ];
  return {
    MinCount: 1,
    MaxCount: launch.count,
    ClientToken: launch.token,
    ImageId: launch.image,
    InstanceType: launch.instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
    ...(launch.keyName === undefined ? {} : { KeyName: launch.keyName }),
    ...(launch.userData === undefined ? {} : { UserData: launch.userData }),
    ...(launch.instanceProfile === undefined ? {} : { IamInstanceProfile: profileOf(launch.instanceProfile) }),
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: launch.subnet,
        Groups: [...launch.securityGroups],
        AssociatePublicIpAddress: launch.publicAddress,
        DeleteOnTermination: true,
      },
    ],
    BlockDeviceMappings: [
      {
        DeviceName: ROOT_DEVICE,
        Ebs: {
          VolumeType: "gp3",
          VolumeSize: launch.rootVolumeGiB,
          Encrypted: true,
          DeleteOnTermination: true,
          ...(launch.kmsKeyArn === undefined ? {} : { KmsKeyId: launch.kmsKeyArn }),
        },
      },
    ],
    // Session-authenticated requests only, and from the host itself: pods can't take the node's credentials.
    MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 1 },
    ...(launch.spotMaxPrice === undefined
      ? {}
      : {
          InstanceMarketOptions: {
            MarketType: "spot",
            SpotOptions: {
              MaxPrice: launch.spotMaxPrice,
              SpotInstanceType: "one-time",
              InstanceInterruptionBehavior: "terminate",
            },
          },
        }),
    TagSpecifications: tagged.map((type) => ({
      ResourceType: type as NonNullable<
        NonNullable<RunInstancesCommandInput["TagSpecifications"]>[number]["ResourceType"]
      >,
      Tags: tags,
    })),
  };
}

function profileOf(profile: string): { Arn: string } | { Name: string } {
  return profile.startsWith("arn:") ? { Arn: profile } : { Name: profile };
}

/** Terminates instances; those that are gone already are fine. */
export async function terminateInstances(aws: Aws, instanceIds: readonly string[]): Promise<void> {
  if (instanceIds.length === 0) return;
  try {
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [...instanceIds] }));
  } catch (error) {
    // One unknown id keeps EC2 from terminating any of them, so they are asked for one by one.
    if (!isAwsError(error, "InvalidInstanceID.NotFound")) throw error;
    if (instanceIds.length === 1) return;
    for (const id of instanceIds) await terminateInstances(aws, [id]);
  }
}
