import { CONTROL_PLANE } from "../config/cluster.ts";
import { formatDuration } from "../core/durations.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { lastWords } from "../resources/node/last-words.ts";
import type { Tags } from "../resources/resource.ts";
import { tagEc2, takeTags } from "../resources/tagging.ts";
import { targetsOf } from "../resources/target-group/calls.ts";
import type { Run } from "./context.ts";
import { lookUntil, TimedOut, withDeadline } from "./deadline.ts";
import { keepInitGoing } from "./init-lock.ts";
import { adviceFor, NodeTrouble } from "./node-trouble.ts";
import { Waiting } from "./scheduler.ts";

/** From ready to healthy behind the load balancer: up to five minutes were seen (reference/aws.md §1). */
const HEALTHY_LIMIT_MS = 10 * 60_000;

/** Which nodes are waited for. */
export interface ReadyOrder {
  pool: string;
  zone: string;
  /** Those that an earlier run left starting. */
  nodes: readonly LiveNode[];
  /** The launch step of this run whose nodes they are. */
  launch?: string;
  /** They must also be healthy behind the load balancer. */
  inService: boolean;
}

/** Waits until nodes say that they are ready. Throws Waiting when they are, and more were wanted than AWS had. */
export async function readyStep(run: Run, order: ReadyOrder, waiting: (detail: string) => void): Promise<void> {
  const launched = order.launch === undefined ? undefined : run.launched.get(order.launch);
  const ids = [...order.nodes.map((node) => node.instanceId), ...(launched?.instanceIds ?? [])];
  await untilAllReady(run, order, ids, waiting);
  if (order.inService) await untilHealthy(run, ids, waiting);
  if (launched?.shortage !== undefined) throw new Waiting(launched.shortage);
}

async function untilAllReady(
  run: Run,
  { pool, zone }: ReadyOrder,
  ids: readonly string[],
  waiting: (detail: string) => void,
): Promise<void> {
  const phases = new Map<string, string>();
  const tell = (): void => {
    const counts = new Map<string, number>();
    for (const phase of phases.values()) counts.set(phase, (counts.get(phase) ?? 0) + 1);
    waiting([...counts].map(([phase, count]) => `${count} ${phase}`).join(", "));
  };
  const all = new AbortController();
  const isWaiting = (): boolean => [...phases.values()].includes("waiting");
  const init = pool === CONTROL_PLANE ? keepInitGoing(run, isWaiting, all.signal) : Promise.resolve();
  init.catch(() => {}); // ends by being aborted; where AWS refuses, the nodes' own time limit tells
  try {
    await Promise.all(
      ids.map((instanceId) =>
        untilReady(run, instanceId, pool, zone, (phase) => {
          phases.set(instanceId, phase);
          tell();
        }),
      ),
    );
  } finally {
    all.abort();
  }
}

/** A control-plane node is in service when the load balancer finds its API server, and with it its etcd, healthy. */
async function untilHealthy(run: Run, ids: readonly string[], waiting: (detail: string) => void): Promise<void> {
  const group = run.known.awsId("target-group/api");
  waiting("the load balancer to find it healthy");
  const message = (): string =>
    `${ids.join(", ")} ${ids.length === 1 ? "was" : "were"} not healthy behind the load balancer after ${formatDuration(HEALTHY_LIMIT_MS)}`;
  await lookUntil(run.aws.clock, run.signal, HEALTHY_LIMIT_MS, message, async () => {
    const targets = await targetsOf(run.aws, group);
    const healthy = new Set(targets.flatMap(({ instanceId, state }) => (state === "healthy" ? [instanceId] : [])));
    return ids.every((id) => healthy.has(id));
  });
}

async function untilReady(
  run: Run,
  instanceId: string,
  pool: string,
  zone: string,
  seen: (phase: string) => void,
): Promise<void> {
  const { clock } = run.aws;
  const startedAtMs = clock.now();
  let last: LiveNode | undefined;
  const look = (node: LiveNode | undefined): boolean => {
    if (node === undefined) return last !== undefined || clock.now() - startedAtMs > 120_000;
    const phase = node.phase.name ?? "booting";
    if (last === undefined || (last.phase.name ?? "booting") !== phase) {
      run.emit({ code: "node/phase", instanceId, pool, zone, phase, detail: node.phase.detail });
      seen(phase);
    }
    last = node;
    return phase === "ready" || node.state === "shutting-down" || node.state === "stopped";
  };
  const limit = `${instanceId} was not ready after ${formatDuration(run.nodeTimeoutMs)}`;
  try {
    const node = await withDeadline(
      clock,
      run.signal,
      run.nodeTimeoutMs,
      () => `${limit}; it ${said(last)}`,
      (signal) => run.nodes.until(instanceId, look, signal),
    );
    if (node?.phase.name === "ready") return;
    const what = node === undefined ? "was terminated before it was ready" : `is ${node.state} and was never ready`;
    throw new TimedOut(`${instanceId} ${what}`);
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error;
    const log = await lastWords(run.aws, run.cluster, instanceId);
    throw new NodeTrouble(error.message, adviceFor(last), log);
  }
}

function said(node: LiveNode | undefined): string {
  const phase = node?.phase;
  if (phase?.name === undefined) return "has not said anything yet";
  return `is at "${phase.name}"${phase.detail === "" ? "" : `: ${phase.detail}`}`;
}

/** Gives nodes, and the volumes and interfaces that go with them, other tags. */
export async function tagNodesStep(
  run: Run,
  nodes: readonly LiveNode[],
  tags: Tags,
  untag: readonly string[],
): Promise<void> {
  const ids = nodes.flatMap(({ instanceId, parts }) => [instanceId, ...parts]);
  await tagEc2(run.aws, ids, tags);
  await takeTags(run.aws, ids, untag);
}
