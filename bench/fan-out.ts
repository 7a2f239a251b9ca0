/**
 * A thousand clusters over GitHub's job matrix, on paper: what the limits of GitHub and AWS make of it. Nothing is left to
 * chance and nothing is started. docs/scale.md says what follows from it.
 */
import { readFileSync } from "node:fs";
import { matrixOf } from "../src/commands/discover.ts";
import { Heap } from "../src/core/heap.ts";
import type { Group } from "./group.ts";

/**
 * Jobs of an account that run at once on GitHub's standard runners.
 * https://docs.github.com/en/actions/reference/limits#job-concurrency-limits-for-github-hosted-runners
 */
export const RUNNERS = { Free: 20, Team: 60, Enterprise: 500 } as const;

/** Getting a runner, checking out and fetching the Action; an assumption, and a generous one. */
const JOB_SECONDS = 25;

/** What a plan without changes asks of buckets that all runs of an account and region share (reference/aws.md §6). */
const PER_PLAN = {
  // Each EC2 action has a bucket of its own; that of DescribeVpcAttribute is asked twice. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
  ec2: { tokens: 2, burst: 100, perSecond: 20 },
  // All that reads shares one. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
  elb: { tokens: 7, burst: 40, perSecond: 10 },
};

/** Tokens that are taken in the order in which they are asked for. */
class Bucket {
  #tokens: number;
  #atSeconds = 0;
  readonly #burst: number;
  readonly #perSecond: number;

  constructor({ burst, perSecond }: { burst: number; perSecond: number }) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  /** When so many have been taken, by one who asks at that second; who asks later has to ask later. */
  take(tokens: number, seconds: number): number {
    const from = Math.max(seconds, this.#atSeconds);
    const there = Math.min(this.#burst, this.#tokens + (from - this.#atSeconds) * this.#perSecond);
    const waits = Math.max(0, tokens - there) / this.#perSecond;
    this.#atSeconds = from + waits;
    this.#tokens = there + waits * this.#perSecond - tokens;
    return this.#atSeconds;
  }
}

export interface Fleet {
  /** How many clusters each job goes through, one after the other. */
  jobs: readonly number[];
  runners: number;
  /** Accounts and regions that the clusters are spread over. */
  places: number;
  /** What a cluster takes with nothing to wait for. */
  secondsEach: number;
}

export interface FanOut {
  seconds: number;
  /** As GitHub bills them: each job's, rounded up. */
  runnerMinutes: number;
  /** The longest that a cluster waited for tokens of AWS. */
  longestWaitSeconds: number;
}

interface Running {
  atSeconds: number;
  startedAtSeconds: number;
  left: number;
  job: number;
}

export function fanOut({ jobs, runners, places, secondsEach }: Fleet): FanOut {
  const buckets = Array.from({ length: places }, () => ({
    ec2: new Bucket(PER_PLAN.ec2),
    elb: new Bucket(PER_PLAN.elb),
  }));
  const running = new Heap<Running>(
    (a, b) => a.atSeconds < b.atSeconds || (a.atSeconds === b.atSeconds && a.job < b.job),
  );
  const outcome = { seconds: 0, runnerMinutes: 0, longestWaitSeconds: 0 };
  let [next, cluster] = [0, 0];
  const startOne = (seconds: number): void => {
    const left = jobs[next];
    if (left === undefined) return;
    running.push({ atSeconds: seconds + JOB_SECONDS, startedAtSeconds: seconds, left, job: next });
    next += 1;
  };
  for (let free = 0; free < runners; free++) startOne(0);
  for (let one = running.pop(); one !== undefined; one = running.pop()) {
    const { atSeconds, startedAtSeconds, left } = one;
    if (left === 0) {
      outcome.seconds = atSeconds;
      outcome.runnerMinutes += Math.ceil((atSeconds - startedAtSeconds) / 60);
      startOne(atSeconds);
      continue;
    }
    const bucket = buckets[cluster % places]!;
    cluster += 1;
    const ready = Math.max(
      bucket.ec2.take(PER_PLAN.ec2.tokens, atSeconds),
      bucket.elb.take(PER_PLAN.elb.tokens, atSeconds),
    );
    outcome.longestWaitSeconds = Math.max(outcome.longestWaitSeconds, ready - atSeconds);
    running.push({ ...one, atSeconds: ready + secondsEach, left: left - 1 });
  }
  return outcome;
}

/** How many clusters each job of `discover` has. */
export function jobsOf(clusters: number): number[] {
  const names = Array.from({ length: clusters }, (_, index) => `cluster-${index}`);
  return matrixOf(names).include.map(({ cluster }) => cluster.split(",").length);
}

/** The same clusters in so many jobs. */
export function inJobs(clusters: number, jobs: number): number[] {
  return Array.from({ length: jobs }, (_, index) => Math.floor((clusters + index) / jobs));
}

/** What runs ask GitHub, by the texts that tests hold them to; files of the base come from the clone. */
export function requestsOf(golden: string): number {
  const [, requests = ""] = readFileSync(`fixtures/expected/github/${golden}.txt`, "utf8").split("── requests\n");
  return requests
    .split("\n")
    .filter((line) => /^(GET|POST|PATCH|PUT|DELETE) /.test(line) && !/\/git\/blobs\//.test(line)).length;
}

const CLUSTERS = 1000;
/** A plan's time with AWS's calls at 100 ms (row `plan-wall`), and with a rehearsal. */
const [PLAN_SECONDS, REHEARSED_SECONDS] = [1, 3];

const CASES: readonly [what: string, fleet: Fleet][] = [
  ...(["Free", "Team", "Enterprise"] as const).flatMap((plan): [string, Fleet][] =>
    [1, 10].map((places) => [
      `plan all, GitHub ${plan}, ${places === 1 ? "one account and region" : "ten accounts or regions"}`,
      { jobs: jobsOf(CLUSTERS), runners: RUNNERS[plan], places, secondsEach: REHEARSED_SECONDS },
    ]),
  ),
  [
    "plan all, one account and region, max-parallel: 15",
    { jobs: jobsOf(CLUSTERS), runners: 15, places: 1, secondsEach: REHEARSED_SECONDS },
  ],
  [
    "plan all, Team, ten places, 60 jobs",
    { jobs: inJobs(CLUSTERS, 60), runners: RUNNERS.Team, places: 10, secondsEach: REHEARSED_SECONDS },
  ],
  [
    "reconcile all with nothing to do, one job, one place",
    { jobs: [CLUSTERS], runners: 1, places: 1, secondsEach: PLAN_SECONDS },
  ],
  [
    "reconcile all with nothing to do, ten jobs, ten places",
    { jobs: inJobs(CLUSTERS, 10), runners: 10, places: 10, secondsEach: PLAN_SECONDS },
  ],
  ...(["Free", "Team", "Enterprise"] as const).map((plan): [string, Fleet] => [
    `a roll of 20 minutes in all, GitHub ${plan}`,
    { jobs: jobsOf(CLUSTERS), runners: RUNNERS[plan], places: 10, secondsEach: 20 * 60 },
  ]),
];

function minutes(seconds: number): string {
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export const FAN_OUT: Group = {
  ids: ["fan-out-jobs", "fan-out-requests", "fan-out-minutes"],
  async measure() {
    const jobs = jobsOf(CLUSTERS);
    const requests =
      requestsOf("discover") + jobs.length * requestsOf("one-of-a-matrix") + requestsOf("report-with-a-missing-part");
    const team = fanOut({ jobs, runners: RUNNERS.Team, places: 10, secondsEach: REHEARSED_SECONDS });
    return {
      measured: {
        "fan-out-jobs": jobs.length,
        "fan-out-requests": requests,
        "fan-out-minutes": team.seconds / 60,
      },
      details: [
        `a pull request that touches ${CLUSTERS} clusters: ${jobs.length} jobs of ${Math.max(...jobs)}, ${requests} requests to GitHub`,
        ...CASES.map(([what, fleet]) => {
          const { seconds, runnerMinutes, longestWaitSeconds } = fanOut(fleet);
          return `${what}: ${minutes(seconds)}, ${runnerMinutes} runner minutes in ${fleet.jobs.length} jobs, tokens waited for ${longestWaitSeconds.toFixed(0)} s at most`;
        }),
      ],
    };
  },
};
