import type { Image } from "../blueprint/blueprint.ts";
import type { Inventory } from "../survey/survey.ts";
import type { AppliedPacks } from "./pack-diff.ts";

/** What was last fully applied to a cluster: the record `applied.json`. */
export interface AppliedRecord {
  schema: 1;
  /** Absent outside a repository. */
  commit?: string;
  by: string;
  /** RFC 3339. */
  at: string;
  /** What every resource and pool was to become, as hashes. */
  wanted: Readonly<Record<string, string>>;
  /** Keys of the tags that the file asked for: those that it asks for no more are ours to take off. */
  tagKeys: readonly string[];
  /** The pools' sizes, and the images of their nodes: of a pool whose nodes are all lost nothing else tells. */
  pools: Readonly<Record<string, { size: number; image: Image }>>;
  /** The profile, and its packs with all their values. */
  packs?: AppliedPacks;
}

export const APPLIED_KEY = "applied.json";

/** Undefined: nothing was ever fully applied, or nobody asked. */
export function appliedIn({ records }: Pick<Inventory, "records">): AppliedRecord | undefined {
  return records?.get(APPLIED_KEY) as AppliedRecord | undefined;
}
