import { formatDuration } from "../core/durations.ts";
import type { Event, StepAction } from "../core/events.ts";
import { count, listed } from "../core/words.ts";
import { isWorthALine, nodeCounts } from "./node-counts.ts";
import { plain } from "./plain.ts";
import { findingText, type Paint } from "./terminal.ts";

const DONE: Readonly<Record<Exclude<StepAction, "request">, string>> = {
  create: "created",
  update: "changed",
  delete: "deleted",
  wait: "ready",
  launch: "launched",
  remove: "removed",
  terminate: "terminated",
};

/**
 * What an event is as a line of a log; undefined for those that only a live view shows. A step is told of when it has
 * ended; what takes long is named by the heartbeat.
 */
export function progressLine(event: Event, elapsedMs: number, paint: Paint): string | undefined {
  const at = paint("dim", formatDuration(elapsedMs).padStart(7));
  switch (event.code) {
    case "cluster/start":
      return `${at}  ${plain(event.command)} ${paint("bold", plain(event.cluster))} in ${plain(event.region)}`;
    case "survey/done":
      return `${at}  AWS has ${count(event.resources, "resource")} and ${count(event.nodes, "node")} of it`;
    case "finding":
      return findingText(event.finding, paint);
    case "lease/held":
      return `${at}  ${plain(event.by)} has been at work on it since ${plain(event.since)}; watching for ${formatDuration(event.waitMs)} whether they still are`;
    case "lease/unfinished":
      return `${at}  ${plain(event.by)}, begun ${plain(event.since)}, has left it unfinished; waiting ${formatDuration(event.waitMs)} until AWS lists what was made last`;
    case "run/resumes": {
      const work =
        event.inFlight.length === 0 ? "" : `, at work on ${listed(event.inFlight.map((title) => plain(title)))}`;
      return `${at}  ${plain(event.by)}, begun ${plain(event.since)}, did not come to its end${work}; this run goes on from there`;
    }
    case "run/stopping":
      return `${at}  ${paint("yellow", "■")} ${plain(event.reason)}: nothing more is started, and what is on its way is soon left`;
    case "launch/replayed":
      return `${at}  ${paint("green", "+")} ${listed(event.instanceIds.map((id) => plain(id)))}, launched by an earlier run for ${plain(event.pool)} in ${plain(event.zone)}`;
    case "apply/start":
      return event.steps === 0 ? undefined : `${at}  ${count(event.steps, "step")}`;
    case "step/done": {
      if (event.action === "request") return undefined;
      const took = event.milliseconds < 1000 ? "" : paint("dim", ` in ${formatDuration(event.milliseconds)}`);
      return `${at}  ${paint("green", "✓")} ${plain(event.title)} ${DONE[event.action]}${took}`;
    }
    case "step/failed":
      return `${at}  ${paint("red", "✗")} ${plain(event.title)}: ${plain(event.reason)}`;
    case "step/stopped":
      return `${at}  ${paint("yellow", "■")} ${plain(event.title)} left as it is`;
    case "step/put-off":
      return `${at}  ${paint("yellow", "…")} ${plain(event.title)}: ${plain(event.reason)}`;
    case "step/skipped":
      return `${at}  ${paint("yellow", "-")} ${plain(event.title)} not started, because of ${plain(event.reason)}`;
    case "node/launched":
      return `${at}  ${paint("green", "+")} ${plain(event.instanceId)} launched for ${plain(event.pool)} in ${plain(event.zone)}`;
    case "node/phase": {
      const detail = event.detail === "" ? "" : `  ${plain(event.detail)}`;
      const colour = event.phase === "ready" ? "green" : event.phase === "error" ? "red" : "cyan";
      return `${at}  ${plain(event.instanceId)} of ${plain(event.pool)} ${paint(colour, plain(event.phase))}${detail}`;
    }
    case "pool/progress":
      return isWorthALine(event) ? `${at}  ${paint("bold", plain(event.pool))}  ${nodeCounts(event)}` : undefined;
    case "heartbeat":
      return `${at}  ${event.done} of ${event.steps} steps done; at work on ${listed(event.running.map((title) => plain(title))) || "nothing"}`;
    default:
      return undefined;
  }
}
