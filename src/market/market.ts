import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  type InstanceTypeInfo,
  type InstanceTypeOffering,
} from "@aws-sdk/client-ec2";
import { attempting } from "../aws/attempt.ts";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import type { Architecture, ImageRequest } from "./image-names.ts";
import { findImages } from "./images.ts";
import { type PriceList, readPrices } from "./price-list.ts";

/** What an instance type is. */
export interface TypeFacts {
  vCpus: number;
  memoryMiB: number;
  architecture: Architecture;
  /** The zones that offer it. */
  zones: readonly string[];
}

/** What the account and the region offer for what the files ask. A fact that could not be read is absent. */
export interface Market extends PriceList {
  /** The region's zones that are open to the account. */
  zones: readonly string[] | undefined;
  /** The region's other zones, and why each is not to be had. */
  closedZones: ReadonlyMap<string, ClosedZone>;
  types: ReadonlyMap<string, TypeFacts> | undefined;
  /** Image ids by their names. */
  images: ReadonlyMap<string, string>;
  /** Names of the key pairs asked for that exist. */
  keyPairs: ReadonlySet<string> | undefined;
  /** What else could not be read, in AWS's words. */
  unknown: readonly string[];
}

/** A zone that the account can't use: `not opted in`, or EC2's word for its state. */
export interface ClosedZone {
  why: string;
  /** What would have to be opted in to; undefined: it is not a matter of that. */
  group: string | undefined;
}

/** What to find out. */
export interface MarketRequest {
  instanceTypes: readonly string[];
  spotTypes: readonly string[];
  images: readonly ImageRequest[];
  keyPairs: readonly string[];
  /** Prices that this run has read before. */
  known?: PriceList | undefined;
}

/** Reads the market, side by side. A fact that can't be had is noted and left out: the plan says what that means. */
export async function readMarket(aws: Aws, request: MarketRequest): Promise<Market> {
  const unknown: string[] = [];
  const attempt = attempting(unknown);
  const { instanceTypes, spotTypes, known } = request;
  const [zones, types, images, keyPairs, prices] = await Promise.all([
    attempt(zonesOf(aws)),
    attempt(typesOf(aws, instanceTypes)),
    attempt(findImages(aws, request.images)),
    attempt(keyPairsOf(aws, request.keyPairs)),
    readPrices(aws, { instanceTypes, spotTypes, parts: true, known }),
  ]);
  return {
    ...prices,
    zones: zones?.open,
    closedZones: zones?.closed ?? new Map(),
    types,
    images: images ?? new Map(),
    keyPairs,
    unknown,
  };
}

/** All of the region's availability zones: EC2 lists those that the account has not opted in to only when asked. */
async function zonesOf(aws: Aws): Promise<{ open: string[]; closed: Map<string, ClosedZone> }> {
  const answer = await aws.ec2.send(
    new DescribeAvailabilityZonesCommand({
      AllAvailabilityZones: true,
      Filters: [{ Name: "zone-type", Values: ["availability-zone"] }],
    }),
  );
  const open: string[] = [];
  const closed = new Map<string, ClosedZone>();
  for (const { ZoneName = "", State, OptInStatus, GroupName } of answer.AvailabilityZones ?? []) {
    if (OptInStatus === "not-opted-in") closed.set(ZoneName, { why: "not opted in", group: GroupName });
    else if (State === "available") open.push(ZoneName);
    else closed.set(ZoneName, { why: State ?? "not available", group: undefined });
  }
  return { open: open.sort(), closed };
}

async function typesOf(aws: Aws, types: readonly string[]): Promise<Map<string, TypeFacts>> {
  // By filter and not by name: one unknown name would fail the whole call.
  const filter = [{ Name: "instance-type", Values: [...types] }];
  const [infos, offerings] = await Promise.all([
    allPages<InstanceTypeInfo>(async (token) => {
      const page = await aws.ec2.send(
        new DescribeInstanceTypesCommand({ Filters: filter, MaxResults: 100, ...pageToken(token) }),
      );
      return { items: page.InstanceTypes, next: page.NextToken };
    }),
    allPages<InstanceTypeOffering>(async (token) => {
      const page = await aws.ec2.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: "availability-zone",
          Filters: filter,
          ...pageToken(token),
        }),
      );
      return { items: page.InstanceTypeOfferings, next: page.NextToken };
    }),
  ]);
  return new Map(
    infos.map((info) => [
      info.InstanceType ?? "",
      {
        vCpus: info.VCpuInfo?.DefaultVCpus ?? 0,
        memoryMiB: info.MemoryInfo?.SizeInMiB ?? 0,
        architecture: info.ProcessorInfo?.SupportedArchitectures?.includes("arm64") ? "arm64" : "amd64",
        zones: offerings
          .filter((offer) => offer.InstanceType === info.InstanceType)
          .map((offer) => offer.Location ?? "")
          .sort(),
      },
    ]),
  );
}

async function keyPairsOf(aws: Aws, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const answer = await aws.ec2.send(
    new DescribeKeyPairsCommand({ Filters: [{ Name: "key-name", Values: [...names] }] }),
  );
  return new Set((answer.KeyPairs ?? []).map((pair) => pair.KeyName ?? ""));
}
