import type { Event } from "../core/events.ts";
import { count } from "../core/words.ts";
import { plain, short } from "./plain.ts";

/**
 * The title of the group of log lines that begins with an event; undefined: the line belongs to the group that is open. A
 * log knows no group within a group, so that each begins where the one before it ends.
 */
export function groupTitle(event: Event): string | undefined {
  switch (event.code) {
    case "cluster/start":
      return `${event.command} ${name(event.cluster)} in ${name(event.region)}: what AWS has`;
    case "apply/start":
      return event.steps === 0 ? undefined : `${name(event.cluster)}: ${count(event.steps, "step")}`;
    case "cluster/end":
      return `${name(event.cluster)}: ${name(event.result)}`;
    case "run/stopping":
      return "stopping";
    default:
      return undefined;
  }
}

const name = (text: string): string => short(plain(text), 80);
