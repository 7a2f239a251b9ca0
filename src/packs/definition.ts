import type { Cluster } from "../config/cluster.ts";
import type { Pack } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import type { KubeObject } from "./objects.ts";
import type { Parameters } from "./parameters.ts";

/** What packs ask of the world beyond the cluster's files. */
export interface PackFacts {
  /**
   * Packs that were rendered elsewhere, such as charts by `helm template`, by the pack's name: whole objects, and the
   * namespace for those that have none.
   */
  rendered: ReadonlyMap<string, { namespace: string; objects: readonly KubeObject[] }>;
}

/**
 * Stands in objects for the API's name as nodes reach it, without a port. A bundle is made before there is a load
 * balancer, and stays the same for another one: the agent, which knows the name, puts it in when it applies.
 */
export const API_SERVER_HOST = "api-server.slipway.invalid";

/** A pack as objects, ready for the cluster. */
export interface RenderedPack {
  name: string;
  version: string;
  /** In the order in which they are applied. */
  objects: readonly KubeObject[];
}

/** Traffic between the nodes that a pack needs; the security groups must admit it. */
export interface NodeTraffic {
  protocol: "tcp" | "udp";
  port: number;
  what: string;
}

/** A statement of an IAM policy for the role of the control plane's nodes. */
export interface AwsPermission {
  Sid: string;
  Effect: "Allow";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** With which Kubernetes minors the makers of a pack have tried it, by the pack's version line, and where they say so. */
export interface TestedWith {
  source: string;
  /** Without `to`: and all later ones. */
  tested: Readonly<Record<string, { from: string; to?: string }>>;
}

/** A pack that comes with Slipway. */
export interface PackDefinition {
  layer: Pack["layer"];
  name: string;
  /** What it is, in a sentence, for the documentation. */
  about: string;
  /** The versions that its objects were written for: `1.37` stands for every `1.37.z`. */
  versions: readonly string[];
  /** Absent: it is the operating system, or Kubernetes itself. */
  kubernetes?: TestedWith;
  parameters: Parameters;
  /** API groups whose kinds its programs define when they run, and not its objects. */
  registers?: readonly string[];
  traffic: readonly NodeTraffic[];
  /** Traffic between nodes of the control plane alone. */
  controlPlaneTraffic?: readonly NodeTraffic[];
  /** What its pods on the control plane's nodes need of AWS: statements for the nodes' role. */
  permissions?(pack: Pack, cluster: Cluster): readonly AwsPermission[];
  /** What its parameters mean for this cluster that can't work; their values are right one by one. */
  check?(pack: Pack, cluster: Cluster): Finding[];
  /** Its values were checked before. A pack may bring more than one component, or none. */
  render(pack: Pack, cluster: Cluster): RenderedPack[];
}
