import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { attempting } from "../aws/attempt.ts";
import type { Aws } from "../aws/clients.ts";
import type { Limit } from "./limits.ts";
import { countKey, type Quota, type QuotaKind } from "./quota-codes.ts";
import {
  type Counts,
  countAddresses,
  countGatewayEndpoints,
  countInterfaces,
  countInternetGateways,
  countNetworkLoadBalancers,
  countRouteTables,
  countSecurityGroups,
  countTargetGroups,
  countVCpus,
  countVolumeGiB,
  findSubnets,
  findVpcBlocks,
  natGatewaySubnets,
  type VpcBlocks,
} from "./usage.ts";

/** A quota that a plan takes something of, in the region or in one zone or VPC. */
export interface QuotaRequest {
  quota: Quota;
  /** The zone, or the VPC; "": the region. */
  scope: string;
  /** Whether what is used is known without asking. */
  isCounted: boolean;
}

/** What a plan has to know of the account before anything of it is done. */
export interface RoomRequest {
  quotas: readonly QuotaRequest[];
  /** Images that it launches from. */
  images: readonly string[];
  /** Whether a VPC's block is still to be chosen well. */
  wantsVpcs: boolean;
}

/** What an image is to EC2: `arm64` or `x86_64`, `available` or not. */
export interface ImageFacts {
  architecture: string;
  state: string;
}

/** The account's room for a plan. What could not be read is absent, and `unknown` says why. */
export interface Room {
  /** By quota code. */
  limits: ReadonlyMap<string, Limit>;
  /** By `countKey`. */
  used: ReadonlyMap<string, number>;
  /** By image id; an image that is not in it does not exist for this account. */
  images: ReadonlyMap<string, ImageFacts> | undefined;
  vpcs: readonly VpcBlocks[];
  /** In AWS's words. */
  unknown: readonly string[];
}

/** Reads limits and what is used of them in the whole account, side by side: of what the plan takes, and nothing else. */
export async function readRoom(aws: Aws, accountId: string, request: RoomRequest): Promise<Room> {
  const unknown: string[] = [];
  const attempt = attempting(unknown);
  const toCount = request.quotas.filter(({ isCounted }) => !isCounted);
  const [limits, images, vpcs, ...counts] = await Promise.all([
    limitsOf(aws, request, attempt),
    attempt(findImages(aws, request.images)),
    request.wantsVpcs ? attempt(findVpcBlocks(aws, accountId)) : undefined,
    ...COUNTERS.map(({ kinds, count }) => {
      const asked = toCount.filter(({ quota }) => kinds.includes(quota.kind));
      return asked.length === 0 ? undefined : attempt(count(aws, accountId, asked));
    }),
  ]);
  const used = new Map(counts.flatMap((count) => [...(count ?? [])]));
  const vpcCount = toCount.find(({ quota }) => quota.kind === "vpc");
  if (vpcs !== undefined && vpcCount !== undefined) used.set(vpcCount.quota.code, vpcs.length);
  return { limits, used, images, vpcs: vpcs ?? [], unknown };
}

type Asked = readonly QuotaRequest[];

function isOf(kind: QuotaKind): (one: Asked[number]) => boolean {
  return ({ quota }) => quota.kind === kind;
}

/** Counts the same in every place that is asked for. */
async function each(asked: Asked, count: (scope: string) => Promise<number> | number): Promise<Counts> {
  const counts = await Promise.all(
    asked.map(async ({ quota, scope }) => [countKey(quota.code, scope), await count(scope)] as const),
  );
  return new Map(counts);
}

/** How each kind is counted; VPCs are read for their blocks too, and counted with those. */
const COUNTERS: readonly {
  kinds: readonly QuotaKind[];
  count: (aws: Aws, accountId: string, asked: Asked) => Promise<Counts>;
}[] = [
  {
    kinds: ["vcpu", "spot-vcpu"],
    count: async (aws, _accountId, asked) => {
      const counts = await countVCpus(aws);
      return each(asked, () => 0).then((none) => new Map([...none, ...counts]));
    },
  },
  { kinds: ["elastic-ip"], count: (aws, _accountId, asked) => each(asked, () => countAddresses(aws)) },
  {
    kinds: ["internet-gateway"],
    count: (aws, accountId, asked) => each(asked, () => countInternetGateways(aws, accountId)),
  },
  {
    kinds: ["nat-gateway", "subnet"],
    count: async (aws, accountId, asked) => {
      const [inZones, inVpcs] = [asked.filter(isOf("nat-gateway")), asked.filter(isOf("subnet"))];
      const [subnets, gateways] = await Promise.all([
        findSubnets(aws, accountId),
        inZones.length === 0 ? [] : natGatewaySubnets(aws),
      ]);
      const zoneOf = new Map(subnets.map((subnet) => [subnet.SubnetId, subnet.AvailabilityZone]));
      return new Map([
        ...(await each(inZones, (zone) => gateways.filter((subnet) => zoneOf.get(subnet) === zone).length)),
        ...(await each(inVpcs, (vpc) => subnets.filter((subnet) => subnet.VpcId === vpc).length)),
      ]);
    },
  },
  { kinds: ["route-table"], count: (aws, _accountId, asked) => each(asked, (vpc) => countRouteTables(aws, vpc)) },
  {
    kinds: ["security-group"],
    count: (aws, accountId, asked) => each(asked, () => countSecurityGroups(aws, accountId)),
  },
  { kinds: ["vpc-endpoint"], count: (aws, _accountId, asked) => each(asked, () => countGatewayEndpoints(aws)) },
  { kinds: ["load-balancer"], count: (aws, _accountId, asked) => each(asked, () => countNetworkLoadBalancers(aws)) },
  {
    kinds: ["network-interface"],
    count: (aws, accountId, asked) => each(asked, () => countInterfaces(aws, accountId)),
  },
  { kinds: ["volume"], count: (aws, _accountId, asked) => each(asked, () => countVolumeGiB(aws)) },
  { kinds: ["target-group"], count: (aws, _accountId, asked) => each(asked, () => countTargetGroups(aws)) },
];

async function limitsOf(
  aws: Aws,
  { quotas }: RoomRequest,
  attempt: <T>(read: Promise<T>) => Promise<T | undefined>,
): Promise<Map<string, Limit>> {
  const byService = Map.groupBy(quotas, ({ quota }) => quota.service);
  if (byService.size === 0) return new Map();
  // Not part of what a run loads to begin with.
  const { readLimits } = await aws.clock.hold(import("./limits.ts"));
  const read = await Promise.all(
    [...byService].map(([service, of]) =>
      attempt(readLimits(aws, service, [...new Set(of.map(({ quota }) => quota.code))])),
    ),
  );
  return new Map(read.flatMap((limits) => [...(limits ?? [])]));
}

/** By a filter, which lists what there is; asked for by its id, one that is gone would fail the call for all. */
async function findImages(aws: Aws, ids: readonly string[]): Promise<Map<string, ImageFacts>> {
  if (ids.length === 0) return new Map();
  const answer = await aws.ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: "image-id", Values: [...new Set(ids)] }] }),
  );
  return new Map(
    (answer.Images ?? []).map(({ ImageId = "", Architecture = "", State = "" }) => [
      ImageId,
      { architecture: Architecture, state: State },
    ]),
  );
}
