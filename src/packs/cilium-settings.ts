import type { ValuesOf } from "./parameters.ts";

export const VXLAN_PORT = 8472;
export const HEALTH_PORT = 4240;

export const PARAMETERS = {
  mtu: {
    type: "integer",
    default: 0,
    minimum: 0,
    maximum: 9001,
    description: "The largest packet of the nodes' network, in bytes; 0 takes the network card's.",
  },
  podCidrMaskSize: {
    type: "integer",
    default: 24,
    minimum: 20,
    maximum: 28,
    description:
      "Prefix length of the block of pod addresses that each node gets; with it the pod range must have a block for every node.",
  },
  kubeProxyReplacement: {
    type: "boolean",
    default: false,
    description: "Cilium does the work of kube-proxy, which is then left out of the cluster.",
  },
} as const;

/** Everything that differs from what the programs do by themselves, or that must not change with their next version. */
export function settingsOf(podCidr: string, values: ValuesOf<typeof PARAMETERS>): Record<string, string> {
  return {
    "cluster-name": "default",
    "cluster-id": "0",
    "identity-allocation-mode": "crd",

    "enable-ipv4": "true",
    "enable-ipv6": "false",
    "enable-ipv4-masquerade": "true",
    "enable-ipv6-masquerade": "false",
    "enable-bpf-masquerade": "false",
    "routing-mode": "tunnel",
    "tunnel-protocol": "vxlan",
    "tunnel-port": String(VXLAN_PORT),
    "auto-direct-node-routes": "false",
    mtu: String(values.mtu),
    ipam: "cluster-pool",
    "cluster-pool-ipv4-cidr": podCidr,
    "cluster-pool-ipv4-mask-size": String(values.podCidrMaskSize),

    "kube-proxy-replacement": String(values.kubeProxyReplacement),

    "enable-policy": "default",
    "enable-k8s-networkpolicy": "true",
    "enable-l7-proxy": "true",
    "external-envoy-proxy": "false",
    "mesh-auth-enabled": "false",
    "enable-hubble": "false",

    "cni-exclusive": "true",
    "cni-log-file": "/var/run/cilium/cilium-cni.log",
    "write-cni-conf-when-ready": "/host/etc/cni/net.d/05-cilium.conflist",
    "custom-cni-conf": "false",
    "agent-not-ready-taint-key": "node.cilium.io/agent-not-ready",
    "set-cilium-node-taints": "true",
    "remove-cilium-node-taints": "true",
    "set-cilium-is-up-condition": "true",

    "enable-health-checking": "true",
    "enable-endpoint-health-checking": "true",
    "cluster-health-port": String(HEALTH_PORT),
    "operator-api-serve-addr": "127.0.0.1:9234",
    "bpf-root": "/sys/fs/bpf",
    "cgroup-root": "/run/cilium/cgroupv2",
    procfs: "/host/proc",
    "bpf-map-dynamic-size-ratio": "0.0025",
    "preallocate-bpf-maps": "false",
    "monitor-aggregation": "medium",
    "monitor-aggregation-interval": "5s",
    "monitor-aggregation-flags": "all",
    debug: "false",
  };
}
