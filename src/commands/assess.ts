import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import { RECORD } from "../blueprint/records.ts";
import { type Cluster, poolsOf } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors, type Place, sortFindings } from "../core/findings.ts";
import { callerOf, isRoot } from "../market/account.ts";
import { readRoom } from "../market/account-room.ts";
import { type MarketRequest, readMarket } from "../market/market.ts";
import type { PriceList } from "../market/price-list.ts";
import { roomRequest, withRoom } from "../plan/account-checks.ts";
import { imageRequest } from "../plan/adopt.ts";
import { APPLIED_KEY } from "../plan/applied.ts";
import type { Plan } from "../plan/change.ts";
import { planCluster } from "../plan/plan.ts";
import { RecordStore } from "../resources/records/store.ts";
import { type Inventory, survey, withRecords } from "../survey/survey.ts";
import type { CommandContext } from "./context.ts";
import { volumesOf, withPricesOf } from "./costs.ts";

/** A plan, and what it was made from. */
export interface Assessment {
  inventory: Inventory;
  plan: Plan;
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
  const said = await checkAccount(aws, cluster);
  if (hasErrors(said)) return { findings: said };

  const identity = identityOf(cluster);
  const request = { ...requestFor(cluster), known };
  const [found, offered, volumes] = await Promise.all([
    withRecords(survey(aws, identity, cluster.placement), new RecordStore(aws, identity), [
      ...Object.values(RECORD),
      APPLIED_KEY,
    ]),
    readMarket(aws, request),
    volumesOf(aws, identity),
  ]);
  const inventory = { ...found, ...(volumes === undefined ? {} : { volumes }) };
  const market = await withPricesOf(aws, offered, request, inventory);
  context.emit({
    code: "survey/done",
    cluster: cluster.name,
    resources: inventory.resources.length,
    nodes: inventory.nodes.length,
  });
  const plan = planCluster(cluster, inventory, market, context.owner);
  const asks = roomRequest(plan.requires);
  const held = asks === undefined ? plan : withRoom(cluster, plan, await readRoom(aws, identity.accountId, asks));
  return { inventory, prices: market, plan: { ...held, findings: sortFindings([...said, ...held.findings]) } };
}

/** Nothing is asked of an account before it is known to be the right one. */
async function checkAccount(aws: Aws, cluster: Cluster): Promise<Finding[]> {
  const { account } = cluster;
  const at = cluster.place("/spec/account");
  try {
    const caller = await callerOf(aws);
    if (caller.accountId === account.accountId) return isRoot(caller) ? [rootFinding(at)] : [];
    return [
      {
        level: "error",
        code: "account/other-account",
        message: `these are credentials of the account ${caller.accountId} (${caller.arn}), and ${account.name} is ${account.accountId}`,
        at,
        fix: "use credentials of that account, or correct its accountId",
      },
    ];
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return [
      {
        level: "error",
        code: "account/no-credentials",
        message: `AWS does not say whose credentials these are: ${messageOf(error)}`,
        at,
        fix: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use aws-actions/configure-aws-credentials with a role",
      },
    ];
  }
}

function rootFinding(at: Place): Finding {
  return {
    level: "warning",
    code: "account/root",
    message:
      "these are credentials of the account's root user: no policy limits what a leaked key or a mistake can do, and CloudTrail can't tell who was at work",
    at,
    fix: "make a role with the policies of Slipway, name it in the CloudAccount (planRoleArn, applyRoleArn), and delete root's access keys",
  };
}

function requestFor(cluster: Cluster): MarketRequest {
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
