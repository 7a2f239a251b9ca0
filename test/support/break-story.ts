/** Plays a schedule of faults, and looks whether everything held that must. */
import assert from "node:assert/strict";
import type { ClusterResult } from "../../src/commands/results.ts";
import { CONTROL_PLANE } from "../../src/config/cluster.ts";
import type { Fault as CallFault, FaultKind } from "../../src/twin/faults.ts";
import type { Instance } from "../../src/twin/records.ts";
import { foreignThings, outline, outlineOfWhatStands, type Played, watchHolders } from "./breaking.ts";
import { clusterOf, edited } from "./day2-files.ts";
import { isInService } from "./day2-nodes.ts";
import { Story } from "./day2-story.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { CALL_FAULTS, type Fault, type Schedule } from "./schedules.ts";
import { Crashed, type ProcessOptions, troubles } from "./simulation.ts";

const SEED = 1;
const DONE = ["applied", "resumed", "no-changes", "destroyed"];
/** Without faults it is done after so many runs: one that meets what is left over, one that mends it, and one to spare. */
const ENOUGH_RUNS = 3;
/** Until a node that does not answer is given up, and what is shutting down is gone. */
const PAUSE_MS = 15 * 60_000;

type Ended = ClusterResult | "crashed";

/** Throws an AssertionError when something does not hold. */
export async function playSchedule({ scenario: name, faults }: Schedule): Promise<Played> {
  const scenario = scenarioOf(name);
  const story = await begin(scenario);
  const { world } = story;
  const [callsBefore, foreign] = [world.calls.length, foreignThings(world)];
  const holders = watchHolders(world, "prod");
  const runsWithFaults = Math.max(-1, ...faults.map(({ run }) => run)) + 1;
  const disturbsWorld = faults.some(({ kind }) => !isCallFault(kind));
  let last: Ended = "crashed";
  let runs = 0;
  let calm = 0;
  const said: string[] = [];
  while (runs < runsWithFaults || (calm < ENOUGH_RUNS && !isDone(last))) {
    const mine = faults.filter(({ run }) => run === runs);
    last = await once(story, scenario, mine);
    said.push(`run ${runs + 1}: ${saidOf(last)}`);
    runs += 1;
    if (runs > runsWithFaults) calm += 1;
    if (disturbsWorld) await story.sleep(PAUSE_MS);
  }
  assert.deepEqual(holders, [], "changed without the lease");
  assert.ok(isDone(last), `not done after ${runs} runs\n${said.join("\n")}`);
  // What befell the world in the last run is made up for by one more.
  if (disturbsWorld) {
    await once(story, scenario, []);
    runs += 1;
  }
  await assertDone(story, scenario, name);
  assert.deepEqual(foreignThings(world), foreign, "somebody else's was touched");
  return { calls: world.calls.length - callsBefore, faults: faults.length, runs };
}

/** The actions of an undisturbed run's calls. */
export async function actionsOf(name: string): Promise<string[]> {
  const scenario = scenarioOf(name);
  const story = await begin(scenario);
  const before = story.world.calls.length;
  const ended = await once(story, scenario, []);
  assert.ok(isDone(ended), saidOf(ended));
  return story.world.calls.slice(before).map(({ action }) => action);
}

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.get(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
}

async function begin({ from, to, withoutBudgets }: Scenario): Promise<Story> {
  const story = from === undefined ? await Story.beforeAll(to ?? assert.fail(), SEED) : await Story.begin(from, SEED);
  if (withoutBudgets) story.kubernetes.budgets.length = 0;
  return story;
}

async function once(story: Story, { from, to, confirm }: Scenario, faults: readonly Fault[]): Promise<Ended> {
  const mended: (() => void)[] = [];
  const options: ProcessOptions = {
    confirm,
    faults: faults.flatMap(({ kind, at }): CallFault[] =>
      isCallFault(kind) ? [{ kind, at, times: kind === "throttle" ? 3 : 1 }] : [],
    ),
    through: (inner) => {
      let calls = 0;
      return (call) => {
        for (const fault of faults) if (fault.at === calls) mended.push(strike(story, fault));
        calls += 1;
        return inner(call);
      };
    },
  };
  try {
    if (to !== undefined) return await story.run(to, options);
    const { confirm: _none, ...rest } = options;
    return await story.simulation.destroy(clusterOf(from ?? story.files), rest);
  } catch (error) {
    if (error instanceof Crashed) return "crashed";
    throw error;
  } finally {
    for (const mend of mended) mend();
  }
}

/** Lets something befall the world; gives what puts an end to it when the run is over. */
function strike(story: Story, { kind, at }: Fault): () => void {
  const { world } = story;
  const { pools, controlPlane } = story.files;
  if (kind === "no-capacity") {
    const places = [controlPlane, ...pools].flatMap(({ instanceType, zones }) =>
      zones.map((zone) => `${instanceType}/${zone}`),
    );
    const place = places[at % places.length] ?? "";
    world.exhausted.add(place);
    return () => void world.exhausted.delete(place);
  }
  if (kind === "price") {
    const spot = pools.filter((pool) => pool.spot !== undefined);
    const places = spot.flatMap(({ instanceType, zones }) => zones.map((zone) => `${instanceType}/${zone}`));
    for (const place of places) world.spotPrices.set(place, "9.000000");
    return () => {
      for (const place of places) world.spotPrices.delete(place);
    };
  }
  if (kind === "no-boot") {
    const phase = (["packages", "join"] as const)[at % 2] ?? "packages";
    const how = (["hang", "die"] as const)[(at >> 1) % 2] ?? "hang";
    const befalls = { phase, role: "worker", kind: how, times: 1 } as const;
    world.bootFaults.push(befalls);
    return () => world.bootFaults.splice(0);
  }
  const nodes = kind === "terminated" ? expendable(story) : [];
  const node = nodes[at % Math.max(1, nodes.length)];
  if (node !== undefined) story.strike(node, "terminate");
  return () => {};
}

/** Nodes whose loss a cluster outlives: workers, and one control-plane node where the others are a majority without it. */
function expendable(story: Story): Instance[] {
  const there = story.nodes().filter(({ state }) => state === "running" || state === "pending");
  const { members } = story.kubernetes;
  const serving = [...members].filter((id) => {
    const node = story.world.instances.get(id);
    return node !== undefined && isInService(story.world, node);
  });
  const mayLose = serving.length >= 3 && serving.length === members.size;
  return there.filter(({ id, tags }) => tags["slipway:pool"] !== CONTROL_PLANE || (mayLose && members.has(id)));
}

function isCallFault(kind: Fault["kind"]): kind is FaultKind & (typeof CALL_FAULTS)[number] {
  return (CALL_FAULTS as readonly string[]).includes(kind);
}

function isDone(ended: Ended): boolean {
  return ended !== "crashed" && DONE.includes(ended.result);
}

function saidOf(ended: Ended): string {
  return ended === "crashed" ? ended : `${ended.result}: ${troubles(ended).join("\n")}`;
}

const references = new Map<string, string[]>();

/** What stands is what an undisturbed run makes, and nothing else: no thing is missing, none is there twice, none is left. */
async function assertDone(story: Story, scenario: Scenario, name: string): Promise<void> {
  const { to } = scenario;
  if (to === undefined) {
    assert.equal(outline(story.world), "", "something is left");
    return;
  }
  story.files = edited(to);
  await story.assertSettled();
  let reference = references.get(name);
  if (reference === undefined) {
    const quiet = await begin(scenario);
    await once(quiet, scenario, []);
    reference = outlineOf(quiet);
    references.set(name, reference);
  }
  assert.deepEqual(outlineOf(story), reference, "not what an undisturbed run makes");
}

/**
 * Each kind of thing on a line. Snapshots of etcd are as many as runs have asked for, and which zone has the odd node is
 * left to what happens (that they are spread is looked at before).
 */
function outlineOf({ world }: Story): string[] {
  return outlineOfWhatStands(world)
    .replace(/ \S+\/etcd\/\S+/g, "")
    .replace(/(pool\/[^/ ]+)\/\S+/g, "$1")
    .split("\n");
}
