/**
 * `npm run break`: kills create and destroy of a three-zone cluster at every call, in every way, once and twice in a row,
 * and runs them again until they are done; the same of an upgrade by a minor version of Kubernetes, and of changes of a
 * small cluster, whose nodes, etcd and API server must hold all the while; makes all pairs of edits, makes each edit in
 * every state of a roll, strikes nodes in a roll, and interrupts changes by the hundred; and lets processes race for a
 * lease and for a cluster, by the thousand.
 * `npm run break -- create/crash-after/137/2` replays one scenario, `npm run break -- interruption/ pair/` plays those whose
 * names begin so.
 */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { messageOf } from "../src/core/errors.ts";
import { allScenarios, nameOf, type Played, play, referenceOf } from "../test/support/breaking.ts";
import { clusterWith } from "../test/support/builders.ts";
import { allDay2Scenarios, nameOfDay2, playDay2 } from "../test/support/day2-breaking.ts";
import { changes, pairsOf } from "../test/support/day2-edits.ts";
import {
  describeInterruption,
  JOURNEYS,
  lengthOf,
  playInterruption,
  sampleOf,
} from "../test/support/day2-interruptions.ts";
import { allStrikes, describeStrike, playStrike } from "../test/support/day2-strikes.ts";
import { allTurns, playTurn } from "../test/support/day2-turns.ts";
import { raceForLease, raceOfRuns } from "../test/support/races.ts";
import { playUpgrade, upgradeStories } from "../test/support/upgrading.ts";

/** What is played, by its name. */
interface Story {
  name: string;
  play: () => Promise<Played>;
}

/** What a worker tells of one story. */
type Told = { name: string; played: Played } | { name: string; broken: string };

const SEED = 1;
const INTERRUPTIONS = 500;
const RACES = { lease: 2000, runs: 500 } as const;
const cluster = clusterWith();
const small = clusterWith({ spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] } });

async function allStories(): Promise<Story[]> {
  const [reference, smallReference] = [await referenceOf(cluster, SEED), await referenceOf(small, SEED)];
  const races = (of: keyof typeof RACES, race: (seed: number) => Promise<Played>): Story[] =>
    Array.from({ length: RACES[of] }, (_, index) => ({ name: `race/${of}/${index + 1}`, play: () => race(index + 1) }));
  return [
    ...(await allScenarios(cluster, SEED)).map((one) => ({
      name: nameOf(one),
      play: () => play(cluster, one, SEED, reference),
    })),
    ...(await upgradeStories()).map((one) => ({ name: `upgrade/${one.kind}/${one.at}`, play: () => playUpgrade(one) })),
    ...(await day2Stories()),
    ...races("lease", raceForLease),
    ...races("runs", (seed) => raceOfRuns(small, seed, smallReference)),
  ];
}

async function day2Stories(): Promise<Story[]> {
  const { scenarios, references } = await allDay2Scenarios(SEED);
  const lengths = new Map<string, { calls: number; seconds: number }>();
  for (const name of Object.keys(JOURNEYS)) lengths.set(name, await lengthOf(name, SEED));
  return [
    ...scenarios.map((one) => ({ name: nameOfDay2(one), play: () => playDay2(one, SEED, references) })),
    ...allStrikes().map((one) => ({ name: `strike/${describeStrike(one)}`, play: () => lived(playStrike(one)) })),
    ...allTurns().map((one) => ({ name: `turn/${one.name}`, play: () => lived(playTurn(one)) })),
    ...pairsOf().map((one) => ({ name: `pair/${one.name}`, play: () => lived(changes(one.edits, one.seed)) })),
    ...sampleOf(INTERRUPTIONS, SEED, lengths).map((one) => ({
      name: `interruption/${describeInterruption(one)}`,
      play: () => lived(playInterruption(one)),
    })),
  ];
}

/** A story that is about what holds, and counts nothing. */
async function lived(story: Promise<void>): Promise<Played> {
  await story;
  return { calls: 0, faults: 0, runs: 1 };
}

/** A worker makes up all stories by itself, and plays those whose names it is given. */
async function work(names: readonly string[], tell: (told: Told) => void): Promise<void> {
  const mine = new Set(names);
  for (const { name, play: played } of await allStories()) {
    if (!mine.delete(name)) continue; // of two of one name the first
    try {
      tell({ name, played: await played() });
    } catch (error) {
      tell({ name, broken: messageOf(error) });
    }
  }
}

async function main(names: readonly string[]): Promise<void> {
  const all = [...new Set((await allStories()).map(({ name }) => name))];
  const isAsked = (name: string): boolean =>
    names.length === 0 || names.some((asked) => name === asked || (asked.endsWith("/") && name.startsWith(asked)));
  const chosen = all.filter(isAsked);
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
else await work(workerData as string[], (told) => parentPort?.postMessage(told));
