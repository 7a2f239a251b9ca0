import type { ApprovedChange } from "../commands/approval.ts";
import type { ReportedCluster } from "../commands/results.ts";
import type { Change } from "../plan/change.ts";

/** What a plan's check run says may be done, once its pull request is merged. */
export interface ApprovalRecord {
  pull: number;
  headSha: string;
  /** By `clusterKey`. */
  clusters: ReadonlyMap<string, readonly ApprovedChange[]>;
}

/** What a cluster is, for whoever writes or reads an approval: two of one name in two regions are two. */
export function clusterKey({
  accountId,
  region,
  name,
}: Pick<ReportedCluster, "accountId" | "region" | "name">): string {
  return `${accountId}/${region}/${name}`;
}

/** GitHub's limit for a check run's text is 65,535; the rest of it is for what stands around. */
const MOST_BYTES = 60_000;
const INTRODUCTION =
  "What was planned, for the apply to compare with. It is read from here alone, and only from a check run of the right App.";

/** A change as it is written: its id, its hash, its needs as places in the list, to keep it short, and the hashes of what it covers. */
type Row = readonly [id: string, hash: string, needs: readonly (number | string)[], ...covers: string[]];

interface Written {
  slipway: "approval";
  schema: 1;
  pull: number;
  head: string;
  part: number;
  parts: number;
  clusters: Record<string, Row[]>;
}

/** The texts of the check runs that hold the record; more than one where there is much to hold. */
export function recordTexts(
  { pull, headSha }: { pull: number; headSha: string },
  clusters: readonly ReportedCluster[],
): string[] {
  const rows = clusters.flatMap((cluster) =>
    cluster.plan === undefined || cluster.result !== "planned"
      ? []
      : rowsOf(cluster.plan.changes).map((row) => ({ key: clusterKey(cluster), row })),
  );
  const parts: Record<string, Row[]>[] = [{}];
  let bytes = 0;
  for (const { key, row } of rows) {
    const size = Buffer.byteLength(JSON.stringify(row)) + 1;
    const part = parts.at(-1) ?? {};
    const more = size + (part[key] === undefined ? Buffer.byteLength(key) + 6 : 0);
    const fits = bytes === 0 || bytes + more <= MOST_BYTES;
    const target = fits ? part : {};
    if (!fits) parts.push(target);
    bytes = fits ? bytes + more : size + Buffer.byteLength(key) + 6;
    target[key] = [...(target[key] ?? []), row];
  }
  return parts.map((held, index) => {
    const written: Written = {
      slipway: "approval",
      schema: 1,
      pull,
      head: headSha,
      part: index + 1,
      parts: parts.length,
      clusters: held,
    };
    return `${INTRODUCTION}\n\n\`\`\`json\n${JSON.stringify(written)}\n\`\`\``;
  });
}

function rowsOf(changes: readonly Pick<Change, "id" | "hash" | "needs" | "covers">[]): Row[] {
  const places = new Map(changes.map(({ id }, index) => [id, index]));
  return changes.map(({ id, hash, needs, covers }) => [
    id,
    hash,
    needs.map((need) => places.get(need) ?? need),
    ...covers,
  ]);
}

/**
 * The record in the texts of a run's check runs, in any order; undefined where a part is missing or is not what this
 * wrote: what can't be read approves nothing.
 */
export function recordIn(texts: readonly string[]): ApprovalRecord | undefined {
  const parts = texts.flatMap((text) => written(text) ?? []).sort((a, b) => a.part - b.part);
  const [first] = parts;
  if (first === undefined || parts.length !== first.parts) return undefined;
  const isOne = parts.every(
    ({ part, parts: all, pull, head }, index) =>
      part === index + 1 && all === first.parts && pull === first.pull && head === first.head,
  );
  if (!isOne) return undefined;
  const rows = new Map<string, Row[]>();
  for (const { clusters } of parts)
    for (const [key, more] of Object.entries(clusters)) rows.set(key, [...(rows.get(key) ?? []), ...more]);
  const clusters = new Map([...rows].map(([key, all]) => [key, all.flatMap((row) => changesOf(row, all))]));
  return { pull: first.pull, headSha: first.head, clusters };
}

/** The change itself, and the weaker ones that come about when it is half done. */
function changesOf([, hash, needs, ...covers]: Row, all: readonly Row[]): ApprovedChange[] {
  const ids = needs.map((need) => (typeof need === "number" ? (all[need]?.[0] ?? `#${need}`) : need));
  return [hash, ...covers].map((one) => ({ hash: one, needs: ids }));
}

function written(text: string): Written | undefined {
  const json = /```json\r?\n([^\r\n]*)\r?\n```/.exec(text)?.[1];
  try {
    const value = JSON.parse(json ?? "") as Partial<Written>;
    const isOurs = value.slipway === "approval" && value.schema === 1 && isCount(value.part) && isCount(value.parts);
    return isOurs && isRows(value.clusters) ? (value as Written) : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

function isRows(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).every(
    (rows) =>
      Array.isArray(rows) &&
      rows.every(
        (row) =>
          Array.isArray(row) && typeof row[0] === "string" && typeof row[1] === "string" && Array.isArray(row[2]),
      ),
  );
}
