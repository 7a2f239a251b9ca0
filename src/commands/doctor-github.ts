import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { type Repository, type Subject, trustPolicy } from "../permissions/set-up.ts";

/** What a run on GitHub is and may see; what its token may not see is absent. */
export interface GithubFacts {
  repository: Repository;
  /** Which run this is, as GitHub tells AWS. */
  subject: Subject;
  /** The job may ask for a token for AWS (`permissions: { id-token: write }`). */
  canIdentify: boolean;
  /** The branch that is applied from, and whether it is protected. */
  branch?: { name: string; isProtected: boolean };
  /** The repository's environments, and how many people must approve a run in each. */
  environments?: readonly { name: string; reviewers: number }[];
}

/** What there is to say about who can make this repository's runs apply, and the trust policy to paste. */
export function githubFindings(facts: GithubFacts, accountId: string | undefined): Finding[] {
  const { repository, subject, canIdentify, branch, environments } = facts;
  const findings: Finding[] = [];
  const add = (level: Finding["level"], code: FindingCode, message: string, fix?: string): void => {
    findings.push({ level, code, message, ...(fix === undefined ? {} : { fix }) });
  };
  if (!canIdentify) {
    add(
      "warning",
      "doctor/no-id-token",
      "this job may not ask GitHub for a token, so it can take no role by OIDC",
      "give the job  permissions: { id-token: write }",
    );
  }
  if (branch === undefined) {
    add(
      "notice",
      "doctor/branch-unknown",
      "whether the branch that is applied from is protected can't be seen with this token",
    );
  } else if (!branch.isProtected) {
    add(
      "warning",
      "doctor/branch-open",
      `${branch.name} is not protected: whoever may push can apply`,
      "require pull requests and reviews for it",
    );
  }
  if (environments === undefined) {
    add("notice", "doctor/environments-unknown", "the repository's environments can't be seen with this token");
  } else {
    for (const { name, reviewers } of environments) {
      if (reviewers > 0) continue;
      add(
        "warning",
        "doctor/environment-open",
        `the environment ${name} asks nobody before it runs`,
        "give it required reviewers",
      );
    }
  }
  const trust = JSON.stringify(trustPolicy(accountId ?? "ACCOUNT_ID", repository, subject));
  add("notice", "doctor/trust", "a role that such a run may take has this trust policy, and no wildcard in it", trust);
  return findings;
}
