/** What `npm run bench` says of what it measured, and what it makes of a thousand clusters on paper. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { BARS, type BarId, judge, type Measured, verdict } from "../bench/bars.ts";
import { fanOut, inJobs, jobsOf } from "../bench/fan-out.ts";
import { exponentOf, median } from "../bench/statistics.ts";

const IDS = Object.keys(BARS) as BarId[];

test("each bar can be missed, by a figure and by none, and the last line says which", () => {
  const met = Object.fromEntries(IDS.map((id) => [id, BARS[id].bar])) as Measured;

  assert.equal(verdict(judge(met, IDS)), `all ${IDS.length} bars met`);
  for (const id of IDS) {
    for (const value of [BARS[id].bar * 1.001, Number.NaN]) {
      assert.equal(verdict(judge({ ...met, [id]: value }, IDS)), `missed: ${id}`);
    }
    assert.equal(verdict(judge({ ...met, [id]: undefined }, IDS)), `missed: ${id}`);
  }
  assert.equal(verdict([]), "missed: nothing was measured");
});

test("the benchmarks end with 1 and a last line that names the bar where it is impossible, and with 0 where it is met", () => {
  const file = path.join(tmpdir(), `slipway-bench-${process.pid}`);
  const run = (...more: string[]) =>
    spawnSync(process.execPath, ["bench/run.ts", "--only", "fan-out-jobs,fan-out-minutes", ...more], {
      encoding: "utf8",
    });

  const good = run("--json", `${file}.json`, "--markdown", `${file}.md`);
  const bad = run("--bar", "fan-out-minutes=0");
  const unknown = run("--bar", "nothing=0");

  assert.deepEqual([good.status, good.stdout.trimEnd().split("\n").at(-1)], [0, "all 2 bars met"]);
  assert.deepEqual([bad.status, bad.stdout.trimEnd().split("\n").at(-1)], [1, "missed: fan-out-minutes"]);
  assert.deepEqual([unknown.status, /^there is no row nothing; there is start-cpu/.test(unknown.stderr)], [2, true]);
  const { schema, rows, verdict: last } = JSON.parse(readFileSync(`${file}.json`, "utf8"));
  assert.deepEqual(
    [schema, rows.length, rows[0].id, rows[0].isMet, last],
    [1, 2, "fan-out-jobs", true, "all 2 bars met"],
  );
  assert.match(readFileSync(`${file}.md`, "utf8"), /\| `fan-out-jobs` \| .* \| 250 jobs \| ≤ 256 \| ✓ \|/);
});

test("a growth is found as it is, whatever the machine", () => {
  for (const exponent of [0, 1, 1.5, 2]) {
    const points = [10, 100, 1000, 10_000].map((size) => ({ size, cost: 7 * size ** exponent }));
    assert.ok(Math.abs(exponentOf(points) - exponent) < 1e-9);
  }
  assert.equal(median([5, 1, 9, 2, 3]), 3);
});

test("on paper: with runners for all, AWS's tokens set the time; with few, the runners do", () => {
  const fleet = { jobs: jobsOf(1000), secondsEach: 1 };
  const [crowded, spread] = [1, 1000].map((places) => fanOut({ ...fleet, runners: 1000, places }));
  const few = fanOut({ ...fleet, runners: 10, places: 1000 });

  // Seven reads of load balancing each, forty at once and ten a second; then the last plan.
  assert.equal(Math.round(crowded!.seconds), 25 + (7 * 1000 - 40) / 10 + 1);
  assert.deepEqual([spread!.seconds, spread!.longestWaitSeconds, spread!.runnerMinutes], [25 + 4, 0, 250]);
  assert.equal(few.seconds, 25 * (25 + 4));
  assert.deepEqual(inJobs(10, 4), [2, 2, 3, 3]);
  // One job after the other in its own minute: nothing to wait for, and little to pay.
  assert.equal(fanOut({ jobs: [1000], runners: 1, places: 1, secondsEach: 1 }).runnerMinutes, 18);
});
