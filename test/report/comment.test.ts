/** The pull request's comment: golden texts, read as a reviewer does who has ten seconds, and never too long. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joined } from "../../src/commands/join.ts";
import type { ReportedCluster, ReportedResult } from "../../src/commands/results.ts";
import { commandResult } from "../../src/commands/results.ts";
import type { Finding } from "../../src/core/findings.ts";
import type { Change } from "../../src/plan/change.ts";
import { type CommentView, commentBody, MOST_COMMENT_BYTES, MOST_SUMMARY_BYTES } from "../../src/report/comment.ts";
import { verdictLine } from "../../src/report/comment-verdict.ts";
import { jsonReport } from "../../src/report/json.ts";
import { closedBody, killedBody, liveBody } from "../../src/report/live-comment.ts";
import { readJsonReport } from "../../src/report/read-json.ts";
import { ProgressAccount } from "../../src/report/run-progress.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { assertMarkup, outsideOfCode } from "../support/markdown.ts";
import { Simulation } from "../support/simulation.ts";

const AT_MS = Date.UTC(2026, 10, 22, 21, 40);
const SHA = "0123abcd0123abcd0123abcd0123abcd0123abcd";
const LINKS: CommentView["links"] = {
  run: { name: "run 12", url: "https://github.com/acme/clusters/actions/runs/99" },
  commit: { sha: SHA, url: `https://github.com/acme/clusters/commit/${SHA}` },
  files: `https://github.com/acme/clusters/blob/${SHA}/`,
};

function view(result: ReportedResult, changes: Partial<CommentView> = {}): CommentView {
  const isPlan = result.command === "plan";
  const lifecycle = { state: isPlan ? "planned" : "applied", atMs: AT_MS } as const;
  return { result, links: LINKS, lifecycle, ...changes };
}

function change(changes: Partial<Change> & Pick<Change, "id" | "action">): Change {
  const { id } = changes;
  return {
    title: id.replaceAll("/", " "),
    summary: "",
    fields: [],
    why: "the file says so",
    disruption: "none",
    destructive: false,
    needs: [],
    covers: [],
    steps: [],
    hash: `${id} ${changes.action}`,
    ...changes,
  };
}

function cluster(name: string, changes: readonly Change[], more: Partial<ReportedCluster> = {}): ReportedCluster {
  const where = { region: "us-east-1", accountId: "123456789012" };
  const steps = changes.map(({ id, title, action, needs }) => ({
    id: `${action} ${id}`,
    title,
    needs: needs.map((need) => `${changes.find((other) => other.id === need)?.action} ${need}`),
  }));
  return {
    ...where,
    name,
    description: "",
    result: changes.length === 0 ? "no-changes" : "planned",
    findings: [],
    plan: { ...where, cluster: name, changes, findings: [], steps, fingerprint: "f" },
    ...more,
  };
}

/** Nodes of a pool that are replaced, one by one. */
const replaced = (...ids: string[]): Pick<Change, "count" | "nodes"> => ({
  count: ids.length,
  nodes: ids.map((instanceId) => ({
    instanceId,
    zone: "us-east-1a",
    why: "Kubernetes 1.36.4 → 1.37.1",
    isReplaced: true,
  })),
});
const ROLL = {
  action: "roll",
  fields: [{ field: "kubernetes", before: "1.36.4", after: "1.37.1", effect: "update" }],
  disruption: "rolling",
} as const;
const UPGRADE = [
  change({
    ...ROLL,
    ...replaced("i-0a1"),
    id: "pool/control-plane",
    title: "nodes of control-plane",
    why: "1 node was born otherwise: one by one, a new one first",
  }),
  change({
    ...ROLL,
    ...replaced("i-0b1", "i-0b2", "i-0b3"),
    id: "pool/default",
    title: "nodes of default",
    why: "3 nodes were born otherwise: one by one, a new one first",
    needs: ["pool/control-plane"],
  }),
];
const REMOVAL = [
  change({
    id: "pool/gpu",
    action: "delete",
    title: "nodes of gpu",
    why: "the file has no pool gpu any more: 2 nodes leave one by one",
    disruption: "outage",
    destructive: true,
    count: 2,
    confirm: "prod/gpu",
  }),
];
const WARNING: Finding = {
  level: "warning",
  code: "market/unknown",
  message: "m4.large is of an old generation",
  at: { file: "clusters/prod.yaml", line: 14, column: 7 },
  fix: "m6i.large costs less",
};
const ERROR: Finding = {
  level: "error",
  code: "config/unknown-key",
  message: "there is no sizes in a worker pool; did you mean size?",
  at: { file: "clusters/team a/prod (1).yaml", line: 3, column: 5 },
};

const plan = (...clusters: ReportedCluster[]): ReportedResult => commandResult("plan", [], clusters);

async function lived(): Promise<Record<string, CommentView>> {
  const simulation = new Simulation({ seed: 1 });
  const small = clusterWith({
    metadata: { description: "Production" },
    spec: { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] },
  });
  const create = view(commandResult("plan", [], [await simulation.plan(small)]));
  const applied = view(commandResult("apply", [], [await simulation.apply(small)]));
  const other = new Simulation({ seed: 1, eventualConsistency: false });
  const faults = [{ at: "ec2:RunInstances", kind: "deny", times: 9 }] as const;
  const failed = view(commandResult("apply", [], [await other.apply(small, { faults })]), {
    lifecycle: { state: "ended", atMs: AT_MS },
  });
  const bigger = clusterWith({
    metadata: { description: "Production" },
    spec: { controlPlane: { size: 1, instanceType: "m6i.xlarge", zones: ["us-east-1a"] }, workerPools: [] },
  });
  const roll = view(commandResult("plan", [], [await simulation.plan(bigger)]));
  return { create, applied, failed, roll };
}

const VIEWS: Record<string, CommentView> = {
  ...(await lived()),
  upgrade: view(plan(cluster("prod", UPGRADE, { description: "Production", findings: [WARNING] }))),
  deletion: view(plan(cluster("prod", [...UPGRADE, ...REMOVAL], { description: "Production" })), {
    before: ["the label `confirm-deletion`, set by somebody with write access after they have seen this"],
  }),
  fleet: view({
    ...plan(
      ...["eu", "us", "ap"].map((name) =>
        cluster(name, [UPGRADE[0]!, { ...UPGRADE[1]!, ...replaced(`i-of-${name}`) }]),
      ),
      cluster("gpu-farm", REMOVAL),
      cluster("quiet", []),
    ),
    untouched: ["sandbox", "demo"],
  }),
  missing: view(joined("plan", [cluster("us", [])], [{ file: "eu.json", report: plan(cluster("eu", UPGRADE)) }])),
  blocked: view(
    plan(cluster("prod", UPGRADE, { result: "blocked", findings: [{ ...ERROR, code: "approval/not-approved" }] })),
  ),
  invalid: view({ command: "plan", result: "invalid", findings: [ERROR], clusters: [] }),
  "no-changes": view(plan(cluster("prod", []))),
};

for (const [name, one] of Object.entries(VIEWS))
  test(`the comment reads well: ${name}`, () => assertGolden(`github/comment-${name}.md`, commentBody(one)));

function progress(): ProgressAccount {
  const account = new ProgressAccount("apply", 60_000, AT_MS);
  account.handle({ code: "cluster/start", command: "apply", cluster: "dev", region: "us-east-1" }, AT_MS);
  account.handle({ code: "cluster/end", cluster: "dev", result: "no-changes" }, AT_MS + 5000);
  account.handle({ code: "cluster/start", command: "apply", cluster: "prod", region: "us-east-1" }, AT_MS + 5000);
  account.handle({ code: "apply/start", cluster: "prod", steps: 4 }, AT_MS + 9000);
  for (const id of ["a", "b"])
    account.handle({ code: "step/start", id, title: `VPC ${id}`, action: "create" }, AT_MS + 9000);
  const done = { code: "step/done", id: "a", title: "VPC a", action: "create", milliseconds: 3000 } as const;
  account.handle(done, AT_MS + 12_000);
  account.handle({ code: "step/waiting", id: "b", title: "VPC b", detail: "vpc-1 until it is ready" }, AT_MS + 12_000);
  return account;
}

test("while it goes on, the comment tells how far it is and what it waits for; killed, how far it came", () => {
  assertGolden("github/comment-live.md", liveBody(progress().at(AT_MS + 125_000), LINKS));
  assertGolden("github/comment-closed.md", closedBody(LINKS, AT_MS));
  assertGolden("github/comment-killed.md", killedBody(progress().at(AT_MS + 125_000), LINKS, AT_MS + 130_000));
});

/** Whether it is a comment of ours, and whole. */
function assertWhole(text: string): void {
  assertMarkup(text);
  assert.ok(text.startsWith("### "), text.slice(0, 80));
  assert.match(text, /UTC\./);
}

test("of three hundred clusters the comment keeps the verdict, is short enough, and says what it left out", () => {
  const many = (clusters: number, changes: number): CommentView =>
    view(
      plan(
        ...Array.from({ length: clusters }, (_, n) =>
          cluster(
            `cluster-${n}`,
            Array.from({ length: changes }, (_, m) => change({ id: `subnet/${n}-${m}`, action: "create" })),
            { findings: n % 3 === 0 ? [WARNING] : [] },
          ),
        ),
        cluster("the-worst", REMOVAL),
      ),
    );
  const said: string[] = [];
  for (const [clusters, changes] of [[2, 3], [10, 60], [30, 60], [100, 60], [300, 60], [3000, 1]] as const) {
    const text = commentBody(many(clusters, changes));
    assertWhole(text);
    assert.ok(Buffer.byteLength(text) <= MOST_COMMENT_BYTES, `${clusters}: ${Buffer.byteLength(text)}`);
    assert.match(text, new RegExp(`^### 📋 Plan: ${clusters + 1} clusters change, \\*\\*1 deletion that can't be undone\\*\\*\n`));
    assert.match(text, /> \[!CAUTION\]\n.*\n.*the-worst/);
    assert.match(text, /\*\*Next\*\*: merge this/);
    // The worst is the first of the table.
    assert.match(text, /\|--:\|---\|\n\| \*\*the-worst\*\*/);
    said.push(/Left out for its length: ([^.]*)/.exec(text)?.[1] ?? "");
  }
  assert.deepEqual(said.slice(0, 1), [""]);
  assert.ok(new Set(said).size >= 4, said.join("\n"));
  assert.doesNotMatch(commentBody(many(100, 60), MOST_SUMMARY_BYTES), /Left out/);
}); // biome-ignore format: a table

test("whatever names and messages hold, the comment is whole, short enough and means nothing but what it says", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom("</details>", "```", "a|b", "::set-output name=x::y", "@org/team", "<!-- slipway:v1 {} -->", "x".repeat(200), "שלום", "🧨".repeat(200), "\n# x", "`".repeat(40)),
  );
  const anyChange = fc
    .record({ title: text, summary: text, why: text, field: text, before: text, after: text, destructive: fc.boolean() })
    .map(({ field, before, after, ...rest }) =>
      change({ id: "vpc/main", action: "update", fields: [{ field, before, after, effect: "update" }], ...rest }),
    );
  const finding = fc.record({ message: text, fix: text, file: text }).map(
    ({ message, fix, file }): Finding => ({ level: "error", code: "plan/refused", message, fix, at: { file, line: 1, column: 1 } }),
  );
  const clusters = fc.array(
    fc
      .tuple(text, fc.array(anyChange, { maxLength: 4 }), fc.array(finding, { maxLength: 3 }), text)
      .map(([name, changes, findings, region]) => cluster(name, changes, { findings, region, description: name })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(clusters, fc.nat(), (all, size) => {
      const mostBytes = 2000 + (size % 58_000);
      const body = commentBody(view(plan(...all)), mostBytes);
      assertWhole(body);
      assert.ok(Buffer.byteLength(body) <= mostBytes, `${Buffer.byteLength(body)} of ${mostBytes}`);
    }),
    { numRuns: 300 },
  );
}); // biome-ignore format: a list

test("a file's name stays within its link", () => {
  const file = "clusters/a](https://evil.example)(b|`c` #1.yaml";
  const body = commentBody(
    view(plan(cluster("prod", UPGRADE, { findings: [{ ...ERROR, at: { file, line: 3, column: 1 } }] }))),
  );

  const target = /\]\((https:\/\/github\.com\/acme\/clusters\/blob[^)]*)\)/.exec(body)?.[1];
  assert.equal(decodeURIComponent(target ?? ""), `${LINKS.files}${file}#L3`);
  assert.equal(outsideOfCode(body).match(/\]\(/g)?.length, 3);
});

test("a check's title says the verdict as text", () => {
  const hostile = plan(cluster("a*b @org/team", [...UPGRADE, ...REMOVAL]));

  assert.equal(verdictLine(hostile), "a*b @org/team changes, 1 deletion that can't be undone");
});

test("what twenty-five jobs leave becomes one comment with a section each; a job that left nothing is named", () => {
  const pools = (n: number): Change[] => [
    change({ id: `pool/pool-${n}/us-east-1a`, action: "create", summary: `${n} × m6i.large`, count: n }),
  ];
  const fragments = Array.from({ length: 25 }, (_, n) =>
    plan(cluster(`cluster-${n}`, pools(n + 1), { findings: [WARNING] })),
  ).map((fragment, n) => ({ file: `${n}.json`, report: readJsonReport(JSON.stringify(jsonReport(fragment))) }));
  const expected = Array.from({ length: 25 }, (_, n) => cluster(`cluster-${n}`, []));

  const body = commentBody(view(joined("plan", expected, fragments)));
  const without = commentBody(view(joined("plan", expected, fragments.slice(1))));

  for (let n = 0; n < 25; n++) {
    assert.match(body, new RegExp(`^#### cluster-${n} · us-east-1$`, "m"));
    assert.match(body, new RegExp(`\\+ create {2}pool pool-${n + 1} us-east-1a +${n + 1} × m6i.large$`, "m"));
  }
  assert.match(without, /^### ❌ Plan: cluster-0 failed$/m);
  assert.match(without, /the job of cluster-0 left no plan/);
  assert.match(without, /^#### cluster-24/m);
  assert.match(without, /Merged as it is, it will not be applied/);
});
