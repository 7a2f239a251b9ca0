import { CONTROL_PLANE } from "../config/cluster.ts";
import { formatDuration } from "../core/durations.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { TAG } from "../resources/tags.ts";

/** A node that was launched so long ago and has never been ready will not be. */
const NEVER_READY_MS = 30 * 60_000;
/** A node that is not ready any more for so long is given up; Cluster API's MachineHealthChecks advise 5 to 15 minutes. */
const UNREADY_MS = 10 * 60_000;
/** More than this share of a pool at once is no matter of single nodes: replacing them would not help. */
const UNREADY_SHARE = 0.4;

/** Why nodes of a pool are of no use any more, by their instance ids, in words for people. */
export type Losses = ReadonlyMap<string, string>;

/** What is found of a pool's nodes besides those that are lost. */
export interface Condition {
  lost: Losses;
  /** Unready, and left alone, because too many are: why. */
  left?: string;
}

/** Whether a node does its work, and goes on doing it. */
export function isAvailable(node: LiveNode): boolean {
  return node.state === "running" && node.phase.name === "ready" && node.tags[TAG.leave] === undefined;
}

/** Finds the nodes of one pool that are of no use any more. `nowMs` is when they were looked at. */
export function conditionOf(pool: string, nodes: readonly LiveNode[], nowMs: number): Condition {
  const gone = lossesOf(nodes, (node) => goneFor(node, nowMs));
  const unready = lossesOf(nodes, (node) => unreadyFor(node, nowMs));
  const lost = new Map([...gone, ...unready]);
  if (lost.size === 0) return { lost };
  if (pool === CONTROL_PLANE) return controlPlaneCondition(nodes, lost);
  const most = Math.max(1, Math.floor(nodes.length * UNREADY_SHARE));
  if (unready.size <= most) return { lost };
  return {
    lost: gone,
    left: `${unready.size} of ${nodes.length} nodes of ${pool} are not ready any more: that many at once have a cause that replacing them would not cure`,
  };
}

/**
 * A node of the control plane whose disk may be one of the few that the cluster is kept on is given up only while the
 * others are a majority of etcd. What has left is no member any more, and what runs and was never ready is not terminated
 * as it is: the agent asks etcd first.
 */
function controlPlaneCondition(nodes: readonly LiveNode[], lost: Losses): Condition {
  if (nodes.every(hasNeverJoined)) return { lost };
  const members = nodes.filter((node) => !hasLeft(node) && !hasNeverJoined(node));
  const serving = members.filter((node) => servesEtcd(node) && !lost.has(node.instanceId)).length;
  if (serving > members.length / 2) return { lost };
  const isHarmless = (node: LiveNode): boolean =>
    hasLeft(node) || (node.state === "running" && node.phase.name !== "unready");
  const given = nodes.filter((node) => serving > 0 && isHarmless(node) && lost.has(node.instanceId));
  const kept = [...lost].find(([instanceId]) => !given.some((node) => node.instanceId === instanceId));
  const harmless = new Map(given.map(({ instanceId }) => [instanceId, lost.get(instanceId) ?? ""]));
  if (kept === undefined) return { lost: harmless };
  const [instanceId, why] = kept;
  return {
    lost: harmless,
    left: `${instanceId} of the control plane ${why}, and only ${serving} of ${members.length} control-plane nodes are ready: etcd would lose what it has left`,
  };
}

/** Whether it was asked by Slipway or, a spot instance, by EC2: of others it is not believed. */
function hasLeft({ phase, tags, market }: LiveNode): boolean {
  return phase.name === "left" && (tags[TAG.leave] !== undefined || market === "spot");
}

/** Also one that was asked to leave is a member until it has left. */
function servesEtcd({ state, phase, tags }: LiveNode): boolean {
  const isAsked = tags[TAG.leave] !== undefined;
  return (
    state === "running" && (phase.name === "ready" || phase.name === "draining" || (isAsked && phase.name === "error"))
  );
}

/**
 * Whether a node that is of no use, or too many, is terminated as it is. A control-plane node that runs may join at any
 * moment, and a member of etcd that is terminated counts against the others: the agent takes it out, as long as one works.
 */
export function goesAtOnce(node: LiveNode, isLost: boolean, hasAgent: boolean): boolean {
  if (node.role !== CONTROL_PLANE) return isLost || hasNeverJoined(node);
  if (!hasAgent) return isLost || hasNeverJoined(node);
  return isLost && (node.state !== "running" || hasLeft(node) || node.phase.name === "unready");
}

function lossesOf(nodes: readonly LiveNode[], why: (node: LiveNode) => string | undefined): Map<string, string> {
  return new Map(
    nodes.flatMap((node): [string, string][] => {
      const reason = why(node);
      return reason === undefined ? [] : [[node.instanceId, reason]];
    }),
  );
}

function goneFor(node: LiveNode, nowMs: number): string | undefined {
  if (node.state === "stopped" || node.state === "stopping") return "was stopped";
  if (hasLeft(node)) return "has left the cluster";
  const ageMs = nowMs - node.launchedAtMs;
  const wasReady = node.phase.name === "ready" || node.phase.name === "unready" || node.phase.name === "draining";
  if (wasReady || node.tags[TAG.leave] !== undefined || ageMs < NEVER_READY_MS) return undefined;
  return `was launched ${formatDuration(ageMs)} ago and has never been ready`;
}

function unreadyFor(node: LiveNode, nowMs: number): string | undefined {
  if (node.phase.name !== "unready") return undefined;
  const since = Date.parse(/since (\S+)/.exec(node.phase.detail)?.[1] ?? "");
  const forMs = nowMs - since;
  return forMs >= UNREADY_MS ? `has not been ready for ${formatDuration(forMs)}` : undefined;
}

/**
 * Whether Kubernetes can't know it yet: nothing runs on it, and nobody needs to take it out. An error of a node that was
 * asked to leave is one of its drain: pods are on it.
 */
function hasNeverJoined({ phase, role, tags }: LiveNode): boolean {
  switch (phase.name) {
    case undefined:
    case "packages":
    case "waiting":
      return true;
    case "init":
    case "join":
    case "error":
      return role !== CONTROL_PLANE && tags[TAG.leave] === undefined;
    default:
      return false;
  }
}
