import type { Emit, Event, PoolProgress } from "../core/events.ts";
import type { Step } from "../plan/change.ts";

/**
 * Counts the nodes that a run adds and removes, pool by pool, by what it tells, and tells of each change in its turn. A node
 * counts as added when it is ready, and as removed when its instance is gone.
 */
export class NodeCounts {
  readonly #pools = new Map<string, PoolProgress>();
  /** Nodes that are waited for to be ready: others, that are on their way out, say that they are ready too. */
  readonly #awaited = new Set<string>();
  readonly #emit: Emit;

  constructor(steps: readonly Step[], emit: Emit) {
    this.#emit = emit;
    for (const { work } of steps) {
      if (work.do === "launch") this.#of(work.pool.name).toAdd += work.count;
      else if (work.do === "leave") this.#of(work.node.pool).toRemove += 1;
      else if (work.do === "terminate") for (const { pool } of work.nodes) this.#of(pool).toRemove += 1;
      else if (work.do === "ready") {
        for (const { instanceId } of work.nodes) this.#awaited.add(instanceId);
        if (work.nodes.length > 0) this.#of(work.pool).toAdd += work.nodes.length;
      }
    }
  }

  /** Tells what lies ahead. */
  begin(): void {
    for (const progress of this.all()) this.#emit({ code: "pool/progress", ...progress });
  }

  /** Passes an event on. */
  emit(event: Event): void {
    this.#emit(event);
    if (event.code === "node/launched") this.#awaited.add(event.instanceId);
    else if (event.code === "node/removed") this.#count(event.pool, "removed", 1);
    else if (event.code === "node/phase" && event.phase === "ready" && this.#awaited.delete(event.instanceId)) {
      this.#count(event.pool, "added", 1);
    }
  }

  /** Of a cluster that is being deleted nodes go together. */
  done({ work }: Step): void {
    if (work.do !== "terminate") return;
    for (const [pool, nodes] of Map.groupBy(work.nodes, (node) => node.pool)) {
      this.#count(pool, "removed", nodes.length);
    }
  }

  all(): PoolProgress[] {
    return [...this.#pools.values()].map((progress) => ({ ...progress }));
  }

  #of(pool: string): PoolProgress {
    const known = this.#pools.get(pool) ?? { pool, added: 0, toAdd: 0, removed: 0, toRemove: 0 };
    this.#pools.set(pool, known);
    return known;
  }

  #count(pool: string, what: "added" | "removed", n: number): void {
    const progress = this.#of(pool);
    progress[what] += n;
    this.#emit({ code: "pool/progress", ...progress });
  }
}
