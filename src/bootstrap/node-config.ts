import type { Cluster, Pool, Taint } from "../config/cluster.ts";
import { packOf } from "../config/parts.ts";
import { replacesKubeProxy } from "../packs/built-in.ts";
import { ENCRYPTION_FILE } from "./pki.ts";

/** The port of the Kubernetes API. */
export const API_PORT = 6443;

/**
 * What a node's agent knows of its cluster: /etc/slipway/node.json, the same for every node of a pool. It travels in user
 * data, which whoever may describe instances can read: nothing in it is secret.
 */
export interface NodeConfig {
  cluster: string;
  /** The account's id; with the region it names the bucket of the cluster's records. */
  account: string;
  region: string;
  role: Pool["role"];
  /** Kubernetes' version, without a v. */
  version: string;
  /** Host and port of the load balancer before the API servers. */
  endpoint: string;
  /** `sha256:<hex>` of the CA's public key. */
  caHash: string;
  /** What the kubelet registers with; the rest of the pool's labels comes by the record pools.json. */
  labels: Readonly<Record<string, string>>;
  taints: readonly Taint[];
  /** Documents for kubeadm: all of the cluster's on the control plane, the kubelet's on workers. */
  kubeadm: readonly KubeadmDocument[];
  spot: boolean;
}

interface KubeadmDocument {
  apiVersion: string;
  kind: string;
  [key: string]: unknown;
}

/** All of it that is known before the cluster has an address and a CA. */
export type NodeTemplate = Omit<NodeConfig, "endpoint" | "caHash">;

export function nodeTemplate(cluster: Cluster, pool: Pool): NodeTemplate {
  return {
    cluster: cluster.name,
    account: cluster.account.accountId,
    region: cluster.region,
    role: pool.role,
    version: packOf(cluster.profile, "kubernetes").version,
    labels: Object.fromEntries(Object.entries(labelsOf(pool)).filter(([key]) => mayKubeletSet(key))),
    taints: taintsOf(pool),
    kubeadm:
      pool.role === "control-plane"
        ? [
            clusterConfiguration(cluster),
            KUBELET_CONFIGURATION,
            ...(replacesKubeProxy(cluster) ? [] : [KUBE_PROXY_CONFIGURATION]),
          ]
        : // A worker takes the kubelet's settings from the cluster; here they are part of what it is born with.
          [KUBELET_CONFIGURATION],
    spot: pool.role === "worker" && pool.spot !== undefined,
  };
}

/** A template with what only AWS and the PKI tell: the load balancer's host name, and the CA's hash. */
export function nodeConfig(template: NodeTemplate, host: string, caHash: string): NodeConfig {
  const endpoint = `${host}:${API_PORT}`;
  const kubeadm = template.kubeadm.map((document) =>
    document.kind === "ClusterConfiguration" ? { ...document, controlPlaneEndpoint: endpoint } : document,
  );
  return { ...template, kubeadm, endpoint, caHash };
}

/** The part of a template whose change needs new nodes. Labels and taints are changed on those that live. */
export function bornWith({ labels: _labels, taints: _taints, ...rest }: NodeTemplate): object {
  return rest;
}

/** All labels of a pool's nodes, whoever sets them. */
export function labelsOf(pool: Pool): Record<string, string> {
  return { ...(pool.role === "worker" ? pool.labels : {}), "slipway.dev/pool": pool.name };
}

/** The taints of a pool's nodes; those of a control plane keep workloads away unless it runs them. */
export function taintsOf(pool: Pool): readonly Taint[] {
  if (pool.role === "worker") return pool.taints;
  return pool.runsWorkloads ? [] : [{ key: "node-role.kubernetes.io/control-plane", value: "", effect: "NoSchedule" }];
}

/** Labels of Kubernetes' own that a kubelet may put on its node (kubernetes: pkg/apis/node, well_known_labels.go). */
const OF_KUBELETS = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
]);

/** Whether the API server lets a kubelet set that label on its own node (NodeRestriction). */
export function mayKubeletSet(label: string): boolean {
  const [namespace = ""] = label.includes("/") ? label.split("/") : [];
  const isIn = (domain: string): boolean => namespace === domain || namespace.endsWith(`.${domain}`);
  if (!isIn("kubernetes.io") && !isIn("k8s.io")) return true;
  return OF_KUBELETS.has(label) || isIn("kubelet.kubernetes.io") || isIn("node.kubernetes.io");
}

function clusterConfiguration(cluster: Cluster): KubeadmDocument {
  return {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "ClusterConfiguration",
    clusterName: cluster.name,
    kubernetesVersion: `v${packOf(cluster.profile, "kubernetes").version}`,
    encryptionAlgorithm: "ECDSA-P256",
    ...(replacesKubeProxy(cluster) ? { proxy: { disabled: true } } : {}),
    networking: { podSubnet: cluster.podCidr, serviceSubnet: cluster.serviceCidr },
    apiServer: {
      ...(cluster.apiServer.certSANs.length === 0 ? {} : { certSANs: cluster.apiServer.certSANs }),
      extraArgs: [
        { name: "encryption-provider-config", value: `/etc/kubernetes/pki/${ENCRYPTION_FILE}` },
        { name: "profiling", value: "false" },
      ],
    },
    controllerManager: {
      extraArgs: [
        { name: "cloud-provider", value: "external" },
        { name: "configure-cloud-routes", value: "false" },
      ],
    },
  };
}

const KUBELET_CONFIGURATION: KubeadmDocument = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  cgroupDriver: "systemd",
  rotateCertificates: true,
  // A node that is shut down gives its pods this long, and the last part of it to those that the others need.
  shutdownGracePeriod: "60s",
  shutdownGracePeriodCriticalPods: "15s",
};

const KUBE_PROXY_CONFIGURATION: KubeadmDocument = {
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  mode: "nftables",
};
