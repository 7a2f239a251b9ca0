import { hashOf } from "../core/hash.ts";
import type { FieldChange, Live, Wanted } from "../resources/resource.ts";
import type { Change } from "./change.ts";
import { type Naming, wantedSpec } from "./logical.ts";
import type { Verdict } from "./resource-changes.ts";
import { summaryOf } from "./summary.ts";
import { titleOf } from "./titles.ts";

/** A change before it is known which others come first. */
export type Draft = Omit<Change, "needs">;

/** What people see of the verdict on a resource; nothing where it stays as it is. */
export function resourceChanges(verdict: Verdict, naming: Naming): Draft[] {
  switch (verdict.verdict) {
    case "create":
      return [creation(verdict.wanted, naming, "create", [], "there is none", [`create ${verdict.wanted.id}`])];
    case "update": {
      const { wanted, difference } = verdict;
      const why = `${difference.fields.map((change) => change.field).join(", ")} differ${difference.fields.length === 1 ? "s" : ""}`;
      return [creation(wanted, naming, "update", difference.fields, why, [`update ${wanted.id}`])];
    }
    case "replace": {
      const { wanted, live, difference, why } = verdict;
      const steps = [`remove ${live.id} ${live.awsId}`, `create ${wanted.id}`];
      const draft = creation(wanted, naming, "replace", difference.fields, why, steps);
      return [{ ...draft, disruption: wanted.kind === "bastion" || live.status === "failed" ? "none" : "outage" }];
    }
    case "delete":
      return [removal(verdict.live, verdict.why)];
    default:
      return [];
  }
}

function creation(
  wanted: Wanted,
  naming: Naming,
  action: "create" | "update" | "replace",
  fields: readonly FieldChange[],
  why: string,
  steps: readonly string[],
): Draft {
  // Creating and updating end in the same thing, so that an update that finishes a half-made creation counts as approved.
  const plain = wantedHash(wanted, naming);
  const isReplaced = action === "replace";
  return {
    id: wanted.id,
    title: titleOf(wanted.id),
    action,
    summary: summaryOf(wanted),
    fields,
    why,
    disruption: "none",
    destructive: false,
    hash: isReplaced ? hashOf({ ...becomesOf(wanted, naming), replaced: true }, 16) : plain,
    // Half done, a replacement is a creation.
    covers: isReplaced ? [plain] : [],
    steps,
  };
}

/** Tells whether a resource is wanted otherwise than before, whatever it is now: 16 digits. */
export function wantedHash(wanted: Wanted, naming: Naming): string {
  const spec = wantedSpec(wanted, naming);
  const hash = hashes.get(spec) ?? hashOf(becomesOf(wanted, naming), 16);
  hashes.set(spec, hash);
  return hash;
}

/** By the spec, which is one for many plans. */
const hashes = new WeakMap<object, string>();

/** What a resource is to become, whatever it is now. */
function becomesOf(wanted: Wanted, naming: Naming): object {
  return { id: wanted.id, spec: wantedSpec(wanted, naming), tags: wanted.tags };
}

/** Deleting one resource. What the file does not ask for any more can be made again by asking for it: not destructive. */
export function removal(live: Live, why: string): Draft {
  return {
    id: live.id,
    title: titleOf(live.id),
    action: "delete",
    summary: "",
    fields: [],
    why,
    disruption: "outage",
    destructive: false,
    hash: hashOf({ id: live.id, becomes: "nothing" }, 16),
    covers: [],
    steps: [`remove ${live.id} ${live.awsId}`],
  };
}
