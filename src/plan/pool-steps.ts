import type { WantedPool } from "../blueprint/blueprint.ts";
import { CONTROL_PLANE } from "../config/cluster.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { TAG } from "../resources/tags.ts";
import type { Work } from "./change.ts";
import type { Launch, PoolVerdict, Removal } from "./pool-verdicts.ts";
import { orderOf } from "./rollout.ts";
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
const ROLL = "roll";

/** The step in which etcd is saved, before a control-plane node is replaced. */
const SNAPSHOT = "snapshot";

/**
 * The steps of all pools. The control plane is rolled first, then one pool after the other in the order of the file; nodes
 * that are only missing are launched at once, but none with a newer kubelet than the API servers will have by then. What
 * no file asks for any more goes when everything else is there to take its pods.
 */
export function poolSteps(verdicts: readonly PoolVerdict[]): PoolStep[] {
  const steps: PoolStep[] = [];
  let rolled: string[] = [];
  let upgraded: string[] = [];
  for (const verdict of verdicts.filter(({ pool }) => pool !== undefined)) {
    const own = stepsOfPool(verdict);
    const rolling = own.filter((step) => step.group === ROLL).map(({ id }) => id);
    for (const step of own) {
      if (step.group === ROLL) step.after.push(...rolled);
      if (step.work.do === "launch") step.needs.push(...upgraded);
    }
    if (rolling.length > 0) rolled = lastOf(own, rolling);
    if (verdict.name === CONTROL_PLANE && changesVersion(verdict)) {
      upgraded = lastOf(
        own,
        own.map(({ id }) => id),
      );
    }
    steps.push(...own);
  }
  const settled = steps.filter(({ work }) => work.do === "ready").map(({ id }) => id);
  for (const verdict of verdicts.filter(({ pool }) => pool === undefined)) {
    for (const step of stepsOfPool(verdict)) {
      step.after.push(...settled);
      steps.push(step);
    }
  }
  return steps;
}

/** The steps in which the control plane gets another version of Kubernetes. */
export function upgradeSteps(verdicts: readonly PoolVerdict[], steps: readonly PoolStep[]): string[] {
  const isUpgraded = verdicts.some((verdict) => verdict.name === CONTROL_PLANE && changesVersion(verdict));
  return steps.flatMap(({ id, pool }) => (isUpgraded && pool === CONTROL_PLANE ? [id] : []));
}

/** Those of the steps that none of the others waits for. */
function lastOf(steps: readonly PoolStep[], ids: readonly string[]): string[] {
  const needed = new Set(steps.flatMap(({ needs, after }) => [...needs, ...after]));
  return ids.filter((id) => !needed.has(id));
}

/** Whether a node goes that another version takes the place of: in the middle of a roll its successor may be there by now. */
function changesVersion({ pool, removals }: PoolVerdict): boolean {
  return removals.some(({ node }) => node.tags[TAG.version] !== pool?.version);
}

function stepsOfPool(verdict: PoolVerdict): PoolStep[] {
  const { name, pool, launches, removals, starting, recalled, going, isProven } = verdict;
  const order = orderOf(verdict);
  const isControlPlane = name === CONTROL_PLANE;
  // A control plane grows one by one once it lives; the first nodes of a cluster sort out among themselves who begins.
  const isOneByOne = isControlPlane && verdict.isAlive;
  const steps: PoolStep[] = [];
  const add = (id: string, title: string, work: Work, more: Partial<PoolStep> = {}): string => {
    steps.push({ id, title, work, needs: [], after: [], pool: name, ...more });
    return id;
  };
  // Of a roll that is gone on with, what replaces the last old node may have been launched already.
  const rolls = removals.some(({ kind }) => kind === "outdated");
  const group = rolls ? { group: ROLL } : {};

  if (recalled.length > 0) {
    add(`recall pool/${name}`, `nodes of ${name} that stay`, { do: "recall", nodes: recalled });
  }
  const snapshot =
    isControlPlane && removals.some(({ atOnce }) => !atOnce)
      ? [add(SNAPSHOT, "snapshot of etcd", { do: "snapshot" }, group)]
      : [];
  const removalId = (k: number): string => `remove node ${removals[k - 1]?.node.instanceId}`;
  const lost = isControlPlane
    ? removals.flatMap(({ kind, node }) => (kind === "lost" ? [`remove node ${node.instanceId}`] : []))
    : [];

  /** The step after which the n-th node, of those that start already and those that are launched, is ready. */
  const readies: string[] = [];
  const isBatched = (launch: Launch, k: number): boolean =>
    launch.replaces === undefined && !isOneByOne && order.removalsBeforeLaunch(k) === 0;
  const batches = Map.groupBy(
    launches.filter((launch, index) => isBatched(launch, index + 1)),
    ({ zone }) => zone,
  );
  for (const node of starting) readies.push(`ready pool/${name}/${node.zone}`);
  const zones = new Set([...starting.map(({ zone }) => zone), ...batches.keys()]);
  for (const zone of zones) {
    const batch = batches.get(zone) ?? [];
    const id = `pool/${name}/${zone}`;
    const nodes = starting.filter((node) => node.zone === zone);
    const launch =
      pool === undefined || batch.length === 0
        ? []
        : [add(`launch ${id}`, titleOf(id), launchWork(pool, zone, batch), { needs: [...lost] })];
    add(`ready ${id}`, titleOf(id), readyWork(name, zone, nodes, launch[0], isOneByOne), {
      needs: [...launch, ...(nodes.some((node) => recalled.includes(node)) ? [`recall pool/${name}`] : [])],
    });
  }

  let canary: string | undefined;
  for (const [index, launch] of launches.entries()) {
    const k = index + 1;
    const { zone, replaces } = launch;
    if (isBatched(launch, k)) {
      readies.push(`ready pool/${name}/${zone}`);
      continue;
    }
    if (pool === undefined) continue;
    const before = order.removalsBeforeLaunch(k);
    const id = `pool/${name}/${zone}`;
    const title = replaces === undefined ? titleOf(id) : `new node of ${name} in ${zone} for ${replaces.instanceId}`;
    const own = replaces === undefined ? {} : group;
    const launchId = add(`launch ${id} +${k}`, title, launchWork(pool, zone, [launch]), {
      ...own,
      needs: [
        ...(before === 0 ? [] : [removalId(before)]),
        ...(replaces === undefined || canary === undefined ? [] : [canary]),
        ...(isOneByOne ? readies.slice(-1) : []),
        ...lost,
        ...(replaces === undefined ? [] : snapshot),
      ],
    });
    const readyId = add(`ready ${id} +${k}`, title, readyWork(name, zone, [], launchId, isOneByOne), {
      ...own,
      needs: [launchId],
    });
    readies.push(readyId);
    if (replaces !== undefined && !isProven) canary ??= readyId;
  }

  const gone = (): string => {
    const id = `gone pool/${name}`;
    if (steps.some((step) => step.id === id)) return id;
    return add(id, `nodes of ${name} that are shutting down`, { do: "terminate", nodes: going });
  };
  for (const [index, removal] of removals.entries()) {
    const k = index + 1;
    const ready = order.readiesBeforeRemoval(k);
    const before = order.removalsBeforeRemoval(k);
    const { node, kind } = removal;
    const needs = [
      ...(ready === 0 ? [] : [readies[ready - 1] ?? ""]),
      ...(before === 0 ? [] : [removalId(before)]),
      ...(order.waitsForGoing(k) ? [gone()] : []),
      ...(removal.atOnce ? [] : snapshot),
    ];
    const work: Work = { do: "leave", node, atOnce: removal.atOnce, drainTimeoutMs: verdict.rollout.drainTimeoutMs };
    add(removalId(k), `${node.instanceId} of ${name} in ${node.zone}`, work, {
      ...(kind === "outdated" ? group : {}),
      needs,
    });
  }
  holdBack(steps, removals, canary);
  return steps;
}

/** Until the first new node works, no more old ones go than the new one needs. */
function holdBack(steps: readonly PoolStep[], removals: readonly Removal[], canary: string | undefined): void {
  if (canary === undefined) return;
  const before = predecessors(steps, canary);
  const byId = new Map(steps.map((step) => [step.id, step]));
  for (const { node, kind, atOnce } of removals) {
    const step = byId.get(`remove node ${node.instanceId}`);
    if (kind === "outdated" && !atOnce && step !== undefined && !before.has(step.id)) step.needs.push(canary);
  }
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
