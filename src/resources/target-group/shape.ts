import type { Shape } from "../resource.ts";

/** The API servers, as the load balancer sees them. */
export interface TargetGroupSpec<L> {
  name: string;
  vpc: L;
  port: number;
  /** Asked for over HTTPS. */
  healthPath: string;
  healthIntervalSeconds: number;
  /** Answers in a row that change a target's health, either way. */
  healthThreshold: number;
  /** Off: a node that reaches itself through the load balancer would time out (reference/aws.md §12). */
  preserveClientIp: boolean;
  deregistrationDelaySeconds: number;
  terminateConnections: boolean;
}

export const targetGroupShape: Shape<"target-group"> = {
  kind: "target-group",
  title: "target group",
  effects: {
    name: "refuse",
    vpc: "refuse",
    port: "refuse",
    healthPath: "update",
    healthIntervalSeconds: "update",
    healthThreshold: "update",
    preserveClientIp: "update",
    deregistrationDelaySeconds: "update",
    terminateConnections: "update",
  },
  taggable: true,
  // In use while a listener names it (ResourceInUse).
  outlives: ["listener"],
};
