import type { GetProductsRequest, GetProductsResponse } from "@aws-sdk/client-pricing";
import type { World } from "./world.ts";

export const pricingOperations = {
  /** One product a type, as JSON in a string; the list has an entry at 0 beside the real one, as AWS's has. */
  GetProducts(world: World, input: GetProductsRequest): GetProductsResponse {
    const filters = new Map((input.Filters ?? []).map((filter) => [filter.Field, filter.Value]));
    const region = filters.get("regionCode");
    const types = world.types.filter(
      (type) => type.name === filters.get("instanceType") && (region === undefined || region === world.region),
    );
    const products = types.flatMap((type) => [
      priceOf(type.name, "0.0000000000"),
      priceOf(type.name, type.onDemandUsd),
    ]);
    return { FormatVersion: "aws_v1", PriceList: products.map((product) => JSON.stringify(product)) };
  },
};

function priceOf(instanceType: string, USD: string): object {
  return {
    product: { attributes: { instanceType } },
    terms: { OnDemand: { term: { priceDimensions: { dimension: { unit: "Hrs", pricePerUnit: { USD } } } } } },
  };
}
