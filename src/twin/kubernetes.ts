import type { PhaseName } from "../core/phases.ts";
import { hexDigits } from "../core/random.ts";
import { bundleOf, loopTrouble, type NodeData, nodeDataOf } from "./node-data.ts";
import type { Instance } from "./records.ts";
import type { World } from "./world.ts";

/** A pod that a test has put into a cluster. Those of the packs are not listed one by one. */
export interface Pod {
  namespace: string;
  name: string;
  /** What its budget goes by, and what makes it anew elsewhere. */
  app: string;
  /** The instance that it runs on; undefined: nowhere. */
  on: string | undefined;
}

/** A PodDisruptionBudget. */
export interface Budget {
  namespace: string;
  name: string;
  app: string;
  minAvailable: number;
}

/** A Node object, named after its instance. */
export interface KubernetesNode {
  joinedAtMs: number;
  isCordoned: boolean;
  /** It has asked to leave by itself: EC2 takes its instance back. */
  isInterrupted?: true;
  /** Since when its kubelet has not been heard. */
  silentSinceMs: number | undefined;
}

/** Kubernetes on one cluster's instances: what is in etcd, and what its agents are at. */
export interface Kubernetes {
  /** Instances that are members of etcd. It answers while more than half of them run. */
  readonly members: Set<string>;
  /** etcd takes one new member at a time (bootstrap.md §2). */
  joiningUntilMs: number;
  readonly nodes: Map<string, KubernetesNode>;
  readonly pods: Pod[];
  readonly budgets: Budget[];
  /** Instances that run and whose kubelet does not, by a test's plan. */
  readonly silenced: Set<string>;
  /** The one agent that works, and when it was last there. */
  leader: { id: string; seenAtMs: number } | undefined;
  /** What is applied: the bundle's hash, and what it holds that nodes wait for. */
  packs: { hash: string; worksAtMs: number; hasCloudController: boolean; hasNetwork: boolean } | undefined;
}

/** An agent's turn takes 10 to 20 s (bootstrap-agent.md §2). */
const TURN_SECONDS: [number, number] = [10, 20];
/** A leader that is not heard of for so long is replaced (bootstrap-agent.md §2). */
const LEADER_GONE_MS = 60_000;
/** Not Ready for so long is `unready` (bootstrap-agent.md §4). */
const UNREADY_MS = 120_000;
/** The node lifecycle controller's grace (kube-controller-manager, --node-monitor-grace-period). */
const SILENT_MS = 50_000;

export function kubernetesOf(world: World, cluster: string): Kubernetes {
  let found = world.kubernetes.get(cluster);
  if (found === undefined) {
    found = {
      members: new Set(),
      joiningUntilMs: 0,
      nodes: new Map(),
      pods: [],
      budgets: [],
      silenced: new Set(),
      leader: undefined,
      packs: undefined,
    };
    world.kubernetes.set(cluster, found);
  }
  return found;
}

/** Whether etcd can write: more than half of its members run. */
export function hasQuorum(world: World, { members }: Kubernetes): boolean {
  const alive = [...members].filter((id) => isRunning(world, id)).length;
  return alive > members.size / 2;
}

/** Writes the phase as an agent does: its name, the time, a detail. It is on the serial console as well. */
export function tell(world: World, instance: Instance, phase: PhaseName, detail = ""): void {
  const time = `${new Date(world.now()).toISOString().slice(11, 19)}Z`;
  const said = `${phase} ${time} ${detail}`.trim();
  instance.tags["slipway:phase"] = said.slice(0, 255);
  instance.console += `slipway: ${said}\r\n`;
  if (phase !== "error") return;
  const log = JSON.stringify({ at: Math.round(world.now() / 1000), log: instance.console.slice(-3500) });
  putParameter(world, instance, `errors/${instance.id}`, log, "String");
}

/** What an instance's agent writes to Parameter Store, below its cluster's path. */
export function putParameter(
  world: World,
  instance: Instance,
  name: string,
  value: string,
  type: "String" | "SecureString",
): void {
  const id = `/slipway/${clusterName(instance)}/${name}`;
  const keyId = type === "SecureString" ? "alias/aws/ssm" : undefined;
  const version = (world.parameters.get(id)?.version ?? 0) + 1;
  world.parameters.set(id, {
    ...world.birth(id, {}),
    visibleAtMs: 0,
    value,
    type,
    keyId,
    version,
    writtenBy: instance.id,
  });
}

export function parameter(world: World, instance: Instance, name: string): string | undefined {
  return world.parameters.get(`/slipway/${clusterName(instance)}/${name}`)?.value;
}

function clusterName(instance: Instance): string {
  return instance.tags["slipway:cluster"] ?? "";
}

/** A node is in the cluster now; the first one's agent begins to work in turns. */
export function addNode(world: World, instance: Instance): void {
  const name = clusterName(instance);
  const kubernetes = kubernetesOf(world, name);
  const isFirst = kubernetes.nodes.size === 0;
  kubernetes.nodes.set(instance.id, { joinedAtMs: world.now(), isCordoned: false, silentSinceMs: undefined });
  if (instance.tags["slipway:role"] === "control-plane") kubernetes.members.add(instance.id);
  if (isFirst) nextTurn(world, name);
}

function nextTurn(world: World, name: string): void {
  world.afterInAny(world.seconds(...TURN_SECONDS), (there) => {
    const kubernetes = kubernetesOf(there, name);
    if (![...kubernetes.nodes.keys()].some((id) => isAlive(there, id))) {
      there.kubernetes.delete(name); // what was in etcd is gone with the disks
      return;
    }
    turn(there, kubernetes);
    nextTurn(there, name);
  });
}

/** One turn of the agent that leads. Without etcd's quorum there is no Lease to lead by, and nothing is done. */
function turn(world: World, kubernetes: Kubernetes): void {
  hear(world, kubernetes);
  if (!hasQuorum(world, kubernetes)) return;
  const leader = leaderOf(world, kubernetes);
  const node = leader === undefined ? undefined : nodeDataOf(leader);
  if (leader === undefined || node === undefined || loopTrouble(world, node) !== undefined) return;
  const token = { token: "abcdef.0123456789abcdef", expires: world.now() / 1000 + 2700 };
  putParameter(world, leader, "join", JSON.stringify(token), "SecureString");
  collectGone(world, kubernetes);
  applyPacks(world, node, kubernetes);
  leave(world, kubernetes, node.cluster);
  saveEtcd(world, node);
  sayReady(world, kubernetes);
}

function hear(world: World, { nodes, silenced }: Kubernetes): void {
  for (const [id, node] of nodes) {
    if (isRunning(world, id) && !silenced.has(id)) node.silentSinceMs = undefined;
    else node.silentSinceMs ??= world.now();
  }
}

function leaderOf(world: World, kubernetes: Kubernetes): Instance | undefined {
  const { leader, members } = kubernetes;
  const now = world.now();
  if (leader !== undefined && isRunning(world, leader.id) && members.has(leader.id)) leader.seenAtMs = now;
  else if (leader === undefined || now - leader.seenAtMs >= LEADER_GONE_MS) {
    const next = [...members].find((id) => isRunning(world, id));
    kubernetes.leader = next === undefined ? undefined : { id: next, seenAtMs: now };
  }
  const id = kubernetes.leader?.id ?? "";
  return isRunning(world, id) ? world.instances.get(id) : undefined;
}

/** Members and Nodes whose instance is gone are removed, as long as the others are a majority (bootstrap.md §1, 8). */
function collectGone(world: World, kubernetes: Kubernetes): void {
  for (const id of kubernetes.members)
    if (!isAlive(world, id) && hasQuorum(world, kubernetes)) kubernetes.members.delete(id);
  for (const id of kubernetes.nodes.keys()) {
    if (isAlive(world, id)) continue;
    kubernetes.nodes.delete(id);
    for (const pod of kubernetes.pods) if (pod.on === id) move(world, kubernetes, pod);
  }
}

/** A bundle takes seconds to apply, and some more until its pods work (bootstrap-agent.md §6). */
function applyPacks(world: World, node: NodeData, kubernetes: Kubernetes): void {
  const bundle = bundleOf(world, node, kubernetes.packs?.hash);
  if (bundle === undefined || kubernetes.packs?.hash === bundle.hash) return;
  const { text } = bundle;
  kubernetes.packs = {
    hash: bundle.hash,
    worksAtMs: world.now() + world.seconds(15, 30),
    // A bundle that nobody has read was written for a cluster that runs on it.
    hasCloudController: text === undefined || /"image":"[^"]*cloud-controller-manager:v/.test(text),
    hasNetwork: text === undefined || /"image":"[^"]*(calico\/node|cilium\/cilium):v/.test(text),
  };
}

/**
 * `ready`: the kubelet is heard, the cloud controller has taken the start-up taint away, and the network works on it
 * (bootstrap-agent.md §4). A kubelet alone makes no Node Ready.
 */
function sayReady(world: World, kubernetes: Kubernetes): void {
  const { packs } = kubernetes;
  const works = packs?.hasCloudController === true && packs.hasNetwork && world.now() >= packs.worksAtMs;
  for (const [id, node] of kubernetes.nodes) {
    const instance = world.instances.get(id);
    if (instance === undefined || node.isCordoned || instance.tags["slipway:leave"] !== undefined) continue;
    const phase = instance.tags["slipway:phase"]?.split(" ")[0] ?? "";
    if (node.silentSinceMs !== undefined) {
      const silentMs = world.now() - node.silentSinceMs;
      if (silentMs >= SILENT_MS + UNREADY_MS && phase !== "unready") {
        tell(world, instance, "unready", `since ${new Date(node.silentSinceMs).toISOString().slice(0, 16)}Z`);
      }
    } else if (
      works &&
      world.now() - node.joinedAtMs >= 10_000 &&
      ["joined", "unready", "draining", "error"].includes(phase)
    ) {
      tell(world, instance, "ready");
    }
  }
}

/** Takes out the nodes that are asked to leave: cordon, evict within the budgets, etcd member, Node (bootstrap-agent.md §3). */
function leave(world: World, kubernetes: Kubernetes, cluster: string): void {
  for (const instance of world.instances.values()) {
    // One that never had a Node has nothing to take out.
    const isAsked = instance.tags["slipway:leave"] !== undefined && instance.tags["slipway:cluster"] === cluster;
    if (isAsked && instance.state === "running" && !kubernetes.nodes.has(instance.id)) tell(world, instance, "left");
  }
  for (const [id, node] of kubernetes.nodes) {
    const instance = world.instances.get(id);
    const asked = instance?.tags["slipway:leave"] ?? (node.isInterrupted ? "interrupted" : undefined);
    if (instance === undefined || asked === undefined) {
      node.isCordoned = false; // the request was taken back
      continue;
    }
    const refusal = reasonToStay(world, kubernetes, id);
    if (refusal === undefined) node.isCordoned = true;
    const why = refusal ?? drain(world, kubernetes, id);
    const deadlineMs = Date.parse(asked.split(" ")[0] ?? "");
    if (why === undefined) {
      kubernetes.members.delete(id);
      kubernetes.nodes.delete(id);
      tell(world, instance, "left");
    } else if (world.now() > deadlineMs) tell(world, instance, "error", `drain not done in time: ${why}`);
    else tell(world, instance, "draining", why);
  }
}

/** A snapshot that is asked for is in the bucket some seconds later (bootstrap-agent.md §7). */
function saveEtcd(world: World, node: NodeData): void {
  const objects = world.buckets.get(`slipway-${node.account}-${node.region}`)?.objects;
  const read = (key: string): { id?: string; request?: string } =>
    JSON.parse(objects?.get(`${node.cluster}/${key}`)?.body ?? "{}");
  const { id } = read("snapshot-request.json");
  if (objects === undefined || id === undefined || read("snapshot-status.json").request === id) return;
  const time = new Date(world.now()).toISOString().slice(0, 19).replace(/[-:]/g, "");
  const put = (key: string, body: string): void => {
    const name = `${node.cluster}/${key}`;
    objects.set(name, { ...world.birth(name, {}), body, etag: `"${hexDigits(world.random, 32)}"`, writtenBy: "agent" });
  };
  world.after(world.seconds(3, 12), () => {
    put(`etcd/${time}Z.db`, "etcd");
    put("snapshot-status.json", JSON.stringify({ request: id, key: `etcd/${time}Z.db` }));
  });
}

/** etcd is asked before the first eviction: the last member stays, and none leaves while another does not answer. */
function reasonToStay(world: World, { members, nodes }: Kubernetes, id: string): string | undefined {
  if (!members.has(id)) return undefined;
  const others = [...members].filter((member) => member !== id);
  if (others.length === 0) return "the only etcd member";
  const begins = nodes.get(id)?.isCordoned !== true;
  if (begins && others.every((member) => nodes.get(member)?.isCordoned)) return "the only etcd member that stays";
  const silent = others.find((member) => !isRunning(world, member));
  return silent === undefined ? undefined : `etcd member ${silent} does not answer`;
}

/** One pass of evictions; tells what is left and which budgets hold it. */
function drain(world: World, kubernetes: Kubernetes, id: string): string | undefined {
  const held: string[] = [];
  for (const pod of kubernetes.pods.filter(({ on }) => on === id)) {
    const budget = kubernetes.budgets.find(({ namespace, app }) => namespace === pod.namespace && app === pod.app);
    const available = kubernetes.pods.filter(
      ({ namespace, app, on }) =>
        namespace === pod.namespace && app === pod.app && on !== undefined && isRunning(world, on),
    ).length;
    if (budget !== undefined && available - 1 < budget.minAvailable) {
      held.push(
        `${pod.namespace}/${pod.name} The disruption budget ${budget.name} needs ${budget.minAvailable} healthy pods and has ${available} currently`,
      );
    } else move(world, kubernetes, pod);
  }
  return held.length === 0 ? undefined : `${held.length} pods: ${held.join(", ")}`;
}

/** What runs a pod makes it anew on another node, as soon as one will have it. */
function move(world: World, kubernetes: Kubernetes, pod: Pod): void {
  pod.on = undefined;
  world.after(world.seconds(3, 8), () => place(world, kubernetes, pod));
}

/** The scheduler tries pods that have no place again for as long as they have none (kube-scheduler, activeQ and backoffQ). */
function place(world: World, kubernetes: Kubernetes, pod: Pod): void {
  const isGone = ![...world.kubernetes.values()].includes(kubernetes);
  if (isGone || pod.on !== undefined) return;
  const free = [...kubernetes.nodes].filter(
    ([id, node]) => isRunning(world, id) && !node.isCordoned && !kubernetes.members.has(id),
  );
  const load = (id: string): number => kubernetes.pods.filter(({ on }) => on === id).length;
  pod.on = free.map(([id]) => id).sort((a, b) => load(a) - load(b))[0];
  if (pod.on === undefined) world.after(world.seconds(5, 10), () => place(world, kubernetes, pod));
}

function isRunning(world: World, id: string): boolean {
  return world.instances.get(id)?.state === "running";
}

/** Whether its machine may still come back. */
function isAlive(world: World, id: string): boolean {
  const state = world.instances.get(id)?.state;
  return state !== undefined && state !== "terminated" && state !== "shutting-down";
}
