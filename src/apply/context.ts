import type { Aws } from "../aws/clients.ts";
import type { Emit } from "../core/events.ts";
import type { ClusterIdentity } from "../core/names.ts";
import { findInstances, type LiveNode, nodesById } from "../resources/node/instances.ts";
import type { RecordStore } from "../resources/records/store.ts";
import { callsOf } from "../resources/registry.ts";
import type { Kind, Status } from "../resources/resource.ts";
import type { Known } from "./known.ts";
import type { Launched } from "./launch-steps.ts";
import { Poller } from "./poller.ts";

/** What carrying out a plan works with. */
export interface ApplyContext {
  aws: Aws;
  cluster: ClusterIdentity;
  emit: Emit;
  /** Aborted: start nothing more, stop waiting. */
  signal: AbortSignal;
  /** How long nodes may take to become ready. */
  nodeTimeoutMs: number;
  /** Where launches are written down before they are asked for. */
  records: RecordStore;
  /** Told how to find out what the run is at. */
  working?: (describe: () => readonly string[]) => void;
}

/** The state of one apply: what is known, who is waited for. */
export interface Run extends ApplyContext {
  known: Known;
  /** What came of each launch step, by its id. */
  launched: Map<string, Launched>;
  statusOf(kind: Kind): Poller<{ status: Status; detail?: string }>;
  nodes: Poller<LiveNode>;
}

/** Short enough to add next to nothing to what AWS takes, long enough to leave its buckets alone. */
const LOOK_INTERVAL_MS = 3000;
/** EC2 takes 200 values in a filter (EC2 API, query requests); for more, all of the cluster's are asked for. */
const MOST_IDS = 200;

export function startRun(context: ApplyContext, known: Known): Run {
  const { aws } = context;
  const { clock, random } = aws;
  const pollers = new Map<Kind, Poller<{ status: Status; detail?: string }>>();
  return {
    ...context,
    known,
    launched: new Map(),
    statusOf(kind) {
      let poller = pollers.get(kind);
      if (poller === undefined) {
        const read = callsOf(kind).status;
        poller = new Poller({
          read: (ids) => (read === undefined ? Promise.resolve(new Map()) : read(aws, ids)),
          clock,
          random,
          intervalMs: LOOK_INTERVAL_MS,
        });
        pollers.set(kind, poller);
      }
      return poller;
    },
    nodes: new Poller({
      read: async (ids) => {
        const nodes =
          ids.length > MOST_IDS ? (await findInstances(aws, context.cluster)).nodes : await nodesById(aws, ids);
        return new Map(nodes.map((node) => [node.instanceId, node]));
      },
      clock,
      random,
      intervalMs: LOOK_INTERVAL_MS,
    }),
  };
}
