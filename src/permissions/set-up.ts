import {
  BOUNDARY,
  NEVER_PKI,
  NEVER_SNAPSHOTS,
  ownPolicy,
  type PolicyDocument,
  pairsOf,
  policyFor,
  policyOf,
  statementsOf,
} from "./policies.ts";
import { ARNS, type Holder } from "./rights.ts";
import { allow, type Statement } from "./statement.ts";

/** The roles that a workflow takes, with the policies that each has. */
export const ROLES: Readonly<Record<string, readonly Holder[]>> = {
  "slipway-plan": ["plan"],
  "slipway-apply": ["plan", "apply", "apply-dynamic", "apply-static"],
  "slipway-reconcile": ["plan", "reconcile"],
};

const HOLDERS: readonly Holder[] = ["plan", "apply", "apply-dynamic", "apply-static", "reconcile"];

/** What whoever sets Slipway up needs, once an administrator has made both boundaries: roles that can't outgrow them. */
function setUpPolicy(): PolicyDocument {
  const policies = HOLDERS.map((holder) => `arn:aws:iam::*:policy/slipway-${holder}`);
  const roles = Object.keys(ROLES).map((name) => `arn:aws:iam::*:role/${name}`);
  const bounded = { StringEquals: { "iam:PermissionsBoundary": ownPolicy(BOUNDARY) } };
  return policyOf([
    allow("TrustGitHub", ["iam:CreateOpenIDConnectProvider"], `arn:aws:iam::*:oidc-provider/${ISSUER}`),
    allow(
      "WritePolicies",
      ["iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:ListPolicyVersions"],
      policies,
    ),
    { ...allow("MakeRoles", ["iam:CreateRole", "iam:UpdateAssumeRolePolicy"], roles), Condition: bounded },
    {
      ...allow("GivePolicies", ["iam:AttachRolePolicy", "iam:DetachRolePolicy"], roles),
      Condition: {
        ...bounded,
        ArnLike: { "iam:PolicyARN": HOLDERS.map((holder) => ownPolicy(`slipway-${holder}`)) },
      },
    },
  ]);
}

/** The most that Slipway's own roles can ever do, whatever policies they are given. */
function boundaryPolicy(): PolicyDocument {
  const iam = statementsOf([...pairsOf("plan"), ...pairsOf("apply")].filter(({ action }) => action.startsWith("iam:")));
  return policyOf([
    allow(
      "Clusters",
      [
        "ec2:*",
        "elasticloadbalancing:*",
        "pricing:GetProducts",
        "servicequotas:Get*",
        "servicequotas:List*",
        "ssm:DescribeParameters",
      ],
      "*",
    ),
    allow("Parameters", "ssm:*", [ARNS.parameter, ARNS["image-parameter"]]),
    allow("Records", "s3:*", [ARNS.bucket, ARNS.object]),
    {
      ...allow("Keys", "kms:*", ARNS.key),
      Condition: { StringLike: { "kms:ViaService": ["ec2.*.amazonaws.com", "ssm.*.amazonaws.com"] } },
    },
    ...iam,
    NEVER_PKI,
    NEVER_SNAPSHOTS,
  ]);
}

/** Where the names of nodes' things say whose they are, the boundary does as well. */
const NODE_RESOURCES: Readonly<Record<string, string[]>> = {
  ssm: [ARNS.parameter],
  s3: [ARNS.bucket, ARNS.object],
};

/**
 * The most that a node's role can ever do: each action that the roles of any cluster's nodes allow. Which cluster's things
 * is each role's own matter.
 * @param statements of the roles of nodes, of every kind of cluster
 */
function nodeBoundaryPolicy(statements: readonly Statement[]): PolicyDocument {
  const allowed = statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => [Action].flat());
  const byService = Map.groupBy(new Set(allowed), (action) => action.split(":")[0] ?? "");
  const elsewhere = [...byService].filter(([service]) => NODE_RESOURCES[service] === undefined);
  return policyOf([
    allow("Nodes", elsewhere.flatMap(([, actions]) => actions).sort(), "*"),
    ...[...byService].flatMap(([service, actions]) => {
      const resources = NODE_RESOURCES[service];
      return resources === undefined
        ? []
        : [allow(service === "ssm" ? "Parameters" : "Records", actions.sort(), resources)];
    }),
  ]);
}

const ISSUER = "token.actions.githubusercontent.com";

/** Which runs of a repository may take a role. */
export type Subject = { of: "pull-request" } | { of: "environment"; name: string } | { of: "ref"; ref: string };

/** A repository, by its names, and by its ids where they are known. */
export interface Repository {
  owner: string;
  name: string;
  ownerId?: string;
  id?: string;
}

/**
 * The subjects that GitHub may write into a run's token. A job with an environment has its name in place of the ref.
 * Repositories that were made, renamed or moved since July 2026 have their ids in it, so that nobody who takes an old
 * name gets its rights (github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens).
 */
export function subjectsOf({ owner, name, ownerId, id }: Repository, subject: Subject): string[] {
  const end =
    subject.of === "pull-request"
      ? "pull_request"
      : subject.of === "environment"
        ? `environment:${subject.name}`
        : `ref:${subject.ref}`;
  const immutable = ownerId === undefined || id === undefined ? [] : [`repo:${owner}@${ownerId}/${name}@${id}:${end}`];
  return [`repo:${owner}/${name}:${end}`, ...immutable];
}

/** Who may take a role: those runs of that repository, by GitHub's word, and nobody else. */
export function trustPolicy(accountId: string, repository: Repository, subject: Subject): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RunsOnGitHub",
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${ISSUER}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${ISSUER}:aud`]: "sts.amazonaws.com", [`${ISSUER}:sub`]: subjectsOf(repository, subject) },
        },
      },
    ],
  };
}

/** Every file of `policies/` that follows from the rights alone, by its name. */
export function policyFiles(nodeStatements: readonly Statement[]): Map<string, object> {
  // Words in capitals are for the reader to replace.
  const repository = { owner: "OWNER", name: "REPOSITORY", ownerId: "OWNER_ID", id: "REPOSITORY_ID" };
  const trust = (subject: Subject): object => trustPolicy("ACCOUNT_ID", repository, subject);
  return new Map<string, object>([
    ...HOLDERS.map((holder): [string, object] => [holder, policyFor(holder)]),
    ["set-up", setUpPolicy()],
    ["boundary", boundaryPolicy()],
    ["node-boundary", nodeBoundaryPolicy(nodeStatements)],
    ["trust-plan", trust({ of: "pull-request" })],
    ["trust-apply-environment", trust({ of: "environment", name: "ENVIRONMENT" })],
    ["trust-apply-ref", trust({ of: "ref", ref: "refs/heads/main" })],
  ]);
}
