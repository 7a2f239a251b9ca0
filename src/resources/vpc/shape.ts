import type { Shape } from "../resource.ts";

/** A VPC of the cluster's own. */
export interface VpcSpec {
  cidr: string;
  dnsSupport: boolean;
  dnsHostnames: boolean;
}

export const vpcShape: Shape<"vpc"> = {
  kind: "vpc",
  title: "VPC",
  effects: { cidr: "refuse", dnsSupport: "update", dnsHostnames: "update" },
  taggable: true,
  settles: true,
  outlives: [],
};
