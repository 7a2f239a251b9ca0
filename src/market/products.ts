import type { UsdPerHour } from "../core/money.ts";

/** One product of the price list, as far as it is read here. Each comes as JSON within JSON. */
export interface Product {
  product?: { attributes?: Readonly<Record<string, string | undefined>> };
  terms?: { OnDemand?: Record<string, { priceDimensions?: Record<string, { pricePerUnit?: { USD?: string } }> }> };
}

/** A product's price on demand. The list has entries at 0, for what is paid for elsewhere; those are no prices. */
export function priceOf(product: Product): UsdPerHour | undefined {
  for (const term of Object.values(product.terms?.OnDemand ?? {})) {
    for (const dimension of Object.values(term.priceDimensions ?? {})) {
      const price = dimension.pricePerUnit?.USD;
      if (price !== undefined && Number(price) > 0) return price;
    }
  }
  return undefined;
}
