import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { count } from "../core/words.ts";
import { type Repository, type Subject, trustPolicy } from "../permissions/set-up.ts";

/** What GitHub answered; or why it is not known, in GitHub's words. */
export type Seen<T> = { seen: T } | { unseen: string };

/** What a run on GitHub is, and what its token may see of the repository. */
export interface GithubFacts {
  repository: Repository;
  /** Which run this is, as GitHub tells AWS. */
  subject: Subject;
  /** Whether the job may ask for a token for AWS (`permissions: { id-token: write }`); absent: this is no job. */
  canIdentify?: boolean;
  /** The branch that is applied from. */
  branch: Seen<BranchFacts>;
  /** The environments that jobs can name, but for those that Slipway's own deployments made. */
  environments: Seen<readonly EnvironmentFacts[]>;
}

/** How changes come to a branch, by its protection and by rulesets. */
export interface BranchFacts {
  name: string;
  isProtected: boolean;
  /** How many must approve a pull request; absent: none is asked for, and pushes are taken. */
  pullRequests: Seen<{ approvals: number } | undefined>;
}

export interface EnvironmentFacts {
  name: string;
  /** People and teams of whom one must approve each job. */
  reviewers: number;
  /** Whether it takes jobs of some branches alone. */
  isLimited: boolean;
}

/** Asks GitHub; undefined where there is no repository to ask about. */
export type AskGithub = () => Promise<GithubFacts | undefined>;

type Told = Finding & { code: FindingCode & `doctor/${string}` };

/** What there is to say about who can make this repository's runs apply, and the trust policy to paste. */
export function githubFindings(facts: GithubFacts, accountId: string | undefined): Finding[] {
  const { repository, subject, canIdentify } = facts;
  return [
    ...(canIdentify === false ? [CANNOT_IDENTIFY] : []),
    branchFinding(facts),
    ...environmentFindings(facts),
    {
      level: "notice",
      code: "doctor/trust",
      message: "a role that such a run may take has this trust policy, and no wildcard in it",
      fix: JSON.stringify(trustPolicy(accountId ?? "ACCOUNT_ID", repository, subject)),
    },
  ];
}

const CANNOT_IDENTIFY: Told = {
  level: "warning",
  code: "doctor/no-id-token",
  message: "this job may not ask GitHub for a token, so it can take no role by OIDC",
  fix: "give the job  permissions: { id-token: write }",
};

function branchFinding({ repository, branch }: GithubFacts): Told {
  if ("unseen" in branch) {
    return {
      level: "notice",
      code: "doctor/branch-unknown",
      message: `whether the branch that is applied from is protected is not known: ${branch.unseen}`,
      fix: "give the job  permissions: { contents: read }; from the command line, set GITHUB_TOKEN",
    };
  }
  const { name, isProtected, pullRequests } = branch.seen;
  const open = (code: Told["code"], message: string): Told => ({
    level: "warning",
    code,
    message,
    fix: `have reviewed pull requests required, as somebody who administers the repository:\n${rulesetCommand(repository)}`,
  });
  if (!isProtected) return open("doctor/branch-open", `${name} is not protected: whoever may push can apply`);
  if ("unseen" in pullRequests) {
    return {
      level: "notice",
      code: "doctor/branch-terms-unknown",
      message: `${name} is protected; whether it takes reviewed pull requests alone is not known: ${pullRequests.unseen}`,
      fix: "run  slipway doctor  with a GITHUB_TOKEN of somebody who administers the repository, or look in its settings",
    };
  }
  if (pullRequests.seen === undefined)
    return open(
      "doctor/branch-direct",
      `${name} is protected, but takes pushes without a pull request: whoever may push can apply`,
    );
  const { approvals } = pullRequests.seen;
  if (approvals === 0)
    return open(
      "doctor/branch-unreviewed",
      `${name} takes pull requests that nobody has approved: whoever may push can merge a change of their own`,
    );
  return {
    level: "notice",
    code: "doctor/branch",
    message: `${name} takes pull requests alone, with ${count(approvals, "approval")} or more`,
  };
}

function environmentFindings({ repository, environments }: GithubFacts): Told[] {
  if ("unseen" in environments) {
    return [
      {
        level: "notice",
        code: "doctor/environments-unknown",
        message: `the repository's environments are not known: ${environments.unseen}`,
        fix: "give the job  permissions: { actions: read }; from the command line, set GITHUB_TOKEN",
      },
    ];
  }
  if (environments.seen.length === 0) {
    return [
      {
        level: "notice",
        code: "doctor/no-environment",
        message: "there is no environment whose reviewers a job could wait for: who may merge may apply",
      },
    ];
  }
  return environments.seen.map((environment) => environmentFinding(repository, environment));
}

function environmentFinding(repository: Repository, { name, reviewers, isLimited }: EnvironmentFacts): Told {
  if (reviewers > 0) {
    return {
      level: "notice",
      code: "doctor/environment",
      message: `jobs in the environment ${name} wait for one of ${count(reviewers, "reviewer")}`,
    };
  }
  if (isLimited) {
    return {
      level: "notice",
      code: "doctor/environment-limited",
      message: `the environment ${name} asks nobody, and takes jobs of some branches alone: who may merge to those may take a role that trusts it`,
    };
  }
  return {
    level: "warning",
    code: "doctor/environment-open",
    message: `the environment ${name} asks nobody, and takes jobs of every branch: whoever may push one can take a role that trusts it`,
    fix: `give it required reviewers, or let it take protected branches alone:\n${environmentCommand(repository, name)}`,
  };
}

/** https://docs.github.com/rest/repos/rules#create-a-repository-ruleset */
function rulesetCommand({ owner, name }: Repository): string {
  return ghApi("POST", `repos/${owner}/${name}/rulesets`, {
    name: "reviewed pull requests",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      { type: "deletion" },
      { type: "non_fast_forward" },
      {
        type: "pull_request",
        parameters: {
          required_approving_review_count: 1,
          dismiss_stale_reviews_on_push: true,
          require_last_push_approval: true,
          require_code_owner_review: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  });
}

/** https://docs.github.com/rest/deployments/environments#create-or-update-an-environment */
function environmentCommand({ owner, name }: Repository, environment: string): string {
  return ghApi("PUT", `repos/${owner}/${name}/environments/${inPath(environment)}`, {
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  });
}

function ghApi(method: string, path: string, body: object): string {
  return `gh api --method ${method} ${path} --input - <<'EOF'\n${JSON.stringify(body)}\nEOF`;
}

/** As a part of a path that a shell takes as it is: encodeURIComponent leaves ' and ( and more. */
function inPath(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
