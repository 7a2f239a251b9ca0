import { parseCidr } from "../core/cidr.ts";
import type { Finding } from "../core/findings.ts";
import { CNI_PLUGIN, CNI_PLUGIN_RULES, CONTROLLERS_RULES, NODE_RULES } from "./calico-access.ts";
import { calicoDefinitions } from "./calico-definitions.ts";
import type { PackDefinition, RenderedPack } from "./definition.ts";
import {
  clusterAccess,
  EARLY_TOLERATIONS,
  envOf,
  fromField,
  hostPath,
  type KubeObject,
  oneAtATime,
  serviceAccount,
  systemObject,
} from "./objects.ts";
import { effectiveValues, type ValuesOf } from "./parameters.ts";

const VXLAN_PORT = 4789;

const PARAMETERS = {
  mtu: {
    type: "integer",
    default: 0,
    minimum: 0,
    maximum: 9001,
    description: "The largest packet of a pod, in bytes; 0 takes the network card's, less VXLAN's 50.",
  },
  blockSize: {
    type: "integer",
    default: 26,
    minimum: 20,
    maximum: 32,
    description:
      "Prefix length of the blocks of pod addresses that a node takes at a time. Read at the first start only.",
  },
  natOutgoing: {
    type: "boolean",
    default: true,
    description: "Pods leave the cluster with their node's address. Read at the first start only.",
  },
  logLevel: {
    type: "string",
    default: "Info",
    allowed: ["Debug", "Info", "Warning", "Error"],
    description: "How much the node agent logs.",
  },
} as const;

/**
 * Calico with Kubernetes as its store: VXLAN between all nodes, no BGP, no Typha. VXLAN always, and not only across
 * subnets: EC2 drops packets whose address is not the instance's own while its source/destination check is on.
 * https://docs.tigera.io/calico/latest/networking/configuring/vxlan-ipip
 */
export const calico: PackDefinition = {
  layer: "cni",
  name: "calico",
  about: "Pod network and network policy: Calico over VXLAN, without BGP.",
  versions: ["3.32"],
  kubernetes: {
    source: "https://docs.tigera.io/calico/3.32/getting-started/kubernetes/requirements",
    tested: { "3.32": { from: "1.34", to: "1.36" } },
  },
  parameters: PARAMETERS,
  traffic: [{ protocol: "udp", port: VXLAN_PORT, what: "pods: VXLAN" }],
  check(pack, cluster): Finding[] {
    const { blockSize } = effectiveValues(PARAMETERS, pack.values);
    const range = parseCidr(cluster.podCidr);
    if (range === undefined || blockSize >= range.prefix) return [];
    return [
      {
        level: "error",
        code: "packs/pod-range-too-small",
        message: `a block of /${blockSize} does not fit into the pod range ${cluster.podCidr}`,
        at: pack.place("/values/blockSize"),
        fix: `give blockSize a number above ${range.prefix}`,
      },
    ];
  },
  render(pack, cluster): RenderedPack[] {
    const values = effectiveValues(PARAMETERS, pack.values);
    const objects: KubeObject[] = [
      ...calicoDefinitions(),
      serviceAccount(NODE),
      serviceAccount(CNI_PLUGIN),
      serviceAccount(CONTROLLERS),
      ...clusterAccess(NODE, NODE, NODE_RULES),
      ...clusterAccess(CNI_PLUGIN, CNI_PLUGIN, CNI_PLUGIN_RULES),
      ...clusterAccess(CONTROLLERS, CONTROLLERS, CONTROLLERS_RULES),
      oneAtATime(CONTROLLERS, { "k8s-app": CONTROLLERS }),
      nodeAgent(pack.version, cluster.podCidr, values),
      controllers(pack.version),
    ];
    return [{ name: "calico", version: pack.version, objects }];
  },
};

const NODE = "calico-node";
const CONTROLLERS = "calico-kube-controllers";

/** The installer puts in what stands between double underscores. */
const CNI_CONFIG = {
  name: "k8s-pod-network",
  cniVersion: "0.3.1",
  plugins: [
    {
      type: "calico",
      log_level: "info",
      datastore_type: "kubernetes",
      nodename: "__KUBERNETES_NODE_NAME__",
      mtu: "__CNI_MTU__",
      ipam: { type: "calico-ipam" },
      policy: { type: "k8s" },
      kubernetes: { kubeconfig: "__KUBECONFIG_FILEPATH__" },
    },
    { type: "portmap", snat: true, capabilities: { portMappings: true } },
  ],
};

function nodeAgent(version: string, podCidr: string, values: ValuesOf<typeof PARAMETERS>): KubeObject {
  const labels = { "k8s-app": NODE };
  const mtu = String(values.mtu);
  const probe = (flag: string): object => ({ exec: { command: ["/bin/calico-node", flag] }, timeoutSeconds: 10 });
  const install = {
    name: "install-cni",
    image: `quay.io/calico/cni:v${version}`,
    command: ["/opt/cni/bin/install"],
    env: [
      fromField("KUBERNETES_NODE_NAME", "spec.nodeName"),
      ...envOf({
        CNI_CONF_NAME: "10-calico.conflist",
        // The number must stand without quotes once the installer has put it in.
        CNI_NETWORK_CONFIG: JSON.stringify(CNI_CONFIG).replace('"__CNI_MTU__"', "__CNI_MTU__"),
        CNI_MTU: mtu,
        SLEEP: "false",
      }),
    ],
    securityContext: { privileged: true },
    volumeMounts: [
      { name: "cni-bin", mountPath: "/host/opt/cni/bin" },
      { name: "cni-config", mountPath: "/host/etc/cni/net.d" },
    ],
  };
  const agent = {
    name: NODE,
    image: `quay.io/calico/node:v${version}`,
    env: [
      fromField("NODENAME", "spec.nodeName"),
      ...envOf({
        DATASTORE_TYPE: "kubernetes",
        WAIT_FOR_DATASTORE: "true",
        CALICO_NETWORKING_BACKEND: "vxlan",
        CLUSTER_TYPE: "k8s",
        IP: "autodetect",
        IP_AUTODETECTION_METHOD: "kubernetes-internal-ip",
        CALICO_IPV4POOL_CIDR: podCidr,
        CALICO_IPV4POOL_BLOCK_SIZE: String(values.blockSize),
        CALICO_IPV4POOL_NAT_OUTGOING: String(values.natOutgoing),
        CALICO_IPV4POOL_VXLAN: "Always",
        CALICO_IPV4POOL_IPIP: "Never",
        CALICO_DISABLE_FILE_LOGGING: "true",
        FELIX_VXLANPORT: String(VXLAN_PORT),
        FELIX_VXLANMTU: mtu,
        // The nodes' kube-proxy is in nftables mode, and the two have to agree.
        FELIX_NFTABLESMODE: "Enabled",
        FELIX_DEFAULTENDPOINTTOHOSTACTION: "ACCEPT",
        FELIX_IPV6SUPPORT: "false",
        FELIX_HEALTHENABLED: "true",
        FELIX_LOGSEVERITYSCREEN: values.logLevel,
      }),
    ],
    securityContext: { privileged: true },
    resources: { requests: { cpu: "250m" } },
    lifecycle: { preStop: { exec: { command: ["/bin/calico-node", "-shutdown"] } } },
    livenessProbe: { ...probe("-felix-live"), periodSeconds: 10, initialDelaySeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe("-felix-ready"), periodSeconds: 10 },
    volumeMounts: [
      { name: "cni-config", mountPath: "/host/etc/cni/net.d" },
      { name: "lib-modules", mountPath: "/lib/modules", readOnly: true },
      { name: "xtables-lock", mountPath: "/run/xtables.lock" },
      { name: "run", mountPath: "/var/run/calico" },
      { name: "lib", mountPath: "/var/lib/calico" },
      { name: "bpffs", mountPath: "/sys/fs/bpf" },
    ],
  };
  return systemObject("apps/v1", "DaemonSet", NODE, {
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { "kubernetes.io/os": "linux" },
          hostNetwork: true,
          tolerations: [{ operator: "Exists" }],
          serviceAccountName: NODE,
          priorityClassName: "system-node-critical",
          terminationGracePeriodSeconds: 0,
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          initContainers: [install],
          containers: [agent],
          volumes: [
            hostPath("cni-bin", "/opt/cni/bin", "DirectoryOrCreate"),
            hostPath("cni-config", "/etc/cni/net.d", "DirectoryOrCreate"),
            hostPath("lib-modules", "/lib/modules"),
            hostPath("xtables-lock", "/run/xtables.lock", "FileOrCreate"),
            hostPath("run", "/var/run/calico", "DirectoryOrCreate"),
            hostPath("lib", "/var/lib/calico", "DirectoryOrCreate"),
            hostPath("bpffs", "/sys/fs/bpf", "Directory"),
          ],
        },
      },
    },
  });
}

function controllers(version: string): KubeObject {
  const labels = { "k8s-app": CONTROLLERS };
  const probe = (flag: string): object => ({
    exec: { command: ["/usr/bin/check-status", flag] },
    periodSeconds: 10,
    timeoutSeconds: 10,
  });
  return systemObject("apps/v1", "Deployment", CONTROLLERS, {
    spec: {
      // It does not elect a leader: two at once would collect each other's garbage.
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: EARLY_TOLERATIONS,
          serviceAccountName: CONTROLLERS,
          priorityClassName: "system-cluster-critical",
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: CONTROLLERS,
              image: `quay.io/calico/kube-controllers:v${version}`,
              // Gives back the addresses of nodes that are gone.
              env: envOf({ DATASTORE_TYPE: "kubernetes", ENABLED_CONTROLLERS: "node" }),
              securityContext: { runAsNonRoot: true },
              livenessProbe: { ...probe("-l"), initialDelaySeconds: 10, failureThreshold: 6 },
              readinessProbe: probe("-r"),
            },
          ],
        },
      },
    },
  });
}
