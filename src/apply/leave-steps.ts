import { CONTROL_PLANE } from "../config/cluster.ts";
import { formatDuration } from "../core/durations.ts";
import { isDrainLate } from "../core/phases.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { nodesById } from "../resources/node/instances.ts";
import { lastWords } from "../resources/node/last-words.ts";
import { terminateInstances } from "../resources/node/launch.ts";
import { tagEc2, takeTags } from "../resources/tagging.ts";
import { TAG } from "../resources/tags.ts";
import { deregisterTargets, targetsOf } from "../resources/target-group/calls.ts";
import type { Run } from "./context.ts";
import { lookUntil, TimedOut, withDeadline } from "./deadline.ts";
import { INSTANCE_LIMIT_MS } from "./launch-steps.ts";
import { NodeTrouble } from "./node-trouble.ts";

/** The load balancer lets go of a target after 30 s (blueprint/load-balancing.ts); AWS takes its time to say so. */
const DEREGISTER_LIMIT_MS = 5 * 60_000;
/** A control plane's agent that is gone is replaced in up to 80 s, and each of its turns takes up to 20 s. */
const AGENT_SLACK_MS = 4 * 60_000;

/**
 * Takes one node out: out of the load balancer first, since an API server without its member of etcd still answers, late;
 * then the control plane's agent drains it, takes its member out of etcd and deletes its Node; then it is terminated.
 */
export async function leaveStep(
  run: Run,
  node: LiveNode,
  atOnce: boolean,
  drainTimeoutMs: number,
  waiting: (detail: string) => void,
): Promise<void> {
  if (node.pool === CONTROL_PLANE) await outOfLoadBalancer(run, node.instanceId, waiting);
  if (!atOnce || (await hasJoinedSince(run, node))) await outOfCluster(run, node, drainTimeoutMs, waiting);
  await terminateStep(run, [node], waiting);
  run.emit({ code: "node/removed", instanceId: node.instanceId, pool: node.pool, zone: node.zone });
}

/** Whether a node is in the cluster by now that was not when the plan was made: pods may run on it. */
async function hasJoinedSince({ aws }: Run, { instanceId, phase }: LiveNode): Promise<boolean> {
  const [now] = await nodesById(aws, [instanceId]);
  const name = now?.phase.name;
  return now?.state === "running" && name !== phase.name && (name === "joined" || name === "ready");
}

async function outOfLoadBalancer(run: Run, instanceId: string, waiting: (detail: string) => void): Promise<void> {
  const group = run.known.awsId("target-group/api");
  await deregisterTargets(run.aws, group, [instanceId]);
  waiting("the load balancer to let go of it");
  const message = (): string => `the load balancer held ${instanceId} for ${formatDuration(DEREGISTER_LIMIT_MS)}`;
  await lookUntil(run.aws.clock, run.signal, DEREGISTER_LIMIT_MS, message, async () => {
    const target = (await targetsOf(run.aws, group)).find((one) => one.instanceId === instanceId);
    return target === undefined || target.state === "unused";
  });
}

async function outOfCluster(
  run: Run,
  { instanceId, pool, zone }: LiveNode,
  drainTimeoutMs: number,
  waiting: (detail: string) => void,
): Promise<void> {
  const { clock } = run.aws;
  const deadline = new Date(clock.now() + drainTimeoutMs).toISOString().slice(0, 19);
  await tagEc2(run.aws, [instanceId], { [TAG.leave]: `${deadline}Z` });
  let last: LiveNode | undefined;
  const look = (now: LiveNode | undefined): boolean => {
    if (now === undefined || now.state === "shutting-down" || now.phase.name === "left") return true;
    const said = `${now.phase.name} ${now.phase.detail}`;
    if (last === undefined || said !== `${last.phase.name} ${last.phase.detail}`) {
      // What it said before it was asked is no news.
      if (now.phase.name !== "ready")
        run.emit({ code: "node/phase", instanceId, pool, zone, phase: now.phase.name ?? "", detail: now.phase.detail });
      waiting(now.phase.name === "draining" ? `draining ${now.phase.detail}`.trim() : "to begin draining");
    }
    last = now;
    return isDrainLate(now.phase);
  };
  const limitMs = drainTimeoutMs + AGENT_SLACK_MS;
  const silence = (): string =>
    `${instanceId} was asked to leave, and after ${formatDuration(limitMs)} no agent of the control plane had taken it out`;
  try {
    const node = await withDeadline(clock, run.signal, limitMs, silence, (signal) =>
      run.nodes.until(instanceId, look, signal),
    );
    if (node === undefined || !isDrainLate(node.phase)) return;
    throw new TimedOut(`${instanceId} did not leave in ${formatDuration(drainTimeoutMs)}: ${node.phase.detail}`);
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error;
    throw new NodeTrouble(error.message, AFTER_DRAIN, await lastWords(run.aws, run.cluster, instanceId));
  }
}

const AFTER_DRAIN =
  "it stays cordoned, and goes as soon as its pods may: mend the budget or the pods that it names and run the same again. Taking the change back and applying lets it stay";

/** Lets nodes stay that an earlier run asked to leave: the agent uncordons them. */
export async function recallStep(run: Run, nodes: readonly LiveNode[]): Promise<void> {
  await takeTags(
    run.aws,
    nodes.map(({ instanceId }) => instanceId),
    [TAG.leave],
  );
}

/** Terminates instances and waits until they are gone: until then they hold their subnets and groups. */
export async function terminateStep(
  run: Run,
  nodes: readonly LiveNode[],
  waiting: (detail: string) => void,
): Promise<void> {
  const ids = nodes.filter((node) => node.state !== "shutting-down").map((node) => node.instanceId);
  await terminateInstances(run.aws, ids);
  waiting(`${nodes.length} to be gone`);
  const message = (): string => `instances were not gone after ${formatDuration(INSTANCE_LIMIT_MS)}`;
  await withDeadline(run.aws.clock, run.signal, INSTANCE_LIMIT_MS, message, (signal) =>
    Promise.all(nodes.map((node) => run.nodes.until(node.instanceId, (now) => now === undefined, signal))),
  );
}
