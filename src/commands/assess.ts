import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import { identityOf } from "../blueprint/blueprint.ts";
import { bundleKey, RECORD } from "../blueprint/records.ts";
import { type Cluster, poolsOf } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import { callerOf } from "../market/account.ts";
import { type MarketRequest, readMarket } from "../market/market.ts";
import { bundleOf, packsOfBundle, renderPacks } from "../packs/bundle.ts";
import { imageRequest } from "../plan/adopt.ts";
import { APPLIED_KEY, appliedIn } from "../plan/applied.ts";
import type { Plan } from "../plan/change.ts";
import type { PackState } from "../plan/pack-diff.ts";
import { planCluster } from "../plan/plan.ts";
import { RecordStore } from "../resources/records/store.ts";
import { type Inventory, survey, withRecords } from "../survey/survey.ts";
import type { CommandContext } from "./context.ts";
import type { PackReading } from "./read-packs.ts";

/** A plan, and what it was made from. */
export interface Assessment {
  inventory: Inventory;
  plan: Plan;
}

/** What is wrong before anything of the cluster can be looked at. */
export interface Refusal {
  findings: readonly Finding[];
}

/** Looks at AWS and works out what a cluster needs; changes nothing. */
export async function assess(context: CommandContext, cluster: Cluster, aws: Aws): Promise<Assessment | Refusal> {
  const wrong = await checkAccount(aws, cluster);
  if (wrong !== undefined) return { findings: [wrong] };

  const identity = identityOf(cluster);
  const records = new RecordStore(aws, identity);
  const [inventory, market, own] = await Promise.all([
    withRecords(survey(aws, identity, cluster.placement), records, [...Object.values(RECORD), APPLIED_KEY]),
    readMarket(aws, requestFor(cluster)),
    context.ownPacks(cluster),
  ]);
  const packs = await packState(cluster, inventory, records, own);
  context.emit({
    code: "survey/done",
    cluster: cluster.name,
    resources: inventory.resources.length,
    nodes: inventory.nodes.length,
  });
  return { inventory, plan: planCluster(cluster, inventory, market, context.owner, packs) };
}

/** The packs as they should be, and as they were: the bundle that lies in the bucket is read where it is another one. */
async function packState(
  cluster: Cluster,
  inventory: Inventory,
  records: RecordStore,
  own: PackReading,
): Promise<PackState> {
  const rendered = renderPacks(cluster, { rendered: own.rendered });
  const findings = [...own.findings, ...rendered.findings];
  const rendering = { packs: hasErrors(own.findings) ? [] : rendered.packs, findings };
  const applied = appliedIn(inventory)?.packs;
  const bundle = (inventory.records?.get(RECORD.packs) as { bundle?: string } | undefined)?.bundle;
  const state = { rendering, ...(applied === undefined ? {} : { applied }) };
  if (inventory.records?.get(RECORD.packs) === undefined && applied === undefined) return { ...state, isFirst: true };
  if (bundle === undefined || hasErrors(findings)) return state;
  if (bundle === bundleOf(rendering.packs).sha256) return { ...state, before: rendering.packs };
  try {
    const gz = await records.readFile(bundleKey(bundle));
    return gz === undefined
      ? { ...state, lost: `there is no ${bundleKey(bundle)}` }
      : { ...state, before: packsOfBundle(gz) };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { ...state, lost: messageOf(error) };
  }
}

/** Nothing is asked of an account before it is known to be the right one. */
async function checkAccount(aws: Aws, cluster: Cluster): Promise<Finding | undefined> {
  const { account } = cluster;
  const at = cluster.place("/spec/account");
  try {
    const caller = await callerOf(aws);
    if (caller.accountId === account.accountId) return undefined;
    return {
      level: "error",
      code: "account/other-account",
      message: `these are credentials of the account ${caller.accountId} (${caller.arn}), and ${account.name} is ${account.accountId}`,
      at,
      fix: "use credentials of that account, or correct its accountId",
    };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return {
      level: "error",
      code: "account/no-credentials",
      message: `AWS does not say whose credentials these are: ${messageOf(error)}`,
      at,
      fix: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use aws-actions/configure-aws-credentials with a role",
    };
  }
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
