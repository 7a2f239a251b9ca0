import type { Finding } from "./findings.ts";

/**
 * What a run tells while it goes on. Codes are stable and only ever added to; renderers turn them into log groups, a
 * terminal view or a comment. Texts that come from AWS or from nodes are data here: escaping is the renderers' work.
 */
export type Event =
  /** A command begins on a cluster. */
  | { code: "cluster/start"; command: string; cluster: string; region: string }
  | { code: "cluster/end"; cluster: string; result: string }
  /** What AWS has was read. */
  | { code: "survey/done"; cluster: string; resources: number; nodes: number }
  | { code: "finding"; cluster: string; finding: Finding }
  /** Somebody has the lease; it is watched for so long whether they are alive. */
  | { code: "lease/held"; by: string; since: string; waitMs: number }
  /** Somebody has given the lease back unfinished; AWS is given so long to list what they made last. */
  | { code: "lease/unfinished"; by: string; since: string; waitMs: number }
  /** An earlier run did not come to its end; this one goes on from what it left. */
  | { code: "run/resumes"; cluster: string; by: string; since: string; inFlight: readonly string[] }
  /** The run was told to stop; `reason` says by what. */
  | { code: "run/stopping"; reason: string }
  /** A launch that an earlier run had begun was seen through. */
  | { code: "launch/replayed"; pool: string; zone: string; instanceIds: readonly string[] }
  /** So many steps are about to be done. */
  | { code: "apply/start"; cluster: string; steps: number }
  | { code: "step/start"; id: string; title: string; action: StepAction }
  /** What a running step waits for. */
  | { code: "step/waiting"; id: string; title: string; detail: string }
  | { code: "step/done"; id: string; title: string; action: StepAction; milliseconds: number }
  | { code: "step/failed"; id: string; title: string; action: StepAction; reason: string }
  /** The run was stopped while the step was at work; what it began may go on in AWS. */
  | { code: "step/stopped"; id: string; title: string; action: StepAction }
  /** A step that can't be done for now: AWS has no capacity, or a price is too high. A later run does it. */
  | { code: "step/put-off"; id: string; title: string; action: StepAction; reason: string }
  /** A step that could not start, because one that it needs failed. */
  | { code: "step/skipped"; id: string; title: string; reason: string }
  | { code: "node/launched"; instanceId: string; pool: string; zone: string }
  | { code: "node/removed"; instanceId: string; pool: string; zone: string }
  | { code: "node/phase"; instanceId: string; pool: string; zone: string; phase: string; detail: string }
  /** How far a pool has come: at the beginning, and whenever one of its nodes is ready or gone. */
  | ({ code: "pool/progress" } & PoolProgress)
  /** Every half minute: still alive, and at work on this. */
  | { code: "heartbeat"; done: number; steps: number; running: readonly string[] };

/** How many of the nodes that a run adds to a pool are ready, and how many of those that it removes are gone. */
export interface PoolProgress {
  pool: string;
  added: number;
  toAdd: number;
  removed: number;
  toRemove: number;
}

/** What a step does, in one word for people. A request is the first half of a creation; its other half tells of both. */
export type StepAction = "request" | "create" | "update" | "delete" | "wait" | "launch" | "remove" | "terminate";

/** Takes events. It must not throw, and nobody waits for it. */
export type Emit = (event: Event) => void;
