import type { Shape } from "../resource.ts";

/** A public address that stays the same; its attribute `publicIp` is what others refer to. */
export type ElasticIpSpec = Record<never, never>;

export const elasticIpShape: Shape<"elastic-ip"> = {
  kind: "elastic-ip",
  title: "Elastic IP",
  effects: {},
  taggable: true,
  // A NAT gateway that is made with an address which is not known everywhere yet fails, some time after its creation.
  settles: true,
  outlives: [],
};
