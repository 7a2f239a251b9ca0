/** Plans without AWS: inventories as a cluster leaves them, and markets that have everything. */
import { blueprintOf } from "../../src/blueprint/blueprint.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { Market } from "../../src/market/market.ts";
import { bundleOf, renderPacks } from "../../src/packs/bundle.ts";
import { factsFor } from "../../src/plan/adopt.ts";
import type { Inventory } from "../../src/survey/survey.ts";
import { typesOf, zonesOf } from "../../src/twin/catalogue.ts";

export const OWNER = "1234";

export const EMPTY: Inventory = {
  resources: [],
  nodes: [],
  targets: [],
  records: new Map(),
  readAtMs: 0,
  unreadable: [],
};

/** A region that offers all that tests ask for. */
export function market(changes: Partial<Market> = {}): Market {
  const region = "us-east-1";
  return {
    zones: zonesOf(region),
    closedZones: new Map(),
    types: new Map(
      typesOf(region).map((type) => [
        type.name,
        { vCpus: type.vCpus, memoryMiB: type.memoryMiB, architecture: type.arm ? "arm64" : "amd64", zones: type.zones },
      ]),
    ),
    images: new Map([
      ["ubuntu-24.04-amd64", "ami-0amd"],
      ["ubuntu-24.04-arm64", "ami-0arm"],
    ]),
    keyPairs: new Set(["ops"]),
    onDemandPrices: new Map(typesOf(region).map((type) => [type.name, type.onDemandUsd])),
    spotPrices: new Map(),
    partPrices: new Map([
      ["nat-gateway", "0.045"],
      ["load-balancer", "0.0225"],
      ["public-address", "0.005"],
      ["volume-gib-month", "0.08"],
    ]),
    pricedOn: "2026-01-01",
    unpriced: [],
    unknown: [],
    ...changes,
  };
}

export function blueprint(cluster: Cluster, inventory: Inventory = EMPTY) {
  const { packs } = renderPacks(cluster, { rendered: new Map() });
  return blueprintOf(cluster, factsFor(cluster, inventory, market(), OWNER, bundleOf(packs)));
}
