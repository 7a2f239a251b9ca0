import type { Blueprint } from "../blueprint/blueprint.ts";
import { oncePer } from "../core/remembering.ts";
import type { Live, Wanted } from "../resources/resource.ts";
import type { Inventory } from "../survey/survey.ts";
import { compare, type Difference, referencesOf } from "./compare.ts";
import type { Naming } from "./logical.ts";

/** What is to become of one resource. */
export type Verdict =
  | { verdict: "create"; wanted: Wanted; leaving: readonly Live[] }
  | { verdict: "keep"; wanted: Wanted; live: Live }
  | { verdict: "update"; wanted: Wanted; live: Live; difference: Difference }
  | { verdict: "replace"; wanted: Wanted; live: Live; difference: Difference; why: string }
  /** The difference is one that Slipway explains instead of acting on. */
  | { verdict: "refuse"; wanted: Wanted; live: Live; difference: Difference }
  | { verdict: "delete"; live: Live; why: string };

/** Compares every wanted resource with what AWS has, and finds what AWS has without its being wanted. */
export function judge(
  blueprint: Blueprint,
  inventory: Inventory,
  naming: Naming,
  formerKeys: readonly string[],
): Verdict[] {
  const verdicts: Verdict[] = [];
  const liveById = groupById(inventory.resources);
  const renewed = new Set<string>();
  for (const wanted of inOrder(blueprint.resources)) {
    const all = liveById.get(wanted.id) ?? [];
    liveById.delete(wanted.id);
    const leaving = all.filter((live) => live.status === "leaving");
    const [kept, ...copies] = all.filter((live) => live.status !== "leaving").sort(betterFirst);
    for (const copy of copies)
      verdicts.push({ verdict: "delete", live: copy, why: "there are two; the older settled one stays" });
    const verdict =
      kept === undefined
        ? ({ verdict: "create", wanted, leaving } as const)
        : judgeOne(wanted, kept, compare(wanted, kept, naming, renewed, formerKeys));
    if (verdict.verdict === "create" || verdict.verdict === "replace") renewed.add(wanted.id);
    verdicts.push(verdict);
  }
  for (const live of [...liveById.values()].flat()) {
    if (live.status !== "leaving")
      verdicts.push({ verdict: "delete", live, why: "the cluster file does not ask for it any more" });
  }
  return verdicts;
}

function judgeOne(wanted: Wanted, live: Live, difference: Difference): Verdict {
  if (live.status === "failed")
    return { verdict: "replace", wanted, live, difference, why: `it failed: ${live.detail ?? "no reason given"}` };
  const effects = new Set(difference.fields.map((field) => field.effect));
  if (effects.has("refuse")) return { verdict: "refuse", wanted, live, difference };
  if (effects.has("replace"))
    return { verdict: "replace", wanted, live, difference, why: "it can't be changed in place" };
  if (effects.has("update")) return { verdict: "update", wanted, live, difference };
  return { verdict: "keep", wanted, live };
}

/** Of two copies the settled one is kept, then the older one. */
function betterFirst(a: Live, b: Live): number {
  const rank = { settled: 0, settling: 1, failed: 2, leaving: 3 } as const;
  return rank[a.status] - rank[b.status] || (a.createdAtMs ?? 0) - (b.createdAtMs ?? 0) || (a.awsId < b.awsId ? -1 : 1);
}

function groupById(resources: readonly Live[]): Map<string, Live[]> {
  const groups = new Map<string, Live[]>();
  for (const live of resources) groups.set(live.id, [...(groups.get(live.id) ?? []), live]);
  return groups;
}

/** What is pointed at comes before what points at it, so that a renewal is known when it matters. */
const inOrder = oncePer((resources: readonly Wanted[]): readonly Wanted[] => {
  const byId = new Map(resources.map((wanted) => [wanted.id, wanted]));
  const ordered = new Set<Wanted>();
  const visit = (wanted: Wanted, path: readonly string[]): void => {
    if (ordered.has(wanted)) return;
    if (path.includes(wanted.id))
      throw new Error(`resources point at each other in a circle: ${[...path, wanted.id].join(" → ")}`);
    for (const id of referencesOf(wanted)) {
      const next = byId.get(id);
      if (next === undefined) throw new Error(`${wanted.id} points at ${id}, which the blueprint does not have`);
      visit(next, [...path, wanted.id]);
    }
    ordered.add(wanted);
  };
  for (const wanted of resources) visit(wanted, []);
  return [...ordered];
});
