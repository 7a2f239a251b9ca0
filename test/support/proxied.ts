/**
 * Stories of real processes before moto with a fault proxy between them: runs whose calls go wrong on the wire, or that get
 * signals at a call, until one is left in peace and has to finish. What there is then is told by moto, past the product.
 */
import assert from "node:assert/strict";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { clusterTree, filesOf } from "./builders.ts";
import { MISHAPS, SIGNALS, type Strike, startFaultProxy } from "./fault-proxy.ts";
import type { Moto } from "./moto.ts";
import { begin, repository, start } from "./spawn.ts";

const BUNDLE = "dist-test-moto/cli.js";
const OWN = { SLIPWAY_OWNER: "4711" };
/** A killed run's lease is outwaited by the next, and must not be lost for being short on a busy machine. */
const KILLED = { SLIPWAY_LEASE_TTL: "8s" };
const DONE = ["applied", "resumed", "no-changes", "destroyed"];

/** What is done, and what happens to each of its runs; the one after the last of them is left in peace. */
export interface ProxyStory {
  name: string;
  command: "apply" | "destroy";
  runs: readonly (readonly Strike[])[];
}

/** What a story took. */
export interface Told {
  runs: number;
  calls: number;
  met: string[];
}

/** One control-plane node: of everything that a cluster has there is one at least. */
function smallCluster(name: string): string {
  const spec = { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] };
  return repository(filesOf(clusterTree({ metadata: { name }, spec })));
}

/** What an undisturbed apply makes. */
export interface Calm {
  standing: Record<string, number>;
  made: Record<string, number>;
}

export async function calmApply(moto: Moto, name: string): Promise<Calm> {
  const root = smallCluster(name);
  const { result, told } = await run(root, moto.env, ["apply"]);
  assert.equal(result, "applied", told);
  return { standing: counts(await moto.leftovers(name)), made: counts(await moto.everMade(name)) };
}

/** Plays a story with a cluster of its own name; throws an AssertionError when something does not hold. */
export async function playBeforeMoto(moto: Moto, story: ProxyStory, undisturbed: Promise<Calm>): Promise<Told> {
  const { name, command, runs } = story;
  const root = smallCluster(name);
  const told: Told = { runs: 0, calls: 0, met: [] };
  if (command === "destroy") assert.equal((await run(root, moto.env, ["apply"])).result, "applied");
  const args = command === "apply" ? ["apply"] : ["destroy", name, "--confirm", name];

  let last = { result: "", told: "" };
  for (const strikes of [...runs, []]) {
    told.runs += 1;
    last = await struck(root, moto, args, strikes, told);
    if (strikes.length > 0 && DONE.includes(last.result)) break; // it withstood all of it
  }
  const calm = await undisturbed;
  const happened = `${name}: ${told.met.join(", ") || "nothing happened"}\n${last.told}`;
  assert.ok(DONE.includes(last.result), `it ended as ${last.result}: ${happened}`);
  if (command === "destroy") {
    assert.deepEqual(await moto.leftovers(name), [], `something is left: ${happened}`);
  } else {
    assert.deepEqual(
      counts(await moto.leftovers(name)),
      calm.standing,
      `not what an undisturbed run leaves: ${happened}`,
    );
    const plan = await run(root, moto.env, ["plan"]);
    assert.equal(plan.result, "no-changes", `${happened}${plan.told}`);
  }
  assert.deepEqual(counts(await moto.everMade(name)), calm.made, `made more than once: ${happened}`);
  return told;
}

/** One run with the proxy in between. */
async function struck(
  root: string,
  moto: Moto,
  args: readonly string[],
  strikes: readonly Strike[],
  told: Told,
): Promise<{ result: string; told: string }> {
  const isKilled = strikes.some(({ kind }) => kind.startsWith("SIGKILL"));
  let kill = (_signal: NodeJS.Signals): void => {};
  const proxy = await startFaultProxy(moto.env.AWS_ENDPOINT_URL ?? "", strikes, (signal) => kill(signal));
  const running = begin(BUNDLE, [...args, "--json"], {
    cwd: root,
    env: { ...moto.env, ...OWN, ...(isKilled ? KILLED : {}), AWS_ENDPOINT_URL: proxy.endpoint },
  });
  kill = running.kill;
  const { stdout, stderr, signal, code } = await running.ended;
  proxy.close();
  told.calls += proxy.calls.changes + proxy.calls.reads;
  told.met.push(...proxy.met);
  return stdout === "" ? { result: `${signal ?? code}`, told: stderr.slice(-3000) } : toldBy(stdout, stderr);
}

async function run(root: string, env: Record<string, string>, args: readonly string[]) {
  const { stdout, stderr } = await start(BUNDLE, [...args, "--json"], { cwd: root, env: { ...env, ...OWN } });
  assert.notEqual(stdout, "", stderr);
  return toldBy(stdout, stderr);
}

/** The result's word, and what tells why it is that. */
function toldBy(stdout: string, stderr: string): { result: string; told: string } {
  const { result, findings, clusters } = JSON.parse(stdout);
  const [cluster = {}] = clusters;
  const undone = (cluster.steps ?? []).filter(({ state }: { state: string }) => state !== "done");
  const why = JSON.stringify([...findings, ...(cluster.findings ?? []), ...undone], null, 1);
  return { result, told: `${stderr.slice(-3000)}${why.slice(0, 3000)}` };
}

/** How many there are of each kind. */
function counts(things: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const kind of things.map((one) => one.split(" ")[0] ?? "").sort()) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

/** How many changes and reads a run makes of which a seed chooses: about as many as an undisturbed one. */
const SPAN = { apply: { changes: 60, reads: 90 }, destroy: { changes: 35, reads: 70 } } as const;

/** The story of a seed: one to three runs, each with one to four mishaps, and half of them with a signal. */
export function storyOf(seed: number): ProxyStory {
  const random = seededRandom(seed * 7919); // the first numbers of neighbouring seeds are alike
  const command = random() < 0.6 ? "apply" : "destroy";
  const runs = Array.from({ length: 1 + Math.floor(random() * 3) }, () => strikesOf(random, SPAN[command]));
  return { name: `proxy-${seed}`, command, runs };
}

function strikesOf(random: Random, { changes, reads }: { changes: number; reads: number }): Strike[] {
  const strikes = Array.from({ length: 1 + Math.floor(random() * 4) }, (): Strike => {
    const isChange = random() < 0.75;
    const nth = 1 + Math.floor(random() * (isChange ? changes : reads));
    return { of: isChange ? "changes" : "reads", nth, kind: oneOf(random, MISHAPS) };
  });
  if (random() < 0.5) {
    strikes.push({ of: "changes", nth: 1 + Math.floor(random() * changes), kind: oneOf(random, SIGNALS) });
  }
  return strikes;
}

function oneOf<T>(random: Random, among: readonly [T, ...T[]]): T {
  return among[Math.floor(random() * among.length)] ?? among[0];
}
