import { AwsCallError } from "../aws/errors.ts";
import type { WantedPool } from "../blueprint/blueprint.ts";
import { nodeConfig } from "../bootstrap/node-config.ts";
import { userDataOf } from "../bootstrap/user-data.ts";
import { CONTROL_PLANE } from "../config/cluster.ts";
import { formatDuration } from "../core/durations.ts";
import { hashOf } from "../core/hash.ts";
import { hexDigits } from "../core/random.ts";
import type { LiveNode } from "../resources/node/instances.ts";
import { lastWords } from "../resources/node/last-words.ts";
import { type Launch, runInstances, runInstancesInput, terminateInstances } from "../resources/node/launch.ts";
import { logicalId } from "../resources/resource.ts";
import { TAG } from "../resources/tags.ts";
import { registerTargets } from "../resources/target-group/calls.ts";
import type { Run } from "./context.ts";
import { TimedOut, withDeadline } from "./deadline.ts";
import { keepInitGoing } from "./init-lock.ts";
import { intentKey, type LaunchIntent } from "./intents.ts";
import { adviceFor, NodeTrouble } from "./node-trouble.ts";

/** From the call to `running`, or from the call to `terminated`. */
const INSTANCE_LIMIT_MS = 10 * 60_000;
/** Instances of one launch: EC2 takes as many as the account may have, an error then costs at most this many. */
const LARGEST_LAUNCH = 100;

export async function launchStep(
  run: Run,
  pool: WantedPool,
  zone: string,
  count: number,
  waiting: (detail: string) => void,
): Promise<void> {
  const launched: string[] = [];
  const tokens: string[] = [];
  run.launched.set(`${pool.name}/${zone}`, launched);
  while (launched.length < count) {
    const launch = launchOf(run, pool, zone, launched.length, Math.min(LARGEST_LAUNCH, count - launched.length));
    tokens.push(launch.token);
    const ids = await launchOnce(run, pool, zone, launch);
    if (ids.length === 0) throw new Error(`EC2 launched no ${launch.instanceType} in ${zone} and gave no reason`);
    launched.push(...ids);
    for (const instanceId of ids) run.emit({ code: "node/launched", instanceId, pool: pool.name, zone });
  }
  waiting(`${launched.length} to run`);
  await Promise.all(launched.map((instanceId) => untilRunning(run, instanceId)));
  // They are listed now: whoever comes next finds them without asking for the launch again.
  await Promise.all(tokens.map((token) => run.records.remove(intentKey(token))));
  if (pool.role === "control-plane") await registerStep(run, launched);
}

function launchOf(run: Run, pool: WantedPool, zone: string, number: number, count: number): Launch {
  const { launch } = pool;
  const subnet = pool.zones.find((candidate) => candidate.zone === zone)?.subnet ?? "";
  const id = logicalId("pool", `${pool.name}/${zone}`);
  const node = nodeConfig(launch.node, run.known.follow(launch.apiHost), run.known.follow(launch.caHash));
  return {
    count,
    // One token a launch: EC2 launches once for it, however often it is sent, and by whichever run.
    token: hashOf([run.cluster, id, number, hexDigits(run.aws.random, 16)], 48),
    image: launch.image.id,
    instanceType: launch.instanceType,
    subnet: run.known.follow(subnet),
    securityGroups: [run.known.follow(launch.securityGroup)],
    publicAddress: false,
    instanceProfile: run.known.follow(launch.instanceProfile),
    ...(launch.keyName === undefined ? {} : { keyName: launch.keyName }),
    userData: userDataOf(node),
    rootVolumeGiB: launch.rootVolumeGiB,
    ...(launch.kmsKeyArn === undefined ? {} : { kmsKeyArn: launch.kmsKeyArn }),
    ...(pool.spotMaxPrice === undefined ? {} : { spotMaxPrice: pool.spotMaxPrice }),
    tags: { ...pool.tags, Name: `${run.cluster.name}/${id}`, [TAG.id]: id },
  };
}

/** Writes a launch down, and then asks for it. */
async function launchOnce(run: Run, pool: WantedPool, zone: string, launch: Launch): Promise<string[]> {
  const input = runInstancesInput(launch);
  const intent: LaunchIntent = {
    schema: 1,
    token: launch.token,
    pool: pool.name,
    zone,
    market: launch.spotMaxPrice === undefined ? "on-demand" : "spot",
    count: launch.count,
    at: new Date(run.aws.clock.now()).toISOString(),
    input,
  };
  await run.records.write(intentKey(launch.token), intent);
  try {
    return await runInstances(run.aws, input);
  } catch (error) {
    // Refused is not launched: nothing is left to be seen through. After a lost answer the intent stays.
    if (error instanceof AwsCallError && !error.outcomeUnknown) await run.records.remove(intentKey(launch.token));
    throw error;
  }
}

/** Puts control-plane nodes behind the load balancer. */
export async function registerStep(run: Run, instanceIds: readonly string[]): Promise<void> {
  await registerTargets(run.aws, run.known.awsId("target-group/api"), instanceIds);
}

async function untilRunning(run: Run, instanceId: string): Promise<void> {
  const { clock } = run.aws;
  const startedAtMs = clock.now();
  const message = (): string => `${instanceId} was not running after ${formatDuration(INSTANCE_LIMIT_MS)}`;
  const node = await withDeadline(clock, run.signal, INSTANCE_LIMIT_MS, message, (signal) =>
    run.nodes.until(
      instanceId,
      (now) => (now === undefined ? clock.now() - startedAtMs > 120_000 : now.state !== "pending"),
      signal,
    ),
  );
  if (node?.state !== "running") throw new Error(`${instanceId} ended before it ran (${node?.state ?? "terminated"})`);
}

/** Waits until nodes say that they are ready: those that this run launched, and those that an earlier one left starting. */
export async function readyStep(
  run: Run,
  pool: string,
  zone: string,
  earlier: readonly LiveNode[],
  waiting: (detail: string) => void,
): Promise<void> {
  const ids = [...earlier.map((node) => node.instanceId), ...(run.launched.get(`${pool}/${zone}`) ?? [])];
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
