import { actionOf, type StepResult } from "../apply/apply.ts";
import type { Outcome } from "../apply/scheduler.ts";
import type { TimelineStep } from "./rehearsal.ts";

type Ran = Exclude<Outcome, { state: "skipped" }>;

function ran(outcome: Outcome): outcome is Ran {
  return outcome.state !== "skipped";
}

/** When each step ran, in milliseconds since `startedAtMs`, in the order in which they began. */
export function timelineOf(steps: readonly StepResult[], startedAtMs: number): TimelineStep[] {
  const byId = new Map(steps.map(({ step }) => [step.id, step]));
  const timeline = steps.flatMap(({ step, outcome }) =>
    ran(outcome)
      ? [
          {
            stepId: step.id,
            title: step.title,
            action: actionOf(step, byId),
            startMs: Math.round(outcome.startedAtMs - startedAtMs),
            endMs: Math.round(outcome.endedAtMs - startedAtMs),
            state: outcome.state,
          },
        ]
      : [],
  );
  return timeline.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/** From the step that ended last back to one that waited for none: each step, and of those that it waited for the last. */
export function longestChain(steps: readonly StepResult[]): string[] {
  const endOf = new Map(steps.flatMap(({ outcome }) => (ran(outcome) ? [[outcome.id, outcome.endedAtMs]] : [])));
  const byId = new Map(steps.map(({ step }) => [step.id, step]));
  const last = (ids: readonly string[]): string | undefined => {
    const known = ids.filter((id) => endOf.has(id));
    return known.sort((a, b) => (endOf.get(b) ?? 0) - (endOf.get(a) ?? 0))[0];
  };
  const chain: string[] = [];
  for (let id = last([...endOf.keys()]); id !== undefined; ) {
    chain.unshift(id);
    const step = byId.get(id);
    id = last([...(step?.needs ?? []), ...(step?.after ?? [])]);
  }
  return chain;
}
