/** What rehearsals are made from. */
import assert from "node:assert/strict";
import { type Assessment, assess } from "../../src/commands/assess.ts";
import type { CommandContext } from "../../src/commands/context.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import type { Simulation } from "./simulation.ts";

/** What a plan is made from, as the commands see it. */
export async function assessment(simulation: Simulation, cluster: Cluster): Promise<Assessment> {
  const { owner, ownPacks } = simulation;
  const context = { owner, ownPacks, emit: () => {} } as unknown as CommandContext;
  const seen = await simulation.run(() => assess(context, cluster, simulation.connect()));
  assert.ok("plan" in seen);
  return seen;
}
