/** What is counted, or passes in virtual time: the same on every machine. */
import {
  clusterOfSize,
  creation,
  type Duration,
  marketCost,
  noChangePlanCost,
  standing,
  surveyCost,
} from "../test/support/measures.ts";
import { roll } from "../test/support/roll-time.ts";
import type { Group } from "./group.ts";

export const CALLS: Group = {
  ids: [
    "survey-calls",
    "survey-rounds",
    "market-calls",
    "market-rounds",
    "plan-calls",
    "plan-rounds",
    "plan-calls-1000",
  ],
  async measure() {
    const [small, large] = [clusterOfSize(3), clusterOfSize(993)];
    const simulation = await standing(small);
    const surveyed = await surveyCost(simulation, small);
    const marketed = await marketCost(simulation, small);
    const planned = await noChangePlanCost(simulation, small);
    const ofMany = await noChangePlanCost(await standing(large), large);
    return {
      measured: {
        "survey-calls": surveyed.calls,
        "survey-rounds": surveyed.rounds,
        "market-calls": marketed.calls,
        "market-rounds": marketed.rounds,
        "plan-calls": planned.calls,
        "plan-rounds": planned.rounds,
        "plan-calls-1000": ofMany.calls / planned.calls,
      },
      details: [
        `a plan of 6 nodes asks ${planned.calls} times; of 996, whose volumes come in two pages, ${ofMany.calls}`,
      ],
    };
  },
};

export const DURATIONS: Group = {
  ids: ["creation", "roll"],
  async measure() {
    const paces = [0, 0.5, 1];
    const created = await inTurn(paces, creation);
    const rolled = await inTurn(
      [
        [3, 1],
        [5, 2],
        [10, 3],
      ] as const,
      ([size, seed]) => roll(size, seed),
    );
    return {
      measured: { creation: worst(created), roll: worst(rolled) },
      details: [
        `creating takes ${created.map(shownDuration).join(", ")} with everything at its fastest, in the middle, at its slowest`,
        `rolling 3, 5 and 10 nodes takes ${rolled.map(shownDuration).join(", ")}`,
      ],
    };
  },
};

async function inTurn<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}

function worst(durations: readonly Duration[]): number {
  return Math.max(...durations.map(({ tookMs, neededMs }) => tookMs / neededMs));
}

function shownDuration({ tookMs, neededMs }: Duration): string {
  return `${Math.round(tookMs / 1000)} s (needed: ${Math.round(neededMs / 1000)})`;
}
