import type { Sabotage } from "./sabotage.ts";

const CAPACITY = "test/plan/capacity.test.ts";
const COST = "test/plan/cost.test.ts";
const NEW_ACCOUNT = "a new account is told that it can't run three nodes of m6i.large before anything exists";
const COUNTS = "the table counts what AWS counts: what runs, in its own class and market, and no gateway that failed";

/** Of what an account has room for, and what a cluster costs. */
export const QUOTAS: readonly Sabotage[] = [
  {
    name: "a quota that was never granted has no limit",
    file: "src/market/limits.ts",
    find: "await read(true,",
    replace: "if (aws.region === '') await read(true,",
    testFile: CAPACITY,
    test: NEW_ACCOUNT,
  },
  {
    name: "only the first page of what was granted is read",
    file: "src/market/limits.ts",
    find: "more = token !== undefined;",
    replace: "more = false;",
    testFile: CAPACITY,
    test: "limits that were granted are found on any page of the list, and the defaults of the others",
  },
  {
    name: "instances on spot count as on demand",
    file: "src/market/usage.ts",
    find: 'InstanceLifecycle === "spot" ? "spot" : "on-demand"',
    replace: 'InstanceLifecycle === undefined ? "on-demand" : "on-demand"',
    testFile: CAPACITY,
    test: COUNTS,
  },
  {
    name: "NAT gateways that failed count",
    file: "src/market/usage.ts",
    find: 'Values: ["pending", "available", "deleting"]',
    replace: 'Values: ["pending", "available", "deleting", "failed"]',
    testFile: CAPACITY,
    test: COUNTS,
  },
  {
    name: "a roll's surge takes nothing",
    file: "src/plan/surge.ts",
    find: "peak: Math.max(0, ...after),",
    replace: "peak: Math.max(0, launches.length * each - freed(removals)),",
    testFile: CAPACITY,
    test: "what a change of nodes takes at its worst moment is enough and needed: one by one, a pool takes one node more",
  },
  {
    name: "nodes that are replaced give nothing back",
    file: "src/plan/requirements.ts",
    find: "isRunning(node) && vCpuQuota",
    replace: "!isRunning(node) && vCpuQuota",
    testFile: CAPACITY,
    test: "what a change of nodes takes at its worst moment is enough and needed: a larger type takes most at the end",
  },
  {
    name: "what could not be read fits",
    file: "src/plan/capacity.ts",
    find: 'fits: free === undefined ? "unknown"',
    replace: 'fits: free === undefined ? "yes"',
    testFile: CAPACITY,
    test: "what can't be read is said as not known, and stops nothing",
  },
  {
    name: "a shortage stands at the first who takes something",
    file: "src/plan/capacity.ts",
    find: "return sum > free;",
    replace: "return sum > 0;",
    testFile: CAPACITY,
    test: "an error stands at the pool that there is no more room for, or the zone, or the list of addresses",
  },
  {
    name: "another account is asked all the same",
    file: "src/commands/assess.ts",
    find: 'if ("level" in caller) return { findings: [caller] };',
    replace:
      'if ("level" in caller) return assess(context, { ...cluster, account: { ...cluster.account, accountId: "999999999999" } }, aws);',
    testFile: CAPACITY,
    test: "with credentials of another account nothing is asked but whose they are",
  },
  {
    name: "an image that was taken away is launched from",
    file: "src/plan/account-checks.ts",
    find: "...checkImages(cluster, plan.requires, room),",
    replace: "",
    testFile: CAPACITY,
    test: "nodes are not launched from an image that was taken away since the pool was born",
  },
  {
    name: "what has no known price costs nothing",
    file: "src/plan/cost.ts",
    find: "known.length === holdings.length ? sum(known) : undefined",
    replace: "sum(known)",
    testFile: COST,
    test: "prices that can't be read are not known: a warning, never nothing to pay, and no reason to stop",
  },
  {
    name: "nodes that wait for their price are counted",
    file: "src/plan/holdings.ts",
    find: "wanted - waiting",
    replace: "wanted",
    testFile: COST,
    test: "a pool on spot is counted at the zones' present prices, and at the most that the file allows beside it",
  },
];
