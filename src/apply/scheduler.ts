import type { Clock } from "../core/clock.ts";

/** A unit of work, and what must be done before it. */
export interface Task {
  id: string;
  needs: readonly string[];
  run(): Promise<void>;
}

/**
 * What became of a task. Stopped: it was at work, or waiting, when the run was told to stop. Skipped: something that it
 * needs failed, or the run was stopped before its turn.
 */
export type Outcome =
  | { id: string; state: "done"; startedAtMs: number; endedAtMs: number }
  | { id: string; state: "failed"; startedAtMs: number; endedAtMs: number; error: unknown }
  | { id: string; state: "stopped"; startedAtMs: number; endedAtMs: number }
  | { id: string; state: "skipped"; because: string };

export interface Watch {
  started?(id: string): void;
  ended?(outcome: Outcome): void;
}

const STOPPED = "the run was stopped";

/**
 * Runs a graph of tasks: each starts as soon as all that it needs is done, side by side with whatever else can run. A
 * failure holds up what needs it and nothing else. Once `signal` is aborted nothing more is started; what runs is waited
 * for. Throws, before anything is started, when tasks wait for each other in a circle or for what does not exist.
 */
export async function runGraph(
  tasks: readonly Task[],
  clock: Clock,
  signal: AbortSignal,
  watch: Watch = {},
): Promise<Outcome[]> {
  const waiting = new Map(tasks.map((task) => [task.id, new Set(task.needs)]));
  const dependents = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const need of task.needs) {
      if (!waiting.has(need)) throw new Error(`${task.id} waits for ${need}, which is not part of the plan`);
      dependents.set(need, [...(dependents.get(need) ?? []), task]);
    }
  }
  refuseCircles(tasks, dependents);

  const outcomes = new Map<string, Outcome>();
  const running: Promise<void>[] = [];

  const end = (task: Task, outcome: Outcome): void => {
    if (outcomes.has(task.id)) return;
    outcomes.set(task.id, outcome);
    watch.ended?.(outcome);
    for (const next of dependents.get(task.id) ?? []) {
      if (outcome.state !== "done") {
        const because = outcome.state === "failed" ? task.id : outcome.state === "stopped" ? STOPPED : outcome.because;
        end(next, { id: next.id, state: "skipped", because });
        continue;
      }
      const needs = waiting.get(next.id);
      needs?.delete(task.id);
      if (needs?.size === 0) start(next);
    }
  };

  const start = (task: Task): void => {
    if (signal.aborted) {
      end(task, { id: task.id, state: "skipped", because: STOPPED });
      return;
    }
    const startedAtMs = clock.now();
    watch.started?.(task.id);
    const times = () => ({ id: task.id, startedAtMs, endedAtMs: clock.now() });
    running.push(
      task.run().then(
        () => end(task, { ...times(), state: "done" }),
        (error: unknown) =>
          end(
            task,
            signal.aborted && error === signal.reason
              ? { ...times(), state: "stopped" }
              : { ...times(), state: "failed", error },
          ),
      ),
    );
  };

  for (const task of tasks) if (task.needs.length === 0) start(task);
  // Tasks that end start others, which are appended: the list is done when its last one is.
  for (let i = 0; i < running.length; i++) await running[i];
  return tasks.map((task) => outcomes.get(task.id) as Outcome);
}

function refuseCircles(tasks: readonly Task[], dependents: ReadonlyMap<string, readonly Task[]>): void {
  const open = new Map(tasks.map((task) => [task.id, new Set(task.needs).size]));
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
