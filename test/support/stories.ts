/** All stories of the breaker, by their names; each kind is made up when it is first asked for. */
import { actionsOf, playSchedule } from "./break-story.ts";
import { allScenarios, nameOf as nameOfKill, type Played, play, referenceOf } from "./breaking.ts";
import { clusterWith } from "./builders.ts";
import { changes, pairsOf } from "./day2-edits.ts";
import { describeInterruption, JOURNEYS, lengthOf, playInterruption, sampleOf } from "./day2-interruptions.ts";
import { allStrikes, describeStrike, playStrike } from "./day2-strikes.ts";
import { allTurns, playTurn } from "./day2-turns.ts";
import { raceForLease, raceOfRuns } from "./races.ts";
import { SCENARIOS } from "./scenarios.ts";
import { everyFault, nameOf, randomSchedule, type Schedule, scheduleOf, shrink } from "./schedules.ts";
import { playUpgrade, upgradeStories } from "./upgrading.ts";

type Tale = () => Promise<Played>;
type Tales = ReadonlyMap<string, Tale>;

const SEED = 1;
const INTERRUPTIONS = 500;
const RACES = { lease: 2000, runs: 500 } as const;
/** Random schedules that a sample, and all, begin with. */
const RANDOM = { sample: 4000, all: 100_000 } as const;
/** Of stories that are one of many alike a sample has one in so many. */
const ONE_IN: Readonly<Record<string, number>> = {
  plan: 23,
  create: 11,
  destroy: 11,
  upgrade: 11,
  turn: 8,
  pair: 16,
  interruption: 4,
  "race/lease": 4,
  "race/runs": 4,
};

export class Stories {
  readonly #kinds = new Map<string, Promise<Tales>>();
  readonly #actions = new Map<string, Promise<string[]>>();

  /** Plays a story; throws when something does not hold, and when there is none of that name. */
  async play(name: string): Promise<Played> {
    const schedule = await this.scheduleOf(name);
    if (schedule !== undefined) return playSchedule(schedule);
    const kind = KINDS.find((one) => name.startsWith(`${one}/`));
    const tale = kind === undefined ? undefined : (await this.#talesOf(kind)).get(name);
    if (tale === undefined) throw new Error(`there is no story ${name}`);
    return tale();
  }

  /** The schedule that a name stands for: `plan/…` says all of it, `seed/17` is made up from its seed. */
  async scheduleOf(name: string): Promise<Schedule | undefined> {
    const seed = /^seed\/(\d+)$/.exec(name)?.[1];
    if (seed === undefined) return scheduleOf(name);
    return randomSchedule(Number(seed), async (scenario) => (await this.#actionsOf(scenario)).length);
  }

  /** So many random schedules. */
  random(seed: number, count: number): string[] {
    return Array.from({ length: count }, (_, index) => `seed/${seed + index}`);
  }

  /** Those whose names are given, or begin as a name that ends in `/`. */
  async named(names: readonly string[]): Promise<string[]> {
    const chosen: string[] = [];
    for (const name of names) {
      if (!name.endsWith("/")) chosen.push(name);
      else chosen.push(...(await this.#every()).filter((one) => one.startsWith(name)));
    }
    return [...new Set(chosen)];
  }

  async all(): Promise<string[]> {
    return [...this.random(SEED, RANDOM.all), ...(await this.#every())];
  }

  /** Some of every kind, evenly. */
  async sample(): Promise<string[]> {
    const counts = new Map<string, number>();
    const some = (await this.#every()).filter((name) => {
      const kind = Object.keys(ONE_IN).find((one) => name.startsWith(`${one}/`)) ?? "";
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return count % (ONE_IN[kind] ?? 1) === 0;
    });
    return [...this.random(SEED, RANDOM.sample), ...some];
  }

  /** All but random schedules. */
  async #every(): Promise<string[]> {
    const names: string[] = [];
    for (const scenario of SCENARIOS.keys()) {
      names.push(...everyFault(scenario, await this.#actionsOf(scenario)).map(nameOf));
    }
    for (const kind of KINDS) names.push(...(await this.#talesOf(kind)).keys());
    return [...new Set(names)];
  }

  #actionsOf(scenario: string): Promise<string[]> {
    return remembered(this.#actions, scenario, () => actionsOf(scenario));
  }

  #talesOf(kind: string): Promise<Tales> {
    return remembered(this.#kinds, kind, async () => new Map(await TALES[kind]?.()));
  }
}

/** The smallest part of a schedule that breaks; undefined where there is no smaller one. */
export async function shrunk(schedule: Schedule | undefined): Promise<string | undefined> {
  if (schedule === undefined) return undefined;
  const breaks = (smaller: Schedule): Promise<boolean> =>
    playSchedule(smaller).then(
      () => false,
      () => true,
    );
  return nameOf(await shrink(schedule, breaks));
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

const cluster = clusterWith();
const small = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });

/** Stories that have something of their own, and are no schedules. */
const TALES: Readonly<Record<string, () => Promise<[string, Tale][]>>> = {
  create: () => kills("create"),
  destroy: () => kills("destroy"),
  upgrade: async () => (await upgradeStories()).map((one) => [`upgrade/${one.kind}/${one.at}`, () => playUpgrade(one)]),
  strike: async () => allStrikes().map((one) => [`strike/${describeStrike(one)}`, () => lived(playStrike(one))]),
  turn: async () => allTurns().map((one) => [`turn/${one.name}`, () => lived(playTurn(one))]),
  pair: async () => pairsOf().map((one) => [`pair/${one.name}`, () => lived(changes(one.edits, one.seed))]),
  interruption: async () => {
    const lengths = new Map<string, { calls: number; seconds: number }>();
    for (const name of Object.keys(JOURNEYS)) lengths.set(name, await lengthOf(name, SEED));
    return sampleOf(INTERRUPTIONS, SEED, lengths).map((one) => [
      `interruption/${describeInterruption(one)}`,
      () => lived(playInterruption(one)),
    ]);
  },
  "race/lease": async () => races("lease", raceForLease),
  "race/runs": async () => {
    const reference = await referenceOf(small, SEED);
    return races("runs", (seed) => raceOfRuns(small, seed, reference));
  },
};
const KINDS = Object.keys(TALES);

/** Three zones, and a call that goes wrong in the first run or in the first two. */
async function kills(command: "create" | "destroy"): Promise<[string, Tale][]> {
  const reference = await referenceOf(cluster, SEED);
  return (await allScenarios(cluster, SEED))
    .filter((one) => one.command === command)
    .map((one) => [nameOfKill(one), () => play(cluster, one, SEED, reference)]);
}

function races(of: keyof typeof RACES, race: (seed: number) => Promise<Played>): [string, Tale][] {
  return Array.from({ length: RACES[of] }, (_, index) => [`race/${of}/${index + 1}`, () => race(index + 1)]);
}

/** A story that is about what holds, and counts nothing. */
async function lived(story: Promise<void>): Promise<Played> {
  await story;
  return { calls: 0, faults: 0, runs: 1 };
}
