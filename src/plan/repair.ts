import type { Change, Plan } from "./change.ts";

/** A plan cut down to what repairs a cluster, and the changes that are left as they are. */
export interface Repair {
  plan: Plan;
  left: readonly Change[];
}

/**
 * What of a plan a reconcile may do by itself: make what is missing, put back what was changed in place, replace nodes
 * that are lost, and launch those that waited. What would roll nodes, cut somebody off or delete something is left for
 * people to look at, and so is what hangs on it.
 */
export function repairOf(plan: Plan): Repair {
  const refused = stepsOf(plan.changes.filter((change) => !isRepair(change)));
  const held = withDependents(plan, refused);
  const left = plan.changes.filter(({ steps }) => steps.some((id) => held.has(id)));
  // Of a change that is left nothing is done: half of it would be neither one thing nor the other.
  const out = withDependents(plan, stepsOf(left));
  return {
    plan: {
      ...plan,
      changes: plan.changes.filter((change) => !left.includes(change)),
      steps: plan.steps.filter(({ id }) => !out.has(id)),
    },
    left,
  };
}

function stepsOf(changes: readonly Change[]): Set<string> {
  return new Set(changes.flatMap(({ steps }) => steps));
}

/** The steps, and all that wait for one of them. */
function withDependents({ steps }: Plan, some: ReadonlySet<string>): Set<string> {
  const found = new Set(some);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { id, needs, after = [] } of steps) {
      if ([...needs, ...after].some((need) => found.has(need))) found.add(id);
    }
  }
  return found;
}

function isRepair({ action, disruption, destructive }: Change): boolean {
  if (destructive) return false;
  switch (action) {
    case "create":
    case "update":
      return true;
    // Nodes come where some are missing, and go where there is one too many, as gently as ever.
    case "scale":
      return true;
    case "replace":
      return disruption === "none";
    case "delete":
    case "roll":
      return false;
  }
}
