import { allow } from "./objects.ts";

/** The service account that nodes make credentials of, for the plug-in. */
export const CNI_PLUGIN = "calico-cni-plugin";

const CRD_GROUP = "crd.projectcalico.org";

/** What the agent on every node may do. */
export const NODE_RULES = [
  allow("", "pods nodes namespaces serviceaccounts", "get list watch"),
  allow("", "endpoints services", "get list watch"),
  allow("", "configmaps", "get"),
  allow("", "nodes/status", "patch update"),
  allow("", "pods/status", "patch"),
  // Each node makes the credential that its CNI plug-in works with.
  allow("", "serviceaccounts/token", "create", [CNI_PLUGIN]),
  allow("discovery.k8s.io", "endpointslices", "list watch"),
  allow("networking.k8s.io", "networkpolicies", "list watch"),
  allow("policy.networking.k8s.io", "clusternetworkpolicies", "list watch"),
  allow("apps", "daemonsets", "get"),
  allow(
    CRD_GROUP,
    "felixconfigurations bgppeers bgpfilters bgpconfigurations ippools ipreservations ipamblocks globalnetworkpolicies stagedglobalnetworkpolicies networkpolicies stagednetworkpolicies stagedkubernetesnetworkpolicies globalnetworksets networksets clusterinformations hostendpoints blockaffinities caliconodestatuses tiers",
    "get list watch",
  ),
  allow(CRD_GROUP, "ippools felixconfigurations bgpconfigurations clusterinformations", "create update"),
  allow(CRD_GROUP, "tiers", "create"),
  allow(CRD_GROUP, "caliconodestatuses", "update"),
  allow(CRD_GROUP, "blockaffinities ipamblocks ipamhandles", "get list create update delete"),
  allow(CRD_GROUP, "ipamconfigs", "get create"),
  // It looks for virtual machines that move, and takes "there are none" for an answer but not "you may not ask".
  allow("kubevirt.io", "virtualmachineinstancemigrations", "get list watch"),
];

/** What the plug-in may do that the container runtime calls for each pod. */
export const CNI_PLUGIN_RULES = [
  allow("", "pods nodes namespaces", "get"),
  allow("", "pods/status", "patch"),
  allow(
    CRD_GROUP,
    "blockaffinities ipamblocks ipamhandles clusterinformations ippools ipreservations ipamconfigs",
    "get list create update delete",
  ),
  allow("kubevirt.io", "virtualmachineinstances virtualmachines", "get"),
];

/** What the controllers may do: they give back the addresses of nodes that are gone. */
export const CONTROLLERS_RULES = [
  allow("", "nodes pods namespaces services", "get list watch"),
  allow(CRD_GROUP, "ipreservations", "list"),
  allow(CRD_GROUP, "ippools", "list watch"),
  allow(CRD_GROUP, "blockaffinities ipamblocks ipamhandles ipamconfigs tiers", "get list create update delete watch"),
  allow(CRD_GROUP, "hostendpoints", "get list create update delete watch"),
  allow(CRD_GROUP, "clusterinformations kubecontrollersconfigurations", "get list create update watch"),
  allow(CRD_GROUP, "kubecontrollersconfigurations/status", "get update"),
  allow(
    CRD_GROUP,
    "networkpolicies stagednetworkpolicies globalnetworkpolicies stagedglobalnetworkpolicies",
    "get list create update delete watch",
  ),
  allow("apiextensions.k8s.io", "customresourcedefinitions", "get list watch"),
  allow("kubevirt.io", "virtualmachines virtualmachineinstances", "get list watch"),
];
