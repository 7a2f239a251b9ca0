/** Edits that are merged while a pool is being rolled: the run is stopped at each state of the roll, and the next one has both. */
import assert from "node:assert/strict";
import type { Instance } from "../../src/twin/records.ts";
import { EDITS, NO_EDIT } from "./day2-edits.ts";
import { controlPlane, edited, setPool, smallFiles } from "./day2-files.ts";
import { isAsked, isInService } from "./day2-nodes.ts";
import { Story } from "./day2-story.ts";

/** What is seen of a pool that is rolled: the nodes that it had, and those that it has got. */
interface Seen {
  story: Story;
  old: readonly Instance[];
  fresh: readonly Instance[];
}

const phaseOf = ({ tags }: Instance): string => tags["slipway:phase"]?.split(" ")[0] ?? "";

/** The states that the roll of a pool goes through, each by how it is known. */
const STATES: Readonly<Record<string, (seen: Seen) => boolean>> = {
  "the first new node is launched": ({ fresh }) => fresh.length > 0,
  "the first new node joins": ({ fresh }) => fresh.some((node) => phaseOf(node) === "join"),
  "the first new node is ready": ({ story, fresh }) => fresh.some((node) => isInService(story.world, node)),
  "an old node is asked to leave": ({ old }) => old.some(isAsked),
  "an old node has left": ({ old }) => old.some((node) => phaseOf(node) === "left"),
  "an old node shuts down": ({ old }) => old.some(({ state }) => state === "shutting-down"),
  "an old node is gone": ({ old }) => old.some(({ state }) => state === "terminated"),
  "the last old node is asked to leave": ({ old }) => old.every((node) => isAsked(node) || node.state === "terminated"),
};

const ROLLED = ["default", "control-plane"] as const;

export interface Turn {
  name: string;
  pool: (typeof ROLLED)[number];
  state: string;
  edit: string;
}

/** Every edit in every state of every roll. */
export function allTurns(): Turn[] {
  return ROLLED.flatMap((pool) =>
    Object.keys(EDITS).flatMap((edit) =>
      Object.keys(STATES).map((state) => ({ name: `${pool} is rolled, ${state}, and ${edit}`, pool, state, edit })),
    ),
  );
}

export async function playTurn({ pool, state, edit }: Turn): Promise<void> {
  const {
    from = NO_EDIT,
    edit: change,
    confirm,
    touches,
    withoutBudgets,
  } = EDITS[edit] ?? { edit: NO_EDIT, touches: [] };
  const type = { instanceType: "m6i.2xlarge" };
  const before = edited(smallFiles(), from);
  const rolling = edited(before, pool === "default" ? setPool(pool, type) : controlPlane(type));
  const story = await Story.begin(before);
  if (withoutBudgets) story.kubernetes.budgets.length = 0;
  const all = story.nodes();
  const old = story.nodes(pool);
  const stop = new AbortController();
  story.once(
    () => {
      const fresh = story.nodes(pool).filter((node) => !old.includes(node));
      return STATES[state]?.({ story, old, fresh }) ? true : undefined;
    },
    () => stop.abort(new Error("told to stop")),
  );
  await story.run(rolling, { signal: stop.signal });
  assert.ok(stop.signal.aborted, "never came to that");
  assert.deepEqual(story.watch.breaches, [], "until it was stopped");

  await story.settle(edited(rolling, change), { confirm: confirm === undefined ? [] : [confirm] }, 2);

  const kept = all.filter(({ tags }) => ![pool, ...touches].includes(tags["slipway:pool"] ?? ""));
  for (const node of kept) assert.ok(story.nodes().includes(node), `${node.id} was replaced`);
}
