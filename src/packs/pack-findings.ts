import type { Cluster } from "../config/cluster.ts";
import { nearest } from "../config/nearest.ts";
import type { Pack } from "../config/parts.ts";
import type { Finding } from "../core/findings.ts";
import { canonicalJson } from "../core/hash.ts";
import { alternatives } from "../core/words.ts";
import { builtInPacks, definitionOf } from "./built-in.ts";
import type { PackDefinition, PackFacts } from "./definition.ts";
import { declaredParameters, parameterFindings, poolNameFindings } from "./parameters.ts";

/**
 * What is wrong with clusters' packs, before any is rendered: packs that nobody has, versions that a pack was not
 * written for, parameters. What a profile has wrong is said once, however many clusters use it.
 */
export function packFindings(clusters: readonly Cluster[], rendered: PackFacts["rendered"]): Finding[] {
  const findings = clusters.flatMap((cluster) => findingsOf(cluster, rendered));
  return [...new Map(findings.map((finding) => [canonicalJson(finding), finding])).values()];
}

function findingsOf(cluster: Cluster, rendered: PackFacts["rendered"]): Finding[] {
  return cluster.profile.packs.flatMap((pack) => {
    if (pack.source !== undefined) {
      return pack.parameters === undefined ? [] : parameterFindings(pack, declaredParameters(pack.parameters));
    }
    if (rendered.has(pack.name)) return [];
    const definition = definitionOf(pack);
    if (definition === undefined) return [unknownPack(pack)];
    const wrong = [...versionFindings(pack, definition), ...parameterFindings(pack, definition.parameters)];
    if (wrong.length > 0) return wrong;
    const pools = cluster.workerPools.map(({ name }) => name);
    return [...poolNameFindings(pack, definition.parameters, pools), ...(definition.check?.(pack, cluster) ?? [])];
  });
}

function unknownPack(pack: Pack): Finding {
  const known = builtInPacks()
    .filter((definition) => definition.layer === pack.layer)
    .map(({ name }) => name);
  const guess = nearest(pack.name, known);
  return {
    level: "error",
    code: "packs/unknown-pack",
    message:
      known.length === 0
        ? `there is no pack ${JSON.stringify(pack.name)}: Slipway brings no packs for the ${pack.layer} layer`
        : `the ${pack.layer} layer has no pack ${JSON.stringify(pack.name)}; it is ${alternatives(known)}`,
    at: pack.place("/name"),
    fix: guess === undefined ? "a pack of your own has manifests or a chart" : `did you mean ${guess}?`,
  };
}

function versionFindings(pack: Pack, definition: PackDefinition): Finding[] {
  // Ubuntu's version is its release; everything else is released in three numbers, and its images are named by them.
  const lines = definition.versions;
  const fits =
    definition.layer === "os"
      ? lines.includes(pack.version)
      : /^\d+\.\d+\.\d+$/.test(pack.version) && lines.some((line) => pack.version.startsWith(`${line}.`));
  if (fits) return [];
  const allowed = definition.layer === "os" ? lines : lines.map((line) => `${line}.x`);
  return [
    {
      level: "error",
      code: "packs/unsupported-version",
      message: `${pack.name} ${JSON.stringify(pack.version)} is not a version that Slipway knows how to install; it knows ${alternatives(allowed)}`,
      at: pack.place("/version"),
    },
  ];
}
