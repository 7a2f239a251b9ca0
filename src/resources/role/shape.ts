import type { Shape } from "../resource.ts";

/** An IAM role with one inline policy. Documents are canonical JSON, so that equal meaning is equal text. */
export interface RoleSpec {
  name: string;
  /** Who may take the role on. */
  trust: string;
  /** What the role may do. */
  policy: string;
  /** ARN of the permissions boundary; `""` for none. */
  boundary: string;
}

export const roleShape: Shape<"role"> = {
  kind: "role",
  title: "IAM role",
  effects: { name: "refuse", trust: "update", policy: "update", boundary: "update" },
  taggable: true,
  outlives: [],
};

/** The name of a role's one inline policy. */
export const ROLE_POLICY = "slipway";
