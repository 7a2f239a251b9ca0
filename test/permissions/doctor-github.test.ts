/** What the doctor says of GitHub: who can make a run apply, as far as the token may see. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type GithubFacts, githubFindings } from "../../src/commands/doctor-github.ts";
import { readFacts } from "../../src/github/facts.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { onGithub } from "../support/github/client.ts";
import type { LoopbackGithub } from "../support/github/github.ts";
import { person } from "../support/github/state.ts";
import { assertGolden } from "../support/golden.ts";
import { ACCOUNT_ID, boundedCluster, castOf } from "../support/shipped-policies.ts";
import { Simulation } from "../support/simulation.ts";

const RUN = {
  GITHUB_REPOSITORY: "acme/clusters",
  GITHUB_REPOSITORY_OWNER_ID: "583231",
  GITHUB_REPOSITORY_ID: "456789",
  GITHUB_EVENT_NAME: "workflow_dispatch",
  GITHUB_REF: "refs/heads/main",
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com",
};
const SOMEBODYS = { GITHUB_REPOSITORY: "acme/clusters" };

interface Scenario {
  name: string;
  /** Who asks: a run unless said. */
  env?: Readonly<Record<string, string>>;
  /** What the token may do; a workflow's unless said. */
  scopes?: Readonly<Record<string, "read">>;
  prepare?: (github: LoopbackGithub) => void;
  /** The levels and codes of what is said, but for the trust policy. */
  says: readonly string[];
}

const ASKS_NOBODY = { reviewers: [], branches: "all" } as const;
const info = { ruleset_source_type: "Repository", ruleset_source: "acme/clusters", ruleset_id: 1 };
const reviewed = (approvals: number) => ({
  type: "pull_request",
  parameters: {
    required_approving_review_count: approvals,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
  ...info,
});

const SCENARIOS: readonly Scenario[] = [
  {
    name: "protected",
    prepare: ({ state }) => {
      state.rules = [{ type: "deletion", ...info }, reviewed(1), reviewed(2)];
      state.environments.set("production", { reviewers: [person("ann"), person("bob")], branches: "all" });
      state.environments.set("plans", { reviewers: [], branches: "protected" });
      // Slipway's own deployments make these.
      state.environments.set("prod (us-east-1)", ASKS_NOBODY);
    },
    says: ["notice doctor/branch", "notice doctor/environment", "notice doctor/environment-limited"],
  },
  {
    name: "unprotected",
    prepare: ({ state }) => state.environments.set("it's (production)", ASKS_NOBODY),
    says: ["warning doctor/branch-open", "warning doctor/environment-open"],
  },
  {
    name: "protected-yet-open",
    prepare: ({ state }) => {
      state.rules = [{ type: "deletion", ...info }];
    },
    scopes: { contents: "read", actions: "read", administration: "read" },
    says: ["warning doctor/branch-direct", "notice doctor/no-environment"],
  },
  {
    name: "unreviewed",
    prepare: ({ state }) => {
      state.rules = [reviewed(0)];
    },
    scopes: { contents: "read", actions: "read", administration: "read" },
    says: ["warning doctor/branch-unreviewed", "notice doctor/no-environment"],
  },
  {
    name: "a run may not see how",
    prepare: ({ state }) => {
      state.protection = { approvals: 1 };
    },
    says: ["notice doctor/branch-terms-unknown", "notice doctor/no-environment"],
  },
  {
    name: "an administrator sees how",
    env: SOMEBODYS,
    scopes: { contents: "read", actions: "read", administration: "read" },
    prepare: ({ state }) => {
      state.protection = { approvals: 1 };
    },
    says: ["notice doctor/branch", "notice doctor/no-environment"],
  },
  {
    name: "a plan without rulesets",
    scopes: { contents: "read", actions: "read", administration: "read" },
    prepare: ({ state }) => {
      state.plan = "free and private";
    },
    says: ["warning doctor/branch-open", "notice doctor/no-environment"],
  },
  {
    name: "token-may-not-see",
    scopes: {},
    prepare: ({ state }) => state.environments.set("production", ASKS_NOBODY),
    says: ["notice doctor/branch-unknown", "notice doctor/environments-unknown"],
  },
  {
    name: "another repository",
    env: { ...RUN, GITHUB_REPOSITORY: "acme/hidden" },
    says: ["notice doctor/branch-unknown", "notice doctor/environments-unknown"],
  },
];

/** These are read as a user reads them. */
const GOLDEN = new Set(["protected", "unprotected", "token-may-not-see"]);

for (const scenario of SCENARIOS) {
  test(`the doctor on GitHub: ${scenario.name}`, async () => {
    const facts = await seen(scenario);

    const { plan, apply } = castOf();
    const simulation = new Simulation();
    for (const one of [plan, apply]) simulation.world.principals.set(one.sourceArn, one);
    const all = await simulation.doctor([boundedCluster()], facts, { principal: plan });

    const told = all.findings.map(({ level, code }) => `${level} ${code}`);
    assert.deepEqual(told, [...scenario.says, "notice doctor/trust"]);
    assert.equal(all.result, "shown", "what GitHub says stops nothing");
    if (GOLDEN.has(scenario.name))
      assertGolden(`policies/github-${scenario.name}.txt`, renderTerminal(blocksOf(all), noColours));
  });
}

/** What there is to see, asked of a GitHub on loopback, which was only read. */
async function seen({ env = RUN, scopes, prepare }: Scenario): Promise<GithubFacts> {
  let facts: GithubFacts | undefined;
  await onGithub(async ({ github, clock }) => {
    prepare?.(github);
    const token = scopes === undefined ? github.access().token : github.grant("narrow", { scopes });
    facts = await readFacts({ ...env, GITHUB_API_URL: github.url }, token, { clock });
    assert.deepEqual(github.writes(), []);
    assert.ok(github.requests.length <= 5, "a few calls");
  });
  assert.ok(facts !== undefined);
  return facts;
}

test("a GitHub that does not answer is not waited for long, and what it would have said is not known", async () => {
  await onGithub(async ({ github, clock }) => {
    github.faults.push({ operation: "GET /repos/{owner}/{repo}", times: 99, answer: { status: 503 } });
    const began = clock.now();

    const facts = await readFacts({ ...RUN, GITHUB_API_URL: github.url }, github.access().token, { clock });

    assert.ok(facts !== undefined && "unseen" in facts.branch && "unseen" in facts.environments);
    assert.match(facts.branch.unseen, /503/);
    assert.ok(clock.now() - began < 20_000);
  });
});

test("what the doctor gives to paste mends what it warns of, whatever an environment is called", async () => {
  await onGithub(async ({ github, clock }) => {
    github.state.environments.set("it's (production)", ASKS_NOBODY);
    const env = { ...RUN, GITHUB_API_URL: github.url };
    const findings = async () => {
      const facts = await readFacts(env, github.access().token, { clock });
      assert.ok(facts !== undefined);
      return githubFindings(facts, ACCOUNT_ID);
    };
    const authorization = `Bearer ${github.grant("admin", { actor: person("ann"), scopes: { administration: "write" } })}`;

    const pasted = (await findings()).flatMap(({ fix = "" }) => [...fix.matchAll(PASTE)]);
    for (const [, method = "", path = "", body = ""] of pasted) {
      const answer = await clock.hold(fetch(`${github.url}/${path}`, { method, body, headers: { authorization } }));
      assert.ok(answer.ok, path);
    }

    const codes = (await findings()).map(({ code }) => code);
    assert.deepEqual(codes, ["doctor/branch", "doctor/environment-limited", "doctor/trust"]);
  });
});

const PASTE = /^gh api --method (\w+) (\S+) --input - <<'EOF'\n(.*)\nEOF$/gm;

test("without a token, and without a repository, GitHub is not asked", async () => {
  const clock = { clock: new Simulation().clock };
  const run = await readFacts(RUN, "", clock);
  const nowhere = await readFacts({ GITHUB_TOKEN: "x" }, "x", clock);

  const codes = githubFindings(run as GithubFacts, ACCOUNT_ID).map(({ code }) => code);
  assert.deepEqual(codes, ["doctor/branch-unknown", "doctor/environments-unknown", "doctor/trust"]);
  assert.equal(nowhere, undefined);
});

test("the trust policy has both forms of the subject; a person's run is taken for one of the default branch", async () => {
  const [protectedOne] = SCENARIOS as [Scenario];
  const trustOf = async (env: Scenario["env"]): Promise<string> => {
    const findings = githubFindings(await seen({ ...protectedOne, ...(env && { env }) }), ACCOUNT_ID);
    return findings.find(({ code }) => code === "doctor/trust")?.fix ?? "";
  };
  const both = (end: string): string => `"repo:acme/clusters:${end}","repo:acme@583231/clusters@456789:${end}"`;

  assert.ok((await trustOf(RUN)).includes(both("ref:refs/heads/main")));
  assert.ok((await trustOf(SOMEBODYS)).includes(both("ref:refs/heads/main")), "GitHub tells the ids");
  assert.ok((await trustOf({ ...RUN, GITHUB_EVENT_NAME: "pull_request" })).includes(both("pull_request")));
});

test("a job that may not ask for a token is told so, and a person is not", async () => {
  const [protectedOne] = SCENARIOS as [Scenario];
  const { ACTIONS_ID_TOKEN_REQUEST_URL: _url, ...mute } = RUN;
  const says = async (env: Scenario["env"] & object): Promise<boolean> =>
    githubFindings(await seen({ ...protectedOne, env }), ACCOUNT_ID).some(({ code }) => code === "doctor/no-id-token");

  assert.deepEqual([await says(mute), await says(RUN), await says(SOMEBODYS)], [true, false, false]);
});
