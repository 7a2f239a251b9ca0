/** What a run may do: what was approved, in the order that was approved, and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ApprovedChange,
  approvalFindings,
  type LabelFacts,
  labelTrouble,
  notApproved,
} from "../../src/commands/approval.ts";
import type { Change, Plan } from "../../src/plan/change.ts";
import { planCluster } from "../../src/plan/plan.ts";
import { clusterWith } from "../support/builders.ts";
import { EMPTY, market, OWNER } from "../support/plans.ts";

const planOf = (changes: object = {}): Plan => planCluster(clusterWith(changes as never), EMPTY, market(), OWNER);
const approve = ({ changes }: Plan): ApprovedChange[] => changes.map(({ hash, needs }) => ({ hash, needs }));
const PLAN = planOf();
const ids = (changes: readonly Change[]): string[] => changes.map(({ id }) => id);
const only = (plan: Plan, keep: (change: Change) => boolean): Plan => ({ ...plan, changes: plan.changes.filter(keep) });

test("what was planned and merged may be done, all of it and any rest of it", () => {
  assert.ok(PLAN.changes.length > 30);
  assert.deepEqual(notApproved(PLAN, approve(PLAN)), []);
  for (const done of PLAN.changes) {
    const rest = only(PLAN, ({ id }) => id !== done.id);
    const shrunk = {
      ...rest,
      changes: rest.changes.map((change) => ({ ...change, needs: change.needs.filter((id) => id !== done.id) })),
    };
    assert.deepEqual(notApproved(shrunk, approve(PLAN)), [], done.id);
  }
});

test("a change that nobody saw stops the run with exactly it", () => {
  for (const missing of PLAN.changes) {
    const approved = approve(only(PLAN, ({ id }) => id !== missing.id));
    assert.deepEqual(ids(notApproved(PLAN, approved)), [missing.id]);
  }
});

test("a stronger change of the same thing is another change", () => {
  const bigger = planOf({
    spec: {
      workerPools: [
        { name: "default", size: 6, instanceType: "m6i.large", zones: ["us-east-1a", "us-east-1b", "us-east-1c"] },
      ],
    },
  });

  assert.deepEqual(ids(notApproved(bigger, approve(PLAN))).sort(), ["pool/default"]);
});

test("two merges in a row: the union of what both planned may be done", () => {
  const tagged = planOf({ metadata: { tags: { team: "other" } } });
  const mixed: Plan = {
    ...PLAN,
    changes: PLAN.changes.map((change, index) => (index % 2 === 0 ? change : tagged.changes[index]!)),
  };

  assert.notDeepEqual(notApproved(mixed, approve(PLAN)), []);
  assert.deepEqual(notApproved(mixed, [...approve(PLAN), ...approve(tagged)]), []);
});

test("a change that no longer waits for another one still to come is not what was approved", () => {
  const waiting = PLAN.changes.find(({ needs }) => needs.length > 0)!;
  const hasty: Plan = {
    ...PLAN,
    changes: PLAN.changes.map((change) => (change.id === waiting.id ? { ...change, needs: [] } : change)),
  };

  assert.deepEqual(ids(notApproved(hasty, approve(PLAN))), [waiting.id]);
});

test("the run is told each change that it may not do, why, and what helps", () => {
  const [first] = PLAN.changes;
  const approved = approve(only(PLAN, ({ id }) => id !== first!.id));
  const findings = approvalFindings(PLAN, { kind: "set", changes: approved, from: ["#7"], gaps: [] }, []);
  const unseen = approvalFindings(
    only(PLAN, ({ id }) => id === first!.id),
    {
      kind: "set",
      changes: [],
      from: [],
      gaps: ["1a2b3c4d5 was pushed without a pull request"],
    },
    [],
  );

  assert.deepEqual(
    findings.map(({ level, code, message }) => [level, code, message]),
    [["error", "approval/not-approved", `create ${first!.title} (${first!.summary}): it is not in what #7 planned`]],
  );
  assert.match(unseen[0]!.message, /: no pull request has planned it \(1a2b3c4d5 was pushed without a pull request\)$/);
  assert.deepEqual(approvalFindings(PLAN, { kind: "all", why: "by hand" }, []), []);
});

const DELETION = {
  ...PLAN,
  changes: PLAN.changes.map((change) => ({
    ...change,
    destructive: change.id.split("/")[0] === "vpc",
    ...(change.id === "pool/default" ? { confirm: "prod/default" } : {}),
  })),
};

test("what deletes is done when somebody confirmed it: by the label of the pull request that planned it, or by name", () => {
  const approved = (noDeletion?: string) =>
    ({
      kind: "set",
      changes: approve(DELETION).map((change) => ({ ...change, ...(noDeletion === undefined ? {} : { noDeletion }) })),
      from: ["#7"],
      gaps: [],
    }) as const;
  const left = (...args: Parameters<typeof approvalFindings> extends [unknown, ...infer R] ? R : never) =>
    approvalFindings(DELETION, ...args).map(({ code, message }) => `${code}: ${message.split(": what goes")[0]}`);
  const [vpc, pool] = ["apply/unconfirmed: VPC", "apply/unconfirmed: nodes of default"];

  assert.deepEqual(left(approved(), []), []);
  assert.deepEqual(left(approved("#7: it has no label"), []), [vpc, pool]);
  assert.deepEqual(left(approved("#7: it has no label"), ["prod/default"]), [vpc]);
  assert.deepEqual(left(approved("#7: it has no label"), ["prod"]), [pool]);
  assert.deepEqual(left(approved("#7: it has no label"), ["prod/other", "default", "other"]), [vpc, pool]);
  assert.deepEqual(left({ kind: "all", why: "by hand" }, ["prod/default"]), [vpc]);
  assert.match(
    approvalFindings(DELETION, approved("#7: it has no label"), [])[0]!.message,
    /that is not confirmed \(#7: it has no label\); nothing was changed$/,
  );
});

const LABEL: LabelFacts = {
  present: true,
  setBy: "ada",
  setAtMs: 300_000,
  permission: "write",
  plannedAtMs: 60_000,
};
const LABELS: readonly [
  what: string,
  facts: { [K in keyof LabelFacts]?: LabelFacts[K] | undefined },
  trouble: RegExp | undefined,
][] = [
  ["set by a writer after the plan", {}, undefined],
  ["set by an administrator", { permission: "admin" }, undefined],
  ["absent", { present: false }, /has no label confirm-deletion/],
  ["set by a triager", { permission: "read" }, /^ada, who set the label confirm-deletion, may not write/],
  ["set by somebody who left", { permission: "none" }, /may not write/],
  ["set before the newest commit", { setAtMs: 59_000 }, /set before its newest commit was planned/],
  ["set in the same second", { setAtMs: 60_000 }, /set before its newest commit was planned/],
  ["of a commit that was never planned", { plannedAtMs: undefined }, /was not planned/],
  ["there, but nobody set it", { setBy: undefined }, /has no label/],
];

for (const [what, facts, trouble] of LABELS) {
  test(`the label for deletion, ${what}, ${trouble === undefined ? "counts" : "does not count"}`, () => {
    const found = labelTrouble({ ...LABEL, ...facts } as LabelFacts, "confirm-deletion");

    if (trouble === undefined) assert.equal(found, undefined);
    else assert.match(found ?? "", trouble);
  });
}
