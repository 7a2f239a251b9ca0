import type { Shape } from "../resource.ts";

/**
 * What a cluster's machines trust, and prove themselves with: one encrypted SSM parameter. Its attribute `caHash` is what
 * nodes know the API server by.
 */
export interface PkiSpec {
  /** The parameter's name. */
  name: string;
  /** ARN of the KMS key that encrypts it; `""` for the account's own key of SSM. What is encrypted keeps its key. */
  kmsKey: string;
}

export const pkiShape: Shape<"pki"> = {
  kind: "pki",
  title: "PKI",
  effects: { name: "refuse" },
  taggable: true,
  // Nodes use it, and it goes after the last of them (node/instances.ts).
  outlives: [],
};
