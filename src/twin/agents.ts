import type { PhaseName } from "../core/phases.ts";
import { caHashOf, loopTrouble, type NodeData, nodeDataOf } from "./node-data.ts";
import { reachApi, reachInternet } from "./reachability.ts";
import type { Instance, LoadBalancer } from "./records.ts";
import type { World } from "./world.ts";

/** How long a node's agent waits before it tries again (reference/bootstrap.md §3: 15 s, with jitter). */
const RETRY_SECONDS: [number, number] = [12, 18];

/**
 * Lets an instance that has begun to run become a node, as the agent in its user data would: through the phases, each when
 * what it needs is there. Durations are those of the bootstrap bench, with packages and images as on a fresh Ubuntu.
 */
export function startAgent(world: World, instance: Instance): void {
  const node = nodeDataOf(instance);
  if (node !== undefined) world.after(world.seconds(20, 35), () => packages(world, instance, node));
}

function packages(world: World, instance: Instance, node: NodeData): void {
  if (instance.state !== "running") return;
  const out = reachInternet(world, instance);
  if (!out.reached) {
    tell(world, instance, "error", `packages: ${out.because}`);
    retry(world, () => packages(world, instance, node));
    return;
  }
  tell(world, instance, "packages");
  world.after(world.seconds(35, 60), () =>
    node.role === "control-plane" ? controlPlane(world, instance, node) : join(world, instance, node),
  );
}

function controlPlane(world: World, instance: Instance, node: NodeData): void {
  if (instance.state !== "running") return;
  if (caHashOf(world, node) === undefined) {
    tell(world, instance, "error", `there is no /slipway/${node.cluster}/pki yet`);
    retry(world, () => controlPlane(world, instance, node));
    return;
  }
  const cluster = clusterOf(world, instance);
  const first = world.instances.get(cluster.initBy ?? "");
  // Once /init says done, nodes only ever join: also those of a cluster that began with another's parameter.
  if (cluster.initialised || world.parameters.has(`/slipway/${node.cluster}/init`)) {
    join(world, instance, node);
    return;
  }
  if (first !== undefined && first.state === "running" && first.id !== instance.id) {
    tell(world, instance, "waiting", `for kubeadm init on ${first.id}`);
    retry(world, () => controlPlane(world, instance, node));
    return;
  }
  cluster.initBy = instance.id;
  tell(world, instance, "init");
  world.after(world.seconds(17, 40), () => {
    if (instance.state !== "running") return;
    cluster.initialised = true;
    write(world, instance, node, "init", "String", { instance: instance.id, state: "done", at: world.now() / 1000 });
    write(world, instance, node, "join", "SecureString", { token: "abcdef.0123456789abcdef", expires: 0 });
    joined(world, instance, node);
  });
}

function join(world: World, instance: Instance, node: NodeData): void {
  if (instance.state !== "running") return;
  const cluster = clusterOf(world, instance);
  if (!cluster.initialised) {
    tell(world, instance, "waiting", "for the control plane");
    retry(world, () => join(world, instance, node));
    return;
  }
  const balancer = balancerAt(world, node.endpoint);
  const reach =
    balancer === undefined
      ? { reached: false as const, because: `${node.endpoint} is no load balancer's` }
      : reachApi(world, instance, balancer);
  if (!reach.reached) {
    tell(world, instance, "waiting", `for the API: ${reach.because}`);
    retry(world, () => join(world, instance, node));
    return;
  }
  if (node.caHash !== caHashOf(world, node)) {
    tell(world, instance, "error", `join: the cluster's CA is not ${node.caHash}`);
    retry(world, () => join(world, instance, node));
    return;
  }
  tell(world, instance, "join");
  // etcd takes one new member at a time (bootstrap.md §2).
  const isMember = node.role === "control-plane";
  const begins = isMember ? Math.max(0, cluster.joiningUntilMs - world.now()) : 0;
  const takes = world.seconds(12, 17);
  if (isMember) cluster.joiningUntilMs = world.now() + begins + takes;
  world.after(begins + takes, () => joined(world, instance, node));
}

function joined(world: World, instance: Instance, node: NodeData): void {
  if (instance.state !== "running") return;
  tell(world, instance, "joined");
  world.after(world.seconds(15, 30), () => ready(world, instance, node));
}

/** It is the control plane's loop that calls a node ready. */
function ready(world: World, instance: Instance, node: NodeData): void {
  if (instance.state !== "running") return;
  if (loopTrouble(world, node) === undefined) tell(world, instance, "ready");
  else retry(world, () => ready(world, instance, node));
}

function retry(world: World, again: () => void): void {
  world.after(world.seconds(...RETRY_SECONDS), again);
}

/** Writes the phase as the agent does: its name, the time, a detail. */
function tell(world: World, instance: Instance, phase: PhaseName, detail = ""): void {
  const time = `${new Date(world.now()).toISOString().slice(11, 19)}Z`;
  instance.tags["slipway:phase"] = `${phase} ${time} ${detail}`.trim().slice(0, 255);
}

/** Writes one of the cluster's parameters, as nodes do: without tags. */
function write(
  world: World,
  instance: Instance,
  node: NodeData,
  name: string,
  type: "String" | "SecureString",
  value: object,
): void {
  const id = `/slipway/${node.cluster}/${name}`;
  const keyId = type === "SecureString" ? "alias/aws/ssm" : undefined;
  const more = { value: JSON.stringify(value), type, keyId, version: 1, writtenBy: instance.id };
  world.parameters.set(id, { ...world.birth(id, {}), ...more });
}

/** What is installed on a cluster's nodes; it is lost with the last of them. */
function clusterOf(world: World, instance: Instance) {
  const name = instance.tags["slipway:cluster"] ?? "";
  const known = world.clusters.get(name);
  const others = [...world.instances.values()].some(
    (other) =>
      other !== instance &&
      other.state === "running" &&
      other.tags["slipway:cluster"] === name &&
      other.tags["slipway:role"] === "control-plane",
  );
  if (known !== undefined && (others || known.initBy === instance.id)) return known;
  const fresh = { initBy: undefined, initialised: false, joiningUntilMs: 0 };
  world.clusters.set(name, fresh);
  return fresh;
}

function balancerAt(world: World, endpoint: string): LoadBalancer | undefined {
  return [...world.loadBalancers.values()].find((balancer) => endpoint === `${balancer.dnsName}:6443`);
}
