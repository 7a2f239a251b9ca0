import type { GithubFacts } from "../commands/doctor-github.ts";
import type { Repository, Subject } from "../permissions/set-up.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a runner tells of its run; undefined where this is none. Branch and environments are GitHub's to tell, not the runner's. */
export function factsOfRun(env: Environment): GithubFacts | undefined {
  const repository = repositoryOf(env);
  if (repository === undefined) return undefined;
  return { repository, subject: subjectOf(env), canIdentify: (env.ACTIONS_ID_TOKEN_REQUEST_URL ?? "") !== "" };
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
