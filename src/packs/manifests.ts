import type { Cluster } from "../config/cluster.ts";
import type { Pack } from "../config/parts.ts";
import { readYaml, type SourceFile, type YamlDocument } from "../config/yaml.ts";
import type { Finding, Place } from "../core/findings.ts";
import type { KubeObject } from "./objects.ts";
import { declaredParameters, effectiveValues } from "./parameters.ts";
import { groupOf } from "./scopes.ts";
import { expandObjects, packMacros } from "./template.ts";

/** An object that somebody else wrote, and where. */
interface Written {
  object: KubeObject;
  place: YamlDocument["place"];
}

/**
 * The objects in files of the user's repository, with the macros that this cluster's pack gives a meaning to; and what in
 * the files is not Kubernetes.
 */
export function objectsOfFiles(
  pack: Pack,
  cluster: Cluster,
  files: readonly SourceFile[],
): { objects: KubeObject[]; findings: Finding[] } {
  const { written, findings } = writtenObjects(files);
  const values = ownValues(pack);
  const macros = packMacros({ ...pack, values }, cluster);
  const { objects, unknown } = expandObjects(
    written.map(({ object }) => object),
    macros,
  );
  const unknownMacros = unknown.map(({ index, pointer, name, guess }): Finding => {
    const at = written[index]?.place(pointer);
    return {
      level: "error",
      code: "packs/unknown-macro",
      message: `there is no {{ ${name} }}; objects of ${pack.name} may hold ${[...macros.keys()].join(", ")}`,
      ...(at === undefined ? {} : { at }),
      ...(guess === undefined ? {} : { fix: `did you mean {{ ${guess} }}?` }),
    };
  });
  return { objects, findings: [...findings, ...unknownMacros] };
}

/** The values that a pack of the user's own works with: what is given, over the defaults that its profile declares. */
export function ownValues({ parameters, values }: Pick<Pack, "parameters" | "values">): Pack["values"] {
  return parameters === undefined ? values : effectiveValues(declaredParameters(parameters), values);
}

/**
 * The objects that `helm template` wrote. What is wrong with them is said of the pack: their lines are in no file of the
 * user's.
 */
export function objectsOfChart(pack: Pack, text: string): { objects: KubeObject[]; findings: Finding[] } {
  const { written, findings } = writtenObjects([{ path: pack.name, text }]);
  return {
    objects: written.map(({ object }) => object),
    findings: findings.map(({ at: _at, ...finding }) => ({
      ...finding,
      message: `the chart of ${pack.name}: ${finding.message}`,
      at: pack.place("/chart"),
    })),
  };
}

function writtenObjects(files: readonly SourceFile[]): { written: Written[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const written: Written[] = [];
  for (const file of files) {
    const read = readYaml(file, "kubernetes");
    findings.push(...read.findings);
    for (const document of read.documents) {
      for (const { value, place } of itemsOf(document)) {
        const wrong = notKubernetes(value, place);
        if (wrong === undefined) written.push({ object: value as KubeObject, place });
        else findings.push(wrong);
      }
    }
  }
  return { written, findings };
}

/** A List's items are objects like others: the agent applies one object at a time. */
function itemsOf({ value, place }: YamlDocument): { value: unknown; place: YamlDocument["place"] }[] {
  const { apiVersion, kind, items } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown; items?: unknown };
  if (apiVersion !== "v1" || kind !== "List" || !Array.isArray(items)) return [{ value, place }];
  return items.map((item: unknown, index) => ({ value: item, place: (pointer) => place(`/items/${index}${pointer}`) }));
}

function notKubernetes(value: unknown, place: (pointer: string) => Place): Finding | undefined {
  const wrong = (message: string, pointer = "", fix?: string): Finding => ({
    level: "error",
    code: "packs/not-kubernetes",
    message,
    at: place(pointer),
    ...(fix === undefined ? {} : { fix }),
  });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong("a Kubernetes object is a mapping with apiVersion, kind and metadata; this is none");
  }
  const { apiVersion, kind, metadata } = value as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (typeof apiVersion !== "string" || !/^([a-z0-9.-]+\/)?v[0-9a-z]+$/.test(apiVersion)) {
    return wrong(
      `apiVersion is ${JSON.stringify(apiVersion) ?? "not there"}; a Kubernetes object has one such as v1 or apps/v1`,
      "/apiVersion",
    );
  }
  if (groupOf({ apiVersion } as KubeObject) === "slipway") {
    return wrong(
      "this is a document of Slipway's and not of Kubernetes'",
      "/apiVersion",
      "keep what clusters are described by apart from what packs bring in",
    );
  }
  if (typeof kind !== "string" || !/^[A-Z][A-Za-z0-9]*$/.test(kind)) {
    return wrong(
      `kind is ${JSON.stringify(kind) ?? "not there"}; a Kubernetes object has one such as Deployment`,
      "/kind",
    );
  }
  const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
  if (typeof name !== "string" || name === "") {
    const fix = "generateName makes another object each time it is applied; give it a name";
    return wrong(`this ${kind} has no metadata.name`, "/metadata", fix);
  }
  if (namespace !== undefined && typeof namespace !== "string") {
    return wrong(
      `the namespace of ${kind} ${name} is ${JSON.stringify(namespace)}; it must be text`,
      "/metadata/namespace",
    );
  }
  return undefined;
}
