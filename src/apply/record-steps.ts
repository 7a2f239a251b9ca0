import { RECORD, type WantedRecord } from "../blueprint/records.ts";
import { formatDuration } from "../core/durations.ts";
import { hexDigits } from "../core/random.ts";
import type { Run } from "./context.ts";
import { lookUntil } from "./deadline.ts";

/** A snapshot of 336 MB takes 11 s, and is begun in the agent's next turn (reference/bootstrap-agent.md §7). */
const SNAPSHOT_LIMIT_MS = 15 * 60_000;

/** Writes a record, after what it names: whoever reads it finds the rest. */
export async function writeStep({ records }: Run, { key, value, files }: WantedRecord): Promise<void> {
  for (const { key: name, content, contentType } of files)
    await records.writeFile(name, typeof content === "string" ? content : content(), contentType);
  await records.write(key, value);
}

/** Asks the control plane for a snapshot of etcd, and waits until it is in the bucket. */
export async function snapshotStep({ aws, records, signal }: Run, waiting: (detail: string) => void): Promise<void> {
  const { clock, random } = aws;
  const id = hexDigits(random, 16);
  await records.write(RECORD.snapshotRequest, { id });
  waiting("the control plane to write it to the bucket");
  const message = (): string =>
    `the control plane wrote no snapshot of etcd in ${formatDuration(SNAPSHOT_LIMIT_MS)}; without one no control-plane node is replaced`;
  await lookUntil(clock, signal, SNAPSHOT_LIMIT_MS, message, async () => {
    const status = await records.read<{ request?: string }>(RECORD.snapshotStatus);
    return status?.value.request === id;
  });
}
