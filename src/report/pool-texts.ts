import type { NodeStatus, PoolStatus } from "../commands/results.ts";
import { shortPrice } from "../core/money.ts";
import { count } from "../core/words.ts";

/** `4 of 5 nodes, 4 ready; 2 as the file says, 2 to replace, 1 to add`. */
export function poolText(pool: PoolStatus): string {
  const { wanted = 0, nodes } = pool;
  const more = pool.wanted === undefined ? "" : ` where ${wanted} ${wanted === 1 ? "is" : "are"} wanted`;
  const there =
    nodes.length > wanted ? `${count(nodes.length, "node")}${more}` : `${nodes.length} of ${count(wanted, "node")}`;
  const standing = standingText(pool);
  return `${there}, ${readyNodes(nodes)} ready${standing === "" ? "" : `; ${standing}`}`;
}

/** How a pool stands to its file; empty: that is not known, or there is neither a node nor one wanted. */
function standingText({ current, toAdd = 0, toReplace = 0, toRemove = 0, waiting = 0, nodes }: PoolStatus): string {
  if (current === undefined) return "";
  const open = [
    ...(toReplace > 0 ? [`${toReplace} to replace`] : []),
    ...(toAdd > 0 ? [`${toAdd} to add`] : []),
    ...(toRemove > 0 ? [`${toRemove} to remove`] : []),
    ...(waiting > 0 ? [`${waiting} waiting for the price`] : []),
  ];
  if (nodes.length === 0) return open.join(", ");
  if (current === nodes.length && open.length === 0) return "all as the file says";
  return [`${current} as the file says`, ...open].join(", ");
}

export function readyNodes(nodes: readonly NodeStatus[]): number {
  return nodes.filter(isReady).length;
}

export function isReady({ phase, state }: NodeStatus): boolean {
  return phase === "ready" && state === "running";
}

/** What there is to know of a node that is not as it should be. */
export function nodeNotes(node: NodeStatus): string[] {
  const { detail, leaveBy, goes } = node;
  const what = goes?.isReplaced === true ? "to be replaced" : "to go";
  return [
    ...(isReady(node) || detail === "" ? [] : [detail]),
    ...(leaveBy === undefined ? [] : [`asked to leave by ${leaveBy}`]),
    ...(goes === undefined ? [] : [goes.why === "" ? what : `${what}: ${goes.why}`]),
  ];
}

/** `$0.096/h`; empty: not known. */
export function hourlyPrice({ usdPerHour }: NodeStatus): string {
  return usdPerHour === undefined ? "" : `$${shortPrice(usdPerHour)}/h`;
}
