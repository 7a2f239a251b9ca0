/**
 * The kill test of day 2: changes of a small cluster in which one call goes wrong, in the first run or in the first two,
 * and which are then run again until they are done. What must hold at every moment holds all the while.
 */
import assert from "node:assert/strict";
import type { ClusterResult } from "../../src/commands/results.ts";
import { KINDS, outlineOfWhatStands, type Played } from "./breaking.ts";
import { A, B, C, controlPlane, type Edit, edited, type Files, removePool, setPool, smallFiles } from "./day2-files.ts";
import { Story } from "./day2-story.ts";
import { isChange, troubles } from "./simulation.ts";

interface Change {
  edit: Edit;
  confirm?: string;
}

/** Of one control-plane node and two workers in two zones. */
const CHANGES: Readonly<Record<string, Change>> = {
  scale: { edit: both(setPool("default", { size: 4 }), setPool("other", { size: 0 })) },
  roll: { edit: setPool("default", { instanceType: "m6i.xlarge" }) },
  "control-plane-roll": { edit: controlPlane({ instanceType: "m6i.xlarge" }) },
  removal: { edit: removePool("default"), confirm: "prod/default" },
  "zone-move": { edit: setPool("default", { zones: [B, C] }) },
};

function both(...edits: readonly Edit[]): Edit {
  return (files) => {
    for (const edit of edits) edit(files);
  };
}

function smallest(): Files {
  return edited(smallFiles(), controlPlane({ zones: [A] }), setPool("default", { size: 2 }));
}

/** One story: which change, what goes wrong at which call, and in how many runs in a row. */
export interface Day2Scenario {
  change: string;
  kind: (typeof KINDS)[number];
  at: number;
  runs: 1 | 2;
}

/** `day2/roll/crash-after/137/2`: names a scenario where it failed, and replays it. */
export function nameOfDay2({ change, kind, at, runs }: Day2Scenario): string {
  return `day2/${change}/${kind}/${at}/${runs}`;
}

/** What an undisturbed run leaves, by change: the measure of all others. */
export type References = ReadonlyMap<string, string>;

/** Every fourth call goes wrong twice in a row as well. */
const TWICE = 4;

/**
 * Every call that an undisturbed run makes, with everything that can happen to it. A call that reads has no deed: whether
 * it fails or the process dies before or after it is the same.
 */
export async function allDay2Scenarios(seed: number): Promise<{ scenarios: Day2Scenario[]; references: References }> {
  const references = new Map<string, string>();
  const scenarios: Day2Scenario[] = [];
  for (const change of Object.keys(CHANGES)) {
    const story = await Story.begin(smallest(), seed);
    const before = story.world.calls.length;
    await run(story, change, []);
    await story.assertSettled();
    references.set(change, outlineOfDay2(story));
    const actions = story.world.calls.slice(before).map(({ action }) => action);
    actions.forEach((action, at) => {
      for (const kind of KINDS) {
        if (!isChange(action) && (kind === "error-after" || kind === "crash-after")) continue;
        scenarios.push({ change, kind, at, runs: 1 });
        if (at % TWICE === 0) scenarios.push({ change, kind, at, runs: 2 });
      }
    });
  }
  return { scenarios, references };
}

const ENOUGH_RUNS = 3;
const DONE = ["applied", "resumed", "no-changes"];

/** Plays a scenario, and throws an AssertionError when something does not hold. */
export async function playDay2(scenario: Day2Scenario, seed: number, references: References): Promise<Played> {
  const { change, kind, at, runs: faulty } = scenario;
  const story = await Story.begin(smallest(), seed);
  const before = story.world.calls.length;
  let last: ClusterResult | "crashed" = "crashed";
  let runs = 0;
  while (runs < ENOUGH_RUNS && (last === "crashed" || !DONE.includes(last.result))) {
    last = await run(story, change, runs < faulty ? [{ kind, at }] : []);
    runs += 1;
  }
  assert.ok(last !== "crashed" && DONE.includes(last.result), `not done after ${runs} runs: ${saidOf(last)}`);
  const calls = story.world.calls.length - before;
  await story.assertSettled();
  assert.equal(outlineOfDay2(story), references.get(change), "not what an undisturbed run makes");
  return { calls, faults: story.world.faultsMet, runs };
}

function run(story: Story, change: string, faults: readonly { kind: Day2Scenario["kind"]; at: number }[]) {
  const { edit, confirm } = CHANGES[change] ?? { edit: () => {} };
  return story.run(edited(smallest(), edit), { faults, confirm: confirm === undefined ? [] : [confirm] });
}

function saidOf(result: ClusterResult | "crashed"): string {
  return result === "crashed" ? result : `${result.result}: ${troubles(result).join("\n")}`;
}

/** Snapshots of etcd are as many as runs have asked for. */
function outlineOfDay2({ world }: Story): string {
  return outlineOfWhatStands(world).replace(/ \S+\/etcd\/\S+/g, "");
}
