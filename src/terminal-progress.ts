import type { Emit } from "./core/events.ts";
import { LiveView } from "./report/live-view.ts";
import { progressLine } from "./report/progress.ts";
import type { Paint } from "./report/terminal.ts";

/** Where progress is written; a process's stderr is one. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const FRAME_MS = 100;

/**
 * Shows a run on a stream: live on a terminal, else a line for each thing that happened. `now` is the clock that the
 * shown times are of. `end` must be called, whatever becomes of the run.
 */
export function showProgress(stream: ProgressStream, now: () => number, paint: Paint): { emit: Emit; end(): void } {
  const startedAtMs = now();
  if (stream.isTTY !== true) {
    return {
      emit: (event) => {
        const line = progressLine(event, now() - startedAtMs, paint);
        if (line !== undefined) stream.write(`${line}\n`);
      },
      end: () => {},
    };
  }
  const view = new LiveView({ write: (text) => stream.write(text), columns: () => stream.columns ?? 80, now, paint });
  const timer = setInterval(() => view.tick(), FRAME_MS);
  return {
    emit: (event) => view.handle(event),
    end: () => {
      clearInterval(timer);
      view.end();
    },
  };
}
