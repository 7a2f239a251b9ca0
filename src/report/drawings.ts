import type { ReportedCluster } from "../commands/results.ts";
import type { Step } from "../plan/change.ts";
import { mermaidLabel } from "./escaping.ts";

/** Steps as a plan orders them. */
export type OrderedStep = Pick<Step, "id" | "title" | "needs">;

/** What a step does, in a reviewer's words; those that are not here are called as they are. */
const VERB: Readonly<Record<string, string>> = {
  remove: "delete",
  ready: "wait for",
  settle: "wait for",
  snapshot: "take",
  update: "change",
};

/** `delete NAT gateway us-east-1a`. */
export function stepText({ id, title }: Pick<OrderedStep, "id" | "title">): string {
  const verb = verbOf(id);
  return `${VERB[verb] ?? verb} ${title}`;
}

/** Whether a step is only the wait for what an earlier one began. */
export function isWait({ id }: Pick<OrderedStep, "id">): boolean {
  return verbOf(id) === "settle";
}

const verbOf = (id: string): string => id.split(" ")[0] ?? "";

/** GitHub draws no more, and nobody would see more. */
const MOST_BOXES = 30;
const MOST_BARS = 40;

/**
 * The order of a plan's steps: a box for all steps of a kind that do the same, an arrow where one of them waits for one of
 * another. Undefined where there is no order to show.
 */
export function orderDrawing(steps: readonly OrderedStep[]): string | undefined {
  const groupOf = new Map(steps.map(({ id }) => [id, groupName(id)]));
  const groups = [...Map.groupBy(steps, ({ id }) => groupOf.get(id) ?? "")];
  if (groups.length < 2 || groups.length > MOST_BOXES) return undefined;
  const boxOf = new Map(groups.map(([name], index) => [name, `s${index}`]));
  const boxes = groups.map(([name, members]) => {
    const [only, ...others] = members.filter((step) => !isWait(step));
    const text = only !== undefined && others.length === 0 ? stepText(only) : manyText(name, others.length + 1);
    return `  ${boxOf.get(name)}["${mermaidLabel(text)}"]`;
  });
  const arrows = new Set<string>();
  for (const { id, needs } of steps) {
    for (const need of needs) {
      const [from, to] = [groupOf.get(need), groupOf.get(id)];
      if (from !== undefined && to !== undefined && from !== to)
        arrows.add(`  ${boxOf.get(from)} --> ${boxOf.get(to)}`);
    }
  }
  if (arrows.size === 0) return undefined;
  const drawn = withoutShortcuts([...arrows]);
  return ["flowchart LR", ...boxes, ...drawn].join("\n");
}

/** `create subnet/private/us-east-1a`, and the wait for it, belong to `create subnet`. */
function groupName(stepId: string): string {
  const [verb = "", subject = ""] = stepId.split(" ");
  return `${verb === "settle" ? "create" : verb} ${subject.split("/")[0] ?? ""}`.trim();
}

/** `create 2 × route table`. */
function manyText(name: string, n: number): string {
  const [verb = "", kind = ""] = name.split(" ");
  return `${VERB[verb] ?? verb} ${n} × ${kind.replaceAll("-", " ")}`;
}

/** An arrow says nothing where others lead the same way. Of circles, which groups can make of steps, all is kept. */
function withoutShortcuts(arrows: readonly string[]): string[] {
  const edges = arrows.map((arrow) => arrow.trim().split(" --> ") as [string, string]);
  const next = Map.groupBy(edges, ([from]) => from);
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (next.get(from) ?? []).some(([, via]) => {
      if (via === to) return true;
      if (seen.has(via)) return false;
      seen.add(via);
      return reaches(via, to, seen);
    });
  return arrows.filter((_arrow, index) => {
    const [from, to] = edges[index] ?? ["", ""];
    if (reaches(to, from, new Set())) return true;
    return !(next.get(from) ?? []).some(([, via]) => via !== to && reaches(via, to, new Set([from])));
  });
}

/** When each step of an apply ran: the longest of them where there are many. Undefined where none did. */
export function timelineDrawing(steps: ReportedCluster["steps"]): string | undefined {
  const ran = (steps ?? []).flatMap(({ step, outcome }) =>
    outcome.state === "skipped"
      ? []
      : [{ title: stepText(step), state: outcome.state, fromMs: outcome.startedAtMs, toMs: outcome.endedAtMs }],
  );
  const longest = ran
    .toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
    .filter(({ state, fromMs, toMs }) => state !== "done" || toMs - fromMs >= 1000)
    .slice(0, MOST_BARS)
    .sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  if (longest.length === 0) return undefined;
  const bars = longest.map(({ title, state, fromMs, toMs }) => {
    // A colon would end the title, and a comma the tags.
    const name = mermaidLabel(title).replace(/[:,]/g, " ");
    const tag = state === "done" ? "done" : "crit";
    return `  ${name} :${tag}, ${Math.round(fromMs)}, ${Math.round(Math.max(toMs, fromMs + 1000))}`;
  });
  return ["gantt", "  dateFormat x", "  axisFormat %H:%M", ...bars].join("\n");
}
