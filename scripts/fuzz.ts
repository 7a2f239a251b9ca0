/**
 * `npm run fuzz`: any two clusters, any bytes as a file, any text in what is shown; on every core, each with a seed of its
 * own. `npm run fuzz -- pairs --count 500 --seed 7` plays one property; a failure is printed with what it shrank to and the
 * command that plays it again.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Outcome, PROPERTIES } from "../test/support/fuzz/properties.ts";

/** What a worker plays, and what it tells. */
interface Share {
  name: string;
  seed: number;
  count: number;
  path?: string;
}
type Told =
  | { share: Share; outcome: Omit<Extract<Outcome, { held: false }>, "error"> & { error: string } }
  | { share: Share; outcome: Extract<Outcome, { held: true }> };

/** Draws by default: a pair is lived through on the model, the others cost a millisecond. */
const COUNTS: Readonly<Record<string, number>> = { pairs: 200, bytes: 20_000, renderings: 2000 };
/** A share is small, so that what was found is told soon and cores are busy to the end. */
const SHARE: Readonly<Record<string, number>> = { pairs: 25, bytes: 5000, renderings: 500 };

async function work({ name, seed, count, path }: Share): Promise<Told> {
  const play = PROPERTIES[name];
  if (play === undefined) throw new Error(`there is no property ${name}`);
  const share = { name, seed, count, ...(path === undefined ? {} : { path }) };
  const outcome = await play(share);
  if (outcome.held) return { share, outcome };
  const error = outcome.error instanceof Error ? (outcome.error.stack ?? outcome.error.message) : String(outcome.error);
  return { share, outcome: { ...outcome, error } };
}

function sharesOf(
  names: readonly string[],
  seed: number,
  count: number | undefined,
  path: string | undefined,
): Share[] {
  return names.flatMap((name) => {
    const all = count ?? COUNTS[name] ?? 100;
    if (path !== undefined) return [{ name, seed, count: all, path }];
    const size = SHARE[name] ?? all;
    return Array.from({ length: Math.ceil(all / size) }, (_, n) => ({
      name,
      seed: seed + n,
      count: Math.min(size, all - n * size),
    }));
  });
}

function inWorker(share: Share): Promise<Told> {
  const worker = new Worker(new URL(import.meta.url), { workerData: share });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { count: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
  });
  const unknown = positionals.filter((name) => PROPERTIES[name] === undefined);
  if (unknown.length > 0) {
    console.error(`there is no property ${unknown.join(", ")}; there is ${Object.keys(PROPERTIES).join(", ")}`);
    process.exitCode = 2;
    return;
  }
  const seed = Number(values.seed ?? 1);
  const count = values.count === undefined ? undefined : Number(values.count);
  const names = positionals.length > 0 ? positionals : Object.keys(PROPERTIES);
  const waiting = sharesOf(names, seed, count, values.path);
  const all = waiting.length;
  let [held, broken] = [0, 0];
  const sums = new Map<string, Map<string, number>>();
  const next = async (): Promise<void> => {
    for (let share = waiting.shift(); share !== undefined; share = waiting.shift()) {
      const { outcome } = await inWorker(share);
      if (outcome.held) {
        held += 1;
        addUp(sums, share.name, outcome.said);
        console.log(`✓ ${share.name} ${share.seed}: ${outcome.said}`);
      } else {
        broken += 1;
        const again = `npm run fuzz -- ${share.name} --seed ${share.seed} --count ${share.count} --path ${outcome.path}`;
        console.log(
          `✗ ${share.name}, shrunk ${outcome.shrunk} times\n${outcome.described}\n${outcome.error}\n  again: ${again}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  for (const [name, counts] of sums)
    console.log(`${name}: ${[...counts].map(([what, n]) => `${n} ${what}`).join(", ")}`);
  console.log(`${all} shares from seed ${seed}, ${held} held${broken === 0 ? "" : `, ${broken} BROKEN`}`);
  process.exitCode = broken === 0 && held > 0 ? 0 : 1;
}

/** `12 pairs planned, 3 rehearsed` of every share, as one line. */
function addUp(sums: Map<string, Map<string, number>>, name: string, said: string): void {
  const counts = sums.get(name) ?? new Map<string, number>();
  for (const [, n = "", what = ""] of said.matchAll(/(\d+) ([^,]+)/g))
    counts.set(what, (counts.get(what) ?? 0) + Number(n));
  sums.set(name, counts);
}

if (isMainThread) await main();
else parentPort?.postMessage(await work(workerData as Share));
