import type { Sabotage } from "./sabotage.ts";

/** What runs may cost, and what lets many of them run at once. */
export const COSTS: readonly Sabotage[] = [
  {
    name: "a call that is throttled is given up as soon as one that met with an accident",
    file: "src/aws/retries.ts",
    find: "const THROTTLED_ATTEMPTS = 8;",
    replace: "const THROTTLED_ATTEMPTS = ATTEMPTS;",
    testFile: "test/aws/calls.test.ts",
    test: "a call that is throttled for half a minute comes through: others of the account are at work",
  },
  {
    name: "an IAM quota that is used up is asked for again and again",
    file: "src/aws/retries.ts",
    find: '  "LimitExceeded",\n',
    replace: "",
    testFile: "test/aws/calls.test.ts",
    test: "a quota that is used up is no throttle, whatever the SDK takes it for: it is told at once",
  },
  {
    name: "the clone is believed about the base's files",
    file: "src/github/files.ts",
    find: "if (blobId(text) === sha) known.set(sha, text);",
    replace: "known.set(sha, text);",
    testFile: "test/github/files.test.ts",
    test: "what the clone has under a file's id and is not that file is not believed",
  },
  {
    name: "the base's files are asked for one by one",
    file: "src/github/files.ts",
    find: "await stored(others)",
    replace: "await stored([])",
    testFile: "test/github/files.test.ts",
    test: "a thousand files that differ are asked for in one request where the clone has the commit",
  },
  {
    name: "the survey's kinds are read one after the other",
    file: "src/survey/survey.ts",
    find: "...finds.map(({ find }) => attempt(find(aws, cluster))),",
    replace:
      "...(await finds.reduce<Promise<(Live[] | undefined)[]>>(async (all, { find }) => [...(await all), await attempt(find(aws, cluster))], Promise.resolve([]))),",
    testFile: "test/plan/plan.test.ts",
    test: "a no-change plan of three zones asks AWS at most 25 times in 4 rounds for the cluster, and 20 times for the market",
  },
  {
    name: "a benchmark that was not run counts as met",
    file: "bench/bars.ts",
    find: "isMet: value !== undefined && value <= bar",
    replace: "isMet: value === undefined || value <= bar",
    testFile: "test/bench.test.ts",
    test: "each bar can be missed, by a figure and by none, and the last line says which",
  },
];
