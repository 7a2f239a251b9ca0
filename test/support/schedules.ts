/**
 * What goes wrong in a story of the breaker: faults at calls of its runs, by a name that plays it again. After the runs that
 * the schedule is about, runs without faults follow until the cluster is as it should be.
 */
import { between, type Random, seededRandom } from "../../src/core/random.ts";
import type { FaultKind } from "../../src/twin/faults.ts";
import { SCENARIOS, SHORT } from "./scenarios.ts";
import { isChange } from "./simulation.ts";

/** What befalls the process that makes the call, or the call itself. */
export const CALL_FAULTS = [
  "refuse",
  "deny",
  "lose-answer",
  "error-after",
  "hang",
  "throttle",
  "expired",
  "crash-before",
  "crash-after",
] as const satisfies readonly FaultKind[];

/** What befalls the world at the moment of the call; `no-capacity` and `price` last until the run has ended. */
export const WORLD_FAULTS = ["no-capacity", "price", "no-boot", "terminated"] as const;

export type Mishap = (typeof CALL_FAULTS)[number] | (typeof WORLD_FAULTS)[number];

/** A fault of a schedule. */
export interface Fault {
  /** In which run, from 0. */
  run: number;
  /** At which call of that run, from 0. */
  at: number;
  kind: Mishap;
}

export interface Schedule {
  scenario: string;
  faults: readonly Fault[];
}

/** A call that only reads has no deed that could come before or after what goes wrong. */
const AFTER_THE_DEED: readonly Mishap[] = ["error-after", "lose-answer", "crash-after"];

/** `plan/a-pool-grows/0.137.crash-after+1.12.throttle`: in the first run, at its 137th call, and so on. */
export function nameOf({ scenario, faults }: Schedule): string {
  return `plan/${scenario}/${faults.map(({ run, at, kind }) => `${run}.${at}.${kind}`).join("+")}`;
}

/** Undefined where a name is no schedule's. */
export function scheduleOf(name: string): Schedule | undefined {
  const [, scenario = "", list = ""] = /^plan\/([^/]+)\/(.*)$/.exec(name) ?? [];
  if (!SCENARIOS.has(scenario)) return undefined;
  const faults = list.split("+").map((text): Fault | undefined => {
    const [, run, at, kind] = /^(\d+)\.(\d+)\.([\w-]+)$/.exec(text) ?? [];
    const known = [...CALL_FAULTS, ...WORLD_FAULTS].find((one) => one === kind);
    return known === undefined ? undefined : { run: Number(run), at: Number(at), kind: known };
  });
  return faults.includes(undefined) ? undefined : { scenario, faults: faults as Fault[] };
}

/** Whether a scenario has anything that such a fault could befall. */
function applies(kind: Mishap, scenario: string, action: string | undefined): boolean {
  const { from, to } = SCENARIOS.get(scenario) ?? {};
  if (kind === "price") return to?.pools.some(({ spot }) => spot !== undefined) === true;
  if (kind === "no-capacity" || kind === "no-boot") return to !== undefined;
  if (kind === "terminated") return from !== undefined && to !== undefined;
  return action === undefined || isChange(action) || !AFTER_THE_DEED.includes(kind);
}

/** Every call of an undisturbed run with everything that can go wrong there, one thing a story. */
export function everyFault(scenario: string, actions: readonly string[]): Schedule[] {
  return actions.flatMap((action, at) =>
    [...CALL_FAULTS, ...WORLD_FAULTS]
      .filter((kind) => applies(kind, scenario, action))
      .map((kind): Schedule => ({ scenario, faults: [{ run: 0, at, kind }] })),
  );
}

/** Two to five faults in up to three runs, all from the seed; most of them of clusters as small as they can be. */
export async function randomSchedule(seed: number, lengthOf: (scenario: string) => Promise<number>): Promise<Schedule> {
  const random = seededRandom(seed * 7919);
  const scenario = oneOf(random, random() < 0.8 ? SHORT : [...SCENARIOS.keys()]);
  const kinds = [...CALL_FAULTS, ...WORLD_FAULTS].filter((kind) => applies(kind, scenario, undefined));
  const calls = await lengthOf(scenario);
  const faults = Array.from({ length: Math.floor(between(random, 2, 6)) }, (): Fault => {
    const run = Math.floor(between(random, 0, 3));
    return { run, at: Math.floor(between(random, 0, calls)), kind: oneOf(random, kinds) };
  });
  return { scenario, faults: faults.sort((a, b) => a.run - b.run || a.at - b.at) };
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** The smallest part of a schedule that still breaks: faults are left out one by one for as long as it does. */
export async function shrink(schedule: Schedule, breaks: (smaller: Schedule) => Promise<boolean>): Promise<Schedule> {
  for (const fault of schedule.faults) {
    const smaller = { ...schedule, faults: schedule.faults.filter((one) => one !== fault) };
    if (smaller.faults.length > 0 && (await breaks(smaller))) return shrink(smaller, breaks);
  }
  return schedule;
}
