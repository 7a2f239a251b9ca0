import type { Shape } from "../resource.ts";

/** An internet gateway, attached to the VPC. */
export interface InternetGatewaySpec<L> {
  vpc: L;
}

export const internetGatewayShape: Shape<"internet-gateway"> = {
  kind: "internet-gateway",
  title: "internet gateway",
  effects: { vpc: "update" },
  taggable: true,
  // It can't be detached while the VPC has a mapped public address (DependencyViolation, reference/aws.md §2b).
  outlives: ["nat-gateway", "bastion", "load-balancer"],
};
