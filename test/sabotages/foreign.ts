import type { Sabotage } from "./sabotage.ts";

const OTHERS = "test/faults/others.test.ts";
const SERVICE = "others: the load balancer of a Service, by the cloud controller, with its rules in the nodes' group";
const CLASSIC = "others: a classic load balancer of a Service, its group, and the rule that admits that group";
const ALIKE = "clusters whose names begin alike live through each other's whole lives";

/** Of what others have, in a cluster's VPC and beside it; and of answers that break off. */
export const FOREIGN: readonly Sabotage[] = [
  {
    name: "an answer that breaks off is taken for a refusal",
    file: "src/aws/errors.ts",
    find: "return status >= 200 && status < 300;",
    replace: "return status >= 600;",
    testFile: "test/aws/calls.test.ts",
    test: "an answer that breaks off in the middle is a lost one: the create is not sent again, and asking later may help",
  },
  {
    name: "whose the cluster is is not compared",
    file: "src/plan/checks.ts",
    find: "(tags[TAG.owner] ?? owner) !== owner",
    replace: "(tags[TAG.owner] ?? owner) !== tags[TAG.owner]",
    testFile: OTHERS,
    test: "another repository's cluster of our name: plan, apply, reconcile, removal and destroy leave it alone, and say whose it is",
  },
  {
    name: "clusters are looked for by how their names begin",
    file: "src/resources/tags.ts",
    find: "Values: [cluster.name] };",
    replace: 'Values: [cluster.name, cluster.name.concat("-*")] };',
    testFile: OTHERS,
    test: ALIKE,
  },
  {
    name: "what nodes wrote is deleted by how its name begins",
    file: "src/resources/pki/calls.ts",
    find: "await parameterNames(aws, parameterPath(cluster));",
    replace: '(await parameterNames(aws, "/slipway")).filter((name) => name.startsWith(parameterPath(cluster)));',
    testFile: OTHERS,
    test: ALIKE,
  },
  {
    name: "what has our tag by hand is ours",
    file: "src/plan/checks.ts",
    find: "if (claimed.length > 0) {",
    replace: "if (claimed.length > 99) {",
    testFile: OTHERS,
    test: "what has our tag by hand is neither taken for ours nor deleted: the run stops and names it",
  },
  {
    name: "rules of the cloud controller are drift",
    file: "src/resources/security-group/calls.ts",
    find: '"kubernetes.io/rule/nlb/",',
    replace: '"kubernetes.io/rule/elb/",',
    testFile: OTHERS,
    test: SERVICE,
  },
  {
    name: "the rule for a classic load balancer is drift",
    file: "src/resources/security-group/calls.ts",
    find: 'return protocol === "-1" &&',
    replace: 'return protocol === "all" &&',
    testFile: OTHERS,
    test: CLASSIC,
  },
  {
    name: "a destroy does not look for what others have",
    file: "src/plan/plan.ts",
    find: "...checkOthers(cluster, inventory),",
    replace: "",
    testFile: OTHERS,
    test: SERVICE,
  },
  {
    name: "every instance in the VPC is taken for the cluster's",
    file: "src/survey/others.ts",
    find: "if (instance !== undefined && instances.has(instance)) return",
    replace: "if (instance !== undefined) return",
    testFile: OTHERS,
    test: "others: somebody's instance",
  },
  {
    name: "the load balancers of a cluster whose name begins alike are taken for this one's",
    file: "src/survey/others.ts",
    find: 'const isMade = tags[key] === "owned" ||',
    replace: 'const isMade = Object.keys(tags).some((one) => one.startsWith(key.slice(0, key.lastIndexOf("-")))) ||',
    testFile: OTHERS,
    test: "others: a load balancer of the cluster prod-2, in our VPC",
  },
  {
    name: "routes that people put in are not looked at",
    file: "src/survey/others.ts",
    find: "...tables.flatMap((table) => otherRoutes(table, own)),",
    replace: "",
    testFile: OTHERS,
    test: "others: a route to a peering connection, in our table",
  },
  {
    name: "what lingers of a load balancer is taken for one",
    file: "src/survey/others.ts",
    find: "if (answer === undefined) return undefined;",
    replace: "",
    testFile: OTHERS,
    test: "the interfaces of a load balancer whose Service was just deleted, and of an instance that is just gone, are waited for",
  },
  {
    name: "a zone is left without a look at who else is in it",
    file: "src/commands/assess.ts",
    find: "findings: [...drafted.findings, ...left]",
    replace: "findings: [...drafted.findings, ...left.slice(99)]",
    testFile: OTHERS,
    test: "a zone that no pool is in any more keeps its network while a Service's load balancer is there, and the plan says so",
  },
  {
    name: "who names a group in a rule is not told",
    file: "src/apply/blockers.ts",
    find: 'users.length === 0 && live.kind === "security-group"',
    replace: 'users.length > 99 && live.kind === "security-group"',
    testFile: OTHERS,
    test: "what comes while a destroy is at work stops only what it is in, by its name; without it the next run finishes",
  },
];
