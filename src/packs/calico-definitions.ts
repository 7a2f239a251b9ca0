import type { KubeObject } from "./objects.ts";

/** A kind of object that Calico keeps in Kubernetes. */
interface Kind {
  kind: string;
  plural: string;
  namespaced?: boolean;
  /** Fields of the spec that the API server fills in: Calico relies on them when others write its objects. */
  defaults?: Readonly<Record<string, string>>;
}

const POLICY = { tier: "default" };
const STAGED = { stagedAction: "Set" };

const KINDS: readonly Kind[] = [
  { kind: "BGPConfiguration", plural: "bgpconfigurations" },
  { kind: "BGPFilter", plural: "bgpfilters" },
  { kind: "BGPPeer", plural: "bgppeers" },
  { kind: "BlockAffinity", plural: "blockaffinities" },
  { kind: "CalicoNodeStatus", plural: "caliconodestatuses" },
  { kind: "ClusterInformation", plural: "clusterinformations" },
  { kind: "FelixConfiguration", plural: "felixconfigurations" },
  { kind: "GlobalNetworkPolicy", plural: "globalnetworkpolicies", defaults: POLICY },
  { kind: "GlobalNetworkSet", plural: "globalnetworksets" },
  { kind: "HostEndpoint", plural: "hostendpoints" },
  { kind: "IPAMBlock", plural: "ipamblocks" },
  { kind: "IPAMConfig", plural: "ipamconfigs" },
  { kind: "IPAMHandle", plural: "ipamhandles" },
  { kind: "IPPool", plural: "ippools", defaults: { assignmentMode: "Automatic" } },
  { kind: "IPReservation", plural: "ipreservations" },
  { kind: "KubeControllersConfiguration", plural: "kubecontrollersconfigurations" },
  { kind: "NetworkPolicy", plural: "networkpolicies", namespaced: true, defaults: POLICY },
  { kind: "NetworkSet", plural: "networksets", namespaced: true },
  { kind: "StagedGlobalNetworkPolicy", plural: "stagedglobalnetworkpolicies", defaults: { ...POLICY, ...STAGED } },
  {
    kind: "StagedKubernetesNetworkPolicy",
    plural: "stagedkubernetesnetworkpolicies",
    namespaced: true,
    defaults: STAGED,
  },
  {
    kind: "StagedNetworkPolicy",
    plural: "stagednetworkpolicies",
    namespaced: true,
    defaults: { ...POLICY, ...STAGED },
  },
  { kind: "Tier", plural: "tiers", defaults: { defaultAction: "Deny" } },
];

/**
 * The kinds that Calico stores its state in. Their schemas are open: Calico's own programs write these objects and check
 * them when they read, and no field may be lost between two versions of it.
 */
export function calicoDefinitions(): KubeObject[] {
  return [
    ...KINDS.map((kind) => definition("crd.projectcalico.org", "v1", kind, {})),
    // Kubernetes' own policy for whole clusters, which Calico watches. Groups of k8s.io want a word on who approved them:
    // https://kubernetes.io/docs/reference/labels-annotations-taints/#api-approved-kubernetes-io
    definition(
      "policy.networking.k8s.io",
      "v1alpha2",
      { kind: "ClusterNetworkPolicy", plural: "clusternetworkpolicies" },
      { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/network-policy-api/pull/347" },
    ),
  ];
}

/** Kinds whose status is written apart from the rest. */
const WITH_STATUS = new Set(["KubeControllersConfiguration", "ClusterNetworkPolicy"]);

function definition(
  group: string,
  version: string,
  { kind, plural, namespaced = false, defaults = {} }: Kind,
  annotations: Readonly<Record<string, string>>,
): KubeObject {
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const fields = Object.entries(defaults).map(([name, value]) => [name, { type: "string", default: value }]);
  const spec = fields.length === 0 ? open : { ...open, properties: Object.fromEntries(fields) };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: namespaced ? "Namespaced" : "Cluster",
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { ...open, properties: { spec } } },
          ...(WITH_STATUS.has(kind) ? { subresources: { status: {} } } : {}),
        },
      ],
    },
  };
}
