/** Any file as a few edits make it of another: what a pull request does. */
import fc from "fast-check";
import { type Documents, documents } from "./files.ts";
import type { Tree } from "./packs.ts";

type Path = readonly [keyof Documents, ...(string | number)[]];

const POOL_FIELDS = [
  "name",
  "size",
  "instanceType",
  "zones",
  "spot",
  "zoneFallback",
  "labels",
  "taints",
  "rootVolume",
  "rollout",
];
const SPEC = [
  "placement", "sshKeyName", "apiServer", "bastion", "controlPlane", "workerPools", "overrides",
]; // biome-ignore format: a list

/** What an edit may be about, from a whole block to a single value. */
const PATHS: readonly Path[] = [
  ["cluster", "metadata", "description"],
  ["cluster", "metadata", "tags"],
  ...SPEC.map((field): Path => ["cluster", "spec", field]),
  ...["access", "allowedCidrs", "certSANs"].map((field): Path => ["cluster", "spec", "apiServer", field]),
  ...["size", "instanceType", "zones", "runsWorkloads", "rootVolume"].map(
    (field): Path => ["cluster", "spec", "controlPlane", field],
  ),
  ...[0, 1].flatMap((n) => POOL_FIELDS.map((field): Path => ["cluster", "spec", "workerPools", n, field])),
  ["cluster", "spec", "workerPools", 0],
  ["cluster", "spec", "workerPools", 1],
  ...["permissionsBoundaryArn", "kmsKeyArn", "applyRoleArn", "instanceProfiles"].map(
    (field): Path => ["account", "spec", field],
  ),
  ["profile", "spec", "packs"],
  ...[0, 1, 2, 3, 4].flatMap((n): Path[] => [
    ["profile", "spec", "packs", n],
    ["profile", "spec", "packs", n, "version"],
    ["profile", "spec", "packs", n, "values"],
  ]),
];

/** What becomes of documents. */
export type Edit = (before: Documents) => Documents;

/** One to three places of a file as they are in another file, or another file as a whole. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    arbitrary: documents.map(
      (other): Edit =>
        () =>
          other,
    ),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(documents, fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3, selector: String }))
      .map(
        ([other, paths]): Edit =>
          (before) =>
            paths.reduce((made, path) => taken(made, other, path), before),
      ),
    weight: 5,
  },
);

/** The documents with what the others have at a path; where they have nothing there, it goes. */
function taken(before: Documents, other: Documents, path: Path): Documents {
  const copy = structuredClone(before);
  let [into, from]: [unknown, unknown] = [copy, other];
  for (const key of path.slice(0, -1)) {
    from = isNode(from) ? from[key] : undefined;
    if (!isNode(into)) return copy; // there is no such pool to edit
    into = into[key];
  }
  const last = path.at(-1) ?? "";
  const value = isNode(from) ? structuredClone(from[last]) : undefined;
  if (!isNode(into)) return copy;
  if (value !== undefined) into[last] = value;
  else if (Array.isArray(into)) into.splice(Number(last), 1);
  else delete into[last];
  return copy;
}

function isNode(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}
