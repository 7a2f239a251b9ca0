import { isExpired } from "../aws/errors.ts";
import { messageOf } from "../core/errors.ts";
import type { Event, PoolProgress, StepAction } from "../core/events.ts";
import type { Finding } from "../core/findings.ts";
import type { Plan, Step, Work } from "../plan/change.ts";
import type { Inventory } from "../survey/survey.ts";
import { type ApplyContext, type Run, startRun } from "./context.ts";
import { Known } from "./known.ts";
import { launchStep, registerStep } from "./launch-steps.ts";
import { LeaseLost, lostFinding } from "./lease.ts";
import { leaveStep, recallStep, terminateStep } from "./leave-steps.ts";
import { NodeCounts } from "./node-counts.ts";
import { readyStep, tagNodesStep } from "./node-steps.ts";
import { snapshotStep, writeStep } from "./record-steps.ts";
import { createStep, removeStep, settleStep, updateStep } from "./resource-steps.ts";
import { type Outcome, runGraph, type Task } from "./scheduler.ts";

/** A step, and what became of it. */
export interface StepResult {
  step: Step;
  outcome: Outcome;
}

export interface ApplyResult {
  /** waiting: done but for what AWS has no capacity for now. */
  result: "done" | "waiting" | "failed" | "stopped";
  steps: readonly StepResult[];
  /** Nodes that came and went, pool by pool. */
  nodes: readonly PoolProgress[];
  /** What stopped the whole run, where it was more than a step's own failure. */
  trouble?: Finding;
}

const HEARTBEAT_MS = 30_000;

/** For people a thing is created when it can be used: of two steps the second one says so. */
function actionOf(step: Step, steps: ReadonlyMap<string, Step>): StepAction {
  if (step.work.do === "create" && steps.has(`settle ${step.work.wanted.id}`)) return "request";
  if (step.work.do === "settle" && steps.has(`create ${step.work.id}`)) return "create";
  return ACTION[step.work.do];
}

const ACTION: Readonly<Record<Work["do"], StepAction>> = {
  create: "create",
  update: "update",
  remove: "delete",
  settle: "wait",
  write: "update",
  launch: "launch",
  register: "update",
  ready: "wait",
  leave: "remove",
  recall: "update",
  snapshot: "wait",
  "tag-nodes": "update",
  terminate: "terminate",
};

/** Carries out a plan's steps. It never throws for what happens to a step: the result says what became of each. */
export async function applyPlan(plan: Plan, inventory: Inventory, context: ApplyContext): Promise<ApplyResult> {
  // Once credentials have expired every further call would fail: the run stops there, and the next one goes on.
  const expired = new AbortController();
  const signal = AbortSignal.any([context.signal, expired.signal]);
  const nodes = new NodeCounts(plan.steps, context.emit);
  const run = startRun({ ...context, signal, emit: (event) => nodes.emit(event) }, new Known(inventory.resources));
  const { clock } = context.aws;
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const running = new Set<string>();
  const startedAtMs = new Map<string, number>();
  let done = 0;

  const tasks: Task[] = plan.steps.map((step) => ({
    id: step.id,
    needs: step.needs,
    ...(step.after === undefined ? {} : { after: step.after }),
    ...(step.group === undefined ? {} : { group: step.group }),
    run: () => perform(run, step),
  }));
  const about = (id: string) => {
    const step = byId.get(id) as Step;
    return { id, title: step.title, action: actionOf(step, byId) };
  };

  context.working?.(() => [...running].map((id) => about(id).title));
  context.emit({ code: "apply/start", cluster: context.cluster.name, steps: tasks.length });
  nodes.begin();
  const heart = beat(run, () => ({
    code: "heartbeat",
    done,
    steps: tasks.length,
    running: [...running].map((id) => about(id).title),
  }));
  const outcomes = await runGraph(tasks, clock, signal, {
    started(id) {
      running.add(id);
      startedAtMs.set(id, clock.now());
      context.emit({ code: "step/start", ...about(id) });
    },
    ended(outcome) {
      running.delete(outcome.id);
      const { id } = outcome;
      if (outcome.state === "done") {
        done += 1;
        nodes.done(byId.get(id) as Step);
        context.emit({ code: "step/done", ...about(id), milliseconds: outcome.endedAtMs - outcome.startedAtMs });
      } else if (outcome.state === "failed") {
        if (isExpired(outcome.error)) expired.abort(outcome.error);
        context.emit({ code: "step/failed", ...about(id), reason: messageOf(outcome.error) });
      } else if (outcome.state === "waiting") {
        context.emit({ code: "step/put-off", ...about(id), reason: outcome.because });
      } else if (outcome.state === "stopped") {
        context.emit({ code: "step/stopped", ...about(id) });
      } else {
        // Of a run that was stopped, all that it did not come to would be told here: its result says how many.
        const because = byId.get(outcome.because)?.title;
        if (because !== undefined) context.emit({ code: "step/skipped", id, title: about(id).title, reason: because });
      }
    },
  });
  heart.abort();

  const steps = outcomes.map((outcome) => ({ step: byId.get(outcome.id) as Step, outcome }));
  const result = resultOf(outcomes, context.signal);
  const trouble = expired.signal.aborted ? expiredFinding(expired.signal.reason) : stopFinding(context.signal);
  return { result, steps, nodes: nodes.all(), ...(trouble === undefined ? {} : { trouble }) };
}

/** Credentials that were good when the run began. */
export function expiredFinding(error: unknown): Finding {
  return {
    level: "error",
    code: "account/credentials-expired",
    message: `the credentials expired while the run went on (${messageOf(error)})`,
    fix: "run it again with new ones; it goes on from where it is. Roles given in the CloudAccount are renewed by themselves",
  };
}

/** Why the run was told to stop, if it was. */
function stopFinding(signal: AbortSignal): Finding | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof LeaseLost ? lostFinding(signal.reason) : stoppedFinding(signal.reason);
}

/** A run that was told to stop, and by what: a signal's name or its own time limit are the reason's message. */
export function stoppedFinding(reason: unknown): Finding {
  return {
    level: "warning",
    code: "run/stopped",
    message: `the run was ${messageOf(reason)}; nothing more was started`,
    fix: "run the same again; it goes on from where it is",
  };
}

function resultOf(outcomes: readonly Outcome[], signal: AbortSignal): ApplyResult["result"] {
  if (outcomes.every((outcome) => outcome.state === "done")) return "done";
  if (outcomes.every(({ state, ...rest }) => state === "done" || state === "waiting" || "waits" in rest))
    return "waiting";
  return signal.aborted ? "stopped" : "failed";
}

/** Tells every half minute that the run is alive, until it is aborted. */
function beat(run: Run, event: () => Event): AbortController {
  const heart = new AbortController();
  const loop = async (): Promise<void> => {
    for (;;) {
      await run.aws.clock.sleep(HEARTBEAT_MS, heart.signal);
      run.emit(event());
    }
  };
  loop().catch(() => {}); // ends by being aborted
  return heart;
}

function perform(run: Run, step: Step): Promise<void> {
  const { work } = step;
  const waiting = (detail: string): void => run.emit({ code: "step/waiting", id: step.id, title: step.title, detail });
  switch (work.do) {
    case "create":
      return createStep(run, work.wanted);
    case "update":
      return updateStep(run, work.wanted, work.live, work.fields, work.tags, work.untag);
    case "settle":
      return settleStep(run, work.kind, work.id, waiting);
    case "remove":
      return removeStep(run, work.live, waiting);
    case "write":
      return writeStep(run, work.record);
    case "launch":
      return launchStep(run, { ...work, id: step.id }, waiting);
    case "register":
      return registerStep(run, work.instanceIds);
    case "ready":
      return readyStep(run, work, waiting);
    case "leave":
      return leaveStep(run, work.node, work.atOnce, work.drainTimeoutMs, waiting);
    case "recall":
      return recallStep(run, work.nodes);
    case "snapshot":
      return snapshotStep(run, waiting);
    case "tag-nodes":
      return tagNodesStep(run, work.nodes, work.tags, work.untag);
    case "terminate":
      return terminateStep(run, work.nodes, waiting);
  }
}
