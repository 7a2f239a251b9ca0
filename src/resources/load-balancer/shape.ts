import type { Shape } from "../resource.ts";

/** The network load balancer in front of the API servers. */
export interface LoadBalancerSpec<L> {
  name: string;
  scheme: "internet-facing" | "internal";
  subnets: readonly L[];
  securityGroups: readonly L[];
  crossZone: boolean;
  deletionProtection: boolean;
}

export const loadBalancerShape: Shape<"load-balancer"> = {
  kind: "load-balancer",
  title: "network load balancer",
  effects: {
    name: "refuse",
    scheme: "refuse",
    subnets: "update",
    securityGroups: "update",
    crossZone: "update",
    deletionProtection: "update",
  },
  taggable: true,
  settles: true,
  outlives: [],
  // It takes listeners, and has its DNS name, while it is still being provisioned.
  usableAtOnce: true,
};
