import { allow } from "./objects.ts";

const GROUP = "cilium.io";

/** What Cilium's agent, on every node, may do in the API. */
export const AGENT_RULES = [
  allow("networking.k8s.io", "networkpolicies", "get list watch"),
  allow("discovery.k8s.io", "endpointslices", "get list watch"),
  allow("", "namespaces services pods endpoints nodes", "get list watch"),
  allow("apiextensions.k8s.io", "customresourcedefinitions", "get list watch"),
  allow(
    GROUP,
    "ciliumloadbalancerippools ciliumbgppeeringpolicies ciliumbgpnodeconfigs ciliumbgpadvertisements ciliumbgppeerconfigs ciliumclusterwideenvoyconfigs ciliumclusterwidenetworkpolicies ciliumegressgatewaypolicies ciliumendpoints ciliumendpointslices ciliumenvoyconfigs ciliumidentities ciliumlocalredirectpolicies ciliumnetworkpolicies ciliumnodes ciliumnodeconfigs ciliumcidrgroups ciliuml2announcementpolicies ciliumpodippools",
    "list watch",
  ),
  allow(GROUP, "ciliumidentities ciliumendpoints ciliumnodes", "create"),
  allow(GROUP, "ciliumidentities", "update"),
  allow(GROUP, "ciliumendpoints", "get delete"),
  allow(GROUP, "ciliumnodes ciliumnodes/status", "get update"),
  allow(
    GROUP,
    "ciliumendpoints ciliumendpoints/status ciliuml2announcementpolicies/status ciliumbgpnodeconfigs/status",
    "patch",
  ),
];

/** The kinds that the operator registers, and brings up to date with its version. */
const DEFINITIONS =
  "ciliumloadbalancerippools ciliumbgppeeringpolicies ciliumbgpclusterconfigs ciliumbgppeerconfigs ciliumbgpadvertisements ciliumbgpnodeconfigs ciliumbgpnodeconfigoverrides ciliumclusterwideenvoyconfigs ciliumclusterwidenetworkpolicies ciliumegressgatewaypolicies ciliumendpoints ciliumendpointslices ciliumenvoyconfigs ciliumidentities ciliumlocalredirectpolicies ciliumnetworkpolicies ciliumnodes ciliumnodeconfigs ciliumcidrgroups ciliuml2announcementpolicies ciliumpodippools ciliumgatewayclassconfigs"
    .split(" ")
    .map((plural) => `${plural}.${GROUP}`);

/** What Cilium's operator may do: it hands out address blocks, collects garbage and registers Cilium's kinds. */
export const OPERATOR_RULES = [
  // Pods that started before the agent did are deleted, so that they start again on Cilium's network.
  allow("", "pods", "get list watch delete"),
  allow("", "nodes", "list watch patch"),
  allow("", "nodes/status", "patch"),
  allow("", "configmaps", "patch", ["cilium-config"]),
  allow("", "namespaces services endpoints", "get list watch"),
  allow("", "services/status", "update patch"),
  allow("discovery.k8s.io", "endpointslices", "get list watch"),
  allow("coordination.k8s.io", "leases", "create get update"),
  allow("apiextensions.k8s.io", "customresourcedefinitions", "create get list watch"),
  allow("apiextensions.k8s.io", "customresourcedefinitions", "update", DEFINITIONS),
  allow(
    GROUP,
    "ciliumnetworkpolicies ciliumclusterwidenetworkpolicies",
    "get list watch create update patch deletecollection",
  ),
  allow(GROUP, "ciliumnetworkpolicies/status ciliumclusterwidenetworkpolicies/status", "update patch"),
  allow(GROUP, "ciliumendpoints ciliumidentities", "list watch delete"),
  allow(GROUP, "ciliumidentities", "update"),
  allow(GROUP, "ciliumnodes", "get list watch create update delete"),
  allow(GROUP, "ciliumnodes/status", "update"),
  allow(
    GROUP,
    "ciliumendpointslices ciliumenvoyconfigs ciliumbgppeerconfigs ciliumbgpadvertisements ciliumbgpnodeconfigs",
    "get list watch create update patch delete",
  ),
  allow(GROUP, "ciliumbgpclusterconfigs/status ciliumbgppeerconfigs/status", "update"),
  allow(
    GROUP,
    "ciliumloadbalancerippools ciliumpodippools ciliumbgppeeringpolicies ciliumbgpclusterconfigs ciliumbgpnodeconfigoverrides ciliumbgppeerconfigs",
    "get list watch",
  ),
  allow(GROUP, "ciliumpodippools", "create"),
  allow(GROUP, "ciliumloadbalancerippools/status", "patch"),
];
