/** A Kubernetes object, as far as every one of them is the same. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Readonly<Record<string, string>>;
    annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Where the cluster's own components live. */
const SYSTEM_NAMESPACE = "kube-system";

export const CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane";

/**
 * What a pod tolerates that has to run before the cluster can heal itself: nodes that the cloud controller has not seen
 * yet, and nodes that are not Ready for want of a network plug-in.
 */
export const EARLY_TOLERATIONS = [
  { key: CONTROL_PLANE_LABEL, operator: "Exists" },
  { key: "node.cloudprovider.kubernetes.io/uninitialized", operator: "Exists" },
  { key: "node.kubernetes.io/not-ready", operator: "Exists" },
];

/** One rule of a role. Groups, resources and verbs are words: `allow("apps", "daemonsets deployments", "get list")`. */
export interface AccessRule {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
  resourceNames?: readonly string[];
}

/** `group` "" is the core group; `names` limits the rule to objects of those names. */
export function allow(group: string, resources: string, verbs: string, names?: readonly string[]): AccessRule {
  return {
    apiGroups: [group],
    resources: resources.split(" "),
    verbs: verbs.split(" "),
    ...(names === undefined ? {} : { resourceNames: names }),
  };
}

/** An object of the system's namespace. */
export function systemObject(apiVersion: string, kind: string, name: string, fields: object): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: SYSTEM_NAMESPACE }, ...fields };
}

const RBAC = "rbac.authorization.k8s.io";

export function serviceAccount(name: string): KubeObject {
  return systemObject("v1", "ServiceAccount", name, {});
}

/** A ClusterRole, and its binding to a service account of the system's namespace. */
export function clusterAccess(name: string, account: string, rules: readonly AccessRule[]): KubeObject[] {
  return [
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: SYSTEM_NAMESPACE }],
    },
  ];
}

/** A Role of the system's namespace, and its binding. */
export function systemAccess(name: string, account: string, rules: readonly AccessRule[]): KubeObject[] {
  return [systemObject(`${RBAC}/v1`, "Role", name, { rules }), systemBinding(name, name, account)];
}

/** The binding of a Role that is there already. */
export function systemBinding(name: string, role: string, account: string): KubeObject {
  return systemObject(`${RBAC}/v1`, "RoleBinding", name, {
    roleRef: { apiGroup: RBAC, kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: SYSTEM_NAMESPACE }],
  });
}

/** At most one pod of a workload is away at a time. */
export function oneAtATime(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return systemObject("policy/v1", "PodDisruptionBudget", name, {
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  });
}

/** A value of the pod itself as an environment variable. */
export function fromField(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

export function envOf(values: Readonly<Record<string, string>>): object[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** A folder or file of the node; `type` says what is made where nothing is. */
export function hostPath(
  name: string,
  path: string,
  type?: "Directory" | "DirectoryOrCreate" | "FileOrCreate",
): object {
  return { name, hostPath: { path, ...(type === undefined ? {} : { type }) } };
}
