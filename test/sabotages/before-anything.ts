/** Faults in what is said before anything exists: costs, quotas, permissions, and who can make a run apply. */
import type { Sabotage } from "./sabotage.ts";

const COST = "test/plan/cost.test.ts";
const CAPACITY = "test/plan/capacity.test.ts";
const POLICIES = "test/permissions/policies.test.ts";
const DOCTOR = "test/permissions/doctor-github.test.ts";

export const BEFORE_ANYTHING: readonly Sabotage[] = [
  {
    name: "a node's volume is counted with the bastion's change",
    file: "src/plan/holdings.ts",
    find: 'return [node, volume(ofPool(name), "gp3", rootVolumeGiB * count)];',
    replace: 'return [node, volume({ ...ofPool(name), id: "bastion" }, "gp3", rootVolumeGiB * count)];',
    testFile: COST,
    test: "what each change costs adds up to the plan's difference: of a creation, an edit, a roll, and a deletion",
  },
  {
    name: "a deletion is not priced",
    file: "src/commands/destroy.ts",
    find: 'const plan = planDestroy(identity, inventory, context.owner, prices);\n  if (hasErrors(plan.findings)) return { ...header, result: "blocked", findings: plan.findings, plan };',
    replace:
      'const plan = planDestroy(identity, inventory, context.owner);\n  if (hasErrors(plan.findings)) return { ...header, result: "blocked", findings: plan.findings, plan };',
    testFile: COST,
    test: "a deletion saves all that there is, and says so before anybody confirms it",
  },
  {
    name: "the quota of storage is taken for GiB",
    file: "src/plan/capacity.ts",
    find: "value: limit.value * perUnitOfLimit",
    replace: "value: limit.value + 0 * perUnitOfLimit",
    testFile: CAPACITY,
    test: "with room for exactly what a plan takes it goes through, and with one less of any it is refused",
  },
  {
    name: "a load balancer is taken to have one interface in all",
    file: "src/plan/requirements.ts",
    find: "{ needed: wanted.spec.subnets.length }",
    replace: "{ needed: Math.min(1, wanted.spec.subnets.length) }",
    testFile: CAPACITY,
    test: "with room for exactly what a plan takes it goes through, and with one less of any it is refused",
  },
  {
    name: "no policy allows a route to go",
    file: "policies/apply-dynamic.json",
    find: '        "ec2:DeleteRoute",\n',
    replace: "",
    testFile: POLICIES,
    test: "with the shipped policies alone, a zone that no pool is in any more goes, and what was made for it",
  },
  {
    name: "what the token may not see of environments is taken for none",
    file: "src/github/facts.ts",
    find: "environments: await look(() => environmentFacts(github)),",
    replace: "environments: { seen: await environmentFacts(github).catch(() => []) },",
    testFile: DOCTOR,
    test: "the doctor on GitHub: token-may-not-see",
  },
  {
    name: "a branch that rulesets protect counts as reviewed, whatever they ask",
    file: "src/github/facts.ts",
    find: 'rules.seen.filter(({ type }) => type === "pull_request")',
    replace:
      "rules.seen.filter(() => true).map((rule) => ({ ...rule, parameters: { required_approving_review_count: 1 } }))",
    testFile: DOCTOR,
    test: "the doctor on GitHub: protected-yet-open",
  },
];
