import { GetProductsCommand } from "@aws-sdk/client-pricing";
import type { Aws } from "../aws/clients.ts";
import { allPages } from "../aws/paging.ts";
import type { UsdPerHour } from "../core/money.ts";
import { type Product, priceOf } from "./products.ts";

/** Parts of a cluster that cost by the hour whether they are used or not, besides its instances. */
export const PARTS = ["nat-gateway", "load-balancer", "public-address", "volume-gib-month"] as const;

export type Part = (typeof PARTS)[number];

/**
 * How each part is found in the price list: by its service and family, and by the end of its usage type, whose beginning
 * is a code for the region. Volumes are priced by GiB and month.
 */
const LISTED: Readonly<Record<Part, { service: string; filters: Readonly<Record<string, string>>; usage: string }>> = {
  "nat-gateway": { service: "AmazonEC2", filters: { productFamily: "NAT Gateway" }, usage: "NatGateway-Hours" },
  "load-balancer": {
    service: "AWSELB",
    filters: { productFamily: "Load Balancer-Network" },
    usage: "LoadBalancerUsage",
  },
  "public-address": {
    service: "AmazonVPC",
    filters: { group: "VPCPublicIPv4Address" },
    usage: "PublicIPv4:InUseAddress",
  },
  "volume-gib-month": {
    service: "AmazonEC2",
    filters: { productFamily: "Storage", volumeApiName: "gp3" },
    usage: "EBS:VolumeUsage.gp3",
  },
};

/** The price of a part in the region: volumes by GiB and month, others by the hour. Undefined when AWS lists none. */
export async function partPrice(aws: Aws, part: Part): Promise<UsdPerHour | undefined> {
  const { service, filters, usage } = LISTED[part];
  const Filters = Object.entries({ regionCode: aws.region, ...filters }).map(([Field, Value]) => ({
    Type: "TERM_MATCH" as const,
    Field,
    Value,
  }));
  const items = await allPages<unknown>(async (token) => {
    const page = await aws.pricing.send(
      new GetProductsCommand({ ServiceCode: service, Filters, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    return { items: page.PriceList, next: page.NextToken };
  });
  const products = items.map((item) => JSON.parse(String(item)) as Product);
  const found = products.filter((product) => product.product?.attributes?.usagetype?.endsWith(usage));
  return found.map(priceOf).find((price) => price !== undefined);
}
