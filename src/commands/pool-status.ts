import type { PriceList } from "../market/price-list.ts";
import type { Standing } from "../plan/standing.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { TAG } from "../resources/tags.ts";
import type { NodeStatus, PoolStatus } from "./results.ts";

/** How pools are, in the order of the file; then those that only AWS knows. */
export function poolStatuses(
  wanted: ReadonlyMap<string, number>,
  nodes: readonly LiveNode[],
  standings: readonly Standing[],
  prices: PriceList | undefined,
  nowMs: number,
): PoolStatus[] {
  const names = [...new Set([...wanted.keys(), ...nodes.map((node) => node.pool).sort()])];
  return names.map((name) => {
    const size = wanted.get(name);
    const standing = standings.find(({ pool }) => pool === name);
    const own = nodes.filter((node) => node.pool === name).map((node) => nodeStatus(node, standing, prices, nowMs));
    return {
      name,
      ...(size === undefined ? {} : { wanted: size }),
      ...(standing === undefined ? {} : countsOf(standing)),
      nodes: own.sort((a, b) => (`${a.zone} ${a.instanceId}` < `${b.zone} ${b.instanceId}` ? -1 : 1)),
    };
  });
}

function countsOf({ current, toAdd, going, waiting }: Standing): Partial<PoolStatus> {
  const toReplace = going.filter(({ isReplaced }) => isReplaced).length;
  return { current, toAdd, toReplace, toRemove: going.length - toReplace, waiting };
}

function nodeStatus(
  node: LiveNode,
  standing: Standing | undefined,
  prices: PriceList | undefined,
  nowMs: number,
): NodeStatus {
  const { instanceId, zone, instanceType, market, state, phase, launchedAtMs, tags } = node;
  const version = tags[TAG.version];
  const usdPerHour =
    market === "spot" ? prices?.spotPrices.get(`${instanceType}/${zone}`) : prices?.onDemandPrices.get(instanceType);
  const leaveBy = tags[TAG.leave]?.split(" ")[0];
  const goes = standing?.going.find((one) => one.instanceId === instanceId);
  return {
    instanceId,
    zone,
    instanceType,
    market,
    state,
    phase: phase.name ?? "booting",
    detail: phase.detail,
    ageMs: Math.max(0, Math.round(nowMs - launchedAtMs)),
    ...(version === undefined ? {} : { version }),
    ...(usdPerHour === undefined ? {} : { usdPerHour }),
    ...(leaveBy === undefined ? {} : { leaveBy }),
    ...(goes === undefined ? {} : { goes: { why: goes.why, isReplaced: goes.isReplaced } }),
  };
}
