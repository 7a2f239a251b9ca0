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

const PKI = "test/apply/pki.test.ts";
const DESTROYED =
  "destroy keeps it until the last node is gone, and takes what nodes wrote with it, of this cluster alone";
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
    name: "a second PKI is made while nodes live by the first",
    file: "src/plan/plan.ts",
    find: "    ...checkPki(cluster, inventory),\n",
    replace: "",
    testFile: PKI,
    test: "while a node lives no second PKI is made: the plan says that the first is gone, and what to do",
  },
  {
    name: "a PKI is written over the one that is there",
    file: "src/resources/pki/calls.ts",
    find: "Overwrite: false,",
    replace: "Overwrite: true,",
    testFile: PKI,
    test: "of two processes that make it at once one does, and the other is told that it is there",
  },
  {
    name: "the PKI is deleted before the nodes that live by it",
    file: "src/resources/node/instances.ts",
    find: '[...usesOf(instance), pkiParameter({ name: tags[TAG.cluster] ?? "" })]',
    replace: "usesOf(instance)",
    testFile: PKI,
    test: DESTROYED,
  },
  {
    name: "destroy leaves what nodes wrote for the next cluster of the name",
    file: "src/commands/destroy.ts",
    find: "await removeParameters(aws, identity);",
    replace: "",
    testFile: PKI,
    test: DESTROYED,
  },
  {
    name: "a key travels in user data",
    file: "src/apply/node-steps.ts",
    find: "userData: userDataOf(node),",
    replace: "userData: userDataOf({ ...node, labels: { key: '-----BEGIN PRIVATE KEY-----' } }),",
    testFile: "test/apply/leaks.test.ts",
    test: "over a cluster's whole life no key, no token and no secret is in anything that leaves, but in the one put",
  },
  {
    name: "a secret shows itself in JSON",
    file: "src/core/secret.ts",
    find: "toJSON: show,",
    replace: "toJSON: () => String(value),",
    testFile: "test/bootstrap/pki.test.ts",
    test: "whatever prints a PKI shows its name and no key",
  },
  {
    name: "labels, taints, endpoint and CA are in the config hash",
    file: "src/blueprint/blueprint.ts",
    find: "node: bornWith(launch.node),",
    replace: "node: launch,",
    testFile: "test/bootstrap/node-config.test.ts",
    test: "what rolls a pool, and what does not",
  },
  {
    name: "nodes are launched before what they read is there",
    file: "src/plan/steps.ts",
    find: 'if (other.work.do === "write") needs.add(other.id);',
    replace: "if (other.id === draft.id) needs.delete(other.id);",
    testFile: "test/apply/records.test.ts",
    test: "all that nodes read is there before the first of them is launched, and says what the file says",
  },
  {
    name: "a worker's role has no explicit deny of the PKI",
    file: "src/blueprint/roles.ts",
    find: 'deny(\n      "NeverPki",',
    replace: 'allow(\n      "NeverPki",',
    testFile: "test/blueprint/roles.test.ts",
    test: "a worker can't read the PKI by any call, whatever other policy its machine has",
  },
  {
    name: "a node that leaves is not drained",
    file: "src/bootstrap/agent/loop.py",
    find: "left, held = evict(name)",
    replace: "left, held = 0, []",
    testFile: "test/agent/test_leave.py",
    test: "test_a_worker_is_cordoned_drained_deleted_and_left",
  },
  {
    name: "a disruption budget does not hold a pod",
    file: "src/bootstrap/agent/loop.py",
    find: "if error.code in (404, 409):  # gone, or another pod of the same name",
    replace: "if error.code in (404, 409, 429) and [left := left - 1] != []:",
    testFile: "test/agent/test_leave.py",
    test: "test_a_budget_is_respected_named_and_after_the_deadline_an_error",
  },
  {
    name: "the last control plane is drained",
    file: "src/bootstrap/agent/loop.py",
    find: 'return "the only etcd member", mine, others, leader',
    replace: 'return "", mine, others, leader',
    testFile: "test/agent/test_leave.py",
    test: "test_the_last_control_plane_is_not_drained",
  },
  {
    name: "the loop part's hash is not checked",
    file: "src/bootstrap/agent/boot.py",
    find: "if not got or hashlib.sha256(got[0]).hexdigest() != wanted:",
    replace: "if not got:",
    testFile: "test/agent/test_loop.py",
    test: "test_a_loop_part_with_a_wrong_hash_is_refused_and_the_old_one_runs_on",
  },
  {
    name: "a control plane that died right after init is reset",
    file: "src/bootstrap/agent/boot.py",
    find: 'if os.path.exists(initialised) and lock and lock["instance"] == me():',
    replace: "if False:",
    testFile: "test/agent/test_up.py",
    test: "test_init_that_dies_at_any_step_twice_ends_with_one_cluster_that_is_never_reset_after_done",
  },
  {
    name: "a snapshot is sent without a look at its sha256",
    file: "src/bootstrap/agent/loop.py",
    find: "if digest.digest() != tail[-32:]:",
    replace: "if not tail:",
    testFile: "test/agent/test_snapshot.py",
    test: "test_a_flipped_byte_or_a_cut_stream_leaves_nothing_in_the_bucket_and_is_tried_again",
  },
  {
    name: "a certificate goes to a name that has a Node",
    file: "src/bootstrap/agent/loop.py",
    find: " and not has_node(node):",
    replace: ":",
    testFile: "test/agent/test_loop.py",
    test: "test_a_certificate_is_for_a_living_instance_of_this_cluster_that_has_no_node",
  },
];
