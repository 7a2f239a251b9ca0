import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/clients.ts";
import { AwsCallError } from "../aws/errors.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { findInstances, type LiveNode, nodesById } from "../resources/node/instances.ts";
import { runInstances } from "../resources/node/launch.ts";
import type { RecordStore } from "../resources/records/store.ts";

/**
 * A launch, written down before it is asked for: whoever comes after a dead run asks for the very same with the same
 * token, and EC2 answers with what it launched then, or launches it now, but never twice.
 */
export interface LaunchIntent {
  schema: 1;
  token: string;
  pool: string;
  zone: string;
  market: "on-demand" | "spot";
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

/** What became of a launch that an earlier run had begun. */
export interface ReplayedIntent {
  intent: LaunchIntent;
  /** Its instances; empty when it never happened and can't any more. */
  instanceIds: readonly string[];
}

/**
 * Sees earlier launches through. One whose instances are listed has happened; one that is young is asked for again, word
 * for word; one that EC2 refuses, or that is old, never happened.
 */
export async function replayIntents(
  aws: Aws,
  store: RecordStore,
  intents: readonly LaunchIntent[],
  nodes: readonly LiveNode[],
  signal: AbortSignal,
): Promise<ReplayedIntent[]> {
  return Promise.all(
    intents.map(async (intent) => {
      const listed = nodes.filter((node) => node.clientToken === intent.token).map((node) => node.instanceId);
      const instanceIds = listed.length > 0 ? listed : await launchAgain(aws, intent);
      // What is not listed yet would be counted as missing, and launched once more.
      await untilListed(aws, instanceIds, signal);
      await store.remove(intentKey(intent.token));
      return { intent, instanceIds };
    }),
  );
}

/** How often is looked for launches that nobody asks for again. */
const OUTWAIT_LOOK_MS = 5000;

/**
 * Waits until launches that a dead run had begun are listed, or can't have happened. Asking for them again would tell at
 * once, and might launch what is about to be destroyed. The time counts from now: the other run had another clock.
 */
export async function outwaitIntents(
  aws: Aws,
  cluster: ClusterIdentity,
  intents: readonly LaunchIntent[],
  signal: AbortSignal,
): Promise<void> {
  const startedAtMs = aws.clock.now();
  while (aws.clock.now() - startedAtMs < LISTED_WITHIN_MS) {
    const { nodes } = await findInstances(aws, cluster);
    const listed = new Set(nodes.map((node) => node.clientToken));
    if (intents.every((intent) => listed.has(intent.token))) return;
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

async function launchAgain(aws: Aws, intent: LaunchIntent): Promise<readonly string[]> {
  if (aws.clock.now() - Date.parse(intent.at) > REPLAY_WITHIN_MS) return [];
  try {
    return await runInstances(aws, intent.input);
  } catch (error) {
    // A refusal is an answer: it was not launched, or what it launched is gone (IdempotentInstanceTerminated).
    if (error instanceof AwsCallError && !error.outcomeUnknown) return [];
    throw error;
  }
}
