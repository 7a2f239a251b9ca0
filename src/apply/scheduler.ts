import type { Clock } from "../core/clock.ts";

/** A unit of work, and what must be done before it. */
export interface Task {
  id: string;
  /** Must be done. */
  needs: readonly string[];
  /** Must have ended well, or be waiting: an order of things that nothing hangs on. */
  after?: readonly string[];
  /** Tasks that stand or fall together: once one has failed, none of the others is started. */
  group?: string;
  /** Rejects with Waiting where it can't be done for now. */
  run(): Promise<void>;
}

/** What a task rejects with that has not failed, and can't be done for now: AWS has no capacity, a price is too high. */
export class Waiting extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Waiting";
  }
}

/**
 * What became of a task. Waiting: it can't be done for now. Stopped: it was at work, or waited for something, when the
 * run was told to stop. Skipped: something that it needs failed or waits, or the run was stopped before its turn;
 * `waits` tells that nothing has failed.
 */
export type Outcome =
  | { id: string; state: "done"; startedAtMs: number; endedAtMs: number }
  | { id: string; state: "failed"; startedAtMs: number; endedAtMs: number; error: unknown }
  | { id: string; state: "waiting"; startedAtMs: number; endedAtMs: number; because: string }
  | { id: string; state: "stopped"; startedAtMs: number; endedAtMs: number }
  | { id: string; state: "skipped"; because: string; waits?: true };

export interface Watch {
  started?(id: string): void;
  ended?(outcome: Outcome): void;
}

const STOPPED = "the run was stopped";

/**
 * Runs a graph of tasks: each starts as soon as all that it needs is done, side by side with whatever else can run. A
 * failure holds up what needs it, and its group, and nothing else. Once `signal` is aborted nothing more is started; what
 * runs is waited for. Throws, before anything is started, when tasks wait for each other in a circle or for what does
 * not exist.
 */
export async function runGraph(
  tasks: readonly Task[],
  clock: Clock,
  signal: AbortSignal,
  watch: Watch = {},
): Promise<Outcome[]> {
  const waiting = new Map(tasks.map((task) => [task.id, new Set(predecessorsOf(task))]));
  const dependents = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const need of predecessorsOf(task)) {
      if (!waiting.has(need)) throw new Error(`${task.id} waits for ${need}, which is not part of the plan`);
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [task]);
      else known.push(task);
    }
  }
  refuseCircles(tasks, dependents);

  const outcomes = new Map<string, Outcome>();
  const running: Promise<void>[] = [];
  /** The task that has failed first of each group. */
  const failed = new Map<string, string>();

  const end = (task: Task, outcome: Outcome): void => {
    if (outcomes.has(task.id)) return;
    outcomes.set(task.id, outcome);
    if (outcome.state === "failed" && task.group !== undefined && !failed.has(task.group)) {
      failed.set(task.group, task.id);
    }
    watch.ended?.(outcome);
    for (const next of dependents.get(task.id) ?? []) {
      const isOnlyAfter = next.after?.includes(task.id) === true && !next.needs.includes(task.id);
      const isWaiting = outcome.state === "waiting" || (outcome.state === "skipped" && outcome.waits === true);
      if (outcome.state !== "done" && !(isOnlyAfter && isWaiting)) {
        end(next, skipped(next.id, outcome));
        continue;
      }
      const needs = waiting.get(next.id);
      needs?.delete(task.id);
      if (needs?.size === 0) start(next);
    }
  };

  const start = (task: Task): void => {
    if (outcomes.has(task.id)) return;
    if (signal.aborted) {
      end(task, { id: task.id, state: "skipped", because: STOPPED });
      return;
    }
    const because = task.group === undefined ? undefined : failed.get(task.group);
    if (because !== undefined) {
      end(task, { id: task.id, state: "skipped", because });
      return;
    }
    const startedAtMs = clock.now();
    watch.started?.(task.id);
    const times = () => ({ id: task.id, startedAtMs, endedAtMs: clock.now() });
    running.push(
      task.run().then(
        () => end(task, { ...times(), state: "done" }),
        (error: unknown) => {
          if (signal.aborted && error === signal.reason) end(task, { ...times(), state: "stopped" });
          else if (error instanceof Waiting) end(task, { ...times(), state: "waiting", because: error.message });
          else end(task, { ...times(), state: "failed", error });
        },
      ),
    );
  };

  for (const task of tasks) if (predecessorsOf(task).length === 0) start(task);
  // Tasks that end start others, which are appended: the list is done when its last one is.
  for (let i = 0; i < running.length; i++) await running[i];
  return tasks.map((task) => outcomes.get(task.id) as Outcome);
}

/** What becomes of a task because of what became of one before it. */
function skipped(id: string, before: Exclude<Outcome, { state: "done" }>): Outcome {
  switch (before.state) {
    case "failed":
      return { id, state: "skipped", because: before.id };
    case "stopped":
      return { id, state: "skipped", because: STOPPED };
    case "waiting":
      return { id, state: "skipped", because: before.id, waits: true };
    case "skipped":
      return { ...before, id };
  }
}

function predecessorsOf({ needs, after = [] }: Task): readonly string[] {
  return after.length === 0 ? needs : [...new Set([...needs, ...after])];
}

function refuseCircles(tasks: readonly Task[], dependents: ReadonlyMap<string, readonly Task[]>): void {
  const open = new Map(tasks.map((task) => [task.id, new Set(predecessorsOf(task)).size]));
  const ready = tasks.filter((task) => open.get(task.id) === 0);
  let reached = 0;
  for (let task = ready.pop(); task !== undefined; task = ready.pop()) {
    reached += 1;
    for (const next of dependents.get(task.id) ?? []) {
      const left = (open.get(next.id) ?? 0) - 1;
      open.set(next.id, left);
      if (left === 0) ready.push(next);
    }
  }
  if (reached === tasks.length) return;
  const stuck = tasks.filter((task) => (open.get(task.id) ?? 0) > 0).map((task) => task.id);
  throw new Error(`steps wait for each other in a circle: ${stuck.join(", ")}`);
}
