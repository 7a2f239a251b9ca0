import type { Sabotage } from "./sabotage.ts";

const STATUS = "test/apply/status.test.ts";
const ROLLING =
  "in the middle of a roll status tells which nodes are as the file says, which go and why, and what is still to come";
const COUNTED = "while a roll goes on, each node that is ready or gone is counted against how many there will be";

/** Of what is told of a cluster and of a run. */
export const STATUS_SABOTAGES: readonly Sabotage[] = [
  {
    name: "a node that is not as the file says looks as if it were",
    file: "src/plan/standing.ts",
    find: "configHash === verdict.pool?.configHash",
    replace: "verdict.pool !== undefined",
    testFile: STATUS,
    test: ROLLING,
  },
  {
    name: "what waits for its price is not told",
    file: "src/plan/standing.ts",
    find: "sum + zone.waiting",
    replace: "sum",
    testFile: STATUS,
    test: ROLLING,
  },
  {
    name: "an old node that is still ready counts as one that was added",
    file: "src/apply/node-counts.ts",
    find: 'event.phase === "ready" && this.#awaited.delete(event.instanceId)',
    replace: 'event.phase !== "packages"',
    testFile: STATUS,
    test: COUNTED,
  },
  {
    name: "a pool that was removed is warned of for ever",
    file: "src/commands/converge.ts",
    find: "code !== POOL_REMOVAL",
    replace: 'code !== ""',
    testFile: STATUS,
    test: COUNTED,
  },
];
