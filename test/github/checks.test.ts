/** Check runs: what is shown of a plan, and what an apply may believe of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ReportedCluster } from "../../src/commands/results.ts";
import type { Finding } from "../../src/core/findings.ts";
import { clusterKey, recordIn, recordTexts } from "../../src/github/approval-record.ts";
import { APPLY_CHECK, completeCheck, openCheck, PLAN_CHECK, plannedAt } from "../../src/github/checks.ts";
import type { Github } from "../../src/github/client.ts";
import { type OnGithub, onGithub } from "../support/github/client.ts";
import { shaOf } from "../support/github/state.ts";

const HEAD = shaOf(1);
const RUN = { id: "run 10, attempt 1", url: "https://github.com/acme/clusters/actions/runs/10" };
const KEY = "123456789012/us-east-1/prod";

/** A planned cluster with these changes: an id, and the ids of those that come first. */
function planned(changes: readonly (readonly [id: string, ...needs: string[]])[], name = "prod"): ReportedCluster {
  const all = changes.map(([id, ...needs]) => ({
    id: id as `vpc/${string}`,
    title: id,
    action: "create" as const,
    summary: "",
    fields: [],
    why: "",
    disruption: "none" as const,
    destructive: false,
    needs,
    covers: [],
    steps: [],
    hash: `hash of ${id}`,
  }));
  const where = { region: "us-east-1", accountId: "123456789012" };
  const plan = { ...where, cluster: name, changes: all, findings: [], steps: [], fingerprint: "f" };
  return { ...where, name, description: "", result: "planned", findings: [], plan };
}

/** What a plan's run leaves on a head. */
async function leavePlan(
  { client, clock }: { client: Github; clock: OnGithub["clock"] },
  pull: number,
  clusters: readonly ReportedCluster[],
  headSha = HEAD,
): Promise<number> {
  const check = await openCheck(client, { name: PLAN_CHECK, headSha, run: RUN, startedAtMs: clock.now() });
  await clock.sleep(30_000);
  await completeCheck(client, check, {
    conclusion: "success",
    title: "1 cluster changes",
    summary: "…",
    texts: recordTexts({ pull, headSha }, clusters),
    findings: [],
    completedAtMs: clock.now(),
  });
  return check.appId;
}

test("what a plan leaves in its check run is what an apply reads of it, change by change, with what comes first", () =>
  onGithub(async (on) => {
    const appId = await leavePlan(on, 7, [
      planned([["vpc/main"], ["subnet/a", "vpc/main"]]),
      planned([["vpc/main"]], "dev"),
    ]);

    const { record, firstShownAtMs, ignored } = await plannedAt(on.client, { headSha: HEAD, pull: 7, appId });

    assert.deepEqual(record?.clusters.get(KEY), [
      { hash: "hash of vpc/main", needs: [] },
      { hash: "hash of subnet/a", needs: ["vpc/main"] },
    ]);
    assert.deepEqual([...record!.clusters.keys()], [KEY, clusterKey(planned([], "dev"))]);
    assert.equal(firstShownAtMs, on.clock.now());
    assert.deepEqual(ignored, []);
  }));

test("a check run of another App approves nothing, whatever its name and its text", () =>
  onGithub(async (on) => {
    const { github, clock } = on;
    const mallory = { login: "mallory[bot]", id: 9, type: "Bot" as const, app: { id: 666, slug: "mallory" } };
    const client = on.clientOf(github.grant("ghs_mallory", { actor: mallory }));
    await leavePlan({ client, clock }, 7, [planned([["vpc/main"]])]);

    const read = await plannedAt(on.client, { headSha: HEAD, pull: 7, appId: 15368 });

    assert.equal(read.record, undefined);
    assert.equal(read.firstShownAtMs, undefined);
    assert.deepEqual(read.ignored, ["a check run of another App (666)"]);
  }));

test("a comment approves nothing: the record is read from check runs alone", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    const [text = ""] = recordTexts({ pull: number, headSha: HEAD }, [planned([["vpc/main"]])]);
    on.github.state.comment(number, text, on.github.state.grants.values().next().value!.actor);

    const read = await plannedAt(on.client, { headSha: HEAD, pull: number, appId: 15368 });

    assert.equal(read.record, undefined);
    assert.ok(on.github.requests.every(({ route }) => !route.includes("comments")));
  }));

test("what was planned of an older head does not count for the newer", () =>
  onGithub(async (on) => {
    const { number } = on.github.state.addPull({ headSha: HEAD });
    const appId = await leavePlan(on, number, [planned([["vpc/main"]])]);
    on.github.state.push(number, shaOf(2));

    assert.equal((await plannedAt(on.client, { headSha: shaOf(2), pull: number, appId })).record, undefined);
    // Nor when a text of the older head is put on the newer.
    const [text = ""] = recordTexts({ pull: number, headSha: HEAD }, [planned([["vpc/main"]])]);
    const check = await openCheck(on.client, { name: PLAN_CHECK, headSha: shaOf(2), run: RUN, startedAtMs: 0 });
    const report = { conclusion: "success" as const, title: "t", summary: "s", findings: [], completedAtMs: 0 };
    await completeCheck(on.client, check, { ...report, texts: [text] });
    const read = await plannedAt(on.client, { headSha: shaOf(2), pull: number, appId });
    assert.equal(read.record, undefined);
    assert.deepEqual(read.ignored, ["a plan of another pull request"]);
  }));

test("a plan that is under way, or that failed, approves nothing; of several the newest counts", () =>
  onGithub(async (on) => {
    const { client } = on;
    const appId = await leavePlan(on, 7, [planned([["vpc/main"]])]);
    await openCheck(client, { name: PLAN_CHECK, headSha: HEAD, run: { ...RUN, id: "b" }, startedAtMs: 0 });
    const failed = await openCheck(client, {
      name: PLAN_CHECK,
      headSha: HEAD,
      run: { ...RUN, id: "c" },
      startedAtMs: 0,
    });
    const report = { title: "t", summary: "s", findings: [], completedAtMs: 0 };
    await completeCheck(client, failed, { ...report, conclusion: "failure" });
    const shownAtMs = on.clock.now();

    const before = await plannedAt(client, { headSha: HEAD, pull: 7, appId });
    await leavePlan(on, 7, [planned([["vpc/other"]])]);
    const after = await plannedAt(client, { headSha: HEAD, pull: 7, appId });

    assert.deepEqual(before.ignored, ["a plan that is failure", "a plan that is in_progress"]);
    assert.deepEqual(before.record?.clusters.get(KEY), [{ hash: "hash of vpc/main", needs: [] }]);
    assert.deepEqual(after.record?.clusters.get(KEY), [{ hash: "hash of vpc/other", needs: [] }]);
    assert.equal(after.firstShownAtMs, shownAtMs);
  }));

test("a record too long for one check run is spread over several, and all of them are needed to read it", () =>
  onGithub(async (on) => {
    const clusters = Array.from({ length: 40 }, (_, n) =>
      planned(
        Array.from(
          { length: 60 },
          (_, m) => [`subnet/private/us-east-1${m}`, ...(m > 0 ? ["subnet/private/us-east-10"] : [])] as const,
        ),
        `cluster-${n}`,
      ),
    );

    const appId = await leavePlan(on, 7, clusters);
    const texts = [...on.github.state.checks.values()].map(({ output }) => output.text ?? "");
    const { record } = await plannedAt(on.client, { headSha: HEAD, pull: 7, appId });

    assert.ok(texts.length > 1 && texts.every((text) => Buffer.byteLength(text) < 65_535), `${texts.length} parts`);
    assert.equal(record?.clusters.size, 40);
    for (const cluster of clusters) {
      assert.deepEqual(
        record!.clusters.get(clusterKey(cluster)),
        cluster.plan!.changes.map(({ hash, needs }) => ({ hash, needs })),
      );
    }
    const last = [...on.github.state.checks.values()].at(-1)!;
    on.github.state.checks.delete(last.id);
    assert.equal((await plannedAt(on.client, { headSha: HEAD, pull: 7, appId })).record, undefined);
  }));

test("a record comes back as it went, in whatever order its parts are read, and a broken one not at all", () => {
  const id = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 400 }), fc.nat(), (ids, seed) => {
      const cluster = planned(ids.map((one, n) => (n === 0 ? [one] : [one, ids[seed % n]!])));
      const texts = recordTexts({ pull: 7, headSha: HEAD }, [cluster]);
      const read = recordIn(texts.toReversed())!;
      assert.ok(texts.every((text) => text.length < 65_535));
      assert.deepEqual(
        read.clusters.get(KEY) ?? [],
        JSON.parse(JSON.stringify(cluster.plan!.changes.map(({ hash, needs }) => ({ hash, needs })))),
      );
      assert.equal(recordIn([...texts, ...texts]), undefined);
    }),
    { numRuns: 40 },
  );
  for (const text of [
    "",
    "```json\n{}\n```",
    '```json\n{"slipway":"approval","schema":1,"part":1,"parts":1,"clusters":{"a":[1]}}\n```',
  ])
    assert.equal(recordIn([text]), undefined);
});

test("findings are annotations on their lines, fifty a request, errors before all else", () =>
  onGithub(async (on) => {
    const findings = Array.from(
      { length: 120 },
      (_, n): Finding => ({
        level: n < 118 ? "notice" : "error",
        code: "plan/no-workers",
        message: `number ${n}\u202e`,
        at: { file: "clusters/prod.yaml", line: n + 1, column: 3 },
        fix: "mend it",
      }),
    );
    const check = await openCheck(on.client, { name: APPLY_CHECK, headSha: HEAD, run: RUN, startedAtMs: 0 });
    assert.equal(on.github.state.checks.get(check.id)?.status, "in_progress");

    const nowhere: Finding = { level: "error", code: "plan/refused", message: "nowhere" };
    await completeCheck(on.client, check, {
      conclusion: "failure",
      title: "2 errors",
      summary: "…",
      findings: [nowhere, ...findings],
      completedAtMs: on.clock.now(),
    });

    const { annotations, status, conclusion, output } = on.github.state.checks.get(check.id)!;
    assert.deepEqual([annotations.length, status, conclusion, output.title], [120, "completed", "failure", "2 errors"]);
    assert.deepEqual(on.github.requests.filter(({ route }) => route.startsWith("PATCH")).length, 3);
    const errors = annotations.filter(({ annotation_level }) => annotation_level === "failure");
    assert.deepEqual(errors[0], {
      path: "clusters/prod.yaml",
      start_line: 119,
      end_line: 119,
      start_column: 3,
      end_column: 3,
      annotation_level: "failure",
      title: "plan/no-workers",
      message: "number 118\\u202e\n→ mend it",
    });
  }));

test("a check run is begun once, though the answer to it is lost", () =>
  onGithub(async (on) => {
    on.github.faults.push({ operation: "POST /repos/{owner}/{repo}/check-runs", answer: "cut", isDone: true });

    const check = await openCheck(on.client, { name: PLAN_CHECK, headSha: HEAD, run: RUN, startedAtMs: 0 });

    assert.deepEqual([...on.github.state.checks.keys()], [check.id]);
  }));

test("a person's token, with which nobody can make check runs, is refused", () =>
  onGithub(async (on) => {
    const client = on.clientOf(on.github.grant("ghp_ann", { actor: { login: "ann", id: 1, type: "User" } }));

    await assert.rejects(openCheck(client, { name: PLAN_CHECK, headSha: HEAD, run: RUN, startedAtMs: 0 }), {
      code: "forbidden",
    });
  }));
