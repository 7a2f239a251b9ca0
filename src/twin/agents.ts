import type { PhaseName } from "../core/phases.ts";
import { addNode, hasQuorum, kubernetesOf, parameter, putParameter, tell } from "./kubernetes.ts";
import { caHashOf, type NodeData, nodeDataOf } from "./node-data.ts";
import { reachApi, reachInternet } from "./reachability.ts";
import type { Instance, LoadBalancer } from "./records.ts";
import type { World } from "./world.ts";

/** What befalls nodes on their way, by a test's plan. */
export interface BootFault {
  /** At the beginning of which phase. */
  phase: PhaseName;
  role: "control-plane" | "worker";
  /** `fail`: its command fails and the unit tries again; `die`: the machine is gone; `hang`: nothing ever comes of it. */
  kind: "fail" | "die" | "hang";
  /** How many nodes or tries it befalls. */
  times: number;
}

/** How long a node's agent waits before it tries again (reference/bootstrap.md §3: 15 s, with jitter). */
const RETRY_SECONDS: [number, number] = [12, 18];

/**
 * Lets an instance that has begun to run become a node, as the boot part of the agent in its user data would: through the
 * phases, each when what it needs is there. Durations are those of the bootstrap bench, with packages and images as on a
 * fresh Ubuntu. `die` takes an instance away.
 */
export function startAgent(world: World, instance: Instance, die: (instance: Instance) => void): void {
  const node = nodeDataOf(instance);
  if (node !== undefined) world.after(world.seconds(20, 35), () => packages({ world, instance, node, die }));
}

/** One node on its way. */
interface Boot {
  world: World;
  instance: Instance;
  node: NodeData;
  die: (instance: Instance) => void;
}

function packages(boot: Boot): void {
  const { world, instance, node } = boot;
  const again = (): void => packages(boot);
  if (isStruck(boot, "packages", again)) return;
  const out = reachInternet(world, instance);
  if (!out.reached) {
    fail(boot, `packages: ${out.because}`, again);
    return;
  }
  tell(world, instance, "packages");
  world.after(world.seconds(35, 60), () => (node.role === "control-plane" ? controlPlane(boot) : worker(boot)));
}

/** Who is first initialises the cluster: an atomic put of `/init` decides (bootstrap.md §3 C). */
function controlPlane(boot: Boot): void {
  const { world, instance, node } = boot;
  const again = (): void => controlPlane(boot);
  if (instance.state !== "running") return;
  if (caHashOf(world, node) === undefined) {
    fail(boot, `there is no /slipway/${node.cluster}/pki yet`, again);
    return;
  }
  const lock = JSON.parse(parameter(world, instance, "init") ?? "null") as { instance: string; state: string } | null;
  if (lock?.state === "done") {
    join(boot);
    return;
  }
  if (lock !== null && lock.instance !== instance.id) {
    wait(boot, `for kubeadm init on ${lock.instance}`, again);
    return;
  }
  const write = (state: "running" | "done"): void =>
    putParameter(world, instance, "init", JSON.stringify({ instance: instance.id, state }), "String");
  write("running");
  if (isStruck(boot, "init", again)) return;
  tell(world, instance, "init");
  world.after(world.seconds(17, 40), () => {
    if (instance.state !== "running") return;
    write("done");
    joined(boot);
  });
}

/** Workers join with a token, which the control plane's loop keeps in Parameter Store. */
function worker(boot: Boot): void {
  if (parameter(boot.world, boot.instance, "join") !== undefined) join(boot);
  else wait(boot, "for a join token", () => worker(boot));
}

function join(boot: Boot): void {
  const { world, instance, node } = boot;
  const again = (): void => join(boot);
  if (instance.state !== "running") return;
  const kubernetes = kubernetesOf(world, node.cluster);
  const balancer = balancerAt(world, node.endpoint);
  const reach =
    balancer === undefined
      ? { reached: false as const, because: `${node.endpoint} is no load balancer's` }
      : reachApi(world, instance, balancer);
  if (!reach.reached || !hasQuorum(world, kubernetes)) {
    wait(boot, `for the API: ${reach.reached ? "etcd has no leader" : reach.because}`, again);
    return;
  }
  if (node.caHash !== caHashOf(world, node)) {
    fail(boot, `join: the cluster's CA is not ${node.caHash}`, again);
    return;
  }
  if (isStruck(boot, "join", again)) return;
  tell(world, instance, "join");
  // etcd takes one new member at a time (bootstrap.md §2).
  const isMember = node.role === "control-plane";
  const begins = isMember ? Math.max(0, kubernetes.joiningUntilMs - world.now()) : 0;
  const takes = world.seconds(12, 17);
  if (isMember) kubernetes.joiningUntilMs = world.now() + begins + takes;
  world.after(begins + takes, () => joined(boot));
}

function joined({ world, instance }: Boot): void {
  if (instance.state !== "running") return;
  tell(world, instance, "joined");
  addNode(world, instance);
}

/** The unit tries again, for ever, whatever it was. */
function fail(boot: Boot, why: string, again: () => void): void {
  tell(boot.world, boot.instance, "error", why);
  retry(boot, again);
}

function wait(boot: Boot, what: string, again: () => void): void {
  tell(boot.world, boot.instance, "waiting", what);
  retry(boot, again);
}

function retry({ world, instance }: Boot, again: () => void): void {
  world.after(world.seconds(...RETRY_SECONDS), () => {
    if (instance.state === "running") again();
  });
}

/** Whether the test's plan has something for this node at this phase, or it is gone anyhow. */
function isStruck(boot: Boot, phase: PhaseName, again: () => void): boolean {
  const { world, instance, node, die } = boot;
  if (instance.state !== "running") return true;
  const fault = world.bootFaults.find((one) => one.phase === phase && one.role === node.role && one.times > 0);
  if (fault === undefined) return false;
  fault.times -= 1;
  tell(world, instance, phase);
  if (fault.kind === "die") die(instance);
  if (fault.kind === "fail") fail(boot, `try 1: ${phase} exited 1`, again);
  return true;
}

function balancerAt(world: World, endpoint: string): LoadBalancer | undefined {
  return [...world.loadBalancers.values()].find((balancer) => endpoint === `${balancer.dnsName}:6443`);
}
