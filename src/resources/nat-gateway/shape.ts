import type { Shape } from "../resource.ts";

export interface NatGatewaySpec<L> {
  subnet: L;
  /** The Elastic IP's allocation. */
  address: L;
}

export const natGatewayShape: Shape<"nat-gateway"> = {
  kind: "nat-gateway",
  title: "NAT gateway",
  effects: { subnet: "replace", address: "replace" },
  taggable: true,
  settles: true,
  outlives: [],
};
