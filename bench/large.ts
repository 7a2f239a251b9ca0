/** Large clusters and many files: CPU and memory of processes of their own, and how both grow. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundle } from "../scripts/build.ts";
import { accountTree, clusterTree, filesOf, profileTree } from "../test/support/builders.ts";
import { repository } from "../test/support/spawn.ts";
import type { Group } from "./group.ts";
import { loadedSurvey } from "./loaded-survey.ts";
import { MIB, metered } from "./processes.ts";
import { exponentOf, median, type Point } from "./statistics.ts";
import type { WorkerAnswer } from "./worker.ts";

const FOLDER = "dist-bench";
const TIMES = 3;

/** The work of `worker.ts`, a few times over: the median of its CPU, and the most memory. */
async function workerCost(...args: readonly string[]): Promise<{ cpuMs: number; peakBytes: number; counted: number }> {
  const answers: (WorkerAnswer & { peakBytes: number })[] = [];
  for (let time = 0; time < TIMES; time++) {
    const { stdout, peakBytes } = await metered(path.resolve(FOLDER, "worker.js"), args, { cwd: "." });
    answers.push({ ...JSON.parse(stdout), peakBytes });
  }
  return {
    cpuMs: median(answers.map(({ cpuMs }) => cpuMs)),
    peakBytes: Math.max(...answers.map(({ peakBytes }) => peakBytes)),
    counted: answers[0]?.counted ?? 0,
  };
}

const temporary = (): string => mkdtempSync(path.join(tmpdir(), "slipway-bench-"));

const NODES = [10, 100, 1000, 10_000];

export const NODES_GROUP: Group = {
  ids: [
    "large-plan-cpu",
    "large-plan-memory",
    "large-roll-cpu",
    "large-roll-memory",
    "nodes-growth",
    "nodes-last",
    "rolls-last",
  ],
  async measure() {
    await bundle({ worker: "bench/worker.ts" }, FOLDER);
    const folder = temporary();
    const costs = async (ask: Parameters<typeof loadedSurvey>[1]) => {
      const all: { size: number; cpuMs: number; peakBytes: number }[] = [];
      for (const size of NODES) {
        const file = path.join(folder, `${size}`);
        writeFileSync(file, await loadedSurvey(size, ask));
        const cost = await workerCost("plan", file);
        // Three steps for each node that is replaced, and none where nothing is to be done.
        const expected = ask === "what is there" ? 0 : 3 * size;
        if (cost.counted !== expected) throw new Error(`${size} nodes: ${cost.counted} steps, and not ${expected}`);
        all.push({ size, ...cost });
      }
      return all;
    };
    const [plans, rolls] = [await costs("what is there"), await costs("another type")];
    const [plan, rolled] = [plans.at(-1)!, rolls.at(-1)!];
    const line = (name: string, all: typeof plans): string =>
      `${name} ${NODES.join(", ")} nodes: ${all.map(({ cpuMs }) => cpuMs.toFixed(0)).join(", ")} ms of CPU, ${all.map(({ peakBytes }) => (peakBytes / MIB).toFixed(0)).join(", ")} MiB; exponent ${exponentOf(pointsOf(all)).toFixed(2)}`;
    return {
      measured: {
        "large-plan-cpu": plan.cpuMs / 1000,
        "large-plan-memory": plan.peakBytes / MIB,
        "large-roll-cpu": rolled.cpuMs / 1000,
        "large-roll-memory": rolled.peakBytes / MIB,
        "nodes-growth": exponentOf(pointsOf(plans)),
        "nodes-last": exponentOf(pointsOf(plans).slice(-2)),
        "rolls-last": exponentOf(pointsOf(rolls).slice(-2)),
      },
      details: [line("a plan without changes of", plans), line("a plan that replaces", rolls)],
    };
  },
};

function pointsOf(costs: readonly { size: number; cpuMs: number }[]): Point[] {
  return costs.map(({ size, cpuMs }) => ({ size, cost: cpuMs }));
}

const CLUSTERS = [1, 10, 100, 1000];

export const FILES: Group = {
  ids: ["files-cpu", "files-memory", "clusters-growth", "clusters-last"],
  needsDoors: true,
  async measure() {
    await bundle({ worker: "bench/worker.ts" }, FOLDER);
    const costs: { size: number; cpuMs: number; peakBytes: number }[] = [];
    let root = "";
    for (const size of CLUSTERS) {
      root = repositoryOf(size);
      const [validating, discovering] = [await doorCost(root, "validate"), await doorCost(root, "discover")];
      const jobs = JSON.parse(discovering.stdout).matrix.include.length;
      if (jobs !== Math.min(size, 250)) throw new Error(`${jobs} jobs for ${size} clusters`);
      const cpuMs = validating.cpuMs + discovering.cpuMs;
      costs.push({ size, cpuMs, peakBytes: validating.peakBytes });
    }
    const blueprints = await workerCost("files", root);
    if (blueprints.counted !== 1000) throw new Error(`${blueprints.counted} blueprints`);
    const points = pointsOf(costs);
    return {
      measured: {
        "files-cpu": blueprints.cpuMs / 1000,
        "files-memory": (costs.at(-1)?.peakBytes ?? Number.NaN) / MIB,
        "clusters-growth": exponentOf(points),
        "clusters-last": exponentOf(points.slice(-2)),
      },
      details: [
        `validate and discover of ${CLUSTERS.join(", ")} clusters: ${costs.map(({ cpuMs }) => cpuMs.toFixed(0)).join(", ")} ms of CPU with the start of two processes`,
      ],
    };
  },
};

/** Cluster files, each a cluster of its own. */
function repositoryOf(size: number): string {
  const [account, , profile] = filesOf(clusterTree(), accountTree(), profileTree());
  const clusters = Array.from({ length: size }, (_, index) => {
    const [, cluster] = filesOf(clusterTree({ metadata: { name: `cluster-${index}` } }));
    return { path: `clusters/cluster-${index}.yaml`, text: cluster?.text ?? "" };
  });
  return repository([account!, profile!, ...clusters]);
}

/** The command line, a few times over. */
async function doorCost(cwd: string, command: string): Promise<{ cpuMs: number; peakBytes: number; stdout: string }> {
  const taken: Awaited<ReturnType<typeof metered>>[] = [];
  for (let time = 0; time < TIMES; time++)
    taken.push(await metered(path.resolve("dist/cli.js"), [command, "--json"], { cwd }));
  return {
    cpuMs: median(taken.map(({ cpu }) => cpu.wholeMs)),
    peakBytes: Math.max(...taken.map(({ peakBytes }) => peakBytes)),
    stdout: taken[0]?.stdout ?? "",
  };
}
