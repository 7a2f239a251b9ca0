import { CONTROL_PLANE } from "../config/cluster.ts";
import { TAG } from "../resources/tags.ts";
import type { PoolVerdict } from "./pool-verdicts.ts";
import { type PoolStep, ROLL, stepsOfPool } from "./steps-of-pool.ts";

/**
 * The steps of all pools. The control plane is rolled first, then one pool after the other in the order of the file; nodes
 * that are only missing are launched at once, but none with a newer kubelet than the API servers will have by then. What
 * no file asks for any more goes when everything else is there to take its pods.
 */
export function poolSteps(verdicts: readonly PoolVerdict[]): PoolStep[] {
  const steps: PoolStep[] = [];
  let rolled: string[] = [];
  let upgraded: string[] = [];
  for (const verdict of verdicts.filter(({ pool }) => pool !== undefined)) {
    const own = stepsOfPool(verdict);
    const rolling = own.filter((step) => step.group === ROLL).map(({ id }) => id);
    for (const step of own) {
      if (step.group === ROLL) step.after.push(...rolled);
      if (step.work.do === "launch") step.needs.push(...upgraded);
    }
    if (rolling.length > 0) rolled = lastOf(own, rolling);
    if (verdict.name === CONTROL_PLANE && changesVersion(verdict)) {
      upgraded = lastOf(
        own,
        own.map(({ id }) => id),
      );
    }
    steps.push(...own);
  }
  const settled = steps.filter(({ work }) => work.do === "ready").map(({ id }) => id);
  for (const verdict of verdicts.filter(({ pool }) => pool === undefined)) {
    for (const step of stepsOfPool(verdict)) {
      step.after.push(...settled);
      steps.push(step);
    }
  }
  return steps;
}

/** The steps in which the control plane gets another version of Kubernetes. */
export function upgradeSteps(verdicts: readonly PoolVerdict[], steps: readonly PoolStep[]): string[] {
  const isUpgraded = verdicts.some((verdict) => verdict.name === CONTROL_PLANE && changesVersion(verdict));
  return steps.flatMap(({ id, pool }) => (isUpgraded && pool === CONTROL_PLANE ? [id] : []));
}

/** Those of the steps that none of the others waits for. */
function lastOf(steps: readonly PoolStep[], ids: readonly string[]): string[] {
  const needed = new Set(steps.flatMap(({ needs, after }) => [...needs, ...after]));
  return ids.filter((id) => !needed.has(id));
}

/** Whether a node goes that another version takes the place of: in the middle of a roll its successor may be there by now. */
function changesVersion({ pool, removals }: PoolVerdict): boolean {
  return removals.some(({ node }) => node.tags[TAG.version] !== pool?.version);
}
