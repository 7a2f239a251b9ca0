import { attempting } from "../aws/attempt.ts";
import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import { RECORD } from "../blueprint/records.ts";
import { type Cluster, poolsOf } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { type Finding, sortFindings } from "../core/findings.ts";
import { type Caller, callerOf, isRoot, noCredentialsFinding, rootFinding } from "../market/account.ts";
import { readRoom } from "../market/account-room.ts";
import { type Market, type MarketRequest, readMarket } from "../market/market.ts";
import type { PriceList } from "../market/price-list.ts";
import { roomRequest, withRoom } from "../plan/account-checks.ts";
import { imageRequest } from "../plan/adopt.ts";
import { APPLIED_KEY } from "../plan/applied.ts";
import type { Plan } from "../plan/change.ts";
import { checkReadable } from "../plan/checks.ts";
import { checkLeftZones } from "../plan/others.ts";
import { planCluster } from "../plan/plan.ts";
import { RecordStore } from "../resources/records/store.ts";
import { findOthersIn } from "../survey/others/others.ts";
import { type Inventory, survey, withRecords } from "../survey/survey.ts";
import type { CommandContext } from "./context.ts";
import { volumesOf, withPricesOf } from "./costs.ts";
import { forbiddenAccount } from "./look.ts";
import { packState } from "./pack-state.ts";

/** A plan, and what it was made from. */
export interface Assessment {
  caller: Caller;
  inventory: Inventory;
  market: Market;
  plan: Plan;
  /** What the plan would be if AWS had that. */
  replan(inventory: Inventory): Plan;
  prices: PriceList;
}

/** What is wrong before anything of the cluster can be looked at. */
export interface Refusal {
  findings: readonly Finding[];
}

/** Looks at AWS and works out what a cluster needs; changes nothing. Prices that are `known` are not asked for again. */
export async function assess(
  context: CommandContext,
  cluster: Cluster,
  aws: Aws,
  known?: PriceList,
): Promise<Assessment | Refusal> {
  const caller = await checkAccount(context, aws, cluster);
  if ("level" in caller) return { findings: [caller] };

  const identity = identityOf(cluster);
  const request = { ...requestFor(cluster), known };
  const records = new RecordStore(aws, identity);
  const [found, offered, volumes, own] = await Promise.all([
    withRecords(survey(aws, identity, cluster.placement), records, [...Object.values(RECORD), APPLIED_KEY]),
    readMarket(aws, request),
    volumesOf(aws, identity),
    context.ownPacks(cluster),
  ]);
  const inventory = { ...found, ...(volumes === undefined ? {} : { volumes }) };
  const market = await withPricesOf(aws, offered, request, inventory);
  const packs = await packState(cluster, inventory, records, own);
  context.emit({
    code: "survey/done",
    cluster: cluster.name,
    resources: inventory.resources.length,
    nodes: inventory.nodes.length,
  });
  const replan = (now: Inventory): Plan => planCluster(cluster, now, market, context.owner, packs);
  const drafted = replan(inventory);
  const left = await othersInTheWay(aws, cluster, inventory, drafted);
  const plan = { ...drafted, findings: [...drafted.findings, ...left] };
  const asks = roomRequest(plan.requires);
  const held = asks === undefined ? plan : withRoom(cluster, plan, await readRoom(aws, identity.accountId, asks));
  const said = isRoot(caller) ? [{ ...rootFinding(caller), at: cluster.place("/spec/account") }] : [];
  const findings = sortFindings([...said, ...held.findings]);
  return { caller, inventory, market, prices: market, plan: { ...held, findings }, replan };
}

/** What of others stands in subnets that would go with their zone: found when the rest of the zone is gone, it would be late. */
async function othersInTheWay(aws: Aws, cluster: Cluster, inventory: Inventory, { steps }: Plan): Promise<Finding[]> {
  const subnets = steps.flatMap(({ work }) =>
    work.do === "remove" && work.live.kind === "subnet" ? [work.live.awsId] : [],
  );
  const unreadable: string[] = [];
  const others = await attempting(unreadable)(findOthersIn(aws, identityOf(cluster), inventory, subnets));
  return [...checkLeftZones(cluster, others ?? []), ...checkReadable(cluster, { ...inventory, unreadable })];
}

/** Nothing is asked of an account before it is known to be the right one. */
async function checkAccount(context: CommandContext, aws: Aws, cluster: Cluster): Promise<Caller | Finding> {
  const { account } = cluster;
  const at = cluster.place("/spec/account");
  try {
    const caller = await callerOf(aws);
    if (caller.accountId === account.accountId) return forbiddenAccount(context, caller.accountId) ?? caller;
    return {
      level: "error",
      code: "account/other-account",
      message: `these are credentials of the account ${caller.accountId} (${caller.arn}), and ${account.name} is ${account.accountId}`,
      at,
      fix: "use credentials of that account, or correct its accountId",
    };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { ...noCredentialsFinding(error), at };
  }
}

/** What a cluster's file makes worth knowing of the market. */
export function requestFor(cluster: Cluster): MarketRequest {
  const pools = poolsOf(cluster);
  const types = [
    ...pools.map((pool) => pool.instanceType),
    ...(cluster.bastion === undefined ? [] : [cluster.bastion.instanceType]),
  ];
  const spot = cluster.workerPools.filter((pool) => pool.spot !== undefined).map((pool) => pool.instanceType);
  return {
    instanceTypes: [...new Set(types)],
    spotTypes: [...new Set(spot)],
    images: [imageRequest(packOf(cluster.profile, "os"))],
    keyPairs: cluster.sshKeyName === undefined ? [] : [cluster.sshKeyName],
  };
}
