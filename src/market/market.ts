import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  type InstanceTypeInfo,
  type InstanceTypeOffering,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import { messageOf } from "../core/errors.ts";
import type { UsdPerHour } from "../core/money.ts";
import type { Architecture, ImageRequest } from "./image-names.ts";
import { findImages } from "./images.ts";
import { onDemandPrice, spotPrices } from "./prices.ts";

/** What an instance type is. */
export interface TypeFacts {
  vCpus: number;
  memoryMiB: number;
  architecture: Architecture;
  /** The zones that offer it. */
  zones: readonly string[];
}

/** What the account and the region offer for what the files ask. A fact that could not be read is absent. */
export interface Market {
  /** The region's zones that are open to the account. */
  zones: readonly string[] | undefined;
  types: ReadonlyMap<string, TypeFacts> | undefined;
  /** Image ids by their names. */
  images: ReadonlyMap<string, string>;
  /** Names of the key pairs asked for that exist. */
  keyPairs: ReadonlySet<string> | undefined;
  /** USD an hour, by instance type. */
  onDemandPrices: ReadonlyMap<string, UsdPerHour>;
  /** USD an hour, by `<type>/<zone>`. */
  spotPrices: ReadonlyMap<string, UsdPerHour>;
  /** What could not be read, in AWS's words. */
  unknown: readonly string[];
}

/** What to find out. */
export interface MarketRequest {
  instanceTypes: readonly string[];
  spotTypes: readonly string[];
  images: readonly ImageRequest[];
  keyPairs: readonly string[];
}

/** Reads the market, side by side. A fact that can't be had is noted and left out: the plan says what that means. */
export async function readMarket(aws: Aws, request: MarketRequest): Promise<Market> {
  const unknown: string[] = [];
  const attempt = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof AwsCallError)) throw error; // the run was told to stop
      unknown.push(messageOf(error));
      return undefined;
    }
  };
  const [zones, types, images, keyPairs, prices, spot] = await Promise.all([
    attempt(zonesOf(aws)),
    attempt(typesOf(aws, request.instanceTypes)),
    attempt(findImages(aws, request.images)),
    attempt(keyPairsOf(aws, request.keyPairs)),
    Promise.all(request.spotTypes.map(async (type) => [type, await attempt(onDemandPrice(aws, type))] as const)),
    attempt(spotPrices(aws, request.spotTypes)),
  ]);
  return {
    zones,
    types,
    images: images ?? new Map(),
    keyPairs,
    onDemandPrices: new Map(prices.flatMap(([type, price]) => (price === undefined ? [] : [[type, price]]))),
    spotPrices: spot ?? new Map(),
    unknown,
  };
}

async function zonesOf(aws: Aws): Promise<string[]> {
  const answer = await aws.ec2.send(
    new DescribeAvailabilityZonesCommand({ Filters: [{ Name: "zone-type", Values: ["availability-zone"] }] }),
  );
  return (answer.AvailabilityZones ?? [])
    .filter((zone) => zone.State === "available")
    .map((zone) => zone.ZoneName ?? "")
    .sort();
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
          .map((offer) => offer.Location ?? ""),
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
