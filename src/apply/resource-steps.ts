import { AwsCallError, isAwsError } from "../aws/errors.ts";
import { formatDuration } from "../core/durations.ts";
import { callsOf, createResource, removeResource } from "../resources/registry.ts";
import type { Created, Kind, Live, LogicalId, Resolved, Status, Tags, Wanted } from "../resources/resource.ts";
import { SHAPES } from "../resources/shapes.ts";
import { putTags, untag } from "../resources/tagging.ts";
import { findKind } from "../survey/survey.ts";
import { explainBlocked } from "./blockers.ts";
import type { Run } from "./context.ts";
import { withDeadline } from "./deadline.ts";

const MINUTE = 60_000;
/** Three times the longest that was measured for anything (NAT gateway 125 s, load balancer 165 s), and more. */
const SETTLE_LIMIT_MS = 15 * MINUTE;
/** A just-made thing may not be listed yet; after this long it is not late but gone. */
const VISIBLE_WITHIN_MS = 2 * MINUTE;

export async function createStep(run: Run, wanted: Wanted): Promise<void> {
  const resolved = run.known.resolve(wanted);
  const { awsId, attributes } = await createOrAdopt(run, resolved);
  run.known.learn(wanted.id, awsId, attributes ?? {});
}

/**
 * Creates; where the answer was lost, or the thing's name is taken already, looks for it by its tags before anything is
 * sent again: most creates have no token, and a second VPC or address would be paid for ever after.
 */
async function createOrAdopt(run: Run, wanted: Resolved): Promise<Created> {
  try {
    return await createResource(run.aws, wanted);
  } catch (error) {
    if (!(error instanceof AwsCallError) || !mayExist(error)) throw error;
    const found = await lookAgain(run, wanted.kind, wanted.id);
    if (found === undefined) {
      if (!error.outcomeUnknown) throw error; // the name is taken by something that is not ours
      return createResource(run.aws, wanted);
    }
    await finish(run, found, wanted);
    return found;
  }
}

/** How long a thing may take to be listed by its tag, before a lost answer is taken for "not done". */
const LOOK_AGAIN_MS = [2000, 5000, 10_000, 15_000];

async function lookAgain(run: Run, kind: Kind, id: LogicalId): Promise<Live | undefined> {
  for (const waitMs of LOOK_AGAIN_MS) {
    await run.aws.clock.sleep(waitMs, run.signal);
    const found = (await findKind(run.aws, run.cluster, kind)).find(
      (live) => live.id === id && live.kind === kind && live.status !== "leaving",
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function mayExist(error: AwsCallError): boolean {
  return (
    error.outcomeUnknown ||
    isAwsError(
      error,
      "EntityAlreadyExists*",
      "Duplicate*",
      "InvalidGroup.Duplicate",
      "InvalidSubnet.Conflict",
      "ParameterAlreadyExists",
    )
  );
}

/** Some creates are several calls; what an adopted thing still lacks is made up for. */
async function finish(run: Run, live: Live, wanted: Resolved): Promise<void> {
  const fields = Object.keys(SHAPES[wanted.kind].effects);
  await update(run, live, wanted, fields);
}

async function update<K extends Kind>(
  run: Run,
  live: Live<K>,
  wanted: Resolved<K>,
  fields: readonly string[],
): Promise<void> {
  await callsOf<K>(live.kind as K).update?.(run.aws, live, wanted, fields);
}

export async function updateStep(
  run: Run,
  wanted: Wanted,
  live: Live,
  fields: readonly string[],
  tags: Tags,
  untagged: readonly string[],
): Promise<void> {
  const resolved = run.known.resolve(wanted);
  if (fields.length > 0) await update(run, live, resolved, fields);
  if (Object.keys(tags).length > 0) await putTags(run.aws, live, tags);
  if (untagged.length > 0) await untag(run.aws, live, untagged);
}

export async function settleStep(
  run: Run,
  kind: Kind,
  id: LogicalId,
  waiting: (detail: string) => void,
): Promise<void> {
  const awsId = run.known.awsId(id);
  const { clock } = run.aws;
  const startedAtMs = clock.now();
  waiting(`${awsId} until it is ready`);
  const message = (): string => `${awsId} was not ready after ${formatDuration(SETTLE_LIMIT_MS)}`;
  const found = await withDeadline(clock, run.signal, SETTLE_LIMIT_MS, message, (signal) =>
    run
      .statusOf(kind)
      .until(
        awsId,
        (now) => (now === undefined ? clock.now() - startedAtMs > VISIBLE_WITHIN_MS : now.status !== "settling"),
        signal,
      ),
  );
  if (found?.status === "settled") return;
  throw new Error(found === undefined ? `${awsId} is gone` : `${awsId} ${STATUS_TEXT[found.status]}${detailOf(found)}`);
}

const STATUS_TEXT: Readonly<Record<Status, string>> = {
  settled: "is ready",
  settling: "is not ready yet",
  failed: "failed",
  leaving: "is being deleted",
};

function detailOf(found: { detail?: string }): string {
  return found.detail === undefined || found.detail === "" ? "" : `: ${found.detail}`;
}

export async function removeStep(run: Run, live: Live, waiting: (detail: string) => void): Promise<void> {
  try {
    await removeResource(run.aws, live);
  } catch (error) {
    throw await explainBlocked(run.aws, live, error);
  }
  if (SHAPES[live.kind].settles !== true) return;
  waiting(`${live.awsId} until it is gone`);
  const message = (): string => `${live.awsId} was not gone after ${formatDuration(SETTLE_LIMIT_MS)}`;
  await withDeadline(run.aws.clock, run.signal, SETTLE_LIMIT_MS, message, (signal) =>
    run.statusOf(live.kind).until(live.awsId, (now) => now === undefined, signal),
  );
}
