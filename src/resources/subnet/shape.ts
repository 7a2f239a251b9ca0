import type { Shape } from "../resource.ts";

export interface SubnetSpec<L> {
  vpc: L;
  zone: string;
  cidr: string;
}

export const subnetShape: Shape<"subnet"> = {
  kind: "subnet",
  title: "subnet",
  effects: { vpc: "refuse", zone: "refuse", cidr: "refuse" },
  taggable: true,
  settles: true,
  outlives: [],
};
