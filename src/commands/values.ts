import type { Cluster } from "../config/cluster.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Pack } from "../config/parts.ts";
import type { Place } from "../core/findings.ts";
import { hasErrors, sortFindings } from "../core/findings.ts";
import { effectivePacks, parametersOf } from "../packs/built-in.ts";
import { shownValue } from "../packs/secrets.ts";
import { appliedPacks, isGiven, leavesOf } from "../plan/pack-diff.ts";
import { headerOf } from "./header.ts";
import type { ClusterResult, CommandResult, PackValues, ShownValue } from "./results.ts";
import { commandResult } from "./results.ts";
import { selectClusters } from "./select.ts";

/** Shows every parameter that a cluster's packs work with, and where each comes from. Reads files, and asks nobody. */
export function values(configuration: Configuration, clusterName: string): CommandResult {
  const findings = sortFindings(configuration.findings);
  if (hasErrors(findings)) return { command: "values", result: "invalid", findings, clusters: [] };
  const clusters = selectClusters(configuration, clusterName).map(
    (cluster): ClusterResult => ({
      ...headerOf(cluster),
      result: "shown",
      findings: [],
      values: { profile: appliedPacks(cluster).profile, packs: valuesOf(cluster) },
    }),
  );
  return commandResult("values", findings, clusters);
}

function valuesOf(cluster: Cluster): PackValues[] {
  const effective = effectivePacks(cluster);
  return cluster.profile.packs.map((pack, index) => {
    const { layer, name, version } = pack;
    const leaves = [...leavesOf(effective[index])].filter(([leaf]) => leaf !== "version");
    return {
      layer,
      name,
      version,
      ...originOf(pack, "/version"),
      values: leaves.map(
        ([leaf, { value, pointer }]): ShownValue => ({
          name: leaf,
          value: shownValue(leaf, value),
          ...(isGiven(pack, pointer) ? originOf(pack, pointer) : defaultOf(pack, leaf)),
        }),
      ),
    };
  });
}

function originOf(pack: Pack, pointer: string): { from: "profile" | "cluster"; at: Place } {
  return { from: pack.origin(pointer), at: pack.place(pointer) };
}

/** Of a pack of the user's own the profile says what the default is. */
function defaultOf(pack: Pack, name: string): Pick<ShownValue, "from" | "at"> {
  const isDeclared = pack.parameters !== undefined && parametersOf(pack)?.[name] !== undefined;
  return { from: "default", ...(isDeclared ? { at: pack.place(`/parameters/${name}/default`) } : {}) };
}
