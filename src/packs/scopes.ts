import type { KubeObject } from "./objects.ts";

/** Kubernetes' own kinds that live outside namespaces, by API group. https://kubernetes.io/docs/reference/kubernetes-api/ */
const CLUSTER_SCOPED = new Map<string, readonly string[]>(
  Object.entries({
    "": ["Namespace", "Node", "PersistentVolume"],
    "admissionregistration.k8s.io": [
      "MutatingAdmissionPolicy",
      "MutatingAdmissionPolicyBinding",
      "MutatingWebhookConfiguration",
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
      "ValidatingWebhookConfiguration",
    ],
    "apiextensions.k8s.io": ["CustomResourceDefinition"],
    "apiregistration.k8s.io": ["APIService"],
    "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
    "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
    "networking.k8s.io": ["IPAddress", "IngressClass", "ServiceCIDR"],
    "node.k8s.io": ["RuntimeClass"],
    "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
    "resource.k8s.io": ["DeviceClass", "DeviceTaintRule", "ResourceSlice"],
    "scheduling.k8s.io": ["PriorityClass"],
    "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  }),
);

/** Kubernetes' own groups whose every kind is in a namespace. */
const NAMESPACED_GROUPS = new Set([
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "policy",
]);

export type Scope = "cluster" | "namespace" | "unknown";

/** `apps` of `apps/v1`; "" of `v1`. */
export function groupOf(object: KubeObject): string {
  return object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
}

/** Says of a kind whether it lives in a namespace; `objects` may bring the definitions of kinds of their own. */
export function scopesOf(objects: readonly KubeObject[]): (object: KubeObject) => Scope {
  const defined = new Map(objects.flatMap(definedScope));
  return (object) => {
    const group = groupOf(object);
    const kinds = CLUSTER_SCOPED.get(group);
    if (kinds?.includes(object.kind) === true) return "cluster";
    const own = defined.get(`${group}/${object.kind}`);
    if (own !== undefined) return own;
    return kinds !== undefined || NAMESPACED_GROUPS.has(group) ? "namespace" : "unknown";
  };
}

function definedScope({ kind, spec }: KubeObject): [kind: string, scope: Scope][] {
  if (kind !== "CustomResourceDefinition") return [];
  const { group, names, scope } = spec as { group: string; names: { kind: string }; scope: string };
  return [[`${group}/${names.kind}`, scope === "Namespaced" ? "namespace" : "cluster"]];
}
