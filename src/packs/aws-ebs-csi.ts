import type { Cluster } from "../config/cluster.ts";
import { cloudProviderId } from "../core/names.ts";
import { ATTACHER_RULES, LEASE_RULES, NODE_RULES, PROVISIONER_RULES, RESIZER_RULES } from "./aws-ebs-csi-access.ts";
import type { PackDefinition, RenderedPack } from "./definition.ts";
import {
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
import { effectiveValues, type ValuesOf } from "./parameters.ts";

const DRIVER = "ebs.csi.aws.com";
const CONTROLLER = "ebs-csi-controller";
const CONTROLLER_ACCOUNT = "ebs-csi-controller-sa";
const NODE = "ebs-csi-node";
const NODE_ACCOUNT = "ebs-csi-node-sa";

const PARAMETERS = {
  defaultStorageClass: {
    type: "boolean",
    default: true,
    description: "Claims that name no class get this pack's.",
  },
  storageClassName: {
    type: "string",
    default: "gp3",
    pattern: /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    example: "gp3",
    description: "The name of the storage class: gp3 volumes, encrypted.",
  },
  reclaimPolicy: {
    type: "string",
    default: "Delete",
    allowed: ["Delete", "Retain"],
    description:
      "What becomes of a volume whose claim is deleted. A class can't change it: give the class a new name too.",
  },
} as const;

/** The sidecars that a minor of the driver was released with. */
const SIDECARS: Readonly<Record<string, Sidecars>> = {
  "1.50": {
    provisioner: "v5.3.0-eksbuild.4",
    attacher: "v4.9.0-eksbuild.4",
    resizer: "v1.14.0-eksbuild.4",
    registrar: "v2.14.0-eksbuild.5",
    livenessprobe: "v2.16.0-eksbuild.5",
  },
  "1.64": {
    provisioner: "v6.3.0-eksbuild.4",
    attacher: "v4.12.0-eksbuild.5",
    resizer: "v2.2.1-eksbuild.3",
    registrar: "v2.17.0-eksbuild.5",
    livenessprobe: "v2.19.0-eksbuild.5",
  },
};

interface Sidecars {
  provisioner: string;
  attacher: string;
  resizer: string;
  registrar: string;
  livenessprobe: string;
}

/** The driver for EBS volumes, and a storage class. https://github.com/kubernetes-sigs/aws-ebs-csi-driver */
export const awsEbsCsi: PackDefinition = {
  layer: "csi",
  name: "aws-ebs-csi",
  about: "Persistent volumes on EBS: gp3, encrypted, in the zone of the pod that claims them.",
  versions: Object.keys(SIDECARS),
  kubernetes: {
    // README.md, Compatibility: every version that Kubernetes itself or EKS still supports.
    source: "https://github.com/kubernetes-sigs/aws-ebs-csi-driver#compatibility",
    tested: { "1.50": { from: "1.20" }, "1.64": { from: "1.20" } },
  },
  parameters: PARAMETERS,
  traffic: [],
  check: (_pack, cluster) =>
    volumeTags(cluster).left.map((key) => ({
      level: "warning",
      code: "packs/tag-not-on-volumes",
      message: `volumes of claims will not have the tag ${JSON.stringify(key)}: the EBS driver can't take a tag's name with an equals sign`,
      at: cluster.place(`/metadata/tags/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
    })),
  render(pack, cluster): RenderedPack[] {
    const values = effectiveValues(PARAMETERS, pack.values);
    const sidecars = SIDECARS[pack.version.split(".").slice(0, 2).join(".")];
    if (sidecars === undefined) throw new Error(`no sidecars are known for the EBS driver ${pack.version}`);
    const objects: KubeObject[] = [
      serviceAccount(CONTROLLER_ACCOUNT),
      serviceAccount(NODE_ACCOUNT),
      ...clusterAccess("ebs-csi-provisioner", CONTROLLER_ACCOUNT, PROVISIONER_RULES),
      ...clusterAccess("ebs-csi-attacher", CONTROLLER_ACCOUNT, ATTACHER_RULES),
      ...clusterAccess("ebs-csi-resizer", CONTROLLER_ACCOUNT, RESIZER_RULES),
      ...clusterAccess("ebs-csi-node", NODE_ACCOUNT, NODE_RULES),
      ...systemAccess("ebs-csi-leases", CONTROLLER_ACCOUNT, LEASE_RULES),
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "CSIDriver",
        metadata: { name: DRIVER },
        spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: "File" },
      },
      storageClass(cluster, values),
      oneAtATime(CONTROLLER, { app: CONTROLLER }),
      controller(pack.version, sidecars, cluster),
      node(pack.version, sidecars),
    ];
    return [{ name: "aws-ebs-csi", version: pack.version, objects }];
  },
};

function storageClass(cluster: Cluster, values: ValuesOf<typeof PARAMETERS>): KubeObject {
  const annotations = { "storageclass.kubernetes.io/is-default-class": String(values.defaultStorageClass) };
  const { kmsKeyArn } = cluster.account;
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: values.storageClassName, annotations },
    provisioner: DRIVER,
    parameters: { type: "gp3", encrypted: "true", ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }) },
    allowVolumeExpansion: true,
    reclaimPolicy: values.reclaimPolicy,
    // A volume lives in one zone: it is made when it is known where its pod runs.
    volumeBindingMode: "WaitForFirstConsumer",
  };
}

/** Tags of new volumes, and the names of those that the driver can't take: it reads `name=value`. No tag has a comma. */
function volumeTags(cluster: Cluster): { given: [key: string, value: string][]; left: string[] } {
  const own: [string, string][] = [["slipway:cluster", cluster.name]];
  const users = Object.entries(cluster.tags);
  const fits = ([key]: readonly [string, string]): boolean => !key.includes("=");
  return { given: [...own, ...users.filter(fits)], left: users.filter((tag) => !fits(tag)).map(([key]) => key) };
}

function driverImage(version: string): string {
  return `public.ecr.aws/ebs-csi-driver/aws-ebs-csi-driver:v${version}`;
}

const CONFINED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  seccompProfile: { type: "RuntimeDefault" },
};
const RESOURCES = { requests: { cpu: "10m", memory: "40Mi" }, limits: { memory: "256Mi" } };

/** A helper of the driver beside it in the pod. */
function sidecar(image: string, args: readonly string[], mount: object): object {
  return {
    name: image.split(":")[0] ?? "",
    image: `public.ecr.aws/csi-components/${image}`,
    args: ["--csi-address=/csi/csi.sock", ...args],
    resources: RESOURCES,
    securityContext: CONFINED,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [mount],
  };
}

function healthProbe(port: string, periodSeconds: number, failureThreshold: number): object {
  const probe = { httpGet: { path: "/healthz", port }, initialDelaySeconds: 10, timeoutSeconds: 3 };
  return { ...probe, periodSeconds, failureThreshold };
}

function controller(version: string, sidecars: Sidecars, cluster: Cluster): KubeObject {
  const labels = { app: CONTROLLER };
  const socket = { name: "socket", mountPath: "/csi" };
  const id = cloudProviderId({ name: cluster.name, accountId: cluster.account.accountId, region: cluster.region });
  const tags = volumeTags(cluster)
    .given.map(([key, value]) => `${key}=${value}`)
    .join(",");
  const leader = ["--leader-election=true", "--kube-api-qps=20", "--kube-api-burst=100", "--v=2"];
  return systemObject("apps/v1", "Deployment", CONTROLLER, {
    spec: {
      // Two on one node would want the same port.
      replicas: Math.min(2, cluster.controlPlane.size),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { [CONTROL_PLANE_LABEL]: "" },
          tolerations: EARLY_TOLERATIONS,
          // The instance's role answers one network hop far, which pods of the pod network are beyond.
          hostNetwork: true,
          serviceAccountName: CONTROLLER_ACCOUNT,
          priorityClassName: "system-cluster-critical",
          securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
              ],
            },
          },
          containers: [
            {
              name: "ebs-plugin",
              image: driverImage(version),
              args: [
                "controller",
                "--endpoint=unix:///csi/csi.sock",
                `--k8s-tag-cluster-id=${id}`,
                `--extra-tags=${tags}`,
                "--batching=true",
                "--logging-format=text",
                "--v=2",
              ],
              env: [fromField("CSI_NODE_NAME", "spec.nodeName"), ...envOf({ AWS_REGION: cluster.region })],
              ports: [{ name: "healthz", containerPort: 9808, protocol: "TCP" }],
              livenessProbe: healthProbe("healthz", 10, 10),
              readinessProbe: healthProbe("healthz", 10, 5),
              resources: RESOURCES,
              securityContext: CONFINED,
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [socket],
            },
            sidecar(
              `csi-provisioner:${sidecars.provisioner}`,
              [
                "--timeout=60s",
                "--feature-gates=Topology=true",
                "--extra-create-metadata",
                "--default-fstype=ext4",
                "--worker-threads=100",
                "--retry-interval-max=30m",
                ...leader,
              ],
              socket,
            ),
            sidecar(
              `csi-attacher:${sidecars.attacher}`,
              ["--timeout=6m", "--worker-threads=100", "--retry-interval-max=5m", ...leader],
              socket,
            ),
            sidecar(
              `csi-resizer:${sidecars.resizer}`,
              [
                "--timeout=60s",
                "--handle-volume-inuse-error=false",
                "--workers=100",
                "--retry-interval-max=30m",
                ...leader,
              ],
              socket,
            ),
            sidecar(`livenessprobe:${sidecars.livenessprobe}`, ["--probe-timeout=60s"], socket),
          ],
          volumes: [{ name: "socket", emptyDir: {} }],
        },
      },
    },
  });
}

function node(version: string, sidecars: Sidecars): KubeObject {
  const labels = { app: NODE };
  const socketFolder = `/var/lib/kubelet/plugins/${DRIVER}/`;
  const plugin = { name: "plugin", mountPath: "/csi" };
  const registrar = {
    ...sidecar(
      `csi-node-driver-registrar:${sidecars.registrar}`,
      [`--kubelet-registration-path=${socketFolder}csi.sock`, "--http-endpoint=:9809", "--v=2"],
      plugin,
    ),
    ports: [{ name: "registered", containerPort: 9809, protocol: "TCP" }],
    livenessProbe: healthProbe("registered", 90, 3),
    volumeMounts: [plugin, { name: "registration", mountPath: "/registration" }],
  };
  return systemObject("apps/v1", "DaemonSet", NODE, {
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: [{ operator: "Exists" }],
          serviceAccountName: NODE_ACCOUNT,
          priorityClassName: "system-node-critical",
          containers: [
            {
              name: "ebs-plugin",
              image: driverImage(version),
              args: [
                "node",
                "--endpoint=unix:/csi/csi.sock",
                `--csi-mount-point-prefix=/var/lib/kubelet/plugins/kubernetes.io/csi/${DRIVER}/`,
                // The metadata service is out of a pod's reach; the Node object says the same.
                "--metadata-sources=kubernetes",
                "--logging-format=text",
                "--v=2",
              ],
              env: [fromField("CSI_NODE_NAME", "spec.nodeName")],
              ports: [{ name: "healthz", containerPort: 9808, protocol: "TCP" }],
              livenessProbe: healthProbe("healthz", 10, 5),
              readinessProbe: healthProbe("healthz", 5, 3),
              lifecycle: { preStop: { exec: { command: ["/bin/aws-ebs-csi-driver", "pre-stop-hook"] } } },
              resources: RESOURCES,
              // It mounts file systems for other pods.
              securityContext: { privileged: true, readOnlyRootFilesystem: true },
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [
                { name: "kubelet", mountPath: "/var/lib/kubelet", mountPropagation: "Bidirectional" },
                plugin,
                { name: "devices", mountPath: "/dev" },
              ],
            },
            registrar,
            sidecar(`livenessprobe:${sidecars.livenessprobe}`, [], plugin),
          ],
          volumes: [
            hostPath("kubelet", "/var/lib/kubelet", "Directory"),
            hostPath("plugin", socketFolder, "DirectoryOrCreate"),
            hostPath("registration", "/var/lib/kubelet/plugins_registry/", "Directory"),
            hostPath("devices", "/dev", "Directory"),
          ],
        },
      },
    },
  });
}
