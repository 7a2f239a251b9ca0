/** How long a plan without changes takes a user, where every call to AWS takes a hundred milliseconds. */
import path from "node:path";
import { clusterTree, filesOf } from "../test/support/builders.ts";
import { startMoto } from "../test/support/moto.ts";
import { playNodes } from "../test/support/moto-nodes.ts";
import { repository } from "../test/support/spawn.ts";
import type { Group } from "./group.ts";
import { recorded } from "./loopback.ts";
import { MIB, metered, type Taken } from "./processes.ts";
import { median } from "./statistics.ts";

const CALL_MS = 100;
const TIMES = 11;

export const PLAN_TIME: Group = {
  ids: ["plan-wall", "plan-memory"],
  needsDoors: true,
  async measure() {
    const moto = await startMoto();
    const stop = new AbortController();
    const playing = playNodes(moto, stop.signal);
    const loopback = await recorded(moto.env, CALL_MS);
    try {
      const root = repository(filesOf(clusterTree()));
      const run = (env: Record<string, string>, command: string): Promise<Taken> =>
        metered(path.resolve("dist/cli.js"), [command, "--json"], { cwd: root, env });
      await run(moto.env, "apply");
      stop.abort();
      await playing;
      await run(loopback.env, "plan"); // asks moto for each answer, once
      const calls = loopback.taken();
      const plans: Taken[] = [];
      for (let time = 0; time < TIMES; time++) {
        const plan = await run(loopback.env, "plan");
        if (JSON.parse(plan.stdout).result !== "no-changes") throw new Error("the plan has changes");
        plans.push(plan);
      }
      // The machine is shared: a run is not slower because others are at work.
      const wallMs = median(plans.map(({ wall, queuedMs }) => wall.wholeMs - queuedMs));
      return {
        measured: {
          "plan-wall": wallMs / CALL_MS,
          "plan-memory": Math.max(...plans.map((one) => one.peakBytes)) / MIB,
        },
        details: [
          `a plan without changes of ${calls} calls, of ${CALL_MS} ms each, takes ${wallMs.toFixed(0)} ms from its start to its end (and ${median(plans.map(({ queuedMs }) => queuedMs)).toFixed(0)} ms in which the machine had no processor for it), ${median(plans.map(({ cpu }) => cpu.wholeMs)).toFixed(0)} ms of CPU`,
        ],
      };
    } finally {
      stop.abort();
      loopback.close();
      await moto.stop();
    }
  },
};
