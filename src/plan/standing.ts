import { blueprintOf } from "../blueprint/blueprint.ts";
import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import type { Market } from "../market/market.ts";
import { bundleOf } from "../packs/bundle.ts";
import type { Inventory } from "../survey/survey.ts";
import { factsFor } from "./adopt.ts";
import type { NodeChange } from "./change.ts";
import { nodeChanges, poolFindings } from "./pool-report.ts";
import { judgePools } from "./pool-verdicts.ts";

/** How a pool's nodes stand to what the file asks for: what an apply would do about them. */
export interface Standing {
  pool: string;
  /** How many are as new ones would be. */
  current: number;
  toAdd: number;
  /** Nodes that go, and whether another takes their place. */
  going: readonly NodeChange[];
  /** How many are launched as soon as their price allows. */
  waiting: number;
}

/**
 * Compares pools with their nodes, and with nothing else of the cluster. A pool whose image is not known is left out: all
 * its nodes would look as if they were of another one.
 */
export function standingsOf(
  cluster: Cluster,
  inventory: Inventory,
  market: Market,
): { standings: Standing[]; findings: Finding[] } {
  // Neither whose the cluster is nor what its packs hold are nodes born with.
  const facts = factsFor(cluster, inventory, market, "", bundleOf([]));
  const verdicts = judgePools(blueprintOf(cluster, facts), inventory, market).filter(
    ({ pool }) => market.types !== undefined && pool?.launch.image.id !== "",
  );
  const standings = verdicts.map(
    (verdict): Standing => ({
      pool: verdict.name,
      current: inventory.nodes.filter(
        ({ pool, configHash, state }) =>
          pool === verdict.name && configHash === verdict.pool?.configHash && state !== "shutting-down",
      ).length,
      toAdd: verdict.launches.filter(({ replaces }) => replaces === undefined).length,
      going: nodeChanges(verdict),
      waiting: verdict.zones.reduce((sum, zone) => sum + zone.waiting, 0),
    }),
  );
  return { standings, findings: poolFindings(cluster, verdicts) };
}
