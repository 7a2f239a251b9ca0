import type { Shape } from "../resource.ts";

/** A gateway endpoint: traffic to S3 takes it, free of charge, in place of the NAT gateways. */
export interface VpcEndpointSpec<L> {
  vpc: L;
  service: string;
  routeTables: readonly L[];
}

export const vpcEndpointShape: Shape<"vpc-endpoint"> = {
  kind: "vpc-endpoint",
  title: "VPC endpoint",
  effects: { vpc: "refuse", service: "replace", routeTables: "update" },
  taggable: true,
  settles: true,
  outlives: [],
};
