/** How long the Action takes to its first line, beside a script that does nothing else. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { clusterTree, filesOf } from "../test/support/builders.ts";
import { atStart, bytesOf, untilAws } from "../test/support/bundle.ts";
import { repository, runner } from "../test/support/spawn.ts";
import type { Group } from "./group.ts";
import { MIB, metered, type Taken } from "./processes.ts";
import { median } from "./statistics.ts";

const TIMES = 21;

export const START: Group = {
  ids: ["start-cpu", "start-wall"],
  needsDoors: true,
  async measure() {
    const root = repository(filesOf(clusterTree()));
    const empty = path.join(root, "empty.mjs");
    writeFileSync(empty, 'process.stdout.write("one line\\n");\n');
    const env = { ...runner(root).env, INPUT_COMMAND: "validate" };
    const [nothing, action]: [Taken[], Taken[]] = [[], []];
    // In turns, so that what else the machine does falls upon both.
    for (let time = 0; time < TIMES; time++) {
      nothing.push(await metered(empty, [], { cwd: root }));
      action.push(await metered(path.resolve("dist/index.js"), [], { cwd: root, env }));
    }
    const middle = (taken: readonly Taken[], of: (one: Taken) => number): number => median(taken.map(of));
    const ratio = (of: (one: Taken) => number): number => median(action.map((one, i) => of(one) / of(nothing[i]!)));
    const line = (name: string, taken: readonly Taken[]): string =>
      `${name}: first line after ${middle(taken, ({ cpu }) => cpu.toFirstLineMs).toFixed(0)} ms of CPU, ${middle(taken, ({ wall }) => wall.toFirstLineMs).toFixed(0)} ms on the clock; at its end ${middle(taken, ({ cpu }) => cpu.wholeMs).toFixed(0)} ms of CPU, ${middle(taken, ({ peakBytes }) => peakBytes / MIB).toFixed(0)} MiB`;
    return {
      measured: {
        "start-cpu": ratio(({ cpu }) => cpu.toFirstLineMs),
        "start-wall": ratio(({ wall }) => wall.toFirstLineMs),
      },
      details: [line("an empty script", nothing), line("the Action, validate", action)],
    };
  },
};

export const SIZES: Group = {
  ids: ["start-bytes", "main-bytes"],
  needsDoors: true,
  async measure() {
    const [first, all] = [atStart(), untilAws()];
    return {
      measured: { "start-bytes": bytesOf(first) / MIB, "main-bytes": bytesOf(all) / MIB },
      details: [`the Action begins with ${first.size} files; with those that ask AWS there are ${all.size}`],
    };
  },
};
