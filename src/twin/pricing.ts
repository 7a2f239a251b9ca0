import type { GetProductsRequest, GetProductsResponse } from "@aws-sdk/client-pricing";
import type { World } from "./world.ts";

interface Offer {
  service: string;
  attributes: Record<string, string>;
  usd: string;
}

/** What the price list has besides instances; prices of us-east-1, usage types with the region's code before them. */
const PARTS: readonly Offer[] = [
  {
    service: "AmazonEC2",
    attributes: { productFamily: "NAT Gateway", usagetype: "NatGateway-Hours" },
    usd: "0.0450000000",
  },
  {
    service: "AmazonEC2",
    attributes: { productFamily: "NAT Gateway", usagetype: "NatGateway-Bytes" },
    usd: "0.0450000000",
  },
  {
    service: "AWSELB",
    attributes: { productFamily: "Load Balancer-Network", usagetype: "LCUUsage" },
    usd: "0.0060000000",
  },
  {
    service: "AWSELB",
    attributes: { productFamily: "Load Balancer-Network", usagetype: "LoadBalancerUsage" },
    usd: "0.0225000000",
  },
  {
    service: "AmazonVPC",
    attributes: { group: "VPCPublicIPv4Address", usagetype: "PublicIPv4:InUseAddress" },
    usd: "0.0050000000",
  },
  {
    service: "AmazonEC2",
    attributes: { productFamily: "Storage", volumeApiName: "gp3", usagetype: "EBS:VolumeUsage.gp3" },
    usd: "0.0800000000",
  },
];

/** Filters that every instance of the list matches here: it has Linux on demand alone. */
const OF_INSTANCES = ["operatingSystem", "tenancy", "preInstalledSw", "capacitystatus", "marketoption"];

export const pricingOperations = {
  /** Products as JSON in strings; the list has an entry at 0 beside each real one, as AWS's has. */
  GetProducts(world: World, input: GetProductsRequest): GetProductsResponse {
    const instances: Offer[] = world.types.map((type) => ({
      service: "AmazonEC2",
      attributes: { instanceType: type.name, usagetype: `BoxUsage:${type.name}` },
      usd: type.onDemandUsd,
    }));
    const filters = (input.Filters ?? []).filter(({ Field = "" }) => !OF_INSTANCES.includes(Field));
    const found = [...instances, ...PARTS].filter(
      ({ service, attributes }) =>
        service === input.ServiceCode &&
        filters.every(({ Field = "", Value }) =>
          Field === "regionCode" ? Value === world.region : attributes[Field] === Value,
        ),
    );
    const products = found.flatMap(({ attributes, usd }) => [
      productOf(attributes, "0.0000000000"),
      productOf(attributes, usd),
    ]);
    return { FormatVersion: "aws_v1", PriceList: products.map((product) => JSON.stringify(product)) };
  },
};

function productOf(attributes: Record<string, string>, USD: string): object {
  return {
    product: { attributes },
    terms: { OnDemand: { term: { priceDimensions: { dimension: { unit: "Hrs", pricePerUnit: { USD } } } } } },
  };
}
