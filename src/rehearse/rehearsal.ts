import type { StepAction } from "../core/events.ts";

/** How a plan went that was carried out on a model of AWS. Times count from the first step; nothing in it is a date. */
export type Rehearsal = Rehearsed | NotRehearsed;

/** It could not be rehearsed; that says nothing about the plan. */
export interface NotRehearsed {
  verdict: "unknown";
  why: string;
}

export interface Rehearsed extends Availability {
  /**
   * converges: afterwards nothing is left to do. waits: nothing but what AWS has no capacity for, or asks too much for.
   * does-not-converge: a step fails, or something is left to do all the same.
   */
  verdict: "converges" | "waits" | "does-not-converge";
  /** Of a rehearsal that does not converge: the step that failed, where one did, and the reason. */
  why?: { step?: string; title?: string; reason: string };
  /** From the first step to the end of the last. */
  makespanMs: number;
  /** The steps in the order in which they began; those that it never came to are not in it. */
  timeline: readonly TimelineStep[];
  /** Ids of the steps that made it take so long, each waiting for the one before. */
  longestChain: readonly string[];
  /** Calls of AWS's API. */
  calls: number;
}

/** How much of the cluster was there while it went on. What the model knows nothing of, workloads above all, is not in it. */
export interface Availability {
  pools: readonly PoolAvailability[];
  /** Absent where no member was alive to begin with. */
  etcd?: { members: number; aliveBefore: number; leastAlive: number };
  /** The API servers behind the load balancer; absent where none was healthy to begin with. */
  targets?: { healthyBefore: number; leastHealthy: number };
  /** For so long the Kubernetes API, which had answered, did not: no healthy target, or etcd without its majority. */
  apiOutageMs: number;
}

export interface PoolAvailability {
  name: string;
  /** As the file has it; 0 for a pool that goes. */
  size: number;
  /** Nodes that are ready and take pods: to begin with, and the fewest at any moment. */
  readyBefore: number;
  leastReady: number;
  /** For so long there were fewer than to begin with, and fewer than its size. */
  shortMs: number;
}

export interface TimelineStep {
  stepId: string;
  title: string;
  action: StepAction;
  startMs: number;
  endMs: number;
  state: "done" | "failed" | "waiting" | "stopped";
}
