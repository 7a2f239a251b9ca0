/** A sample of the breaker's schedules, and what makes them worth playing: they come again by name, and shrink. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { actionsOf, playSchedule } from "../support/break-story.ts";
import { EDITS, NO_EDIT } from "../support/day2-edits.ts";
import { edited, smallFiles } from "../support/day2-files.ts";
import { SCENARIOS, type Scenario, SHORT } from "../support/scenarios.ts";
import {
  CALL_FAULTS,
  everyFault,
  nameOf,
  type Schedule,
  scheduleOf,
  shrink,
  WORLD_FAULTS,
} from "../support/schedules.ts";
import { Stories } from "../support/stories.ts";

const breaker = new Stories();
const RANDOM = 20;

for (const [number, kind] of [...CALL_FAULTS, ...WORLD_FAULTS].entries()) {
  test(`clusters outlive ${kind} at calls of their creation, a change and their end: nothing lost, twice, or left`, async () => {
    const stories: Schedule[][] = [];
    for (const scenario of [...SHORT, "spot-roll"]) {
      const ofKind = everyFault(scenario, await actionsOf(scenario)).filter(({ faults }) => faults[0]?.kind === kind);
      if (ofKind.length > 0) stories.push(ofKind);
    }
    assert.ok(stories.length > 0);
    for (const [index, ofKind] of stories.entries()) {
      const schedule = ofKind[(number * 37 + index * 53) % ofKind.length];
      if (schedule === undefined || index % 2 === 1) continue;
      await playSchedule(schedule).catch((cause: unknown) => assert.fail(`${nameOf(schedule)}: ${String(cause)}`));
    }
  });
}

test("schedules of several faults, from seeds, end as undisturbed runs do", async () => {
  for (const name of breaker.random(1, RANDOM)) {
    await breaker.play(name).catch((cause: unknown) => assert.fail(`npm run break -- ${name}\n${String(cause)}`));
  }
});

test("a schedule is its name, and the same name is the same story: call by call", async () => {
  const schedule = await breaker.scheduleOf("seed/3");
  assert.ok(schedule !== undefined && schedule.faults.length > 1);
  assert.deepEqual(scheduleOf(nameOf(schedule)), schedule);
  assert.deepEqual(await breaker.play(nameOf(schedule)), await breaker.play("seed/3"));
  for (const name of ["plan/no-such/0.1.refuse", "plan/tiny-roll/0.1.nothing", "plan/tiny-roll/", "strike/x"]) {
    assert.equal(scheduleOf(name), undefined, name);
  }
});

test("of a schedule that breaks what is not needed for it is left out", async () => {
  const faults = [
    { run: 0, at: 5, kind: "throttle" },
    { run: 0, at: 9, kind: "crash-after" },
    { run: 1, at: 2, kind: "deny" },
    { run: 1, at: 7, kind: "hang" },
  ] as const;
  const breaks = async ({ faults: left }: Schedule): Promise<boolean> =>
    left.some(({ kind }) => kind === "crash-after") && left.some(({ kind }) => kind === "hang");

  const smallest = await shrink({ scenario: "tiny-roll", faults }, breaks);

  assert.equal(nameOf(smallest), "plan/tiny-roll/0.9.crash-after+1.7.hang");
});

test("every edit of a file, every creation, upgrade and destruction has stories for every call and every fault", async () => {
  const scenarios = [...SCENARIOS.values()];
  const isThere = ({ from, to }: Pick<Scenario, "from" | "to">): boolean =>
    scenarios.some((one) => isDeepStrictEqual([one.from, one.to], [from, to]));
  for (const [name, { edit, from = NO_EDIT }] of Object.entries(EDITS)) {
    assert.ok(isThere({ from: edited(smallFiles(), from), to: edited(smallFiles(), from, edit) }), name);
  }
  assert.ok(scenarios.some(({ from }) => from === undefined) && scenarios.some(({ to }) => to === undefined));

  const all = everyFault("spot-roll", ["ec2:DescribeVpcs", "ec2:RunInstances"]).flatMap(({ faults }) => faults);
  const kindsAt = (call: number) => all.flatMap(({ at, kind }) => (at === call ? [kind] : []));
  assert.deepEqual(kindsAt(1), [...CALL_FAULTS, ...WORLD_FAULTS]);
  const afterTheDeed: readonly string[] = ["lose-answer", "error-after", "crash-after"];
  assert.deepEqual(
    kindsAt(0),
    [...CALL_FAULTS, ...WORLD_FAULTS].filter((kind) => !afterTheDeed.includes(kind)),
    "a call that reads has no deed",
  );
});

test("`npm run break` tells how many stories held, and of one that can't be played that it broke", () => {
  const run = (...args: string[]) => spawnSync(process.execPath, ["scripts/break.ts", ...args], { encoding: "utf8" });

  const held = run("--seed", "5", "--count", "2");
  assert.match(held.stdout, /\n2 stories, \d+ runs, \d+ calls, \d+ faults in \d+ s \(.*\): all held\n$/, held.stderr);
  assert.equal(held.status, 0);

  const unknown = run("plan/no-such/0.1.refuse");
  assert.match(unknown.stdout, /✗ plan\/no-such\/0\.1\.refuse\n {4}there is no story/);
  assert.match(unknown.stdout, /1 BROKEN/);
  assert.equal(unknown.status, 1);
});
