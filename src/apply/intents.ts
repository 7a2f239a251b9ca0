import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import type { WantedPool } from "../blueprint/blueprint.ts";
import { hashOf } from "../core/hash.ts";
import type { ClusterIdentity } from "../core/names.ts";
import type { Plan } from "../plan/change.ts";
import { findInstances, type LiveNode, nodesById } from "../resources/node/instances.ts";
import { runInstances } from "../resources/node/launch.ts";
import type { RecordStore } from "../resources/records/store.ts";

/**
 * A launch, written down before it is asked for: whoever comes after a dead run and wants the very same asks for it with
 * the same token, and EC2 answers with what it launched then, or launches it now, but never twice.
 */
export interface LaunchIntent {
  schema: 1;
  token: string;
  pool: string;
  zone: string;
  market: "on-demand" | "spot";
  /** Hash over all that the file asked of these nodes: a later run that would launch the same has the same. */
  wanted: string;
  count: number;
  /** RFC 3339. */
  at: string;
  /** The call, to the letter. It holds no secret: user data has none. */
  input: RunInstancesCommandInput;
}

const FOLDER = "intents/";

/** Older launches are listed by EC2 if they ever happened; asking again could only launch anew. */
const REPLAY_WITHIN_MS = 60 * 60_000;

/** EC2 lists a launch after seconds, and after a minute at the most. */
const LISTED_WITHIN_MS = 60_000;
const LOOK_MS = 2000;

export function intentKey(token: string): string {
  return `${FOLDER}${token}.json`;
}

/** The launches that an earlier run wrote down and did not see through. */
export async function pendingIntents(store: RecordStore): Promise<LaunchIntent[]> {
  const keys = await store.list(FOLDER);
  const intents = await Promise.all(keys.map((key) => store.read<LaunchIntent>(key)));
  return intents.flatMap((stored) => (stored === undefined ? [] : [stored.value]));
}

/** What is asked of a pool's nodes in one zone, as a hash. */
export function wantedHash({ name, launch, market, spotMaxPrice, configHash, tags }: WantedPool, zone: string): string {
  return hashOf({ name, zone, launch, market, spotMaxPrice, configHash, tags }, 16);
}

/** What became of a launch that an earlier run had begun. */
export interface SeenIntent {
  intent: LaunchIntent;
  /** Its instances; empty when it never happened and can't any more. */
  instanceIds: readonly string[];
}

/** What sees launches through. */
export interface Seer {
  aws: Aws;
  cluster: ClusterIdentity;
  records: RecordStore;
  signal: AbortSignal;
}

/**
 * Sees earlier launches through, with a plan and the nodes that it was made from, before anything is launched. One whose
 * instances are listed has happened. One that the plan would make as well is asked for again, word for word: one that EC2
 * refuses then, or that is old, never happened. For any other is only looked, since asking might launch what nobody wants
 * any more.
 */
export async function seeThrough(
  { aws, cluster, records, signal }: Seer,
  intents: readonly LaunchIntent[],
  plan: Pick<Plan, "steps">,
  nodes: readonly LiveNode[],
): Promise<SeenIntent[]> {
  const counted = new Set(nodes.map(({ clientToken }) => clientToken));
  const open = intents.filter(({ token }) => !counted.has(token));
  const again = new Set(wantedStill(open, plan));
  const unwanted = open.filter((intent) => !again.has(intent) && isYoung(aws, intent));
  const seen = unwanted.length === 0 ? nodes : await outwaitIntents(aws, cluster, unwanted, signal);
  return Promise.all(
    intents.map(async (intent) => {
      const listed = seen.filter((node) => node.clientToken === intent.token).map((node) => node.instanceId);
      const instanceIds = listed.length === 0 && again.has(intent) ? await launchAgain(aws, intent) : listed;
      // What is not listed yet would be counted as missing, and launched once more.
      await untilListed(aws, instanceIds, signal);
      await records.remove(intentKey(intent.token));
      return { intent, instanceIds };
    }),
  );
}

/**
 * Those of the launches that a plan would make as well, to the letter, and first of all. In the plan of another file they
 * may come after a node that goes, or never: asked for again they would be too many.
 */
function wantedStill(intents: readonly LaunchIntent[], { steps }: Pick<Plan, "steps">): LaunchIntent[] {
  const missing = new Map<string, number>();
  for (const { work, needs, after = [] } of steps) {
    if (work.do !== "launch" || needs.length + after.length > 0) continue;
    const wanted = wantedHash(work.pool, work.zone);
    missing.set(wanted, (missing.get(wanted) ?? 0) + work.count);
  }
  return intents.filter(({ wanted, count }) => {
    const left = (missing.get(wanted) ?? 0) - count;
    if (left >= 0) missing.set(wanted, left);
    return left >= 0;
  });
}

/** How often is looked for launches that nobody asks for again. */
const OUTWAIT_LOOK_MS = 5000;

/**
 * Waits until launches that a dead run had begun are listed, or can't have happened, and gives the cluster's nodes. Asking
 * for them again would tell at once, and might launch what is about to be destroyed. The time counts from now: the other
 * run had another clock.
 */
export async function outwaitIntents(
  aws: Aws,
  cluster: ClusterIdentity,
  intents: readonly LaunchIntent[],
  signal: AbortSignal,
): Promise<readonly LiveNode[]> {
  const startedAtMs = aws.clock.now();
  for (;;) {
    const { nodes } = await findInstances(aws, cluster);
    const listed = new Set(nodes.map((node) => node.clientToken));
    const isOver = aws.clock.now() - startedAtMs >= LISTED_WITHIN_MS;
    if (isOver || intents.every((intent) => listed.has(intent.token))) return nodes;
    await aws.clock.sleep(OUTWAIT_LOOK_MS, signal);
  }
}

async function untilListed(aws: Aws, instanceIds: readonly string[], signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < LISTED_WITHIN_MS; waitedMs += LOOK_MS) {
    const listed = await nodesById(aws, instanceIds);
    if (listed.length === instanceIds.length) return;
    await aws.clock.sleep(LOOK_MS, signal);
  }
}

function isYoung(aws: Aws, { at }: LaunchIntent): boolean {
  return aws.clock.now() - Date.parse(at) <= REPLAY_WITHIN_MS;
}

async function launchAgain(aws: Aws, intent: LaunchIntent): Promise<readonly string[]> {
  if (!isYoung(aws, intent)) return [];
  try {
    return await runInstances(aws, intent.input);
  } catch (error) {
    // A refusal is an answer: it was not launched, or what it launched is gone (IdempotentInstanceTerminated).
    if (error instanceof AwsCallError && !error.outcomeUnknown) return [];
    throw error;
  }
}
