import { AGENT_FILES } from "../bootstrap/agent-files.generated.ts";
import { labelsOf, taintsOf } from "../bootstrap/node-config.ts";
import { type Cluster, poolsOf, type Taint } from "../config/cluster.ts";
import { hashOf } from "../core/hash.ts";
import type { BlueprintFacts } from "./draft.ts";

/** A record that the control plane's agents read, and what it names. Written before the first node is launched. */
export interface WantedRecord {
  key: string;
  value: object;
  /** Objects that it names by their hash; they are written before it. */
  files: readonly RecordFile[];
  /** What is in it, for people; absent: its fields tell. */
  summary?: string;
  /** Only made: what agents or later runs have written since is theirs. */
  isInitial?: true;
}

export interface RecordFile {
  key: string;
  /** A function where making it takes long: it is called when the file is written. */
  content: string | (() => Uint8Array);
  contentType: string;
}

/** The record `pools.json`: what the leader keeps on the nodes of each pool, those that a kubelet may not set included. */
export interface PoolsRecord {
  pools: Readonly<Record<string, { labels: Readonly<Record<string, string>>; taints: readonly Taint[] }>>;
}

export const RECORD = {
  agent: "agent.json",
  pools: "pools.json",
  packs: "packs.json",
  snapshotRequest: "snapshot-request.json",
  snapshotStatus: "snapshot-status.json",
} as const;

/** Where a bundle of packs lies. */
export function bundleKey(sha256: string): string {
  return `packs/${sha256}.json.gz`;
}

/** Taints are a set: another order in the file changes nothing. */
function sorted(taints: readonly Taint[]): Taint[] {
  const key = (taint: Taint): string => `${taint.key} ${taint.effect}`;
  return [...taints].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The records that nodes read. An empty one says as much as none, but S3 answers 403 and not 404 for one that is not there. */
export function recordsOf(cluster: Cluster, facts: BlueprintFacts): WantedRecord[] {
  const loop = AGENT_FILES["loop.py"];
  const hash = hashOf(loop);
  const pools: PoolsRecord = {
    pools: Object.fromEntries(
      poolsOf(cluster).map((pool) => [pool.name, { labels: labelsOf(pool), taints: sorted(taintsOf(pool)) }]),
    ),
  };
  const { packs } = facts;
  return [
    {
      key: RECORD.agent,
      value: { loop: hash },
      files: [{ key: `agent/${hash}.py`, content: loop, contentType: "text/x-python" }],
    },
    { key: RECORD.pools, value: pools, files: [] },
    packs === undefined
      ? { key: RECORD.packs, value: {}, files: [] }
      : {
          key: RECORD.packs,
          value: { bundle: packs.sha256 },
          files: [{ key: bundleKey(packs.sha256), content: () => packs.gz, contentType: "application/gzip" }],
          summary: packs.packs.map(({ name, version }) => `${name} ${version}`).join(", "),
        },
    { key: RECORD.snapshotRequest, value: {}, files: [], isInitial: true },
    { key: RECORD.snapshotStatus, value: {}, files: [], isInitial: true },
  ];
}
