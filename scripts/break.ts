/**
 * `npm run break`: breaks clusters' lives at every call, in every way, and looks whether everything held that must. Without
 * arguments it plays a sample that takes some minutes; `--all` plays everything, `--seed N --count M` so many random
 * schedules from a seed on, and a name, or the beginning of one that ends in `/`, what is called so:
 * `npm run break -- plan/a-pool-grows/0.137.crash-after interruption/`. docs/reliability.md tells what is in it.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { messageOf } from "../src/core/errors.ts";
import { Stories, shrunk } from "../test/support/stories.ts";

/** What a worker tells of one story. */
interface Told {
  name: string;
  played?: { calls: number; faults: number; runs: number };
  /** What did not hold. */
  broken?: string;
  /** The smallest schedule that breaks as well, by its name. */
  smallest?: string;
}

async function work(names: readonly string[], tell: (told: Told) => void): Promise<void> {
  const stories = new Stories();
  // Calls fail by the million, and the SDK makes an error for each beforehand: where they came from is told by nobody.
  Error.stackTraceLimit = 0;
  for (const name of names) {
    try {
      tell({ name, played: await stories.play(name) });
    } catch (error) {
      const smallest = await shrunk(await stories.scheduleOf(name));
      tell({ name, broken: messageOf(error), ...(smallest === undefined ? {} : { smallest }) });
    }
  }
}

/** Which stories are asked for, in the order in which they are played. */
async function asked(args: readonly string[]): Promise<string[]> {
  const options = { all: { type: "boolean" }, seed: { type: "string" }, count: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const stories = new Stories();
  if (positionals.length > 0) return stories.named(positionals);
  if (values.seed !== undefined || values.count !== undefined) {
    return stories.random(Number(values.seed ?? 1), Number(values.count ?? 1000));
  }
  return values.all === true ? stories.all() : stories.sample();
}

async function main(args: readonly string[]): Promise<void> {
  const names = await asked(args);
  const sum = { calls: 0, faults: 0, runs: 0 };
  const broken: Told[] = [];
  let done = 0;
  const startedAtMs = Date.now();
  const tell = (told: Told): void => {
    done += 1;
    if (told.broken !== undefined) {
      broken.push(told);
      process.stdout.write(`${clear}✗ ${told.name}\n${told.broken.replace(/^/gm, "    ")}\n${replay(told)}`);
    }
    for (const key of ["calls", "faults", "runs"] as const) sum[key] += told.played?.[key] ?? 0;
    progress(done, names.length, broken.length, Date.now() - startedAtMs);
  };
  const workers = Math.min(names.length, availableParallelism());
  await Promise.all(Array.from({ length: workers }, (_, index) => played(names, index, workers, tell)));

  const seconds = (Date.now() - startedAtMs) / 1000;
  const held = broken.length === 0 && done === names.length && done > 0;
  const verdict = held ? "all held" : `${broken.length} BROKEN, ${names.length - done} not played`;
  const rate = `${(done / seconds).toFixed(1)} stories and ${(sum.runs / seconds).toFixed(1)} runs a second`;
  process.stdout.write(
    `${clear}${done} stories, ${sum.runs} runs, ${sum.calls} calls, ${sum.faults} faults in ${Math.round(seconds)} s (${rate}, ${workers} at a time): ${verdict}\n`,
  );
  if (broken.length > 1) process.stdout.write(broken.map((told) => `✗ ${told.name}\n${replay(told)}`).join(""));
  process.exitCode = held ? 0 : 1;
}

function replay({ name, smallest }: Told): string {
  return `  again: npm run break -- ${smallest ?? name}\n`;
}

/** One worker's share, dealt out one by one, so that each gets as many of the long ones. */
function played(names: readonly string[], index: number, workers: number, tell: (told: Told) => void): Promise<void> {
  const share = names.filter((_name, n) => n % workers === index);
  // Nearly all that a story makes is of no use a moment later: with so much room most of it is never copied.
  const resourceLimits = { maxYoungGenerationSizeMb: 64 };
  const worker = new Worker(new URL(import.meta.url), { workerData: share, resourceLimits });
  worker.on("message", tell);
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
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
