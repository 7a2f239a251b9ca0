import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult,
  _InstanceType as InstanceTypeName,
} from "@aws-sdk/client-ec2";
import { percentOf } from "../../core/money.ts";
import type { CatalogueType } from "../records.ts";
import type { World } from "../world.ts";
import { matching, page } from "./common.ts";

export const catalogueOperations = {
  DescribeAvailabilityZones(world: World, input: DescribeAvailabilityZonesRequest): DescribeAvailabilityZonesResult {
    const things = world.zones.map((zone) => ({ id: zone, tags: {}, createdAtMs: 0, visibleAtMs: 0 }));
    const found = matching(world, things, input.Filters, (zone, name) => {
      if (name === "zone-name") return [zone.id];
      if (name === "state") return ["available"];
      return name === "zone-type" ? ["availability-zone"] : undefined;
    });
    // Zones that the account has not opted in to are listed on demand alone (EC2 DescribeAvailabilityZones).
    const shown = found.filter(({ id }) => input.AllAvailabilityZones === true || !world.closedZones.has(id));
    return {
      AvailabilityZones: shown.map((zone) => ({
        ZoneName: zone.id,
        GroupName: world.closedZones.has(zone.id) ? `${zone.id}-zg` : `${world.region}-zg-1`,
        OptInStatus: world.closedZones.has(zone.id) ? "not-opted-in" : "opt-in-not-required",
        State: "available",
        RegionName: world.region,
        ZoneType: "availability-zone",
      })),
    };
  },

  DescribeInstanceTypes(world: World, input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
    const { items, ...rest } = page(typesMatching(world, input.Filters), input, 100);
    return {
      InstanceTypes: items.map((type) => ({
        InstanceType: type.name as InstanceTypeName,
        VCpuInfo: { DefaultVCpus: type.vCpus },
        MemoryInfo: { SizeInMiB: type.memoryMiB },
        ProcessorInfo: { SupportedArchitectures: [type.arm ? "arm64" : "x86_64"] },
      })),
      ...rest,
    };
  },

  DescribeInstanceTypeOfferings(
    world: World,
    input: DescribeInstanceTypeOfferingsRequest,
  ): DescribeInstanceTypeOfferingsResult {
    const offers = typesMatching(world, input.Filters).flatMap((type) =>
      type.zones.map((Location) => ({
        InstanceType: type.name as InstanceTypeName,
        LocationType: "availability-zone" as const,
        Location,
      })),
    );
    const { items, ...rest } = page(offers, input);
    return { InstanceTypeOfferings: items, ...rest };
  },

  DescribeKeyPairs(world: World, input: DescribeKeyPairsRequest): DescribeKeyPairsResult {
    const things = [...world.keyPairs].map((id) => ({ id, tags: {}, createdAtMs: 0, visibleAtMs: 0 }));
    const found = matching(world, things, input.Filters, (pair, name) => (name === "key-name" ? [pair.id] : undefined));
    return { KeyPairs: found.map((pair) => ({ KeyName: pair.id })) };
  },

  DescribeImages(world: World, input: DescribeImagesRequest): DescribeImagesResult {
    const things = [...world.images].map(([id, image]) => ({ id, tags: {}, createdAtMs: 0, visibleAtMs: 0, image }));
    const found = matching(world, things, input.Filters, ({ id, image }, name) => {
      if (name === "image-id") return [id];
      if (name === "state") return ["available"];
      return name === "name" ? [image.name] : undefined;
    });
    return {
      Images: found.map(({ id, image }) => ({
        ImageId: id,
        Name: image.name,
        Architecture: image.arm ? "arm64" : "x86_64",
        CreationDate: image.createdAt,
        State: "available",
      })),
    };
  },

  DescribeSpotPriceHistory(world: World, input: DescribeSpotPriceHistoryRequest): DescribeSpotPriceHistoryResult {
    const types = world.types.filter((type) => input.InstanceTypes?.includes(type.name as InstanceTypeName));
    const prices = types.flatMap((type) =>
      type.zones.map((zone) => ({
        InstanceType: type.name as InstanceTypeName,
        AvailabilityZone: zone,
        ProductDescription: "Linux/UNIX" as const,
        SpotPrice: spotPrice(world, type, zone),
        Timestamp: new Date(world.now() - 600_000),
      })),
    );
    const { items, ...rest } = page(prices, input);
    return { SpotPriceHistory: items, ...rest };
  },
};

/** What a spot instance costs now. */
export function spotPrice(world: World, type: CatalogueType, zone: string): string {
  return world.spotPrices.get(`${type.name}/${zone}`) ?? percentOf(type.onDemandUsd, 30);
}

function typesMatching(world: World, filters: DescribeInstanceTypesRequest["Filters"]): CatalogueType[] {
  const things = world.types.map((type) => ({ id: type.name, tags: {}, createdAtMs: 0, visibleAtMs: 0, type }));
  return matching(world, things, filters, ({ type }, name) => (name === "instance-type" ? [type.name] : undefined)).map(
    ({ type }) => type,
  );
}
