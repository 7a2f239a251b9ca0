import type { Shape } from "../resource.ts";

/** What gives an instance a role. */
export interface InstanceProfileSpec<L> {
  name: string;
  /** The role's ARN; `""` in what AWS has: none yet. */
  role: L;
}

export const instanceProfileShape: Shape<"instance-profile"> = {
  kind: "instance-profile",
  title: "instance profile",
  effects: { name: "refuse", role: "update" },
  taggable: true,
  // IAM would let a profile go that running instances still use; they would lose their credentials.
  outlives: [],
};
