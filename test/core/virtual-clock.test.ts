import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { Heap } from "../../src/core/heap.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";

test("an hour of virtual time passes at once, and sleepers wake in the order of their times", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const woken: string[] = [];

  await clock.run(async () => {
    const wake = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} ${clock.now()}`);
    };
    await Promise.all([wake("late", 3_600_000), wake("early", 5), wake("same", 5)]);
  });

  assert.deepEqual(woken, ["early 5", "same 5", "late 3600000"]);
});

test("a sleep that is aborted rejects with the reason and holds time back no longer", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const stop = new AbortController();

  await clock.run(async () => {
    const sleeping = clock.sleep(1_000_000, stop.signal);
    const rejected = assert.rejects(sleeping, /enough/);
    await clock.sleep(10);
    stop.abort(new Error("enough"));
    await rejected;
  });

  assert.equal(clock.now(), 10);
});

test("waiting for what can never come is an error and not a hang", async () => {
  const clock = new VirtualClock();

  await assert.rejects(
    clock.run(() => new Promise(() => {})),
    /nothing can wake it/,
  );
});

test("the pace is asked to wait for every jump, and for all of the time", async () => {
  const jumps: number[] = [];
  const clock = new VirtualClock({ startMs: 0, pace: async (jumpMs) => void jumps.push(jumpMs) });

  await clock.run(async () => {
    await clock.sleep(30);
    await clock.sleep(70);
  });

  assert.deepEqual(jumps, [30, 70]);
});

test("a heap gives its items back in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const item of items) heap.push(item);
      const out = items.map(() => heap.pop());
      assert.deepEqual(
        out,
        [...items].sort((a, b) => a - b),
      );
      assert.equal(heap.pop(), undefined);
    }),
  );
});

test("time stands still while the machine itself works", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const seen = await clock.run(async () => {
    const waking = clock.sleep(1000).then(() => clock.now());
    const made = await clock.hold(webcrypto.subtle.digest("SHA-256", new Uint8Array(8_000_000)));
    return { bytes: made.byteLength, duringMs: clock.now(), afterMs: await waking };
  });

  assert.deepEqual(seen, { bytes: 32, duringMs: 0, afterMs: 1000 });
});

test("time stands still until the longest chain of promises has come to its end, whoever began it", async () => {
  const chained = async (): Promise<{ links: number; nowMs: number }> => {
    const clock = new VirtualClock({ startMs: 0 });
    return clock.run(async () => {
      const late = clock.sleep(1);
      let links = 0;
      while (links < 10_000) links = await Promise.resolve(links + 1);
      const nowMs = clock.now();
      await late;
      return { links, nowMs };
    });
  };
  const fromOutside = await new Promise((resolve) => setImmediate(() => resolve(chained())));
  assert.deepEqual([await chained(), fromOutside], Array(2).fill({ links: 10_000, nowMs: 0 }));
});

test("signals and messages are seen to while hours go by", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  const stoppedAtMs = await clock.run(async () => {
    while (!stop.signal.aborted && clock.now() < 100_000) await clock.sleep(1);
    return clock.now();
  });
  assert.ok(stoppedAtMs <= 100, `stopped after ${stoppedAtMs} timers`);
});
