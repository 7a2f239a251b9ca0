import type { Image, WantedPool } from "../blueprint/blueprint.ts";
import type { WantedRecord } from "../blueprint/records.ts";
import type { Finding } from "../core/findings.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import type { FieldChange, Kind, Live, LogicalId, Tags, Wanted } from "../resources/resource.ts";
import type { CapacityRow } from "./capacity.ts";
import type { Cost, CostDifference } from "./cost.ts";
import type { PackDiff } from "./pack-diff.ts";
import type { Requirements } from "./requirements.ts";
import type { Topology } from "./topology.ts";

export type Action = "create" | "update" | "replace" | "delete" | "scale" | "roll";

/** Who notices while it happens: nobody, workloads that are moved around, or everybody. */
export type Disruption = "none" | "rolling" | "outage";

/** One thing that an apply would do, as its reviewer sees it. */
export interface Change {
  /** The logical id of what changes; `pool/<pool>/<zone>` for nodes. */
  id: LogicalId;
  /** What it is, for people: `NAT gateway us-east-1a`. */
  title: string;
  action: Action;
  /** What it will be like, in a few words: `10.0.0.0/16`, `2 × m6i.large`. */
  summary: string;
  fields: readonly FieldChange[];
  /** Nodes that come or go. */
  count?: number;
  /** Nodes that go, in the order in which they go, and why. */
  nodes?: readonly NodeChange[];
  /** What it makes of the costs; absent where it changes nothing that costs by the hour, or nobody asked. */
  cost?: CostDifference;
  why: string;
  disruption: Disruption;
  /** Something is lost that applying again would not bring back. */
  destructive: boolean;
  /** Ids of the changes that come first. */
  needs: readonly string[];
  /**
   * Hash of what becomes of it. It holds no AWS ids and nothing of the state before, so that a change that was approved
   * is still the same change after half of it was done.
   */
  hash: string;
  /** Hashes of weaker changes that come about when this one is half done: whoever approved this approved them. */
  covers: readonly string[];
  /** What has to be confirmed before it is done: `prod/gpu`. */
  confirm?: string;
  /** Ids of the steps that carry it out. */
  steps: readonly string[];
}

/** A node that goes: its place is taken by a new one, or nobody's. */
export interface NodeChange {
  instanceId: string;
  zone: string;
  why: string;
  isReplaced: boolean;
}

/** What a step does. */
export type Work =
  | { do: "create"; wanted: Wanted }
  | { do: "update"; wanted: Wanted; live: Live; fields: readonly string[]; tags: Tags; untag: readonly string[] }
  | { do: "remove"; live: Live }
  /** Waits until something that was created, now or by an earlier run, can be used. */
  | { do: "settle"; kind: Kind; id: LogicalId }
  | { do: "write"; record: WantedRecord }
  /** So many of them may go to the pool's other zones, where this one has no capacity. */
  | { do: "launch"; pool: WantedPool; zone: string; count: number; elsewhere: number }
  | { do: "register"; instanceIds: readonly string[] }
  /** Waits for nodes to say that they are ready: these, and those of a launch step. */
  | { do: "ready"; pool: string; zone: string; nodes: readonly LiveNode[]; launch?: string; inService: boolean }
  /** Takes a node out of the load balancer and the cluster, and terminates it; at once: without the cluster's knowing. */
  | { do: "leave"; node: LiveNode; atOnce: boolean; drainTimeoutMs: number }
  /** Takes back that nodes were asked to leave. */
  | { do: "recall"; nodes: readonly LiveNode[] }
  /** Has etcd saved to the bucket. */
  | { do: "snapshot" }
  | { do: "tag-nodes"; nodes: readonly LiveNode[]; tags: Tags; untag: readonly string[] }
  /** Nodes of a cluster that is being deleted: nobody has to be asked. */
  | { do: "terminate"; nodes: readonly LiveNode[] };

/** One step of carrying a plan out. Steps whose needs are met run side by side. */
export interface Step {
  id: string;
  title: string;
  work: Work;
  /** Ids of the steps that must be done first. */
  needs: readonly string[];
  /** Ids of steps that must have ended well, or be waiting for capacity or a price. */
  after?: readonly string[];
  /** Steps that stand or fall together: once one has failed, none of the others is begun. */
  group?: string;
}

/** What would happen to one cluster, and what there is to say about it. */
export interface Plan {
  cluster: string;
  region: string;
  accountId: string;
  changes: readonly Change[];
  findings: readonly Finding[];
  steps: readonly Step[];
  /** What every resource and pool is to become, as hashes: the same for as long as the file asks for the same. */
  wanted: Readonly<Record<string, string>>;
  /** What it takes of the account. */
  requires: Requirements;
  /** That, held against what the account has; absent before that was read, and where nothing is taken. */
  capacity?: readonly CapacityRow[];
  /** What the cluster costs before and after; absent where that was not asked. */
  cost?: Cost;
  /** What becomes of the packs' values and objects, where something does and what they are now is known. */
  packs?: PackDiff;
  /** Each pool's size, and the image of its nodes. */
  pools: Readonly<Record<string, { size: number; image: Image }>>;
  /** What the cluster looks like afterwards; absent where there is nothing left of it. */
  topology?: Topology;
  /** Hash over all changes: two plans with one fingerprint do the same. */
  fingerprint: string;
}
