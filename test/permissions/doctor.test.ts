/** What the doctor says of AWS: who calls, what the roles may do, what to paste. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf } from "../../src/report/blocks.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import type { Principal } from "../../src/twin/access/access.ts";
import type { Policy } from "../../src/twin/access/evaluate.ts";
import { assertGolden } from "../support/golden.ts";
import { ACCOUNT_ID, boundedCluster, castOf, roleWith, shipped } from "../support/shipped-policies.ts";
import { isChange, Simulation } from "../support/simulation.ts";

const { applyRoleArn: _apply, ...rest } = boundedCluster().account;
const WITH_ROLES = boundedCluster({}, { planRoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/slipway-plan` });
const WITHOUT_ROLES = { ...WITH_ROLES, account: rest };

async function examined(principal: Principal, cluster = WITH_ROLES, known: readonly Principal[] = []) {
  const simulation = new Simulation();
  for (const one of known) simulation.world.principals.set(one.sourceArn, one);
  const result = await simulation.doctor([cluster], undefined, { principal });
  const text = renderTerminal(blocksOf(result), noColours);
  assert.deepEqual(
    simulation.world.calls.filter(({ action, input }) => isChange(action) && !("DryRun" in input)),
    [],
  );
  assert.deepEqual(
    [...simulation.world.vpcs.keys(), ...simulation.world.addresses.keys()],
    [],
    "a dry run did something",
  );
  return {
    result,
    text,
    codes: result.clusters.flatMap(({ findings }) => findings.map(({ level, code }) => `${level} ${code}`)),
  };
}

test("of roles with the shipped policies the doctor says that all is well", async () => {
  const { plan, applyDynamic } = castOf();
  const { result, text } = await examined(plan, WITH_ROLES, [applyDynamic]);

  assert.equal(result.result, "shown");
  assertGolden("policies/doctor-well.txt", text);
});

test("what a role lacks is said with the statement to paste, and that a role is not there", async () => {
  const { plan } = castOf();
  const without = (name: string): Policy => ({
    Statement: shipped(name).Statement.map((one) => ({
      ...one,
      Action: [one.Action ?? []]
        .flat()
        .filter((action) => action !== "ec2:CreateNatGateway" && action !== "ssm:PutParameter"),
    })),
  });
  const lame = roleWith("slipway-apply", ["plan", "apply", "apply-dynamic"], (name) =>
    name.startsWith("apply") ? without(name) : shipped(name),
  );

  const lacking = await examined(plan, WITH_ROLES, [lame]);
  const absent = await examined(plan, WITH_ROLES, []);

  assert.equal(lacking.result.result, "blocked");
  assertGolden("policies/doctor-lacks.txt", lacking.text);
  assert.deepEqual(absent.codes, ["error doctor/no-role", "notice doctor/caller", "notice doctor/plans"]);
});

test("who may not ask IAM is tried by DryRun, which does nothing", async () => {
  const lonely: Principal = {
    ...roleWith("lonely", []),
    policies: [
      { Statement: [{ Effect: "Allow", Action: ["ec2:Describe*", "ec2:CreateVpc", "ec2:CreateTags"], Resource: "*" }] },
    ],
  };

  const { result, text } = await examined(lonely, WITHOUT_ROLES);

  assert.equal(result.result, "shown");
  assertGolden("policies/doctor-dry-run.txt", text);
});

test("root is warned of, and credentials of another account are refused before anything is asked of it", async () => {
  const arn = `arn:aws:iam::${ACCOUNT_ID}:root`;
  const root = await examined({ arn, sourceArn: arn, policies: [] });
  const other = await examined(castOf().plan, {
    ...WITH_ROLES,
    account: { ...WITH_ROLES.account, accountId: "999999999999" },
  });

  assert.deepEqual(root.codes, ["warning account/root", "notice doctor/caller"]);
  assert.deepEqual(other.codes, ["error account/other-account", "notice doctor/caller"]);
});
