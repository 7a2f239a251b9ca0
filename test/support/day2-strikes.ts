/** Nodes that something outside befalls while their pool is rolled. */
import assert from "node:assert/strict";
import type { ClusterResult } from "../../src/commands/results.ts";
import type { Instance } from "../../src/twin/records.ts";
import { controlPlane, edited, setPool, smallFiles, tripleFiles } from "./day2-files.ts";
import { isInService } from "./day2-nodes.ts";
import { Story } from "./day2-story.ts";
import { troubles } from "./simulation.ts";

/** Moments of a roll, each by the node that is struck then. */
const MOMENTS: Readonly<
  Record<string, (story: Story, old: ReadonlySet<string>, pool: string) => Instance | undefined>
> = {
  "an old node while the first new one starts": (story, old, pool) =>
    story.nodes(pool).some(({ id }) => !old.has(id)) ? story.nodes(pool).findLast(({ id }) => old.has(id)) : undefined,
  "a new node that joins": (story, old, pool) =>
    story.nodes(pool).find((node) => !old.has(node.id) && phaseOf(node) === "join"),
  "a new node that is ready": (story, old, pool) =>
    story.nodes(pool).find((node) => !old.has(node.id) && isInService(story.world, node)),
  "the node that is asked to leave": (story, _old, pool) =>
    story.nodes(pool).find((node) => node.tags["slipway:leave"] !== undefined),
  "a new node while an old one is asked to leave": (story, old, pool) =>
    story.nodes(pool).some((node) => node.tags["slipway:leave"] !== undefined)
      ? story.nodes(pool).find((node) => !old.has(node.id) && isInService(story.world, node))
      : undefined,
};

export interface Strike {
  pool: "default" | "control-plane";
  moment: string;
  how: "terminate" | "stop" | "hang";
}

export function allStrikes(): Strike[] {
  return (["default", "control-plane"] as const).flatMap((pool) =>
    Object.keys(MOMENTS).flatMap((moment) =>
      (["terminate", "stop", "hang"] as const).map((how): Strike => ({ pool, moment, how })),
    ),
  );
}

export function describeStrike({ pool, moment, how }: Strike): string {
  return `in a roll of ${pool}, ${moment} is struck by ${how}`;
}

/** How long it takes until a node that is not ready any more is given up, and some more. */
const GIVEN_UP_MS = 15 * 60_000;
const DONE = ["applied", "resumed", "no-changes"];

/** Strikes a node, and runs until the cluster is as it should be; throws an AssertionError when it does not come to that. */
export async function playStrike({ pool, moment, how }: Strike): Promise<void> {
  const find = MOMENTS[moment];
  if (find === undefined) throw new Error(`no ${moment}`);
  const from = pool === "default" ? smallFiles() : tripleFiles();
  const changed = { instanceType: "m6i.xlarge" };
  const to = edited(from, pool === "default" ? setPool(pool, changed) : controlPlane(changed));
  const story = await Story.begin(from);
  const old = new Set(story.nodes(pool).map(({ id }) => id));
  let struck: Instance | undefined;
  story.once(
    () => find(story, old, pool),
    (node) => {
      struck = node;
      story.strike(node, how);
    },
  );

  const results: ClusterResult[] = [];
  while (results.length < 3) {
    results.push(await story.apply(to));
    await story.sleep(GIVEN_UP_MS);
  }

  assert.ok(struck !== undefined, "never came to that");
  const last = results.at(-1);
  assert.ok(last !== undefined && DONE.includes(last.result), results.flatMap(troubles).join("\n"));
  assert.ok(!story.nodes().includes(struck), "it is still there");
  await story.assertSettled();
}

function phaseOf(node: Instance): string {
  return node.tags["slipway:phase"]?.split(" ")[0] ?? "";
}
