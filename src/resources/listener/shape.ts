import type { Shape } from "../resource.ts";

export interface ListenerSpec<L> {
  loadBalancer: L;
  targetGroup: L;
  port: number;
}

export const listenerShape: Shape<"listener"> = {
  kind: "listener",
  title: "listener",
  effects: { loadBalancer: "replace", targetGroup: "update", port: "replace" },
  taggable: true,
  outlives: [],
};
