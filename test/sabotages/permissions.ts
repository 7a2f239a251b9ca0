import type { Sabotage } from "./sabotage.ts";

const ACCESS = "test/twin/access.test.ts";
const POLICIES = "test/permissions/policies.test.ts";
const PLAN = "test/permissions/plan.test.ts";

/** Of who may do what: the twin's judgement, the shipped policies, and what a plan says of them. */
export const PERMISSIONS: readonly Sabotage[] = [
  {
    name: "the twin's IAM takes no notice of an explicit deny",
    file: "src/twin/access/evaluate.ts",
    find: "if (denying.length > 0)",
    replace: "if (denying.length > 99)",
    testFile: ACCESS,
    test: "IAM decides: a deny of another policy is stronger",
  },
  {
    name: "the twin launches with any role, whoever asks",
    file: "src/twin/access/iam-requests.ts",
    find: 'return (world.profiles.get(profile ?? "")?.roles ?? []).map((role) => passTo(world, role));',
    replace: "return [];",
    testFile: ACCESS,
    test: "a role is given to a machine only by who may pass it: in a profile, and in a launch",
  },
  {
    name: "tags in the call that creates are nobody's business",
    file: "src/twin/access/ec2-requests.ts",
    find: "if (Object.keys(tags).length === 0) return [request];",
    replace: "if (Object.keys(tags).length >= 0) return [request];",
    testFile: ACCESS,
    test: "tags in the call that creates are a right of their own, by that action; without tags it is not asked for",
  },
  {
    name: "a permissions boundary limits nothing",
    file: "src/twin/access/evaluate.ts",
    find: "if (boundary !== undefined && matchingStatements([boundary]",
    replace: "if (boundary === undefined && matchingStatements([]",
    testFile: ACCESS,
    test: "IAM decides: a boundary that does not allow it",
  },
  {
    name: "a shipped statement lost its condition on tags",
    file: "policies/apply-static.json",
    find: `"arn:aws:ec2:*:*:security-group/*"
      ],
      "Condition": {
        "StringLike": {
          "aws:ResourceTag/slipway:cluster": "*"
        }
      }`,
    replace: `"arn:aws:ec2:*:*:security-group/*"
      ]`,
    testFile: POLICIES,
    test: "by the shipped policies nobody can open somebody else's security group",
  },
  {
    name: "the policy for planning lets certificates and keys be read",
    file: "policies/plan.json",
    find: '"Sid": "NeverPki",\n      "Effect": "Deny"',
    replace: '"Sid": "NeverPki",\n      "Effect": "Allow"',
    testFile: POLICIES,
    test: "a key that is read with a wildcard more in plan.json is kept by the explicit deny",
  },
  {
    name: "the policy for planning lets snapshots of etcd be read",
    file: "policies/plan.json",
    find: "arn:aws:s3:::slipway-*/*/etcd/*",
    replace: "arn:aws:s3:::slipway-*/*/none/*",
    testFile: POLICIES,
    test: "a snapshot of etcd that is read with a wildcard more in plan.json is kept by the explicit deny",
  },
  {
    name: "a right that is missing is not said",
    file: "src/plan/permission-findings.ts",
    find: "  if (missing.length > 0) {\n    findings.push({",
    replace: "  if (missing.length > 99) {\n    findings.push({",
    testFile: PLAN,
    test: "each right that this plan needs is missed when it is not there: one finding, which names it and the statement",
  },
  {
    name: "a plan does not ask about the calls that make a NAT gateway",
    file: "src/permissions/calls.ts",
    find: '"nat-gateway": ["ec2:CreateNatGateway", "ec2:CreateTags"],',
    replace: '"nat-gateway": [],',
    testFile: PLAN,
    test: "a plan asks about every change that its apply then makes, and in sync it asks nothing",
  },
  {
    name: "the role that plans is trusted to every run of the repository",
    file: "src/permissions/set-up.ts",
    find: '? "pull_request"',
    replace: '? "*"',
    testFile: POLICIES,
    test: "a role is trusted to runs of one environment or one branch, under both forms of a repository's name",
  },
];
