import type { BranchFacts, EnvironmentFacts, GithubFacts, Seen } from "../commands/doctor-github.ts";
import { messageOf } from "../core/errors.ts";
import type { Repository, Subject } from "../permissions/set-up.ts";
import { type Github, type GithubOptions, makeGithub, path } from "./client.ts";
import { isDeployedCluster } from "./deployments.ts";
import { isGithubError } from "./errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A doctor is to say soon that nobody answers. */
const PATIENCE_MS = 15_000;
const GITHUB_COM = "https://api.github.com";

/**
 * What the environment and GitHub tell of a run and its repository. What the token may not see is said as that: a plan for a
 * repository is not held against it for what nobody could look at.
 * @param env a runner's; or anybody's, with GITHUB_REPOSITORY in it
 * @param token empty: GitHub is not asked
 * @returns undefined where no repository is named
 */
export async function readFacts(
  env: Environment,
  token: string,
  options: GithubOptions,
): Promise<GithubFacts | undefined> {
  const facts = factsOfRun(env);
  if (facts === undefined || token === "") return facts;
  const { owner, name } = facts.repository;
  const access = { apiUrl: env.GITHUB_API_URL || GITHUB_COM, graphqlUrl: "", token, repository: `${owner}/${name}` };
  const github = makeGithub(access, { patienceMs: PATIENCE_MS, ...options });
  const about = await look(() => github.get<RepositoryAnswer>(""));
  if ("unseen" in about) return { ...facts, branch: about, environments: about };
  const { default_branch: branch, id, owner: who } = about.seen;
  return {
    ...facts,
    repository: { ownerId: String(who.id), id: String(id), ...facts.repository },
    ...(isRun(env) ? {} : { subject: { of: "ref", ref: `refs/heads/${branch}` } }),
    branch: await look(() => branchFacts(github, branch)),
    environments: await look(() => environmentFacts(github)),
  };
}

interface RepositoryAnswer {
  id: number;
  owner: { id: number };
  default_branch: string;
}

/** Needs `contents: read`, and of the rules that came before rulesets what only administrators may read. */
async function branchFacts(github: Github, name: string): Promise<BranchFacts> {
  const branch = await github.get<{ protected: boolean }>(path`branches/${name}`);
  const rules = await look(() => github.all<RuleAnswer>(path`rules/branches/${name}`));
  const asked = "seen" in rules ? rules.seen.filter(({ type }) => type === "pull_request") : [];
  const ofRulesets = asked.map(({ parameters }) => parameters?.required_approving_review_count ?? 0);
  // `protected` counts rulesets in, but an Enterprise server that is older than they are knows none.
  const isProtected = branch.protected || ("seen" in rules && rules.seen.length > 0);
  if (!isProtected || ofRulesets.some((approvals) => approvals > 0))
    return { name, isProtected, pullRequests: { seen: strictest(ofRulesets) } };
  const classic = await look(() => protectionOf(github, name));
  if ("unseen" in classic) return { name, isProtected, pullRequests: classic };
  if ("unseen" in rules && classic.seen === undefined) return { name, isProtected, pullRequests: rules };
  const approvals = [...ofRulesets, ...(classic.seen === undefined ? [] : [classic.seen])];
  return { name, isProtected, pullRequests: { seen: strictest(approvals) } };
}

interface RuleAnswer {
  type: string;
  parameters?: { required_approving_review_count?: number };
}

/** Rules add up: the one that asks for most counts. */
function strictest(approvals: readonly number[]): { approvals: number } | undefined {
  return approvals.length === 0 ? undefined : { approvals: Math.max(...approvals) };
}

/** How many must approve by the branch's own protection; undefined where that asks for no pull request. */
async function protectionOf(github: Github, branch: string): Promise<number | undefined> {
  try {
    const { required_pull_request_reviews: reviews } = await github.get<{
      required_pull_request_reviews?: { required_approving_review_count?: number };
    }>(path`branches/${branch}/protection`);
    return reviews === undefined ? undefined : (reviews.required_approving_review_count ?? 0);
  } catch (error) {
    // Whoever may not read it is told "Not Found"; this is what GitHub says of a branch that rulesets alone protect.
    if (isGithubError(error, "not-found") && error.message.includes("Branch not protected")) return undefined;
    throw error;
  }
}

/** Needs `actions: read` where the repository is private. */
async function environmentFacts(github: Github): Promise<EnvironmentFacts[]> {
  const all = await github.all<EnvironmentAnswer>("environments", {}, "environments");
  return all
    .filter(({ name }) => !isDeployedCluster(name))
    .map(({ name, protection_rules: rules = [], deployment_branch_policy: policy = null }) => ({
      name,
      reviewers: rules.reduce((sum, { reviewers = [] }) => sum + reviewers.length, 0),
      isLimited: policy !== null,
    }));
}

interface EnvironmentAnswer {
  name: string;
  protection_rules?: readonly { type: string; reviewers?: readonly unknown[] }[];
  deployment_branch_policy?: object | null;
}

async function look<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: await read() };
  } catch (error) {
    if (!isGithubError(error)) throw error; // the run was told to stop
    return { unseen: messageOf(error) };
  }
}

/** What a runner tells of its run; undefined where nothing names a repository. */
function factsOfRun(env: Environment): GithubFacts | undefined {
  const repository = repositoryOf(env);
  if (repository === undefined) return undefined;
  const unasked = { unseen: "there is no token to ask GitHub with" };
  return {
    repository,
    subject: subjectOf(env),
    ...(isRun(env) ? { canIdentify: (env.ACTIONS_ID_TOKEN_REQUEST_URL ?? "") !== "" } : {}),
    branch: unasked,
    environments: unasked,
  };
}

function isRun({ GITHUB_EVENT_NAME: event }: Environment): boolean {
  return event !== undefined && event !== "";
}

function repositoryOf(env: Environment): Repository | undefined {
  const [owner, name] = (env.GITHUB_REPOSITORY ?? "").split("/");
  if (owner === undefined || name === undefined || owner === "") return undefined;
  const { GITHUB_REPOSITORY_OWNER_ID: ownerId, GITHUB_REPOSITORY_ID: id } = env;
  return { owner, name, ...(ownerId === undefined ? {} : { ownerId }), ...(id === undefined ? {} : { id }) };
}

/** A job in an environment is known by that; the runner does not tell it, so it is not here. */
function subjectOf({ GITHUB_EVENT_NAME: event, GITHUB_REF: ref }: Environment): Subject {
  return event === "pull_request" ? { of: "pull-request" } : { of: "ref", ref: ref ?? "refs/heads/main" };
}
