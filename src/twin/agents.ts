import type { PhaseName } from "../core/phases.ts";
import { reachApi, reachInternet } from "./reachability.ts";
import type { Instance, LoadBalancer } from "./records.ts";
import type { World } from "./world.ts";

/** How long a node's agent waits before it tries again (reference/bootstrap.md §3: 15 s, with jitter). */
const RETRY_SECONDS: [number, number] = [12, 18];

/**
 * Lets an instance that has begun to run become a node, as its agent would: through the phases, each when what it needs
 * is there. Durations are those of the bootstrap bench, with packages and images as on a fresh Ubuntu.
 */
export function startAgent(world: World, instance: Instance): void {
  const role = instance.tags["slipway:role"];
  if (role !== "control-plane" && role !== "worker") return;
  world.after(world.seconds(20, 35), () => packages(world, instance, role));
}

function packages(world: World, instance: Instance, role: "control-plane" | "worker"): void {
  if (instance.state !== "running") return;
  const out = reachInternet(world, instance);
  if (!out.reached) {
    tell(world, instance, "error", `packages: ${out.because}`);
    retry(world, () => packages(world, instance, role));
    return;
  }
  tell(world, instance, "packages");
  world.after(world.seconds(35, 60), () =>
    role === "control-plane" ? controlPlane(world, instance) : join(world, instance, role),
  );
}

function controlPlane(world: World, instance: Instance): void {
  if (instance.state !== "running") return;
  const cluster = clusterOf(world, instance);
  const first = world.instances.get(cluster.initBy ?? "");
  if (cluster.initialised) {
    join(world, instance, "control-plane");
    return;
  }
  if (first !== undefined && first.state === "running" && first.id !== instance.id) {
    tell(world, instance, "waiting", `for kubeadm init on ${first.id}`);
    retry(world, () => controlPlane(world, instance));
    return;
  }
  cluster.initBy = instance.id;
  tell(world, instance, "init");
  world.after(world.seconds(17, 40), () => {
    if (instance.state !== "running") return;
    cluster.initialised = true;
    joined(world, instance);
  });
}

function join(world: World, instance: Instance, role: "control-plane" | "worker"): void {
  if (instance.state !== "running") return;
  const cluster = clusterOf(world, instance);
  if (!cluster.initialised) {
    tell(world, instance, "waiting", "for the control plane");
    retry(world, () => join(world, instance, role));
    return;
  }
  const balancer = balancerOf(world, instance);
  const reach =
    balancer === undefined
      ? { reached: false as const, because: "no load balancer" }
      : reachApi(world, instance, balancer);
  if (!reach.reached) {
    tell(world, instance, "waiting", `for the API: ${reach.because}`);
    retry(world, () => join(world, instance, role));
    return;
  }
  tell(world, instance, "join");
  // etcd takes one new member at a time (bootstrap.md §2).
  const begins = role === "control-plane" ? Math.max(0, cluster.joiningUntilMs - world.now()) : 0;
  const takes = world.seconds(12, 17);
  if (role === "control-plane") cluster.joiningUntilMs = world.now() + begins + takes;
  world.after(begins + takes, () => joined(world, instance));
}

function joined(world: World, instance: Instance): void {
  if (instance.state !== "running") return;
  tell(world, instance, "joined");
  world.after(world.seconds(15, 30), () => {
    if (instance.state === "running") tell(world, instance, "ready");
  });
}

function retry(world: World, again: () => void): void {
  world.after(world.seconds(...RETRY_SECONDS), again);
}

/** Writes the phase as the agent does: its name, the time, a detail. */
function tell(world: World, instance: Instance, phase: PhaseName, detail = ""): void {
  const time = `${new Date(world.now()).toISOString().slice(11, 19)}Z`;
  const said = `${phase} ${time} ${detail}`.trim();
  instance.tags["slipway:phase"] = said.slice(0, 255);
  // The agent's output is on the serial console as well (bootstrap.md §3 B).
  instance.console += `slipway: ${said}\r\n`;
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

function balancerOf(world: World, instance: Instance): LoadBalancer | undefined {
  const cluster = instance.tags["slipway:cluster"];
  return [...world.loadBalancers.values()].find((balancer) => balancer.tags["slipway:cluster"] === cluster);
}
