import { NodeTrouble } from "../apply/node-trouble.ts";
import type {
  ClusterStatus,
  Matrix,
  PackValues,
  ReportedCluster,
  ReportedResult,
  Result,
} from "../commands/results.ts";
import { messageOf } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { inCents, perMonth, shortPrice, sum } from "../core/money.ts";
import { count, listed } from "../core/words.ts";
import type { CapacityRow } from "../plan/capacity.ts";
import type { Change } from "../plan/change.ts";
import type { Cost } from "../plan/cost.ts";
import { VOLUMES_KEPT } from "../plan/others.ts";
import type { PackDiff } from "../plan/pack-diff.ts";
import type { Topology } from "../plan/topology.ts";
import type { Rehearsed } from "../rehearse/rehearsal.ts";
import { nodesInAll } from "./node-counts.ts";
import { readyNodes } from "./pool-texts.ts";

/**
 * A report is a list of blocks, the one that matters most first. Renderers draw each in their medium, and one that is
 * short of room leaves out from the end.
 */
export type Block =
  | { block: "verdict"; result: Verdict; title: string; description: string; text: string }
  | { block: "findings"; findings: readonly Finding[] }
  | { block: "failures"; failures: readonly Failure[] }
  | { block: "topology"; cluster: string; region: string; topology: Topology }
  | { block: "rehearsal"; rehearsal: Rehearsed }
  | { block: "changes"; groups: readonly ChangeGroup[] }
  | { block: "cost"; cost: Cost }
  | { block: "capacity"; rows: readonly CapacityRow[] }
  | { block: "packs"; packs: PackDiff }
  | { block: "status"; status: ClusterStatus }
  | { block: "values"; packs: readonly PackValues[] }
  | { block: "under-way"; steps: readonly { title: string; detail: string; forMs: number }[] }
  | { block: "recent"; lines: readonly string[] };

/** A command's result, or that it was killed before it had one. */
export type Verdict = Result | "killed";

export interface Failure {
  title: string;
  reason: string;
  fix?: string;
  /** The last lines of a node's log. They come from the node. */
  log: readonly string[];
}

export interface ChangeGroup {
  title: string;
  changes: readonly Change[];
}

/** The blocks of what a command did, cluster by cluster. */
export function blocksOf(result: ReportedResult): Block[] {
  const blocks: Block[] = [];
  if (result.clusters.length === 0)
    blocks.push({
      block: "verdict",
      result: result.result,
      title: result.command,
      description: "",
      text: overallText(result),
    });
  if (result.findings.length > 0) blocks.push({ block: "findings", findings: result.findings });
  for (const cluster of result.clusters) blocks.push(...clusterBlocks(result.command, cluster));
  return blocks;
}

function clusterBlocks(command: string, cluster: ReportedCluster): Block[] {
  const { plan, findings, steps } = cluster;
  const blocks: Block[] = [
    {
      block: "verdict",
      result: cluster.result,
      title: `${command} ${cluster.name}`,
      description: cluster.description,
      text: verdictText(cluster),
    },
  ];
  if (findings.length > 0) blocks.push({ block: "findings", findings });
  const failures = failuresOf(steps);
  if (failures.length > 0) blocks.push({ block: "failures", failures });
  // After an apply the steps have told what was done; the list of changes is for before.
  const shows = plan !== undefined && plan.changes.length > 0 && (steps === undefined || failures.length > 0);
  const { rehearsal } = cluster;
  if (rehearsal !== undefined && rehearsal.verdict !== "unknown" && steps === undefined) {
    blocks.push({ block: "rehearsal", rehearsal });
  }
  if (plan?.topology !== undefined && (shows || cluster.result === "no-changes")) {
    blocks.push({ block: "topology", cluster: cluster.name, region: cluster.region, topology: plan.topology });
  }
  if (shows) blocks.push({ block: "changes", groups: groupsOf(plan.changes) });
  // What it would cost and take is for before, too.
  const isBefore = steps === undefined && (shows || cluster.result === "no-changes");
  if (isBefore && plan?.cost !== undefined) blocks.push({ block: "cost", cost: plan.cost });
  if (isBefore && (plan?.capacity ?? []).length > 0) blocks.push({ block: "capacity", rows: plan?.capacity ?? [] });
  if (plan?.packs !== undefined && steps === undefined) blocks.push({ block: "packs", packs: plan.packs });
  if (cluster.values !== undefined) blocks.push({ block: "values", packs: cluster.values.packs });
  if (cluster.status !== undefined) blocks.push({ block: "status", status: cluster.status });
  return blocks;
}

function failuresOf(steps: ReportedCluster["steps"]): Failure[] {
  return (steps ?? []).flatMap(({ step: { title }, outcome }) => {
    if (outcome.state !== "failed") return [];
    const { error } = outcome;
    const more = error instanceof NodeTrouble ? { fix: error.fix, log: error.log } : { log: [] };
    return [{ title, reason: messageOf(error), ...more }];
  });
}

const GROUPS: readonly { title: string; kinds: readonly string[] }[] = [
  {
    title: "Network",
    kinds: ["vpc", "subnet", "internet-gateway", "elastic-ip", "nat-gateway", "route-table", "route", "vpc-endpoint"],
  },
  { title: "Access", kinds: ["security-group", "security-group-rules", "bastion"] },
  { title: "Load balancer", kinds: ["load-balancer", "target-group", "listener"] },
  { title: "Identity", kinds: ["role", "instance-profile", "pki"] },
  { title: "Kubernetes", kinds: ["agent", "packs", "labels"] },
  { title: "Nodes", kinds: ["pool", "tags"] },
];
const GROUPED = new Set(GROUPS.flatMap(({ kinds }) => kinds));

/** Changes in the order in which people think of a cluster. */
export function groupsOf(changes: readonly Change[]): ChangeGroup[] {
  const kindOf = ({ id }: Change): string => id.split("/")[0] ?? "";
  const groups = GROUPS.map(({ title, kinds }) => ({
    title,
    changes: changes.filter((change) => kinds.includes(kindOf(change))),
  }));
  // Nobody approves what is not shown: a kind that nobody thought of is shown all the same.
  const others = { title: "Other", changes: changes.filter((change) => !GROUPED.has(kindOf(change))) };
  return [...groups, others].filter((group) => group.changes.length > 0);
}

/** Beside a change's title: what will be made, or why something else happens to it. */
export function detailOf(change: Change): string {
  if (change.action === "create" || change.action === "scale") return change.summary;
  return change.action === "delete" && change.destructive ? "" : change.why;
}

/** So many nodes are named one by one. */
const MOST_NODES = 12;

/** The nodes that go, in their order, and why: `i-0abc in us-east-1a is replaced: m6i.large → m6i.xlarge`. */
export function nodeTexts({ nodes = [] }: Change): string[] {
  const texts = nodes
    .slice(0, MOST_NODES)
    .map(
      ({ instanceId, zone, why, isReplaced }) =>
        `${instanceId} in ${zone} ${isReplaced ? "is replaced" : "goes"}${why === "" ? "" : `: ${why}`}`,
    );
  return nodes.length > MOST_NODES ? [...texts, `and ${nodes.length - MOST_NODES} more`] : texts;
}

/** Whether a change's fields tell more than its detail. */
export function showsFields(change: Change): boolean {
  return change.action === "update" || change.action === "replace" || change.action === "roll";
}

function overallText(result: ReportedResult): string {
  const errors = result.findings.filter((finding) => finding.level === "error").length;
  if (result.result === "invalid") return `${count(errors, "error")} in the files; nothing was asked of AWS`;
  if (result.result === "stopped") return "nothing was begun";
  if (result.matrix !== undefined) return touchedText(result.matrix);
  if (result.untouched !== undefined && result.untouched.length > 0)
    return `no cluster is touched; ${count(result.untouched.length, "cluster")} left alone`;
  return result.result === "valid" ? "the files are valid" : "there are no clusters";
}

function touchedText({ include }: Matrix): string {
  const names = include.flatMap(({ cluster }) => cluster.split(","));
  return names.length === 0 ? "no cluster is touched" : `${count(names.length, "cluster")} touched: ${listed(names)}`;
}

function verdictText(cluster: ReportedCluster): string {
  const { plan, steps } = cluster;
  const nodes = nodesInAll(cluster.nodes ?? []);
  const counts = nodes === "" ? "" : `; ${nodes}`;
  switch (cluster.result) {
    case "no-changes":
      return "AWS is as the file says";
    case "planned":
      return countChanges(plan?.changes ?? []);
    case "blocked":
      return "nothing was changed";
    case "applied":
    case "resumed":
      return `AWS is now as the file says: ${countChanges(plan?.changes ?? [])}${counts}`;
    case "waiting":
      return `done as far as it goes; some nodes wait for capacity or their price${counts}`;
    case "drifted":
      return `something differs from what was last applied, and was left as it is${counts}`;
    case "destroyed": {
      const left = cluster.findings.some(({ code }) => code === VOLUMES_KEPT)
        ? "nothing is left but volumes of claims"
        : "there is nothing left";
      return steps === undefined ? left : `${count(plan?.changes.length ?? 0, "thing")} deleted; ${left}`;
    }
    case "failed":
    case "stopped": {
      if (steps === undefined) return "it came to none of its steps; run it again";
      const done = steps.filter(({ outcome }) => outcome.state === "done").length;
      return `${done} of ${count(steps.length, "step")} done${counts}; run it again and it goes on from there`;
    }
    case "issued":
      return "an administrator's certificate was issued";
    case "unlocked":
      return "the next run may start at once";
    case "shown":
      return cluster.status === undefined ? (cluster.values?.profile ?? "") : statusText(cluster.status);
    default:
      return "";
  }
}

function statusText({ pools, resources, costs }: ClusterStatus): string {
  const nodes = pools.flatMap((pool) => pool.nodes);
  const wanted = pools.reduce((total, pool) => total + (pool.wanted ?? pool.nodes.length), 0);
  if (resources === 0 && nodes.length === 0) return "AWS has nothing of it";
  const total = hourlyTotal(costs);
  const price = total === undefined ? [] : [`about ${total}`];
  return [`${readyNodes(nodes)} of ${count(wanted, "node")} ready`, count(resources, "resource"), ...price].join(", ");
}

/** `$1.24 an hour, $905.20 a month`; at least that much where some prices are not known. */
export function hourlyTotal(costs: ClusterStatus["costs"]): string | undefined {
  const known = costs.flatMap(({ usdPerHour }) => (usdPerHour === undefined ? [] : [usdPerHour]));
  if (known.length === 0) return undefined;
  const hour = sum(known);
  const least = known.length < costs.length ? "at least " : "";
  return `${least}$${shortPrice(hour)} an hour, $${inCents(perMonth(hour))} a month`;
}

const WORDS: Readonly<Record<Change["action"], string>> = {
  create: "to create",
  update: "to change",
  replace: "to replace",
  delete: "to delete",
  scale: "to scale",
  roll: "to roll",
};

/** `12 to create, 1 to delete`. */
export function countChanges(changes: readonly Change[]): string {
  const parts = (Object.keys(WORDS) as Change["action"][]).flatMap((action) => {
    const n = changes.filter((change) => change.action === action).length;
    return n === 0 ? [] : [`${n} ${WORDS[action]}`];
  });
  return parts.join(", ");
}
