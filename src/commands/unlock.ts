import { LEASE_KEY, type LeaseRecord } from "../apply/lease.ts";
import { formatDuration } from "../core/durations.ts";
import type { Finding } from "../core/findings.ts";
import { listed } from "../core/words.ts";
import { RecordStore } from "../resources/records/store.ts";
import type { CommandContext } from "./context.ts";
import { atEachPlace, type Reached } from "./look.ts";
import { type CommandResult, commandResult, type Result } from "./results.ts";
import { ofCommit } from "./session.ts";

/**
 * Releases a lease whose holder is known to be dead, for those who will not wait until it has run out. Without the
 * cluster's name in `confirm` it only shows who holds it. One that is renewed while it looks is left alone.
 */
export async function unlock(
  context: CommandContext,
  name: string,
  confirm: readonly string[],
): Promise<CommandResult> {
  const isConfirmed = confirm.includes(name);
  const clusters = await atEachPlace(context, name, async (reached) => {
    const [result, finding] = await unlockOne(context, reached, name, isConfirmed);
    return { result, findings: [finding] };
  });
  return commandResult("unlock", [], clusters);
}

async function unlockOne(
  context: CommandContext,
  { aws, accountId, region }: Reached,
  name: string,
  isConfirmed: boolean,
): Promise<[Result, Finding]> {
  const records = new RecordStore(aws, { name, accountId, region });
  const lease = await records.read<LeaseRecord>(LEASE_KEY);
  if (lease === undefined || lease.value.state === "released") {
    return ["no-changes", { level: "notice", code: "lease/free", message: `nobody holds the lease of ${name}` }];
  }
  const who = describeHolder(lease.value, aws.clock.now());
  const { ttlMs } = lease.value;
  if (!isConfirmed) {
    const fix = `a run that lives renews its lease, and a dead one's runs out after ${formatDuration(ttlMs)}: the next run then takes it over by itself. To release it now, add  --confirm ${name}`;
    return [
      "blocked",
      {
        level: "error",
        code: "unlock/unconfirmed",
        message: `the lease of ${name} is held by ${who}; nothing was changed`,
        fix,
      },
    ];
  }
  // Longer than a living holder takes to renew it.
  await aws.clock.sleep(ttlMs / 3, context.signal);
  const released: LeaseRecord = { ...lease.value, state: "released", beat: lease.value.beat + 1, finished: false };
  const isReleased = (await records.replace(LEASE_KEY, released, lease.etag)) !== undefined;
  if (isReleased)
    return [
      "unlocked",
      { level: "notice", code: "lease/released", message: `the lease of ${name} is released; it was held by ${who}` },
    ];
  const fix = "stop that run where it runs; it gives the lease back";
  return [
    "blocked",
    {
      level: "error",
      code: "unlock/alive",
      message: `the lease of ${name} is held by ${who}, and was renewed just now`,
      fix,
    },
  ];
}

/** Who holds a lease, for what, and for how long they have. */
export function describeHolder({ by, command, commit, since, inFlight }: LeaseRecord, nowMs: number): string {
  const age = formatDuration(Math.max(0, nowMs - Date.parse(since)));
  const at = inFlight.length === 0 ? "" : `, at work on ${listed(inFlight)}`;
  return `${by} (${command}${ofCommit(commit)}) since ${since}, ${age} ago${at}`;
}
