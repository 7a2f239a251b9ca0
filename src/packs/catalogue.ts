import type { Cluster } from "../config/cluster.ts";
import { expandMacros } from "../config/macros.ts";
import type { Pack } from "../config/parts.ts";
import { CATALOGUE } from "./catalogue.generated.ts";
import type { AwsPermission, NodeTraffic, PackDefinition, TestedWith } from "./definition.ts";
import type { KubeObject } from "./objects.ts";
import { effectiveValues, type Parameter, type Parameters } from "./parameters.ts";
import { expandObjects, packMacros } from "./template.ts";

/** A file of src/packs/catalogue/: a pack that is data alone. */
export interface PackFile {
  layer: Pack["layer"];
  name: string;
  about: string;
  versions: readonly string[];
  kubernetes: TestedWith;
  parameters: Readonly<Record<string, ParameterFile>>;
  /** What the control plane's nodes have to admit from each other for it. */
  controlPlaneTraffic?: readonly NodeTraffic[];
  /** Statements for the control plane's role, where its pods run. */
  permissions?: readonly AwsPermission[];
  objects: readonly KubeObject[];
}

/** A parameter as YAML has it: patterns are texts. */
export interface ParameterFile {
  type: Parameter["type"];
  default: boolean | number | string | readonly string[];
  description: string;
  allowed?: readonly string[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  example?: string;
  least?: number;
  of?: "worker-pools";
}

/** The packs of the catalogue, ready to be rendered. */
export function cataloguePacks(): PackDefinition[] {
  return CATALOGUE.map((text) => definitionFrom(JSON.parse(text) as PackFile));
}

function definitionFrom(file: PackFile): PackDefinition {
  const { layer, name, about, versions, kubernetes, controlPlaneTraffic = [], permissions = [], objects } = file;
  const parameters = parametersFrom(file.parameters);
  const macrosFor = (pack: Pack, cluster: Cluster) =>
    packMacros({ ...pack, values: effectiveValues(parameters, pack.values) }, cluster);
  return {
    layer,
    name,
    about,
    versions,
    kubernetes,
    parameters,
    traffic: [],
    controlPlaneTraffic,
    permissions: (pack, cluster) =>
      expandMacros(permissions, macrosFor(pack, cluster)).value as readonly AwsPermission[],
    render: (pack, cluster) => [
      { name, version: pack.version, objects: expandObjects(objects, macrosFor(pack, cluster)).objects },
    ],
  };
}

function parametersFrom(files: PackFile["parameters"]): Parameters {
  return Object.fromEntries(
    Object.entries(files).map(([name, { pattern, ...rest }]) => {
      // Names of pools are checked against the cluster's.
      const text = rest.type === "list" && pattern === undefined ? { pattern: /^/, example: "gpu" } : {};
      return [
        name,
        { ...rest, ...text, ...(pattern === undefined ? {} : { pattern: new RegExp(pattern) }) } as Parameter,
      ];
    }),
  );
}
