import type { Cluster } from "../config/cluster.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Pack, PackSource } from "../config/parts.ts";
import { packOf } from "../config/parts.ts";
import { readYaml, type SourceFile } from "../config/yaml.ts";
import { messageOf } from "../core/errors.ts";
import { type Finding, hasErrors } from "../core/findings.ts";
import { canonicalJson } from "../core/hash.ts";
import type { PackFacts } from "../packs/definition.ts";
import { objectsOfChart, objectsOfFiles, ownValues } from "../packs/manifests.ts";
import { objectFindings } from "../packs/object-findings.ts";
import type { KubeObject } from "../packs/objects.ts";
import { linksOut, readFiles } from "./read-files.ts";

/** A chart that is to become objects. */
export interface ChartRequest {
  /** Names the objects, as a release's name does. */
  release: string;
  namespace: string;
  chart: Exclude<PackSource, { from: "manifests" }>;
  version: string;
  values: Readonly<Record<string, unknown>>;
  /** Without a v. */
  kubernetesVersion: string;
}

/** Runs `helm template`; gives the YAML that it writes, and throws with what helm says when it can't. */
export type Helm = (request: ChartRequest, signal: AbortSignal) => Promise<string>;

/** The files that packs of the user's own are made from, by the pack's path in the repository. */
export type PackFiles = ReadonlyMap<string, { files: readonly SourceFile[]; findings: readonly Finding[] }>;

/** What a cluster's own packs are, as far as it could be found out. */
export interface PackReading {
  rendered: PackFacts["rendered"];
  findings: readonly Finding[];
}

/** Of a cluster whose packs all come with Slipway. */
export const NO_OWN_PACKS: PackReading = { rendered: new Map(), findings: [] };

/** Reads the files that any profile in use takes objects from, each once. */
export async function readPackFiles(root: string, { clusters }: Pick<Configuration, "clusters">): Promise<PackFiles> {
  const sources = clusters.flatMap(({ profile }) => profile.packs.flatMap(({ source }) => source ?? []));
  const paths = new Set(sources.flatMap((source) => (source.from === "manifests" ? source.paths : [])));
  const charts = new Set(sources.flatMap((source) => (source.from === "chart-folder" ? [source.path] : [])));
  const reads = [
    ...[...paths].map(async (path) => [path, await readFiles(root, path)] as const),
    ...[...charts].map(async (folder) => [folder, await readChartFolder(root, folder)] as const),
  ];
  return new Map(await Promise.all(reads));
}

/** A chart's own description. Helm follows links: none may lead out of the repository. */
async function readChartFolder(root: string, folder: string): ReturnType<typeof readFiles> {
  const [{ files, findings }, links] = await Promise.all([
    readFiles(root, `${folder}/Chart.yaml`),
    linksOut(root, folder),
  ]);
  const leading = links.map((file): Finding => {
    const message = "this link leads out of the repository";
    return { level: "error", code: "files/link-out", message, at: { file, line: 1, column: 1 } };
  });
  return { files, findings: [...findings, ...leading] };
}

/** The objects of a cluster's packs of manifests, from files that were read. Asks nobody. */
function readManifests(cluster: Cluster, files: PackFiles): PackReading {
  const rendered = new Map<string, { namespace: string; objects: readonly KubeObject[] }>();
  const findings: Finding[] = [];
  for (const pack of cluster.profile.packs) {
    const { source, namespace = "default" } = pack;
    if (source?.from === "chart-folder") findings.push(...chartFolderFindings(pack, source.path, files));
    if (source?.from !== "manifests") continue;
    const read = source.paths.map((path) => files.get(path) ?? { files: [], findings: [] });
    const wrong = read.flatMap((one, index) => atPack(pack, `/manifests/${index}`, one.findings));
    const made = objectsOfFiles(
      pack,
      cluster,
      read.flatMap((one) => one.files),
    );
    findings.push(...wrong, ...made.findings);
    rendered.set(pack.name, { namespace, objects: made.objects });
  }
  return { rendered, findings };
}

/** What is wrong with packs of manifests, said once however many clusters have them. */
export function manifestFindings(clusters: readonly Cluster[], files: PackFiles): Finding[] {
  const findings = clusters.flatMap((cluster) => {
    const { rendered, findings: wrong } = readManifests(cluster, files);
    if (rendered.size === 0 || hasErrors(wrong)) return wrong;
    const packs = [...rendered].map(([name, { objects }]) => ({ name, version: "", objects }));
    return [...wrong, ...objectFindings(cluster, packs)];
  });
  return [...new Map(findings.map((finding) => [canonicalJson(finding), finding])).values()];
}

/** Work that is done once for each cluster, however often it is asked for. */
export function onceACluster<T>(work: (cluster: Cluster) => Promise<T>): (cluster: Cluster) => Promise<T> {
  const done = new Map<string, Promise<T>>();
  return (cluster) => {
    const known = done.get(cluster.name) ?? work(cluster);
    done.set(cluster.name, known);
    return known;
  };
}

/** The objects of all of a cluster's own packs; charts are fetched and rendered, side by side. */
export async function renderOwnPacks(
  cluster: Cluster,
  files: PackFiles,
  helm: Helm,
  signal: AbortSignal,
): Promise<PackReading> {
  const read = readManifests(cluster, files);
  const rendered = new Map(read.rendered);
  const charts = hasErrors(read.findings) ? [] : cluster.profile.packs.filter(isChart);
  const findings = await Promise.all(
    charts.map(async (pack) => {
      const made = await renderChart(pack, cluster, helm, signal);
      rendered.set(pack.name, { namespace: pack.namespace ?? "default", objects: made.objects });
      return made.findings;
    }),
  );
  return { rendered, findings: [...read.findings, ...findings.flat()] };
}

function isChart({ source }: Pack): boolean {
  return source?.from === "chart" || source?.from === "chart-folder";
}

async function renderChart(
  pack: Pack,
  cluster: Cluster,
  helm: Helm,
  signal: AbortSignal,
): Promise<{ objects: readonly KubeObject[]; findings: Finding[] }> {
  const { source, namespace = "default", version, name } = pack;
  if (source === undefined || source.from === "manifests") return { objects: [], findings: [] };
  const request: ChartRequest = {
    release: name,
    namespace,
    chart: source,
    version,
    values: ownValues(pack),
    kubernetesVersion: packOf(cluster.profile, "kubernetes").version,
  };
  try {
    // Twice: a chart that draws passwords or certificates would make another bundle, and another change, in every run.
    const [text, again] = await Promise.all([helm(request, signal), helm(request, signal)]);
    const made = objectsOfChart(pack, text);
    return text === again ? made : { ...made, findings: [...made.findings, changingChart(pack)] };
  } catch (error) {
    if (signal.aborted) throw error;
    const { code = "packs/chart", fix } = error instanceof HelmTrouble ? error : {};
    return {
      objects: [],
      findings: [
        {
          level: "error",
          code,
          message: `the chart of ${name} can't be rendered: ${messageOf(error)}`,
          at: pack.place("/chart"),
          ...(fix === undefined ? {} : { fix }),
        },
      ],
    };
  }
}

/** Why helm gave no objects, and what can be done about it. */
export class HelmTrouble extends Error {
  readonly code: "packs/no-helm" | "packs/chart";
  readonly fix: string | undefined;

  constructor(code: HelmTrouble["code"], message: string, fix?: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

function changingChart(pack: Pack): Finding {
  return {
    level: "error",
    code: "packs/changing-chart",
    message: `the chart of ${pack.name} gives other objects each time it is rendered: it draws passwords or certificates, and every run would change them`,
    at: pack.place("/chart"),
    fix: "give those as values, or have something in the cluster make them, such as cert-manager",
  };
}

/** Helm takes any version for a chart's folder; here the profile says which one it means. */
function chartFolderFindings(pack: Pack, folder: string, files: PackFiles): Finding[] {
  const { files: [file] = [], findings = [] } = files.get(folder) ?? {};
  if (file !== undefined && findings.length > 0) return atPack(pack, "/chart/path", findings);
  if (file === undefined) {
    return atPack(pack, "/chart/path", findings).map((finding) => ({
      ...finding,
      message: `${folder} is not a chart's folder: ${finding.message}`,
    }));
  }
  const { documents, findings: wrong } = readYaml(file, "kubernetes");
  if (hasErrors(wrong)) return wrong;
  const version = (documents[0]?.value as { version?: unknown } | undefined)?.version;
  if (version === pack.version) return [];
  return [
    {
      level: "error",
      code: "packs/chart-version",
      message: `the chart in ${folder} is of version ${JSON.stringify(version) ?? "none"}, and the profile wants ${pack.version}`,
      at: pack.place("/version"),
    },
  ];
}

/** What is wrong with reading files that a pack names, said where it names them. */
function atPack(pack: Pack, pointer: string, findings: readonly Finding[]): Finding[] {
  return findings.map(({ code, level, message, at }) => {
    if (code === "files/no-folder") {
      return {
        level,
        code: "packs/no-file",
        message: `there is no file or folder ${at?.file}`,
        at: pack.place(pointer),
      };
    }
    const file = at === undefined || code === "files/none" || code === "files/outside" ? "" : `${at.file}: `;
    return { level, code, message: `${file}${message}`, at: pack.place(pointer) };
  });
}
