import type { LiveNode } from "../resources/node/instances.ts";

/** A node that did not become ready: what it said last, and what to do about it. */
export class NodeTrouble extends Error {
  readonly fix: string;
  /** The last lines of its log, oldest first, without secrets. They come from the node: not to be trusted. */
  readonly log: readonly string[];

  constructor(message: string, fix: string, log: readonly string[]) {
    super(message);
    this.name = "NodeTrouble";
    this.fix = fix;
    this.log = log;
  }
}

/** What people do about a node that is not ready, by where it stays; undefined: it is gone. */
export function adviceFor(node: Pick<LiveNode, "state" | "phase"> | undefined): string {
  if (node === undefined || (node.state !== "running" && node.state !== "pending")) {
    return "AWS or somebody stopped it: its state reason in EC2 and CloudTrail tell who. Run apply again, which makes up for it";
  }
  const again = "the node tries again by itself; once the cause is mended, run apply again";
  switch (node.phase.name) {
    case undefined:
      return "it never reached AWS: look whether its subnet has a way out (route, NAT gateway, network ACL), and at its console";
    case "packages":
      return `it is fetching packages: look whether pkgs.k8s.io and Ubuntu's archive can be reached from its subnet; ${again}`;
    case "waiting":
      return `it waits for the control plane: look at the node that it names, or at the load balancer's targets; ${again}`;
    case "init":
    case "join":
      return `kubeadm is at work or fails; its last words tell: ${again}`;
    case "joined":
      return "Kubernetes knows it, but the cloud controller or the network (CNI) does not work on it yet: look at the pods of kube-system on it";
    default:
      return again;
  }
}
