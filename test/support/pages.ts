/** What pages are drawn of: plans of each kind that people meet, large ones, and one whose every text means harm. */
import { type CommandResult, commandResult, type ReportedResult } from "../../src/commands/results.ts";
import { clusterWith } from "./builders.ts";
import { Simulation } from "./simulation.ts";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

const BEFORE = {
  metadata: { description: "Production, Virginia" },
  spec: {
    controlPlane: { size: 3, instanceType: "m6i.large", zones: ZONES },
    workerPools: [
      { name: "default", size: 6, instanceType: "m6i.large", zones: ZONES },
      { name: "batch", size: 4, instanceType: "m6i.xlarge", zones: ["us-east-1a", "us-east-1b"] },
      { name: "legacy", size: 2, instanceType: "m5.large", zones: ["us-east-1c"] },
    ],
  },
};

/** A day's edit: a pool of another type, one that grows on spot, one that goes, one that comes, and a tag. */
const AFTER = {
  metadata: { description: "Production, Virginia", tags: { team: "platform", stage: "production" } },
  spec: {
    ...BEFORE.spec,
    bastion: false,
    workerPools: [
      { name: "default", size: 6, instanceType: "m6i.xlarge", zones: ZONES },
      { name: "batch", size: 7, instanceType: "m6i.xlarge", zones: ["us-east-1a", "us-east-1b"] },
      {
        name: "night",
        size: 4,
        instanceType: "m6i.xlarge",
        zones: ["us-east-1b", "us-east-1c"],
        spot: { maxPricePercent: 60 },
      },
    ],
  },
};

/** To create a cluster, and to change one: with all that a plan can have. */
export async function plans(): Promise<Record<"create" | "change" | "blocked" | "status", CommandResult>> {
  const simulation = new Simulation({ seed: 1, rehearse: true });
  simulation.world.spotPrices.set("m6i.xlarge/us-east-1c", "0.190000");
  const create = await simulation.plan(clusterWith(BEFORE));
  simulation.rehearse = false;
  await simulation.apply(clusterWith(BEFORE));
  const status = await simulation.status([clusterWith(BEFORE)], undefined);
  simulation.rehearse = true;
  const change = await simulation.plan(clusterWith(AFTER));
  const blocked = await simulation.plan(
    clusterWith({ ...AFTER, spec: { ...AFTER.spec, placement: { dynamic: { vpcCidr: "10.1.0.0/16" } } } }),
  );
  const as = (cluster: typeof create): CommandResult => commandResult("plan", [], [cluster]);
  return { create: as(create), change: as(change), blocked: as(blocked), status };
}

/** A thousand nodes in six zones: a pool that grows by the hundred, and one that rolls. */
export async function largePlan(): Promise<CommandResult> {
  const zones = ["a", "b", "c", "d", "f"].map((letter) => `us-east-1${letter}`);
  const cluster = (size: number, instanceType: string) =>
    clusterWith({
      spec: {
        controlPlane: { size: 5, instanceType: "m6i.large", zones },
        workerPools: [
          { name: "large", size, instanceType: "m6i.large", zones },
          { name: "rolled", size: 60, instanceType, zones, rollout: { maxSurge: 10 } },
        ],
      },
    });
  const simulation = new Simulation({ seed: 1 });
  await simulation.apply(cluster(900, "m6i.large"));
  simulation.rehearse = true;
  return commandResult("plan", [], [await simulation.plan(cluster(1000, "m6i.xlarge"))]);
}

/** The same plan for so many clusters, every third of them with nothing to do. */
export function fleetOf({ clusters: [cluster] }: ReportedResult, n: number): ReportedResult {
  if (cluster === undefined) throw new Error("no cluster");
  const clusters = Array.from({ length: n }, (_one, index): typeof cluster => {
    const name = `${["shop", "data", "edge", "lab"][index % 4]}-${String(index).padStart(3, "0")}`;
    if (index % 3 !== 0 || cluster.plan === undefined) return { ...cluster, name };
    const { rehearsal: _rehearsal, ...rest } = cluster;
    const { cost: _cost, ...plan } = cluster.plan;
    return { ...rest, name, result: "no-changes", findings: [], plan: { ...plan, changes: [], steps: [] } };
  });
  return commandResult("plan", [], clusters);
}

/** Members whose texts are Slipway's own words, by which it decides how to draw them. */
const OWN = new Set([
  "result",
  "command",
  "action",
  "level",
  "state",
  "verdict",
  "disruption",
  "access",
  "fits",
  "id",
  "stepId",
]);

/** A report in which a text was put into every other text: of files, of AWS, of nodes. */
export function hostile<R extends ReportedResult>(result: R, text: string): R {
  const visit = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return OWN.has(key) || /^-?\d+(\.\d+)?$/.test(value) ? value : `${value}${text}`;
    if (Array.isArray(value)) return value.map((member) => visit(member, key === "longestChain" ? "id" : key));
    if (typeof value !== "object" || value === null || value instanceof Map) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(member, name)]));
  };
  return visit(result) as R;
}
