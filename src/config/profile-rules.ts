import { collector, type Finding, type Report } from "../core/findings.ts";
import type { ClusterProfileDocument, Pack, Parameter } from "./documents.generated.ts";
import type { YamlDocument } from "./yaml.ts";

const MANDATORY_LAYERS = ["os", "kubernetes", "cni", "csi"] as const;

/** Rules between the packs of a profile, which its schema cannot say. */
export function profileFindings(document: YamlDocument, profile: ClusterProfileDocument): Finding[] {
  const [findings, report] = collector(document.place);
  const packs = profile.spec.packs;
  for (const layer of MANDATORY_LAYERS) {
    const places = packs.flatMap((pack, index) => (pack.layer === layer ? [index] : []));
    if (places.length === 0) {
      report(
        "error",
        "config/missing-layer",
        "/spec/packs",
        `the profile has no ${layer} layer; os, kubernetes, cni and csi are needed`,
      );
    }
    for (const index of places.slice(1)) {
      report(
        "error",
        "config/layer-twice",
        `/spec/packs/${index}`,
        `the profile has more than one ${layer} layer: ${packs[places[0] ?? 0]?.name} and ${packs[index]?.name}`,
      );
    }
  }
  packs.forEach((pack, index) => {
    if (packs.findIndex((other) => other.name === pack.name) < index) {
      report("error", "config/pack-twice", `/spec/packs/${index}/name`, `the pack ${pack.name} is there twice`);
    }
    ownPackRules(pack, `/spec/packs/${index}`, report);
    if (pack.layer === "kubernetes") kubernetesVersionRule(pack.version, `/spec/packs/${index}/version`, report);
  });
  return findings;
}

export function kubernetesVersionRule(version: string, pointer: string, report: Report): void {
  if (/^1\.\d+\.\d+$/.test(version)) return;
  report(
    "error",
    "config/kubernetes-version",
    pointer,
    `"${version}" is not a Kubernetes version; write all three numbers, such as "1.37.1"`,
  );
}

/** Layers that a pack of the user's own may be of. The nodes are made for the others: image, kubeadm, open ports. */
const OWN_LAYERS: readonly Pack["layer"][] = ["csi", "addon"];

function ownPackRules(pack: Pack, at: string, report: Report): void {
  const { layer, name, manifests, chart } = pack;
  if (manifests === undefined && chart === undefined) {
    for (const key of ["namespace", "parameters"] as const) {
      if (pack[key] === undefined) continue;
      const message = `${key} goes with manifests or chart; ${name} would be a pack that comes with Slipway`;
      report("error", "config/not-own-pack", `${at}/${key}`, message);
    }
    return;
  }
  if (manifests !== undefined && chart !== undefined) {
    report(
      "error",
      "config/two-sources",
      `${at}/chart`,
      `${name} has manifests and a chart; a pack comes from one place`,
    );
  }
  if (!OWN_LAYERS.includes(layer)) {
    const message = `the ${layer} layer is one of the packs that come with Slipway: nodes are made for what those need`;
    report("error", "config/own-pack-layer", `${at}/${manifests === undefined ? "chart" : "manifests"}`, message);
  }
  if (chart !== undefined) chartRules(chart, `${at}/chart`, report);
  for (const [parameter, its] of Object.entries(pack.parameters ?? {})) {
    parameterRules(parameter, its, `${at}/parameters/${parameter}`, report);
  }
}

function chartRules({ repository, name, path }: NonNullable<Pack["chart"]>, at: string, report: Report): void {
  const isRemote = repository !== undefined && name !== undefined && path === undefined;
  const isFolder = path !== undefined && repository === undefined && name === undefined;
  if (isRemote || isFolder) return;
  report(
    "error",
    "config/chart-place",
    at,
    "a chart has a repository and a name, or a path",
    "write  chart: { repository: oci://registry.example.com/charts, name: web }  or  chart: { path: ../charts/web }",
  );
}

function parameterRules(name: string, parameter: Parameter, at: string, report: Report): void {
  const { type, default: otherwise, allowed, minimum, maximum } = parameter;
  const bad = (pointer: string, message: string): void =>
    report("error", "config/bad-parameter-declaration", `${at}${pointer}`, `the parameter ${name}: ${message}`);
  if (!fitsType(otherwise, type)) bad("/default", `its default ${JSON.stringify(otherwise)} is not of type ${type}`);
  if (allowed !== undefined && type !== "string") bad("/allowed", "allowed goes with type string");
  else if (allowed !== undefined && typeof otherwise === "string" && !allowed.includes(otherwise)) {
    bad("/default", `its default ${JSON.stringify(otherwise)} is not among ${allowed.join(", ")}`);
  }
  for (const [key, bound] of Object.entries({ minimum, maximum })) {
    if (bound !== undefined && type !== "integer") bad(`/${key}`, `${key} goes with type integer`);
  }
  if (typeof otherwise !== "number") return;
  if (otherwise < (minimum ?? otherwise)) bad("/default", `its default ${otherwise} is less than ${minimum}`);
  if (otherwise > (maximum ?? otherwise)) bad("/default", `its default ${otherwise} is more than ${maximum}`);
}

function fitsType(value: Parameter["default"], type: Parameter["type"]): boolean {
  if (type === "list") return Array.isArray(value);
  return type === "integer" ? typeof value === "number" : typeof value === type;
}
