import { DescribeInstancesCommand, type Filter, type Instance } from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/clients.ts";
import { allPages, pageToken } from "../../aws/paging.ts";
import { type ClusterIdentity, pkiParameter } from "../../core/names.ts";
import { type Phase, readPhase } from "../../core/phases.ts";
import type { Live, Tags } from "../resource.ts";
import { clusterFilter, fromTagList, idFromTags, TAG } from "../tags.ts";

export type Market = "on-demand" | "spot";

/** An instance of a pool, as EC2 has it. Its identity is its instance id. */
export interface LiveNode {
  instanceId: string;
  pool: string;
  role: string;
  zone: string;
  subnet: string;
  instanceType: string;
  /** What it counts against the account's quota while it runs; 0: EC2 did not tell. */
  vCpus: number;
  /** The image's id, and the name that it was chosen by. */
  image: string;
  imageName: string;
  configHash: string;
  market: Market;
  state: "pending" | "running" | "shutting-down" | "stopping" | "stopped";
  phase: Phase;
  launchedAtMs: number;
  privateIp: string;
  /** The idempotency token of the launch that it came from. */
  clientToken: string;
  tags: Tags;
  /** Its volumes and network interfaces that go with it: they are tagged as it is. */
  parts: readonly string[];
  /** AWS ids of what it uses. */
  uses: readonly string[];
}

/** The instances of a cluster: its bastion is a resource like others, its nodes belong to pools. */
export interface Instances {
  bastions: Live<"bastion">[];
  nodes: LiveNode[];
}

export const BASTION_ROLE = "bastion";

/** All instances of a cluster that are not terminated; one call for a thousand. */
export async function findInstances(aws: Aws, cluster: ClusterIdentity): Promise<Instances> {
  const instances = await describe(aws, [
    clusterFilter(cluster),
    { Name: "instance-state-name", Values: ["pending", "running", "shutting-down", "stopping", "stopped"] },
  ]);
  const isBastion = (instance: Instance): boolean => fromTagList(instance.Tags)[TAG.role] === BASTION_ROLE;
  return {
    bastions: instances.filter(isBastion).map(liveBastion),
    nodes: instances.filter((instance) => !isBastion(instance)).map(liveNode),
  };
}

/** Those of the instances that are not terminated. */
export async function nodesById(aws: Aws, instanceIds: readonly string[]): Promise<LiveNode[]> {
  if (instanceIds.length === 0) return [];
  const instances = await describe(aws, [{ Name: "instance-id", Values: [...instanceIds] }]);
  return instances.filter((instance) => instance.State?.Name !== "terminated").map(liveNode);
}

async function describe(aws: Aws, Filters: Filter[]): Promise<Instance[]> {
  return allPages<Instance>(async (token) => {
    const page = await aws.ec2.send(new DescribeInstancesCommand({ Filters, MaxResults: 1000, ...pageToken(token) }));
    return {
      items: (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []),
      next: page.NextToken,
    };
  });
}

function usesOf(instance: Instance): string[] {
  const profile = instance.IamInstanceProfile?.Arn;
  return [instance.SubnetId ?? "", ...groupsOf(instance), ...(profile === undefined ? [] : [profile])];
}

/** The groups of the primary interface: those are the instance's, and moto tells them nowhere else. */
function groupsOf(instance: Instance): string[] {
  const groups = instance.NetworkInterfaces?.[0]?.Groups ?? instance.SecurityGroups ?? [];
  return groups.map((group) => group.GroupId ?? "");
}

function liveNode(instance: Instance): LiveNode {
  const tags = fromTagList(instance.Tags);
  return {
    instanceId: instance.InstanceId ?? "",
    pool: tags[TAG.pool] ?? "",
    role: tags[TAG.role] ?? "",
    zone: instance.Placement?.AvailabilityZone ?? "",
    subnet: instance.SubnetId ?? "",
    instanceType: instance.InstanceType ?? "",
    vCpus: (instance.CpuOptions?.CoreCount ?? 0) * (instance.CpuOptions?.ThreadsPerCore ?? 0),
    image: instance.ImageId ?? "",
    imageName: tags[TAG.image] ?? "",
    configHash: tags[TAG.configHash] ?? "",
    market: instance.InstanceLifecycle === "spot" ? "spot" : "on-demand",
    state: (instance.State?.Name ?? "pending") as LiveNode["state"],
    phase: readPhase(tags[TAG.phase]),
    launchedAtMs: instance.LaunchTime?.getTime() ?? 0,
    privateIp: instance.PrivateIpAddress ?? "",
    clientToken: instance.ClientToken ?? "",
    tags,
    parts: partsOf(instance),
    // What its certificates were signed with goes after it: it may still ask for it when it starts again.
    uses: [...usesOf(instance), pkiParameter({ name: tags[TAG.cluster] ?? "" })],
  };
}

/** Not those that are attached for a while: the volumes of claims outlive the node. */
function partsOf(instance: Instance): string[] {
  const volumes = (instance.BlockDeviceMappings ?? []).filter(({ Ebs }) => Ebs?.DeleteOnTermination === true);
  const interfaces = (instance.NetworkInterfaces ?? []).slice(0, 1);
  return [
    ...volumes.map(({ Ebs }) => Ebs?.VolumeId ?? ""),
    ...interfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? ""),
  ];
}

function liveBastion(instance: Instance): Live<"bastion"> {
  const awsId = instance.InstanceId ?? "";
  const tags = fromTagList(instance.Tags);
  const state = instance.State?.Name;
  return {
    kind: "bastion",
    id: idFromTags("bastion", tags, awsId),
    awsId,
    spec: {
      subnet: instance.SubnetId ?? "",
      image: instance.ImageId ?? "",
      imageName: tags[TAG.image] ?? "",
      instanceType: instance.InstanceType ?? "",
      keyName: instance.KeyName ?? "",
      securityGroups: groupsOf(instance),
    },
    tags,
    status: bastionStatus(state),
    ...(bastionStatus(state) === "failed" ? { detail: `the instance is ${state}` } : {}),
    attributes: { publicIp: instance.PublicIpAddress ?? "" },
    uses: usesOf(instance),
    ...(instance.LaunchTime === undefined ? {} : { createdAtMs: instance.LaunchTime.getTime() }),
  };
}

function bastionStatus(state: string | undefined): Live["status"] {
  if (state === "running") return "settled";
  if (state === "pending") return "settling";
  return state === "shutting-down" ? "leaving" : "failed";
}

/** The state of instances of any role, by id; terminated ones are not in the answer. */
export async function instanceStatus(
  aws: Aws,
  instanceIds: readonly string[],
): Promise<Map<string, { status: Live["status"]; detail?: string }>> {
  const instances = await describe(aws, [{ Name: "instance-id", Values: [...instanceIds] }]);
  return new Map(
    instances
      .filter((instance) => instance.State?.Name !== "terminated")
      .map((instance) => {
        const status = bastionStatus(instance.State?.Name);
        return [
          instance.InstanceId ?? "",
          status === "failed" ? { status, detail: `the instance is ${instance.State?.Name}` } : { status },
        ];
      }),
  );
}
