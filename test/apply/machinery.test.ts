/** The scheduler, the poller and deadlines, by themselves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TimedOut, withDeadline } from "../../src/apply/deadline.ts";
import { Poller } from "../../src/apply/poller.ts";
import { runGraph, type Task } from "../../src/apply/scheduler.ts";
import { AwsCallError } from "../../src/aws/errors.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { awsError } from "../../src/twin/errors.ts";

const never = new AbortController().signal;

test("tasks run as soon as what they need is done, side by side: the time is that of the longest chain", async () => {
  const chains = fc.array(
    fc.record({ ms: fc.integer({ min: 1, max: 100 }), needs: fc.array(fc.nat(), { maxLength: 4 }) }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(chains, async (given) => {
      const clock = new VirtualClock({ startMs: 0 });
      const ended = new Map<string, number>();
      const tasks: Task[] = given.map(({ ms, needs }, index) => ({
        id: `${index}`,
        needs: index === 0 ? [] : [...new Set(needs.map((need) => `${need % index}`))],
        run: () => clock.sleep(ms),
      }));

      const outcomes = await clock.run(() => runGraph(tasks, clock, never));

      for (const [index, task] of tasks.entries()) {
        const start = Math.max(0, ...task.needs.map((need) => ended.get(need)!));
        ended.set(task.id, start + given[index]!.ms);
        const outcome = outcomes[index]!;
        assert.deepEqual(outcome, {
          id: task.id,
          state: "done",
          startedAtMs: start,
          endedAtMs: start + given[index]!.ms,
        });
      }
    }),
    { numRuns: 100 },
  );
});

test("a circle, and a need that is not there, are refused before anything starts", async () => {
  const clock = new VirtualClock();
  const started: string[] = [];
  const task = (id: string, ...needs: string[]): Task => ({ id, needs, run: async () => void started.push(id) });

  await assert.rejects(runGraph([task("a"), task("b", "c"), task("c", "b")], clock, never), /in a circle: b, c/);
  await assert.rejects(runGraph([task("a", "x")], clock, never), /a waits for x, which is not part of the plan/);
  assert.deepEqual(started, []);
});

test("many waits of one kind are one question every few seconds", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const asked: string[][] = [];
  const poller = new Poller<number>({
    read: async (keys) => {
      asked.push([...keys]);
      return new Map(keys.map((key) => [key, clock.now()]));
    },
    clock,
    random: () => 0.5,
    intervalMs: 3000,
  });

  const seen = await clock.run(() =>
    Promise.all([
      poller.until("a", (now) => (now ?? 0) >= 3500, never),
      poller.until("b", (now) => (now ?? 0) >= 9000, never),
      poller.until("c", () => true, never),
    ]),
  );

  assert.deepEqual(asked, [["a", "b", "c"], ["a", "b"], ["b"], ["b"]]);
  assert.deepEqual(seen, [4000, 10_000, 1000]);
});

test("asking goes on through AWS's troubles and ends at its refusals", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  let number = 0;
  const answers = (error: Error) =>
    new Poller<number>({
      read: async () => {
        number += 1;
        if (number < 4) throw new AwsCallError("ec2:DescribeX", error);
        return new Map([["a", number]]);
      },
      clock,
      random: () => 0.5,
      intervalMs: 3000,
    });

  assert.equal(await clock.run(() => answers(awsError("InternalError", "oops", 500)).until("a", () => true, never)), 4);
  number = 0;
  await assert.rejects(
    clock.run(() => answers(awsError("UnauthorizedOperation", "no", 403)).until("a", () => true, never)),
    /UnauthorizedOperation/,
  );
});

test("a deadline ends the wait and says what was waited for; work that is done in time leaves nothing behind", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const message = () => "the bus did not come";

  await assert.rejects(
    clock.run(() => withDeadline(clock, never, 1000, message, (signal) => clock.sleep(5000, signal))),
    (error) => error instanceof TimedOut && error.message === "the bus did not come",
  );
  assert.equal(clock.now(), 1000);
  assert.equal(await clock.run(() => withDeadline(clock, never, 1000, message, async () => 7)), 7);
  assert.equal(clock.now(), 1000);
});
