import { AwsCallError, isAwsError } from "../aws/errors.ts";
import type { WantedPool } from "../blueprint/blueprint.ts";
import { nodeConfig } from "../bootstrap/node-config.ts";
import { userDataOf } from "../bootstrap/user-data.ts";
import { formatDuration } from "../core/durations.ts";
import { messageOf } from "../core/errors.ts";
import { hashOf } from "../core/hash.ts";
import { hexDigits } from "../core/random.ts";
import { count } from "../core/words.ts";
import { nodeTags } from "../plan/node-tags.ts";
import { type Launch, runInstances, runInstancesInput } from "../resources/node/launch.ts";
import { registerTargets } from "../resources/target-group/calls.ts";
import type { Run } from "./context.ts";
import { withDeadline } from "./deadline.ts";
import { intentKey, type LaunchIntent, wantedHash } from "./intents.ts";
import { Waiting } from "./scheduler.ts";

/** From the call to `running`, or from the call to `terminated`. */
export const INSTANCE_LIMIT_MS = 10 * 60_000;
/** Instances of one launch: EC2 takes as many as the account may have, an error then costs at most this many. */
const LARGEST_LAUNCH = 100;

/** What a launch step asks for. */
export interface LaunchOrder {
  /** The step's id: `ready` goes by it. */
  id: string;
  pool: WantedPool;
  zone: string;
  count: number;
  /** So many may go to the pool's other zones. */
  elsewhere: number;
}

/** What came of a launch step: its instances, and why there are not more. */
export interface Launched {
  instanceIds: string[];
  shortage?: string;
}

/**
 * Launches nodes and waits until they run. What AWS has no capacity for now is left to a later run: the nodes that there
 * are go on. Throws Waiting where there is not one.
 */
export async function launchStep(run: Run, order: LaunchOrder, waiting: (detail: string) => void): Promise<void> {
  const { pool, zone } = order;
  const launched: Launched = { instanceIds: [] };
  run.launched.set(order.id, launched);
  const tokens: string[] = [];
  let shortage = await launchIn(run, order, zone, order.count, launched, tokens);
  const others = pool.zones.map((one) => one.zone).filter((one) => one !== zone);
  for (const [index, other] of others.entries()) {
    const left = Math.min(order.elsewhere, order.count - launched.instanceIds.length);
    if (shortage === undefined || left <= 0) break;
    const share = Math.ceil(left / (others.length - index));
    const again = await launchIn(run, order, other, share, launched, tokens);
    if (again !== undefined) shortage = again;
  }
  const { instanceIds } = launched;
  if (instanceIds.length < order.count && shortage !== undefined) {
    launched.shortage = `${order.count - instanceIds.length} of ${count(order.count, "node")} of ${pool.name} wait: ${shortage}`;
    if (instanceIds.length === 0) throw new Waiting(launched.shortage);
  }
  waiting(`${instanceIds.length} to run`);
  await Promise.all(instanceIds.map((instanceId) => untilRunning(run, instanceId)));
  // They are listed now: whoever comes next finds them without asking for the launch again.
  await Promise.all(tokens.map((token) => run.records.remove(intentKey(token))));
  if (pool.role === "control-plane") await registerStep(run, instanceIds);
}

/** Launches in one zone; gives why it did not come to all, where it is something that passes. */
async function launchIn(
  run: Run,
  order: LaunchOrder,
  zone: string,
  wanted: number,
  launched: Launched,
  tokens: string[],
): Promise<string | undefined> {
  const { pool } = order;
  let got = 0;
  while (got < wanted) {
    const number = launched.instanceIds.length;
    const launch = launchOf(run, order, zone, number, Math.min(LARGEST_LAUNCH, wanted - got));
    tokens.push(launch.token);
    let ids: string[];
    try {
      ids = await launchOnce(run, pool, zone, launch);
    } catch (error) {
      tokens.pop();
      const shortage = shortageOf(error, pool, zone);
      if (shortage === undefined) throw explained(error, pool, zone);
      return shortage;
    }
    if (ids.length === 0) throw new Error(`EC2 launched no ${launch.instanceType} in ${zone} and gave no reason`);
    launched.instanceIds.push(...ids);
    got += ids.length;
    for (const instanceId of ids) run.emit({ code: "node/launched", instanceId, pool: pool.name, zone });
  }
  return undefined;
}

/** What AWS has too little of now, in words; undefined: it is something else, and waiting would not help. */
function shortageOf(error: unknown, pool: WantedPool, zone: string): string | undefined {
  // Without its share of the control plane there is no cluster, or one that is closer to its end than it looks.
  if (pool.role === "control-plane") return undefined;
  const what = `${pool.market === "spot" ? "spot " : ""}${pool.launch.instanceType}`;
  if (isAwsError(error, "InsufficientInstanceCapacity", "InsufficientCapacity*", "InsufficientHostCapacity")) {
    return `AWS has no capacity for ${what} in ${zone} now`;
  }
  if (isAwsError(error, "SpotMaxPriceTooLow")) {
    return `${what} costs more in ${zone} now than the $${pool.spotMaxPrice} an hour that the pool pays`;
  }
  return undefined;
}

/** What a refused launch means, and what to do about it. */
function explained(error: unknown, pool: WantedPool, zone: string): unknown {
  const advice = ADVICE.find(({ code }) => isAwsError(error, code));
  if (advice === undefined) return error;
  return new Error(`${messageOf(error)}: ${advice.means(pool, zone)}`, { cause: error });
}

const ADVICE: readonly { code: string; means(pool: WantedPool, zone: string): string }[] = [
  {
    code: "MaxSpotInstanceCountExceeded",
    means: ({ launch }) =>
      `the account's quota of vCPUs for spot instances of the class of ${launch.instanceType} is used up; ask for more in Service Quotas (Amazon EC2, "Spot Instance Requests")`,
  },
  {
    code: "VcpuLimitExceeded",
    means: ({ launch }) =>
      `the account's quota of vCPUs for on-demand instances of the class of ${launch.instanceType} is used up; ask for more in Service Quotas (Amazon EC2, "Running On-Demand")`,
  },
  {
    // docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html
    code: "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
    means: () =>
      "the account has never used spot instances; once, somebody with the permission:  aws iam create-service-linked-role --aws-service-name spot.amazonaws.com",
  },
  {
    code: "InsufficientFreeAddressesInSubnet",
    means: ({ name }, zone) => `the subnet of ${name} in ${zone} is full: spread the pool over more zones`,
  },
];

function launchOf(run: Run, { id, pool }: LaunchOrder, zone: string, number: number, nodes: number): Launch {
  const { launch } = pool;
  const subnet = pool.zones.find((candidate) => candidate.zone === zone)?.subnet ?? "";
  const node = nodeConfig(launch.node, run.known.follow(launch.apiHost), run.known.follow(launch.caHash));
  return {
    count: nodes,
    // One token a launch: EC2 launches once for it, however often it is sent, and by whichever run.
    token: hashOf([run.cluster, id, zone, number, hexDigits(run.aws.random, 16)], 48),
    image: launch.image.id,
    instanceType: launch.instanceType,
    subnet: run.known.follow(subnet),
    securityGroups: [run.known.follow(launch.securityGroup)],
    publicAddress: false,
    instanceProfile: run.known.follow(launch.instanceProfile),
    ...(launch.keyName === undefined ? {} : { keyName: launch.keyName }),
    userData: userDataOf(node),
    rootVolumeGiB: launch.rootVolumeGiB,
    ...(launch.kmsKeyArn === undefined ? {} : { kmsKeyArn: launch.kmsKeyArn }),
    ...(pool.spotMaxPrice === undefined ? {} : { spotMaxPrice: pool.spotMaxPrice }),
    tags: nodeTags(pool, run.cluster.name, zone),
  };
}

/** Writes a launch down, and then asks for it. */
async function launchOnce(run: Run, pool: WantedPool, zone: string, launch: Launch): Promise<string[]> {
  const input = runInstancesInput(launch);
  const intent: LaunchIntent = {
    schema: 1,
    token: launch.token,
    pool: pool.name,
    zone,
    market: pool.market,
    wanted: wantedHash(pool, zone),
    count: launch.count,
    at: new Date(run.aws.clock.now()).toISOString(),
    input,
  };
  await run.records.write(intentKey(launch.token), intent);
  try {
    return await runInstances(run.aws, input);
  } catch (error) {
    // Refused is not launched: nothing is left to be seen through. After a lost answer the intent stays.
    if (error instanceof AwsCallError && !error.outcomeUnknown) await run.records.remove(intentKey(launch.token));
    throw error;
  }
}

/** Puts control-plane nodes behind the load balancer. */
export async function registerStep(run: Run, instanceIds: readonly string[]): Promise<void> {
  await registerTargets(run.aws, run.known.awsId("target-group/api"), instanceIds);
}

async function untilRunning(run: Run, instanceId: string): Promise<void> {
  const { clock } = run.aws;
  const startedAtMs = clock.now();
  const message = (): string => `${instanceId} was not running after ${formatDuration(INSTANCE_LIMIT_MS)}`;
  const node = await withDeadline(clock, run.signal, INSTANCE_LIMIT_MS, message, (signal) =>
    run.nodes.until(
      instanceId,
      (now) => (now === undefined ? clock.now() - startedAtMs > 120_000 : now.state !== "pending"),
      signal,
    ),
  );
  if (node?.state !== "running") throw new Error(`${instanceId} ended before it ran (${node?.state ?? "terminated"})`);
}
