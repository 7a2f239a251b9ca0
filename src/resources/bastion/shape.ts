import type { Shape } from "../resource.ts";

/** The one host with a public address: the way to SSH to the nodes. */
export interface BastionSpec<L> {
  subnet: L;
  image: string;
  /** What the image was chosen by, kept in a tag: the image itself is adopted from the live bastion while this is the same. */
  imageName: string;
  instanceType: string;
  keyName: string;
  securityGroups: readonly L[];
}

/** A bastion holds nothing but its system. */
export const BASTION_VOLUME_GIB = 10;

export const bastionShape: Shape<"bastion"> = {
  kind: "bastion",
  title: "bastion",
  effects: {
    subnet: "replace",
    image: "replace",
    instanceType: "replace",
    keyName: "replace",
    securityGroups: "update",
  },
  taggable: true,
  settles: true,
  outlives: [],
};
