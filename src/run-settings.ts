import { LEASE_TTL_MS } from "./apply/lease.ts";
import { parseDuration } from "./core/durations.ts";
import { UsageError } from "./core/errors.ts";

/** Milliseconds of a time that somebody gave as `name`; a UsageError for anything else, and for none at all. */
export function timeFrom(name: string, text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds === 0) {
    throw new UsageError(`${name} takes a time such as 30m, not ${text}`);
  }
  return milliseconds;
}

/** Whose clusters may be changed: those of the repository. A command line stands for one only when it is told so. */
export function ownerFrom(env: NodeJS.ProcessEnv): string {
  return env.SLIPWAY_OWNER || env.GITHUB_REPOSITORY_ID || "local";
}

/** Tests that wait for a dead run's lease make it shorter. */
export function leaseTtlFrom(env: NodeJS.ProcessEnv): number {
  const text = env.SLIPWAY_LEASE_TTL;
  return text === undefined || text === "" ? LEASE_TTL_MS : timeFrom("SLIPWAY_LEASE_TTL", text);
}

/** Where people find the run, also one of another attempt. */
export function runAddress(env: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT } = env;
  const attempt = GITHUB_RUN_ATTEMPT === undefined ? "" : `/attempts/${GITHUB_RUN_ATTEMPT}`;
  return repository === undefined ? `run ${run ?? "?"}` : `${server}/${repository}/actions/runs/${run}${attempt}`;
}
