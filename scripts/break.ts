/**
 * `npm run break`: kills create and destroy of a three-zone cluster at every call, in every way, once and twice in a row,
 * and runs them again until they are done; the same with changes of a small cluster, whose nodes, etcd and API server must
 * hold all the while; makes all pairs of edits, and interrupts changes by the hundred; and lets processes race for a lease
 * and for a cluster, by the thousand.
 * `npm run break -- create/crash-after/137/2` replays one scenario.
 */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { messageOf } from "../src/core/errors.ts";
import { allScenarios, nameOf, type Played, play, referenceOf, type Scenario } from "../test/support/breaking.ts";
import { clusterWith } from "../test/support/builders.ts";
import { allDay2Scenarios, type Day2Scenario, nameOfDay2, playDay2 } from "../test/support/day2-breaking.ts";
import { changes, type Pair, pairsOf } from "../test/support/day2-edits.ts";
import {
  describeInterruption,
  type Interruption,
  JOURNEYS,
  lengthOf,
  playInterruption,
  sampleOf,
} from "../test/support/day2-interruptions.ts";
import { allStrikes, describeStrike, playStrike, type Strike } from "../test/support/day2-strikes.ts";
import { raceForLease, raceOfRuns } from "../test/support/races.ts";

/** A scenario by its name, and how it is played. */
interface Story {
  name: string;
  scenario?: Scenario;
  race?: { of: "lease" | "runs"; seed: number };
  change?: Day2Scenario;
  pair?: Pair;
  interruption?: Interruption;
  strike?: Strike;
}

/** What a worker tells of one story. */
type Told = { name: string; played: Played } | { name: string; broken: string };

const SEED = 1;
const INTERRUPTIONS = 500;
const RACES = { lease: 2000, runs: 500 } as const;
const cluster = clusterWith();
const small = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });

async function allStories(): Promise<Story[]> {
  const races = (["lease", "runs"] as const).flatMap((of) =>
    Array.from({ length: RACES[of] }, (_, index): Story => {
      const seed = index + 1;
      return { name: `race/${of}/${seed}`, race: { of, seed } };
    }),
  );
  const scenarios = await allScenarios(cluster, SEED);
  return [...scenarios.map((scenario) => ({ name: nameOf(scenario), scenario })), ...(await day2Stories()), ...races];
}

async function day2Stories(): Promise<Story[]> {
  const { scenarios } = await allDay2Scenarios(SEED);
  const lengths = new Map<string, { calls: number; seconds: number }>();
  for (const name of Object.keys(JOURNEYS)) lengths.set(name, await lengthOf(name, SEED));
  return [
    ...scenarios.map((change) => ({ name: nameOfDay2(change), change })),
    ...allStrikes().map((strike) => ({ name: `strike/${describeStrike(strike)}`, strike })),
    ...pairsOf().map((pair) => ({ name: `pair/${pair.name}`, pair })),
    ...sampleOf(INTERRUPTIONS, SEED, lengths).map((interruption) => ({
      name: `interruption/${describeInterruption(interruption)}`,
      interruption,
    })),
  ];
}

/** A story that is about one cluster's files and counts nothing. */
async function lived(story: Promise<void>): Promise<Played> {
  await story;
  return { calls: 0, faults: 0, runs: 1 };
}

async function work(stories: readonly Story[], tell: (told: Told) => void): Promise<void> {
  const [reference, smallReference] = [await referenceOf(cluster, SEED), await referenceOf(small, SEED)];
  const { references } = await allDay2Scenarios(SEED);
  const played = async ({ scenario, race, change, pair, interruption, strike }: Story): Promise<Played> => {
    if (scenario !== undefined) return play(cluster, scenario, SEED, reference);
    if (change !== undefined) return playDay2(change, SEED, references);
    if (pair !== undefined) return lived(changes(pair.edits, pair.seed));
    if (strike !== undefined) return lived(playStrike(strike));
    if (interruption !== undefined) return lived(playInterruption(interruption));
    if (race?.of === "lease") return raceForLease(race.seed);
    return raceOfRuns(small, race?.seed ?? 0, smallReference);
  };
  for (const story of stories) {
    const { name } = story;
    try {
      tell({ name, played: await played(story) });
    } catch (error) {
      tell({ name, broken: messageOf(error) });
    }
  }
}

async function main(names: readonly string[]): Promise<void> {
  const all = await allStories();
  const chosen = all.filter(({ name }) => names.length === 0 || names.includes(name));
  const sum = { calls: 0, faults: 0, runs: 0 };
  const broken: string[] = [];
  let done = 0;
  const startedAtMs = Date.now();
  const tell = (told: Told): void => {
    done += 1;
    if ("broken" in told) {
      broken.push(told.name);
      process.stdout.write(`${clear}✗ ${told.name}\n${told.broken.replace(/^/gm, "    ")}\n`);
      process.stdout.write(`  again: npm run break -- ${told.name}\n`);
    } else {
      for (const key of ["calls", "faults", "runs"] as const) sum[key] += told.played[key];
    }
    progress(done, chosen.length, broken.length, Date.now() - startedAtMs);
  };
  const workers = Math.min(chosen.length, availableParallelism());
  await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      // Dealt out one by one, so that each worker gets as many of the long ones.
      const share = chosen.filter((_story, n) => n % workers === index);
      const worker = new Worker(new URL(import.meta.url), { workerData: share });
      worker.on("message", tell);
      return new Promise<void>((resolve, reject) => {
        worker.on("error", reject);
        worker.on("exit", () => resolve());
      });
    }),
  );
  const held = broken.length === 0 && done === chosen.length && done > 0;
  const verdict = held ? "all held" : `${broken.length} BROKEN, ${chosen.length - done} not played`;
  process.stdout.write(
    `${clear}${done} scenarios, ${sum.calls} calls, ${sum.faults} faults, ${sum.runs} runs, ${verdict}\n`,
  );
  process.exitCode = held ? 0 : 1;
}

const isLive = process.stdout.isTTY === true;
const clear = isLive ? "\r\u001b[K" : "";
let shownPercent = 0;

/** A bar on a terminal; elsewhere a line for every twentieth. */
function progress(done: number, total: number, failed: number, elapsedMs: number): void {
  const percent = Math.floor((100 * done) / total);
  const restSeconds = Math.round(((elapsedMs / done) * (total - done)) / 1000);
  const bar = `${"█".repeat(Math.floor(percent / 4)).padEnd(25, "░")} ${done} of ${total}, ${failed} broken, ${restSeconds} s to go`;
  if (isLive) process.stdout.write(`${clear}${bar}`);
  else if (percent >= shownPercent + 5) {
    shownPercent = percent - (percent % 5);
    process.stdout.write(`${bar}\n`);
  }
}

if (isMainThread) await main(process.argv.slice(2));
else await work(workerData as Story[], (told) => parentPort?.postMessage(told));
