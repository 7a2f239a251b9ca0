import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from "@smithy/types";
import type { Clock } from "../core/clock.ts";
import { between, type Random } from "../core/random.ts";
import { codeOf, matchesCode } from "./errors.ts";

/** Attempts of one call, the first included. */
export const ATTEMPTS = 4;

/**
 * Attempts of a call that AWS throttles: runs of many clusters at once share their account's buckets, and a minute's wait
 * for a turn is better than a plan that could not be made. (Elastic Load Balancing gives back ten reads a second to all.)
 */
const THROTTLED_ATTEMPTS = 8;

/**
 * How long one attempt may take. Below the margin that a lease keeps for calls on their way, so that none of a run
 * arrives after the run has lost the cluster to another.
 */
export const PATIENCE = { connectionTimeout: 5000, requestTimeout: 12_000, throwOnRequestTimeout: true };

/**
 * Server errors that trying again at once cannot mend. EC2 answers a zone without capacity with status 500, which the
 * SDK's own strategy takes for an accident and repeats (measured: 3 attempts, reference/aws.md §4). IAM's word for a quota
 * that is used up it takes for a throttle.
 */
const NOT_AN_ACCIDENT = [
  "InsufficientInstanceCapacity",
  "InsufficientAddressCapacity",
  "InsufficientCapacity*",
  "LimitExceeded",
];

/** Set by the wire middleware on errors of calls that must not be sent twice. */
export const ONCE = Symbol("sent once: the outcome of a create without a token is unknown");

/** The SDK's standard retries (exponential, full jitter, longer when throttled), waiting on the Clock. */
export function retryOn(clock: Clock, random: Random, signal?: AbortSignal): RetryStrategyV2 {
  const token = (attempt: number): StandardRetryToken => ({
    getRetryCount: () => attempt,
    getRetryDelay: () => 0, // waited already, below: the SDK would wait on the machine's own timer
    getRetryCost: () => 0,
  });
  return {
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last: StandardRetryToken, info: RetryErrorInfo) {
      const attempt = last.getRetryCount() + 1;
      const transient = info.errorType === "THROTTLING" || info.errorType === "TRANSIENT";
      const { error } = info;
      const pointless =
        error === undefined || ONCE in error || NOT_AN_ACCIDENT.some((code) => matchesCode(codeOf(error), code));
      const most = info.errorType === "THROTTLING" ? THROTTLED_ATTEMPTS : ATTEMPTS;
      if (!transient || pointless || attempt >= most) throw new Error("not to be tried again");
      const baseMs = info.errorType === "THROTTLING" ? 1000 : 100;
      await clock.sleep(between(random, 0.5, 1) * Math.min(20_000, baseMs * 2 ** (attempt - 1)), signal);
      return token(attempt);
    },
    recordSuccess: () => {},
  };
}
