import type { Event, PoolProgress } from "../core/events.ts";

/** A step that is under way. */
export interface RunningStep {
  title: string;
  sinceMs: number;
  /** What it waits for; empty: it is at work. */
  detail: string;
}

/** How far an apply or a destroy has come, by the events that it told. */
export class Tally {
  steps = 0;
  done = 0;
  readonly running = new Map<string, RunningStep>();
  /** Pools whose nodes come and go, by their names. */
  readonly pools = new Map<string, PoolProgress>();

  handle(event: Event, nowMs: number): void {
    switch (event.code) {
      case "cluster/start":
        this.clear();
        break;
      case "apply/start":
        this.clear();
        this.steps = event.steps;
        break;
      case "step/start":
        this.running.set(event.id, { title: event.title, sinceMs: nowMs, detail: "" });
        break;
      case "step/waiting": {
        const running = this.running.get(event.id);
        if (running !== undefined) running.detail = event.detail;
        break;
      }
      case "step/done":
        this.done += 1;
        this.running.delete(event.id);
        break;
      case "pool/progress": {
        const { code: _code, ...progress } = event;
        this.pools.set(progress.pool, progress);
        break;
      }
      case "step/failed":
      case "step/stopped":
      case "step/put-off":
        this.running.delete(event.id);
        break;
    }
  }

  clear(): void {
    this.steps = 0;
    this.done = 0;
    this.running.clear();
    this.pools.clear();
  }
}
