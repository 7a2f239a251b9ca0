import type { WantedPool } from "../blueprint/blueprint.ts";
import { CONTROL_PLANE } from "../config/cluster.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import type { Work } from "./change.ts";
import type { Launch, PoolVerdict, Removal } from "./pool-verdicts.ts";
import { type Order, orderOf } from "./rollout.ts";
import { titleOf } from "./titles.ts";

/** A step of a pool, with those of its needs that follow from the pool itself. */
export interface PoolStep {
  id: string;
  title: string;
  work: Work;
  needs: string[];
  after: string[];
  group?: string;
  /** The id of the pool's change that it is a part of. */
  pool: string;
}

/** Rolls stand or fall together: what fails on one pool would fail on the next. */
export const ROLL = "roll";

/** The step in which etcd is saved, before a control-plane node is replaced. */
const SNAPSHOT = "snapshot";

/** What the steps of one pool follow from. */
interface Frame {
  verdict: PoolVerdict;
  order: Order;
  /** A control plane grows one by one once it lives; the first nodes of a cluster sort out among themselves who begins. */
  isOneByOne: boolean;
  /** The launches that nothing of the pool comes before: they are one call a zone. */
  batched: ReadonlySet<Launch>;
  /** The step after which the n-th node, of those that start already and those that are launched, is ready. */
  readies: readonly string[];
  /** The step after which the first new node of a roll is known to work; undefined: one is, or nothing is rolled. */
  canary: string | undefined;
  /** That of a roll. Of one that is gone on with, what replaces the last old node may have been launched already. */
  group: { group?: string };
  /** The step in which etcd is saved, where a node goes that may be a member. */
  snapshot: readonly string[];
  /** The steps in which control-plane nodes go that are lost: their members count against whoever joins. */
  lost: readonly string[];
}

function frameOf(verdict: PoolVerdict): Frame {
  const { name, launches, removals, starting, isAlive, isProven } = verdict;
  const order = orderOf(verdict);
  const isControlPlane = name === CONTROL_PLANE;
  const isOneByOne = isControlPlane && isAlive;
  const batched = new Set(
    launches.filter(
      ({ replaces }, index) => replaces === undefined && !isOneByOne && order.removalsBeforeLaunch(index + 1) === 0,
    ),
  );
  const launched = launches.map(
    (launch, index) => `ready ${batched.has(launch) ? placeOf(name, launch) : singleId(name, launch, index + 1)}`,
  );
  const lost = removals.filter(({ kind }) => isControlPlane && kind === "lost");
  return {
    verdict,
    order,
    isOneByOne,
    batched,
    readies: [...starting.map((node) => `ready ${placeOf(name, node)}`), ...launched],
    canary: isProven ? undefined : launched[launches.findIndex(({ replaces }) => replaces !== undefined)],
    group: removals.some(({ kind }) => kind === "outdated") ? { group: ROLL } : {},
    snapshot: isControlPlane && removals.some(({ atOnce }) => !atOnce) ? [SNAPSHOT] : [],
    lost: lost.map(({ node }) => removalId(node)),
  };
}

/** The steps of one pool, as it is to be by itself; what waits for other pools is added to them. */
export function stepsOfPool(verdict: PoolVerdict): PoolStep[] {
  const frame = frameOf(verdict);
  const steps = [
    ...recallSteps(frame),
    ...snapshotSteps(frame),
    ...batchSteps(frame),
    ...singleSteps(frame),
    ...goneSteps(frame),
    ...removalSteps(frame),
  ];
  holdBack(steps, verdict.removals, frame.canary);
  return steps;
}

/** `pool/default/us-east-1a`: the id of a pool's nodes in one zone. */
function placeOf(pool: string, { zone }: { zone: string }): string {
  return `pool/${pool}/${zone}`;
}

/** The id of the k-th launch of a pool, where it is one of its own. */
function singleId(pool: string, launch: Launch, k: number): string {
  return `${placeOf(pool, launch)} +${k}`;
}

function removalId({ instanceId }: LiveNode): string {
  return `remove node ${instanceId}`;
}

function recallId(pool: string): string {
  return `recall pool/${pool}`;
}

function goneId(pool: string): string {
  return `gone pool/${pool}`;
}

function recallSteps({ verdict: { name, recalled } }: Frame): PoolStep[] {
  if (recalled.length === 0) return [];
  const work: Work = { do: "recall", nodes: recalled };
  return [stepOf(name, recallId(name), `nodes of ${name} that stay`, work)];
}

function snapshotSteps({ verdict, snapshot, group }: Frame): PoolStep[] {
  return snapshot.map((id) => stepOf(verdict.name, id, "snapshot of etcd", { do: "snapshot" }, group));
}

/** Zone by zone, what starts already and what is launched at once. */
function batchSteps({ verdict, batched, lost, isOneByOne }: Frame): PoolStep[] {
  const { name, pool, starting } = verdict;
  const recalled = new Set(verdict.recalled);
  const zones = new Set([...starting, ...batched].map(({ zone }) => zone));
  return [...zones].flatMap((zone) => {
    const batch = [...batched].filter((launch) => launch.zone === zone);
    const nodes = starting.filter((node) => node.zone === zone);
    const id = placeOf(name, { zone });
    const launches =
      pool === undefined || batch.length === 0
        ? []
        : [stepOf(name, `launch ${id}`, titleOf(id), launchWork(pool, zone, batch), { needs: [...lost] })];
    const [launch] = launches.map((step) => step.id);
    const needs = [
      ...(launch === undefined ? [] : [launch]),
      ...(nodes.some((node) => recalled.has(node)) ? [recallId(name)] : []),
    ];
    const work = readyWork(name, zone, nodes, launch, isOneByOne);
    return [...launches, stepOf(name, `ready ${id}`, titleOf(id), work, { needs })];
  });
}

/** One by one, what waits for something of the pool, or takes another node's place. */
function singleSteps(frame: Frame): PoolStep[] {
  const { verdict, order, isOneByOne, batched, canary, readies, snapshot } = frame;
  const { name, pool, launches, removals, starting } = verdict;
  if (pool === undefined) return [];
  return launches.flatMap((launch, index) => {
    if (batched.has(launch)) return [];
    const { zone, replaces } = launch;
    const id = singleId(name, launch, index + 1);
    const place = titleOf(placeOf(name, launch));
    const title = replaces === undefined ? place : `new node of ${name} in ${zone} for ${replaces.instanceId}`;
    const group = replaces === undefined ? {} : frame.group;
    const previous = isOneByOne ? readies[starting.length + index - 1] : undefined;
    const before = removals[order.removalsBeforeLaunch(index + 1) - 1];
    const needs = [
      ...(before === undefined ? [] : [removalId(before.node)]),
      ...(replaces === undefined || canary === undefined || canary === `ready ${id}` ? [] : [canary]),
      ...(previous === undefined ? [] : [previous]),
      ...frame.lost,
      ...(replaces === undefined ? [] : snapshot),
    ];
    const work = readyWork(name, zone, [], `launch ${id}`, isOneByOne);
    return [
      stepOf(name, `launch ${id}`, title, launchWork(pool, zone, [launch]), { ...group, needs }),
      stepOf(name, `ready ${id}`, title, work, { ...group, needs: [`launch ${id}`] }),
    ];
  });
}

/** Waits for nodes that an earlier run has left shutting down, where others may not go before. */
function goneSteps({ verdict: { name, going, removals }, order }: Frame): PoolStep[] {
  if (!removals.some((_removal, index) => order.waitsForGoing(index + 1))) return [];
  return [stepOf(name, goneId(name), `nodes of ${name} that are shutting down`, { do: "terminate", nodes: going })];
}

function removalSteps({ verdict, order, readies, snapshot, group }: Frame): PoolStep[] {
  const { name, removals, rollout } = verdict;
  return removals.map(({ node, kind, atOnce }, index) => {
    const ready = readies[order.readiesBeforeRemoval(index + 1) - 1];
    const before = removals[order.removalsBeforeRemoval(index + 1) - 1];
    const needs = [
      ...(ready === undefined ? [] : [ready]),
      ...(before === undefined ? [] : [removalId(before.node)]),
      ...(order.waitsForGoing(index + 1) ? [goneId(name)] : []),
      ...(atOnce ? [] : snapshot),
    ];
    const work: Work = { do: "leave", node, atOnce, drainTimeoutMs: rollout.drainTimeoutMs };
    const title = `${node.instanceId} of ${name} in ${node.zone}`;
    return stepOf(name, removalId(node), title, work, { ...(kind === "outdated" ? group : {}), needs });
  });
}

/** Until the first new node works, no more old ones go than the new one needs. */
function holdBack(steps: readonly PoolStep[], removals: readonly Removal[], canary: string | undefined): void {
  if (canary === undefined) return;
  const before = predecessors(steps, canary);
  const held = removals.filter(({ kind, atOnce }) => kind === "outdated" && !atOnce);
  const ids = new Set(held.map(({ node }) => removalId(node)));
  for (const step of steps) if (ids.has(step.id) && !before.has(step.id)) step.needs.push(canary);
}

function predecessors(steps: readonly PoolStep[], id: string): Set<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const found = new Set<string>();
  const visit = (one: string): void => {
    if (found.has(one)) return;
    found.add(one);
    for (const need of byId.get(one)?.needs ?? []) visit(need);
  };
  visit(id);
  return found;
}

function launchWork(pool: WantedPool, zone: string, launches: readonly Launch[]): Work {
  const elsewhere = launches.filter(({ mayGoElsewhere }) => mayGoElsewhere).length;
  return { do: "launch", pool, zone, count: launches.length, elsewhere };
}

function readyWork(
  pool: string,
  zone: string,
  nodes: readonly LiveNode[],
  launch: string | undefined,
  inService: boolean,
): Work {
  return { do: "ready", pool, zone, nodes, ...(launch === undefined ? {} : { launch }), inService };
}

function stepOf(pool: string, id: string, title: string, work: Work, more: Partial<PoolStep> = {}): PoolStep {
  return { id, title, work, needs: [], after: [], pool, ...more };
}
