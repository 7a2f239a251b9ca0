import { type _InstanceType, DescribeSpotPriceHistoryCommand, type SpotPrice } from "@aws-sdk/client-ec2";
import { GetProductsCommand } from "@aws-sdk/client-pricing";
import type { Aws } from "../aws/clients.ts";
import { allPages, pageToken } from "../aws/paging.ts";
import type { UsdPerHour } from "../core/money.ts";
import { type Product, priceOf } from "./products.ts";

/** The price of a type in the region: Linux, shared tenancy, on demand. Undefined when AWS lists none. */
export async function onDemandPrice(aws: Aws, instanceType: string): Promise<UsdPerHour | undefined> {
  const filters: Record<string, string> = {
    regionCode: aws.region,
    instanceType,
    operatingSystem: "Linux",
    tenancy: "Shared",
    preInstalledSw: "NA",
    capacitystatus: "Used",
    marketoption: "OnDemand",
  };
  const answer = await aws.pricing.send(
    new GetProductsCommand({
      ServiceCode: "AmazonEC2",
      Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: "TERM_MATCH", Field, Value })),
    }),
  );
  const products = (answer.PriceList ?? []).map((item: unknown) => JSON.parse(String(item)) as Product);
  return products.map(priceOf).find((price: UsdPerHour | undefined) => price !== undefined);
}

/** The current spot price of each type in each zone, by `<type>/<zone>`. */
export async function spotPrices(aws: Aws, types: readonly string[]): Promise<Map<string, UsdPerHour>> {
  if (types.length === 0) return new Map();
  const prices = await allPages<SpotPrice>(async (token) => {
    const page = await aws.ec2.send(
      new DescribeSpotPriceHistoryCommand({
        InstanceTypes: types as _InstanceType[],
        ProductDescriptions: ["Linux/UNIX", "Linux/UNIX (Amazon VPC)"],
        // From now on: the last price before that is what EC2 then answers.
        StartTime: new Date(aws.clock.now()),
        ...pageToken(token),
      }),
    );
    return { items: page.SpotPriceHistory, next: page.NextToken };
  });
  const newestLast = prices.sort((a, b) => (a.Timestamp?.getTime() ?? 0) - (b.Timestamp?.getTime() ?? 0));
  return new Map(newestLast.map((price) => [`${price.InstanceType}/${price.AvailabilityZone}`, price.SpotPrice ?? ""]));
}
