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
const LEASE = "test/apply/lease.test.ts";
const STANDARD = "created, found in sync, destroyed: three zones, three control-plane nodes, workers";
const IN_USERS_NETWORK = "in the user's network, created, found in sync, destroyed, and the network is untouched";
const NETWORK = "test/plan/network.test.ts";
const NETWORK_SAYS = "of the user's network a plan says what is wrong, and where";

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
    name: "the user's subnets count as the cluster's, and destroy deletes them",
    file: "src/resources/subnet/calls.ts",
    find: "Filters: [clusterFilter(cluster)], ...pageToken(token) }),\n    );\n    return { items: page.Subnets,",
    replace:
      "...pageToken(token) }),\n    );\n    const Tags = [{ Key: 'slipway:cluster', Value: cluster.name }];\n    return { items: page.Subnets?.map((one) => ({ ...one, Tags })),",
    testFile: "test/apply/static.test.ts",
    test: `${IN_USERS_NETWORK}: a public API server and a bastion`,
  },
  {
    name: "only the first block of the user's VPC reaches a private API server",
    file: "src/blueprint/network.ts",
    find: "vpcCidrs: facts.staticVpcCidrs ?? [],",
    replace: "vpcCidrs: (facts.staticVpcCidrs ?? []).slice(0, 1),",
    testFile: "test/apply/static.test.ts",
    test: `${IN_USERS_NETWORK}: a private API server, no bastion, no public subnets`,
  },
  {
    name: "a route whose target is gone counts as a way out",
    file: "src/plan/network-checks.ts",
    find: "} else if (route === undefined || route.isBlackhole) {",
    replace: "} else if (route === undefined) {",
    testFile: NETWORK,
    test: `${NETWORK_SAYS}: the nodes' NAT gateway is gone`,
  },
  {
    name: "the main route table is not looked at",
    file: "src/survey/static-network.ts",
    find: "association.Main === true",
    replace: "association.Main === undefined",
    testFile: NETWORK,
    test: `${NETWORK_SAYS}: the main table, which serves the nodes' subnet, has no default route`,
  },
  {
    name: "a load balancer's free addresses are not asked for",
    file: "src/plan/subnet-uses.ts",
    find: "const LOAD_BALANCER_ADDRESSES = 8;",
    replace: "const LOAD_BALANCER_ADDRESSES = 0;",
    testFile: NETWORK,
    test: `${NETWORK_SAYS}: the nodes' subnet has no room for the load balancer beside them`,
  },
  {
    name: "a cluster may move to another VPC",
    file: "src/plan/plan.ts",
    find: "const moved = checkPlacement(cluster, inventory);",
    replace: "const moved = checkPlacement(cluster, inventory).slice(0, 0);",
    testFile: NETWORK,
    test: "a cluster that stands moves neither into the user's network, nor out of it, nor to another VPC",
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
    name: "nobody asks the lease before changing something",
    file: "src/commands/session.ts",
    find: "    lease.check();\n",
    replace: "",
    testFile: LEASE,
    test: "a run that can't renew its lease changes nothing more, and says why",
  },
  {
    name: "a lease is taken over before it has run out",
    file: "src/apply/lease.ts",
    find: "clock.now() - watched.sinceMs >= seen.value.ttlMs;",
    replace: "clock.now() - watched.sinceMs >= seen.value.ttlMs / 4;",
    testFile: LEASE,
    test: "whoever races for a lease, nothing is changed by one that does not hold it",
  },
  {
    name: "what a dead run left is forgotten when the takeover's answer is lost",
    file: "src/apply/lease.ts",
    find: "new Lease(store, seen, tried.startedAtMs, tried.before, options)",
    replace: "new Lease(store, seen, tried.startedAtMs, undefined, options)",
    testFile: LEASE,
    test: "whoever comes after a launch without an answer asks for the same, with the same token, and gets the same instances",
  },
  {
    name: "a launch is not written down before it is asked for",
    file: "src/apply/node-steps.ts",
    find: "  await run.records.write(intentKey(launch.token), intent);\n",
    replace: "",
    testFile: LEASE,
    test: "whoever comes after a launch without an answer asks for the same, with the same token, and gets the same instances",
  },
  {
    name: "every launch of a zone has the same token",
    file: "src/apply/node-steps.ts",
    find: "hashOf([run.cluster, id, number, hexDigits(run.aws.random, 16)], 48)",
    replace: "hashOf([run.cluster, id, number, hexDigits(() => 0, 16)], 48)",
    testFile: LEASE,
    test: "a node that was terminated by others is launched anew, and not taken for the one that was",
  },
  {
    name: "a run that was stopped says that it finished",
    file: "src/commands/apply.ts",
    find: "  finished(false);\n",
    replace: "  finished(true);\n",
    testFile: "test/apply/faults.test.ts",
    test: "a run that is told to stop starts nothing more, says where it is, and is finished by the next one",
  },
  {
    name: "an older commit may be applied over a newer one",
    file: "src/commands/apply.ts",
    find: "if (hasErrors(order)) return",
    replace: "if (order.length > 9) return",
    testFile: LEASE,
    test: "a run goes on only with a commit that is not behind what was applied, and is its branch's newest for the cluster's files",
  },
  {
    name: "the bucket's owner is not checked",
    file: "src/resources/records/store.ts",
    find: "ExpectedBucketOwner: cluster.accountId }",
    replace: "ExpectedBucketOwner: undefined as unknown as string }",
    testFile: LEASE,
    test: "the records' bucket is private, versioned, by TLS only, and keeps old versions for a month",
  },
  {
    name: "destroy does not look at whose cluster it is",
    file: "src/plan/plan.ts",
    find: "...checkOwnership(nowhere, inventory, owner)",
    replace: "...checkOwnership(nowhere, inventory, owner).slice(9)",
    testFile: LEASE,
    test: "another repository's cluster is neither changed nor deleted; nor is one of a newer release",
  },
  {
    name: "unlock does not look whether the holder lives",
    file: "src/commands/unlock.ts",
    find: "await aws.clock.sleep(ttlMs / 3, context.signal);",
    replace: "await aws.clock.sleep(0, context.signal);",
    testFile: LEASE,
    test: "unlock shows who holds the lease, releases a dead run's when told to, and leaves a living one's alone",
  },
];
