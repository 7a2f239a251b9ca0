import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import type { UsdPerHour } from "../core/money.ts";
import { onDemandPrice, spotPrices } from "../market/prices.ts";
import type { Standing } from "../plan/standing.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { TAG } from "../resources/tags.ts";
import type { NodeStatus, PoolStatus } from "./results.ts";

/** What a node costs by the hour; undefined: not known. */
export type NodePrice = (node: LiveNode) => UsdPerHour | undefined;

/** How pools are, in the order of the file; then those that only AWS knows. */
export function poolStatuses(
  wanted: ReadonlyMap<string, number>,
  nodes: readonly LiveNode[],
  standings: readonly Standing[],
  priceOf: NodePrice,
  nowMs: number,
): PoolStatus[] {
  const names = [...new Set([...wanted.keys(), ...nodes.map((node) => node.pool).sort()])];
  return names.map((name) => {
    const size = wanted.get(name);
    const standing = standings.find(({ pool }) => pool === name);
    const own = nodes.filter((node) => node.pool === name).map((node) => nodeStatus(node, standing, priceOf, nowMs));
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

function nodeStatus(node: LiveNode, standing: Standing | undefined, priceOf: NodePrice, nowMs: number): NodeStatus {
  const { instanceId, zone, instanceType, market, state, phase, launchedAtMs, tags } = node;
  const version = tags[TAG.version];
  const usdPerHour = priceOf(node);
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

/** The present prices of some nodes. One that can't be read is not known, and stops nothing. */
export async function nodePrices(aws: Aws, nodes: readonly LiveNode[]): Promise<NodePrice> {
  const typesOn = (market: LiveNode["market"]): string[] => [
    ...new Set(nodes.filter((node) => node.market === market).map(({ instanceType }) => instanceType)),
  ];
  const onDemand = typesOn("on-demand").map(async (type) => [type, await known(onDemandPrice(aws, type))] as const);
  const [prices, spot] = await Promise.all([Promise.all(onDemand), known(spotPrices(aws, typesOn("spot")))]);
  const byType = new Map(prices);
  return ({ market, instanceType, zone }) =>
    market === "spot" ? spot?.get(`${instanceType}/${zone}`) : byType.get(instanceType);
}

async function known<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error; // the run was told to stop
    return undefined;
  }
}
