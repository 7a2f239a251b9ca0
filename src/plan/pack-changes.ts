import type { Cluster } from "../config/cluster.ts";
import { type Pack, packOf } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import { hashOf } from "../core/hash.ts";
import { count, listed } from "../core/words.ts";
import type { EffectivePack } from "../packs/built-in.ts";
import { compareBundles, dataAtRisk, type ObjectChange } from "../packs/compare-bundles.ts";
import type { RenderedPack } from "../packs/definition.ts";
import type { Change } from "./change.ts";
import { REFUSED } from "./checks.ts";
import type { AppliedPacks, PackState } from "./pack-diff.ts";
import type { Draft } from "./resource-report.ts";
import { titleOf } from "./titles.ts";

/**
 * One change a pack, in the place of the one for all of them; none where there is nothing to compare with, or where
 * objects only changed their order.
 */
export function packChanges(cluster: Cluster, { rendering, before }: PackState, steps: readonly string[]): Draft[] {
  if (before === undefined) return [];
  const atRisk = dataAtRisk(before, rendering.packs);
  const changes = compareBundles(before, rendering.packs).filter(({ action }) => action !== "keep");
  const byPack = Map.groupBy(changes, ({ pack }) => pack);
  const order = [...rendering.packs, ...before].map(({ name }) => name);
  return [...new Set(order)].flatMap((name) => {
    const own = byPack.get(name);
    if (own === undefined) return [];
    const [was, is] = [before, rendering.packs].map((packs) => packs.find((pack) => pack.name === name));
    const id = `packs/${name}`;
    const isNew = was === undefined;
    return [
      {
        id,
        title: titleOf(id),
        action: is === undefined ? "delete" : isNew ? "create" : "update",
        summary: is?.version ?? "",
        fields: versionChange(was, is),
        why: is === undefined ? "the profile has it no more" : isNew ? "there is none" : objectCounts(own),
        disruption: own.some(touchesPods) && !isNew ? "rolling" : "none",
        ...(atRisk.has(name) ? { destructive: true, confirm: `${cluster.name}/${id}` } : { destructive: false }),
        hash: hashOf({ id, becomes: is === undefined ? "nothing" : is.objects, losing: atRisk.get(name) ?? [] }, 16),
        covers: [],
        steps,
      } satisfies Draft,
    ];
  });
}

function versionChange(was: RenderedPack | undefined, is: RenderedPack | undefined): Change["fields"] {
  if (was === undefined || is === undefined || was.version === is.version || was.version === "") return [];
  return [{ field: "version", before: was.version, after: is.version, effect: "update" }];
}

function objectCounts(changes: readonly ObjectChange[]): string {
  const words = { change: "changes", add: "comes", remove: "goes" } as const;
  const plural = { change: "change", add: "come", remove: "go" } as const;
  const parts = (["change", "add", "remove"] as const).flatMap((action) => {
    const n = changes.filter((change) => change.action === action).length;
    return n === 0 ? [] : [`${count(n, "object")} ${(n === 1 ? words : plural)[action]}`];
  });
  return parts.join(", ");
}

/** Whether pods are replaced: those of what changed in more than labels of its own, and of what is removed. */
function touchesPods({ object, action, fields }: ObjectChange): boolean {
  if (!/^(DaemonSet|Deployment|StatefulSet|Pod|ReplicaSet) /.test(object)) return false;
  return (
    action === "remove" ||
    fields.some(({ path }) => path.startsWith("spec.template") || path.startsWith("spec.containers"))
  );
}

/** What removals take away and what they leave behind. */
export function packFindings(cluster: Cluster, { rendering, before = [], applied, lost }: PackState): Finding[] {
  const place = cluster.place("/spec/profile");
  const atRisk = [...dataAtRisk(before, rendering.packs)].map(
    ([pack, objects]): Finding => ({
      level: "warning",
      code: "plan/pack-data",
      message: `what ${pack} brought goes, and data may go with it: ${listed(objects)}`,
      at: cluster.profile.packs.find(({ name }) => name === pack)?.place("") ?? place,
      fix: `make sure that nothing in it is needed any more; the apply wants it confirmed as ${cluster.name}/packs/${pack}`,
    }),
  );
  const kept = compareBundles(before, rendering.packs).filter(({ action }) => action === "keep");
  const staying = [...Map.groupBy(kept, ({ pack }) => pack)].map(
    ([pack, objects]): Finding => ({
      level: "notice",
      code: "plan/pack-leaves",
      message: `of ${pack} this stays in the cluster, with all that is in it: ${listed(objects.map(({ object }) => object))}`,
      at: cluster.profile.packs.find(({ name }) => name === pack)?.place("") ?? place,
      fix: "delete it by hand when nothing needs it any more",
    }),
  );
  const unknown: Finding[] =
    lost === undefined
      ? []
      : [
          {
            level: "warning",
            code: "plan/packs-unknown",
            message: `what the packs were can't be told, nor what goes with this change and whether data goes with it: ${lost}`,
            at: place,
          },
        ];
  return [...refusedChanges(cluster, applied), ...unknown, ...atRisk, ...staying];
}

/** What a living cluster was built on. */
function refusedChanges(cluster: Cluster, applied: AppliedPacks | undefined): Finding[] {
  if (applied === undefined) return [];
  const findings: Finding[] = [];
  const old = (layer: Pack["layer"]): EffectivePack | undefined => applied.packs.find((pack) => pack.layer === layer);
  for (const layer of ["os", "kubernetes", "cni"] as const) {
    const [was, pack] = [old(layer), packOf(cluster.profile, layer)];
    if (was === undefined || was.name === pack.name) continue;
    findings.push({
      ...REFUSED,
      message: `the ${layer} layer is ${was.name} and should be ${pack.name}; that can't be changed while the cluster lives`,
      at: pack.place("/name"),
    });
  }
  const [was, pack] = [old("kubernetes"), packOf(cluster.profile, "kubernetes")];
  for (const [name, is] of [
    ["podCidr", cluster.podCidr],
    ["serviceCidr", cluster.serviceCidr],
  ] as const) {
    const before = was?.values[name];
    if (before === undefined || before === is) continue;
    findings.push({
      ...REFUSED,
      message: `${name} is ${String(before)} and should be ${is}; that can't be changed while the cluster lives`,
      at: Object.hasOwn(pack.values, name) ? pack.place(`/values/${name}`) : pack.place("/name"),
    });
  }
  return findings;
}
