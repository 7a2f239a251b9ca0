import { AwsCallError } from "../aws/errors.ts";
import { bundleKey, RECORD } from "../blueprint/records.ts";
import type { Cluster } from "../config/cluster.ts";
import { messageOf } from "../core/errors.ts";
import { hasErrors } from "../core/findings.ts";
import { bundleOf, packsOfBundle, renderPacks } from "../packs/bundle.ts";
import { appliedIn } from "../plan/applied.ts";
import type { PackState } from "../plan/pack-diff.ts";
import type { RecordStore } from "../resources/records/store.ts";
import type { Inventory } from "../survey/survey.ts";
import type { PackReading } from "./read-packs.ts";

/** The packs as they should be, and as they were: the bundle that lies in the bucket is read where it is another one. */
export async function packState(
  cluster: Cluster,
  inventory: Inventory,
  records: RecordStore,
  own: PackReading,
): Promise<PackState> {
  const rendered = renderPacks(cluster, { rendered: own.rendered });
  const findings = [...own.findings, ...rendered.findings];
  const rendering = { packs: hasErrors(own.findings) ? [] : rendered.packs, findings };
  const applied = appliedIn(inventory)?.packs;
  const bundle = (inventory.records?.get(RECORD.packs) as { bundle?: string } | undefined)?.bundle;
  const state = { rendering, ...(applied === undefined ? {} : { applied }) };
  if (inventory.records?.get(RECORD.packs) === undefined && applied === undefined) return { ...state, isFirst: true };
  if (bundle === undefined || hasErrors(findings)) return state;
  if (bundle === bundleOf(rendering.packs).sha256) return { ...state, before: rendering.packs };
  try {
    const gz = await records.readFile(bundleKey(bundle));
    return gz === undefined
      ? { ...state, lost: `there is no ${bundleKey(bundle)}` }
      : { ...state, before: packsOfBundle(gz) };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { ...state, lost: messageOf(error) };
  }
}
