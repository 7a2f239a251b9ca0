import { poolsOf } from "../config/cluster.ts";
import { parseCidr } from "../core/cidr.ts";
import type { Finding } from "../core/findings.ts";
import { canonicalJson, hashOf } from "../core/hash.ts";
import { count } from "../core/words.ts";
import { AGENT_RULES, OPERATOR_RULES } from "./cilium-access.ts";
import { HEALTH_PORT, PARAMETERS, settingsOf, VXLAN_PORT } from "./cilium-settings.ts";
import { API_SERVER_HOST, type PackDefinition, type RenderedPack } from "./definition.ts";
import {
  allow,
  CONTROL_PLANE_LABEL,
  clusterAccess,
  EARLY_TOLERATIONS,
  envOf,
  fromField,
  hostPath,
  type KubeObject,
  oneAtATime,
  serviceAccount,
  systemAccess,
  systemObject,
} from "./objects.ts";
import { effectiveValues } from "./parameters.ts";

/** Cilium: VXLAN between all nodes, identities as Kubernetes objects, the proxy for layer 7 inside the agent. https://docs.cilium.io/en/v1.18/network/concepts/routing/#encapsulation */
export const cilium: PackDefinition = {
  layer: "cni",
  name: "cilium",
  about: "Pod network and network policy: Cilium over VXLAN, with or without kube-proxy.",
  versions: ["1.18"],
  registers: ["cilium.io"],
  kubernetes: {
    // Those that are not in it are neither refused nor promised.
    source: "https://docs.cilium.io/en/v1.18/network/kubernetes/compatibility/",
    tested: { "1.18": { from: "1.30", to: "1.33" } },
  },
  parameters: PARAMETERS,
  traffic: [
    { protocol: "udp", port: VXLAN_PORT, what: "pods: VXLAN" },
    { protocol: "tcp", port: HEALTH_PORT, what: "Cilium health" },
  ],
  check(pack, cluster): Finding[] {
    const { podCidrMaskSize } = effectiveValues(PARAMETERS, pack.values);
    const blocks = Math.floor(2 ** (podCidrMaskSize - (parseCidr(cluster.podCidr)?.prefix ?? 0)));
    // While a pool is rolled it has a node more.
    const nodes = poolsOf(cluster).reduce((sum, pool) => sum + pool.size + 1, 0);
    if (nodes <= blocks) return [];
    return [
      {
        level: "error",
        code: "packs/pod-range-too-small",
        message: `the pod range ${cluster.podCidr} has ${count(blocks, "block")} of /${podCidrMaskSize}, one for each node, and the pools have ${nodes} nodes while they are rolled`,
        at: pack.place("/values/podCidrMaskSize"),
        fix: "give podCidrMaskSize a larger number: smaller blocks, and more of them",
      },
    ];
  },
  render(pack, cluster): RenderedPack[] {
    const values = effectiveValues(PARAMETERS, pack.values);
    const settings = settingsOf(cluster.podCidr, values);
    const pods: PodFacts = {
      version: pack.version,
      // Pods read their settings when they start; a change of the settings has to start them anew.
      annotations: { "slipway.dev/settings": hashOf(canonicalJson(settings), 16) },
      api: values.kubeProxyReplacement ? apiServer() : [],
    };
    const objects: KubeObject[] = [
      serviceAccount(AGENT),
      serviceAccount(OPERATOR),
      systemObject("v1", "ConfigMap", SETTINGS, { data: settings }),
      ...clusterAccess(AGENT, AGENT, AGENT_RULES),
      ...clusterAccess(OPERATOR, OPERATOR, OPERATOR_RULES),
      ...systemAccess("cilium-config-agent", AGENT, [allow("", "configmaps", "get list watch")]),
      oneAtATime(OPERATOR, { name: OPERATOR }),
      // Its custom resource definitions are made by the operator itself, and the agents wait for them.
      operator(pods, cluster.controlPlane.size),
      agent(pods),
    ];
    return [{ name: "cilium", version: pack.version, objects }];
  },
};

const AGENT = "cilium";
const OPERATOR = "cilium-operator";
const SETTINGS = "cilium-config";
const SETTINGS_FOLDER = "/tmp/cilium/config-map";

interface PodFacts {
  version: string;
  annotations: Readonly<Record<string, string>>;
  api: readonly object[];
}

/** Without kube-proxy the service's address of the API leads nowhere, so pods are told the real one. */
function apiServer(): object[] {
  return envOf({ KUBERNETES_SERVICE_HOST: API_SERVER_HOST, KUBERNETES_SERVICE_PORT: "6443" });
}

function agent({ version, annotations, api }: PodFacts): KubeObject {
  const labels = { "k8s-app": AGENT };
  const image = `quay.io/cilium/cilium:v${version}`;
  const node = fromField("K8S_NODE_NAME", "spec.nodeName");
  const namespace = fromField("CILIUM_K8S_NAMESPACE", "metadata.namespace");
  const health = (headers: Readonly<Record<string, string>>): object => ({
    httpGet: {
      host: "127.0.0.1",
      path: "/healthz",
      port: 9879,
      httpHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
    },
  });
  const bpf = { name: "bpf", mountPath: "/sys/fs/bpf" };
  const cgroup = { name: "cgroup", mountPath: "/run/cilium/cgroupv2" };
  const run = { name: "run", mountPath: "/var/run/cilium" };
  const tmp = { name: "tmp", mountPath: "/tmp" };

  /** Runs one of the image's programs among the node's own mounts, where a container can't reach. */
  const onNode = (name: string, program: string, namespaces: string, argument: string, env: object[]): object => ({
    name,
    image,
    command: [
      "sh",
      "-ec",
      [
        `cp /usr/bin/${program} /hostbin/${program}`,
        `nsenter ${namespaces} "/opt/cni/bin/${program}"${argument}`,
        `rm /hostbin/${program}`,
      ].join("\n"),
    ],
    env,
    securityContext: capabilities("SYS_ADMIN SYS_CHROOT SYS_PTRACE"),
    volumeMounts: [
      { name: "proc", mountPath: "/hostproc" },
      { name: "cni-bin", mountPath: "/hostbin" },
    ],
  });

  const initContainers = [
    {
      name: "config",
      image,
      command: ["cilium-dbg", "build-config"],
      env: [node, namespace, ...api],
      volumeMounts: [tmp],
    },
    onNode(
      "mount-cgroup",
      "cilium-mount",
      "--cgroup=/hostproc/1/ns/cgroup --mount=/hostproc/1/ns/mnt",
      ' "$CGROUP_ROOT"',
      envOf({ CGROUP_ROOT: cgroup.mountPath }),
    ),
    onNode("apply-sysctl-overwrites", "cilium-sysctlfix", "--mount=/hostproc/1/ns/mnt", "", []),
    {
      name: "mount-bpf-fs",
      image,
      command: ["sh", "-ec", 'mount | grep -q "/sys/fs/bpf type bpf" || mount -t bpf bpf /sys/fs/bpf'],
      securityContext: { privileged: true },
      volumeMounts: [{ ...bpf, mountPropagation: "Bidirectional" }],
    },
    {
      name: "clean-cilium-state",
      image,
      command: ["/init-container.sh"],
      env: [
        fromSettings("CILIUM_ALL_STATE", "clean-cilium-state"),
        fromSettings("CILIUM_BPF_STATE", "clean-cilium-bpf-state"),
        fromSettings("WRITE_CNI_CONF_WHEN_READY", "write-cni-conf-when-ready"),
        ...api,
      ],
      securityContext: capabilities("NET_ADMIN SYS_MODULE SYS_ADMIN SYS_RESOURCE"),
      volumeMounts: [bpf, { ...cgroup, mountPropagation: "HostToContainer" }, run],
    },
    {
      name: "install-cni-binaries",
      image,
      command: ["/install-plugin.sh"],
      securityContext: capabilities(""),
      volumeMounts: [{ name: "cni-bin", mountPath: "/host/opt/cni/bin" }],
    },
  ];
  const main = {
    name: "cilium-agent",
    image,
    command: ["cilium-agent"],
    args: [`--config-dir=${SETTINGS_FOLDER}`],
    env: [node, namespace, ...api],
    startupProbe: { ...health({ brief: "true" }), initialDelaySeconds: 5, periodSeconds: 2, failureThreshold: 300 },
    livenessProbe: {
      ...health({ brief: "true", "require-k8s-connectivity": "false" }),
      periodSeconds: 30,
      timeoutSeconds: 5,
      failureThreshold: 10,
    },
    readinessProbe: { ...health({ brief: "true" }), periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
    lifecycle: { preStop: { exec: { command: ["/cni-uninstall.sh"] } } },
    resources: { requests: { cpu: "100m", memory: "256Mi" } },
    securityContext: capabilities(
      "CHOWN KILL NET_ADMIN NET_RAW IPC_LOCK SYS_MODULE SYS_ADMIN SYS_RESOURCE DAC_OVERRIDE FOWNER SETGID SETUID SYSLOG",
    ),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "proc-net", mountPath: "/host/proc/sys/net" },
      { name: "proc-kernel", mountPath: "/host/proc/sys/kernel" },
      { ...bpf, mountPropagation: "HostToContainer" },
      cgroup,
      run,
      { name: "netns", mountPath: "/var/run/cilium/netns", mountPropagation: "HostToContainer" },
      { name: "cni-config", mountPath: "/host/etc/cni/net.d" },
      { name: "lib-modules", mountPath: "/lib/modules", readOnly: true },
      { name: "xtables-lock", mountPath: "/run/xtables.lock" },
      tmp,
    ],
  };
  return systemObject("apps/v1", "DaemonSet", AGENT, {
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } },
      template: {
        metadata: { labels, annotations },
        spec: {
          nodeSelector: { "kubernetes.io/os": "linux" },
          hostNetwork: true,
          tolerations: [{ operator: "Exists" }],
          serviceAccountName: AGENT,
          priorityClassName: "system-node-critical",
          terminationGracePeriodSeconds: 1,
          // AppArmor's default profile forbids the mounts above.
          securityContext: { appArmorProfile: { type: "Unconfined" }, seccompProfile: { type: "Unconfined" } },
          initContainers,
          containers: [main],
          volumes: [
            { name: "tmp", emptyDir: {} },
            hostPath("run", "/var/run/cilium", "DirectoryOrCreate"),
            hostPath("netns", "/var/run/netns", "DirectoryOrCreate"),
            hostPath("bpf", "/sys/fs/bpf", "DirectoryOrCreate"),
            hostPath("proc", "/proc", "Directory"),
            hostPath("proc-net", "/proc/sys/net", "Directory"),
            hostPath("proc-kernel", "/proc/sys/kernel", "Directory"),
            hostPath("cgroup", "/run/cilium/cgroupv2", "DirectoryOrCreate"),
            hostPath("cni-bin", "/opt/cni/bin", "DirectoryOrCreate"),
            hostPath("cni-config", "/etc/cni/net.d", "DirectoryOrCreate"),
            hostPath("lib-modules", "/lib/modules"),
            hostPath("xtables-lock", "/run/xtables.lock", "FileOrCreate"),
          ],
        },
      },
    },
  });
}

function operator({ version, annotations, api }: PodFacts, controlPlaneSize: number): KubeObject {
  const labels = { name: OPERATOR, "io.cilium/app": "operator" };
  const health = { httpGet: { host: "127.0.0.1", path: "/healthz", port: 9234 }, periodSeconds: 10, timeoutSeconds: 3 };
  return systemObject("apps/v1", "Deployment", OPERATOR, {
    spec: {
      // On the host's network two of them can't share a node.
      replicas: Math.min(2, controlPlaneSize),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: {
          nodeSelector: { [CONTROL_PLANE_LABEL]: "" },
          hostNetwork: true,
          tolerations: [...EARLY_TOLERATIONS, { key: "node.cilium.io/agent-not-ready", operator: "Exists" }],
          serviceAccountName: OPERATOR,
          priorityClassName: "system-cluster-critical",
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
              ],
            },
          },
          containers: [
            {
              name: OPERATOR,
              image: `quay.io/cilium/operator-generic:v${version}`,
              command: ["cilium-operator-generic"],
              args: [`--config-dir=${SETTINGS_FOLDER}`],
              env: [
                fromField("K8S_NODE_NAME", "spec.nodeName"),
                fromField("CILIUM_K8S_NAMESPACE", "metadata.namespace"),
                ...api,
              ],
              livenessProbe: { ...health, initialDelaySeconds: 60 },
              readinessProbe: { ...health, failureThreshold: 5 },
              resources: { requests: { cpu: "25m", memory: "128Mi" } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [{ name: "settings", mountPath: SETTINGS_FOLDER, readOnly: true }],
            },
          ],
          volumes: [{ name: "settings", configMap: { name: SETTINGS } }],
        },
      },
    },
  });
}

function fromSettings(name: string, key: string): object {
  return { name, valueFrom: { configMapKeyRef: { name: SETTINGS, key, optional: true } } };
}

/** Of all capabilities only these. */
function capabilities(names: string): object {
  return { capabilities: { drop: ["ALL"], ...(names === "" ? {} : { add: names.split(" ") }) } };
}
