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
    name: "a pack's unknown parameter passes",
    file: "src/packs/parameters.ts",
    find: 'level: "error",\n        code: "packs/unknown-parameter",',
    replace: 'level: "notice",\n        code: "packs/unknown-parameter",',
    testFile: "test/packs/bundle.test.ts",
    test: "what is wrong with packs is said at its place, in the profile or in the override",
  },
  {
    name: "a bundle is named by its compressed bytes",
    file: "src/packs/bundle.ts",
    find: "return { sha256: hashOf(text), gz: gzipSync(text, { level: 9 }), packs };",
    replace: 'return { sha256: hashOf(gzipSync(text).toString("base64")), gz: gzipSync(text, { level: 9 }), packs };',
    testFile: "test/packs/bundle.test.ts",
    test: "a bundle's name is the hash of the text that its bytes unpack to, whichever zlib packed it",
  },
  {
    name: "a Secret's values are compared in the open",
    file: "src/packs/compare-bundles.ts",
    find: 'fieldChanges(was.object, object, object.kind === "Secret")',
    replace: "fieldChanges(was.object, object, false)",
    testFile: "test/packs/bundle.test.ts",
    test: "a Secret's values never reach a comparison",
  },
  {
    name: "the nodes' security groups forget a network plug-in's port",
    file: "src/blueprint/access.ts",
    find: '[udp(8472), "pods: VXLAN"],',
    replace: "",
    testFile: "test/packs/built-in.test.ts",
    test: "the nodes' security groups admit what each network plug-in says between nodes, and the ports that its objects name",
  },
  {
    name: "the cloud controller manager waits for the pod network",
    file: "src/packs/cloud-controller-manager.ts",
    find: "hostNetwork: true,",
    replace: "hostNetwork: false,",
    testFile: "test/packs/built-in.test.ts",
    test: "the cloud controller manager works before there is a pod network, and by its own API server",
  },
  {
    name: "Calico sends pods' packets between subnets without VXLAN",
    file: "src/packs/calico.ts",
    find: 'CALICO_IPV4POOL_VXLAN: "Always"',
    replace: 'CALICO_IPV4POOL_VXLAN: "CrossSubnet"',
    testFile: "test/packs/built-in.test.ts",
    test: "each parameter does what its description says, and the defaults are the safe ones",
  },
];
