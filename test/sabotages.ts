/** A fault put into the product on purpose, and the test that must notice it. */
export interface Sabotage {
  name: string;
  file: string;
  /** The text to replace; exactly once in the file. */
  find: string;
  replace: string;
  testFile: string;
  /** The whole name of the test. */
  test: string;
}

const LIFECYCLE = "test/apply/lifecycle.test.ts";
const FAULTS = "test/apply/faults.test.ts";
const KILLED = "test/report/killed.test.ts";
const SILENCE = "a run that is told to stop while AWS is silent ends in time all the same, wherever it is";
const STANDARD = "created, found in sync, destroyed: three zones, three control-plane nodes, workers";

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: "a subnet is deleted without waiting for what is in it",
    file: "src/resources/nat-gateway/calls.ts",
    find: "uses: [spec.subnet, spec.address],",
    replace: "uses: [spec.address],",
    testFile: LIFECYCLE,
    test: STANDARD,
  },
  {
    name: "the internet gateway is detached while public addresses are mapped",
    file: "src/resources/internet-gateway/shape.ts",
    find: 'outlives: ["nat-gateway", "bastion", "load-balancer"]',
    replace: "outlives: []",
    testFile: LIFECYCLE,
    test: STANDARD,
  },
  {
    name: "a NAT gateway is made before the internet gateway is attached",
    file: "src/blueprint/network.ts",
    find: "{ after: [gateway] },",
    replace: "{ after: [] },",
    testFile: LIFECYCLE,
    test: "an apply starts no node before its way out stands, and no NAT gateway before the internet gateway is attached",
  },
  {
    name: "the load balancer does not admit the NAT gateways",
    file: "src/blueprint/access.ts",
    find: "network.egress.map(({ cidr, note }) => rule(cidr, note))",
    replace: "[]",
    testFile: LIFECYCLE,
    test: STANDARD,
  },
  {
    name: "a VPC is asked for again after a lost answer",
    file: "src/aws/middleware.ts",
    find: '"CreateVpc",',
    replace: "",
    testFile: "test/aws/calls.test.ts",
    test: "a create without a token is not sent again after a broken connection: it may have been done",
  },
  {
    name: "nothing is looked for after a lost answer",
    file: "src/apply/resource-steps.ts",
    find: "const found = await lookAgain(run, wanted.kind, wanted.id);",
    replace: "const found = undefined as Live | undefined;",
    testFile: "test/apply/faults.test.ts",
    test: "an answer that is lost costs no second thing, whichever create it is, and the run goes on",
  },
  {
    name: "nodes are launched before their way out stands",
    file: "src/plan/steps.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    find: 'return (zone) => [`route/private/${zone}`, "load-balancer/api", "listener/api"].filter((id) => ids.has(id));',
    replace: "return () => [...ids].slice(0, 0);",
    testFile: LIFECYCLE,
    test: "an apply starts no node before its way out stands, and no NAT gateway before the internet gateway is attached",
  },
  {
    name: "a new zone's slot is not adopted from live subnets",
    file: "src/plan/adopt.ts",
    find: "if (slot !== undefined) slots.set(live.spec.zone, slot);",
    replace: "if (slot !== undefined) slots.delete(live.spec.zone);",
    testFile: "test/plan/plan.test.ts",
    test: "adding zone b between a and c changes no subnet that is there",
  },
  {
    name: "the owner of a cluster is not looked at",
    file: "src/plan/checks.ts",
    find: "(tags[TAG.owner] ?? owner) !== owner",
    replace: 'tags[TAG.owner] === "nobody"',
    testFile: "test/plan/plan.test.ts",
    test: "another repository's cluster is refused and not adopted; so is one of a newer release, and a name that is taken",
  },
  {
    name: "a cap is rounded to the nearest and not down",
    file: "src/core/money.ts",
    find: "/ 100n / 10n ** BigInt(DECIMALS - 6), 6)",
    replace: "/ 100n / 10n ** BigInt(DECIMALS - 6) + 1n, 6)",
    testFile: "test/core/values.test.ts",
    test: "a cap is rounded down to 6 decimals, never up",
  },
  {
    name: "what can't be read counts as absent",
    file: "src/plan/plan.ts",
    find: "    ...checkReadable(cluster, inventory),\n",
    replace: "",
    testFile: "test/plan/plan.test.ts",
    test: "what can't be read blocks: unknown is not unchanged",
  },
  {
    name: "destroy asks for no confirmation",
    file: "src/commands/destroy.ts",
    find: "if (!confirm.includes(identity.name))",
    replace: 'if (confirm.includes("nobody"))',
    testFile: LIFECYCLE,
    test: "destroying needs the cluster's name, and without it nothing is changed",
  },
  {
    name: "control-plane nodes are not registered with the load balancer",
    file: "src/apply/node-steps.ts",
    find: 'if (pool.role === "control-plane") await registerStep(run, launched);',
    replace: "",
    testFile: LIFECYCLE,
    test: STANDARD,
  },
  {
    name: "a call that AWS does not answer holds up a run that is told to stop",
    file: "src/aws/middleware.ts",
    find: "untilStopped(next(args), clock, signal, READS.test(action) ? 0 : GRACE_MS)",
    replace: "next(args)",
    testFile: FAULTS,
    test: SILENCE,
  },
  {
    name: "giving the lease back holds up a run that is told to stop",
    file: "src/apply/lease.ts",
    find: "if (!signal.aborted) return released;",
    replace: "return released;",
    testFile: FAULTS,
    test: SILENCE,
  },
  {
    name: "what a stopped run has left is taken up before AWS lists it",
    file: "src/apply/lease.ts",
    find: "return finished ? 0 : Math.min(LISTED_WITHIN_MS, ttlMs);",
    replace: "return 0;",
    testFile: FAULTS,
    test: "a run that was stopped anywhere and is run again at once makes no thing twice, though AWS lists it late",
  },
  {
    name: "a destroy takes what it can't read for gone",
    file: "src/commands/destroy.ts",
    find: "inventory.unreadable.map((text) =>",
    replace: "inventory.unreadable.slice(0, 0).map((text) =>",
    testFile: FAULTS,
    test: "a destroy that can't read whether all is gone does not say that it is",
  },
  {
    name: "the progress file is written over in its place",
    file: "src/progress-file.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    find: "renameSync(`${file}.new`, file);",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    replace: 'process.getBuiltinModule("node:fs").copyFileSync(`${file}.new`, file);',
    testFile: KILLED,
    test: "whoever reads the progress file has a whole state, whenever the run is killed: it is replaced, not written over",
  },
  {
    name: "the progress file is written at each event",
    file: "src/progress-file.ts",
    find: "if (waitMs <= 0) return writeNow();",
    replace: "if (waitMs <= INTERVAL_MS) return writeNow();",
    testFile: KILLED,
    test: "the progress file is there from the start and written once a second at most, with the last state always in it",
  },
];
