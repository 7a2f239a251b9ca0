import type { Sabotage } from "./sabotage.ts";

const HAPPENS = "test/rehearse/rehearsal.test.ts";
const REFUSED = "test/rehearse/refusals.test.ts";
const LEADS_NOWHERE =
  "a plan that would lead nowhere is blocked with the step and the reason, an apply as what it is, and --no-rehearse goes on";

/** Of rehearsals: what they are loaded with, what they see, and what is made of it. */
export const REHEARSAL: readonly Sabotage[] = [
  {
    name: "a rehearsal forgets which nodes are members of etcd",
    file: "src/rehearse/load-nodes.ts",
    find: "    addNode(world, instance);",
    replace: '    if (instance.tags["slipway:role"] === "worker") addNode(world, instance);',
    testFile: HAPPENS,
    test: "rehearsed as it then happens: a control plane rolls",
  },
  {
    name: "a rehearsal does not know that a cluster was initialised",
    file: "src/rehearse/load-nodes.ts",
    find: "const isDone = members.length > 0 || wasApplied;",
    replace: "const isDone = members.length > 0 && wasApplied !== undefined;",
    testFile: REFUSED,
    test: LEADS_NOWHERE,
  },
  {
    name: "a rehearsal begins nodes anew that have left the cluster or work in it",
    file: "src/rehearse/load-nodes.ts",
    find: "if (instance !== undefined && !isAtWork) resume",
    replace: "if (instance !== undefined) resume",
    testFile: HAPPENS,
    test: "rehearsed as it then happens: a pool rolls, each node before its replacement",
  },
  {
    name: "a rehearsal takes every way out of the user's network to be there",
    file: "src/rehearse/load-network.ts",
    find: "if (defaultRoute === undefined || defaultRoute.isBlackhole) continue;",
    replace:
      "if (defaultRoute === undefined) { world.unread.waysOut.set('x', ''); world.routeTables.get(table)?.routes.set(DEFAULT_ROUTE, 'x'); continue; }",
    testFile: REFUSED,
    test: "a way out that is gone is why nodes never come",
  },
  {
    name: "the fewest nodes that there were are not noted",
    file: "src/rehearse/watch.ts",
    find: "  level.least = Math.min(level.least, value);",
    replace: "",
    testFile: HAPPENS,
    test: "rehearsed as it then happens: a pool rolls, each node before its replacement",
  },
  {
    name: "nobody looks whether anything is left to do after a rehearsal",
    file: "src/rehearse/rehearse.ts",
    find: "if (changes.length === 0) return undefined;",
    replace: "return undefined;",
    testFile: REFUSED,
    test: "a plan that has left something out leads somewhere else than the file says",
  },
  {
    name: "a rehearsal that fails blocks nothing",
    file: "src/commands/rehearsal.ts",
    find: '          level: "error",',
    replace: '          level: "warning",',
    testFile: REFUSED,
    test: LEADS_NOWHERE,
  },
  {
    name: "a rehearsal makes certificates that nobody uses",
    file: "src/rehearse/rehearse.ts",
    find: "seededRandom(SEED), transport, makePki });",
    replace: "seededRandom(SEED), transport });",
    testFile: REFUSED,
    test: "a rehearsal makes no keys, an apply real ones",
  },
  {
    name: "a rehearsal leaves its ids and times to chance",
    file: "src/rehearse/rehearse.ts",
    find: "const SEED = 1;",
    replace: "let SEED = Math.floor(Math.random() * 1e9); setInterval(() => { SEED += 1; }, 1).unref();",
    testFile: REFUSED,
    test: "the same plan is rehearsed the same way twice",
  },
  {
    name: "a rehearsal is loaded without the rules of security groups",
    file: "src/rehearse/load-resources.ts",
    find: "      ingress: ingress.map(described),",
    replace: "      ingress: [],",
    testFile: "test/rehearse/load.test.ts",
    test: "every kind of resource, every node, target and record is found again as it was",
  },
];
