/** What the product costs in calls, rounds and virtual time: measured in one way for the tests and for `npm run bench`. */
import assert from "node:assert/strict";
import { identityOf } from "../../src/blueprint/blueprint.ts";
import { requestFor } from "../../src/commands/assess.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { readMarket } from "../../src/market/market.ts";
import { survey } from "../../src/survey/survey.ts";
import { clusterWith } from "./builders.ts";
import { isChange, Simulation, type SimulationOptions, troubles } from "./simulation.ts";

/** Calls of some work, and how many of them wait for others. */
export interface Cost {
  calls: number;
  rounds: number;
}

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"];

/** Three control-plane nodes and so many workers, in three zones. */
export function clusterOfSize(workers: number): Cluster {
  const pool = { name: "default", size: workers, instanceType: "m6i.large", zones: ZONES };
  return clusterWith({ spec: { workerPools: [pool] } });
}

/** A cluster that stands, an hour after it was made. */
export async function standing(cluster: Cluster, options: SimulationOptions = {}): Promise<Simulation> {
  const simulation = new Simulation(options);
  await applied(simulation, cluster);
  await simulation.run(() => simulation.clock.sleep(3_600_000));
  return simulation;
}

async function applied(simulation: Simulation, cluster: Cluster): Promise<void> {
  const { result, ...rest } = await simulation.apply(cluster);
  assert.equal(result, "applied", troubles(rest).join("\n"));
}

/** Reading what AWS has of a cluster. */
export function surveyCost(simulation: Simulation, cluster: Cluster): Promise<Cost> {
  const aws = simulation.connect();
  return simulation.measure(() => survey(aws, identityOf(cluster), cluster.placement));
}

/** Reading what the account and the region offer for a cluster. */
export function marketCost(simulation: Simulation, cluster: Cluster): Promise<Cost> {
  const aws = simulation.connect();
  return simulation.measure(() => readMarket(aws, requestFor(cluster)));
}

/** A whole plan that finds nothing to do, from the first call to the last. */
export async function noChangePlanCost(simulation: Simulation, cluster: Cluster): Promise<Cost & { surveys: number }> {
  const { world } = simulation;
  const before = world.calls.length;
  let result = "";
  const cost = await simulation.measure(async () => {
    result = (await simulation.planning(cluster)).result;
  });
  assert.equal(result, "no-changes");
  return { ...cost, surveys: surveysSince(simulation, before) };
}

/** An apply: how often it asked, how many of its calls change something, and how often it looked at everything. */
export async function applyCost(
  simulation: Simulation,
  cluster: Cluster,
): Promise<{ calls: number; changes: number; surveys: number }> {
  const before = simulation.world.calls.length;
  await applied(simulation, cluster);
  const made = simulation.world.calls.slice(before);
  return {
    calls: made.length,
    // How often AWS has to agree with itself first is the seed's luck.
    changes: made.filter(({ action, error }) => error === undefined && isChange(action) && !action.startsWith("s3:"))
      .length,
    surveys: surveysSince(simulation, before),
  };
}

/** A look at everything that there is of a cluster asks once for its internet gateways, by its tag. */
function surveysSince({ world }: Simulation, before: number): number {
  const asks = world.calls.slice(before).filter(({ action }) => action === "ec2:DescribeInternetGateways");
  return asks.filter(({ input }) => JSON.stringify(input).includes("tag:slipway:cluster")).length;
}

/** How long something took, and how long it takes AWS and the nodes by themselves. */
export interface Duration {
  tookMs: number;
  neededMs: number;
}

/**
 * Creating a cluster in three zones. Everything takes its time at one place between its bounds, from 0, the fastest, to 1,
 * so that the longest chain can be summed by hand.
 */
export async function creation(pace: number): Promise<Duration> {
  const simulation = new Simulation({ pace });
  const startedAtMs = simulation.clock.now();
  await applied(simulation, clusterWith());
  return { tookMs: simulation.clock.now() - startedAtMs, neededMs: longestChainMs(pace) };
}

/** What waits for what, in seconds, at the fastest and at the slowest (reference/aws.md §1, twin/agents.ts). */
const CHAIN: readonly [what: string, fastest: number, slowest: number][] = [
  ["the VPC becomes available", 0.5, 2],
  ["its subnets do", 0.2, 1],
  ["their NAT gateways do", 85, 125],
  ["instances run", 10, 25],
  ["they boot", 20, 35],
  ["packages are installed", 35, 60],
  ["kubeadm init", 17, 40],
  ["the load balancer's next health check", 10, 10],
  ["the other control-plane nodes try again", 12, 18],
  ["the second joins", 12, 17],
  ["the third joins: etcd takes one at a time", 12, 17],
  ["it is in the cluster for ten seconds", 10, 10],
  ["the leading agent's next turn", 10, 20],
];

function longestChainMs(pace: number): number {
  return CHAIN.reduce((sum, [, fastest, slowest]) => sum + (fastest + (slowest - fastest) * pace) * 1000, 0);
}
