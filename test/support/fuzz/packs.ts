/** Packs with any values that their declarations allow. */
import fc from "fast-check";
import { builtInPacks } from "../../../src/packs/built-in.ts";
import type { PackDefinition } from "../../../src/packs/definition.ts";
import type { Parameter } from "../../../src/packs/parameters.ts";

export type Tree = { [key: string]: unknown };

/** What the ranges of pods and services may be; apart from each other and from every VPC that is generated. */
const POD_CIDRS = ["192.168.0.0/16", "10.200.0.0/16", "10.192.0.0/12", "100.64.0.0/14"];
const SERVICE_CIDRS = ["10.96.0.0/12", "172.31.0.0/20", "100.96.0.0/16"];
/** The model has images of one release, in two builds; of the others a plan says that there is none. */
const RELEASES = ["24.04", "24.04", "24.04", "24.04", "24.04", "24.04", "24.04", "22.04"];
const BUILDS = ["", "20260915", "20261015"];

/** Names of worker pools that packs may speak of; a cluster without them is refused. */
export const POOL_NAMES = ["default", "gpu", "web-1", "a"] as const;

/** A pack that comes with Slipway, at any of its versions. */
function packOf(definition: PackDefinition): fc.Arbitrary<Tree> {
  const { layer, name, versions } = definition;
  return fc
    .record({
      version: fc.tuple(fc.constantFrom(...(layer === "os" ? RELEASES : versions)), fc.constantFrom("0", "1", "2")),
      values: valuesOf(definition),
    })
    .map(({ version: [line, patch], values }) => ({
      layer,
      name,
      // Of Kubernetes and most packs a line stands for its patches; Ubuntu's releases have none.
      version: layer === "os" ? line : `${line}.${patch}`,
      ...(Object.keys(values).length === 0 ? {} : { values }),
    }));
}

/** Any values that a pack's own declaration takes; what must be given is. */
function valuesOf({ parameters }: PackDefinition): fc.Arbitrary<Tree> {
  const fields = Object.entries(parameters).map(([name, parameter]) => [name, anyValue(name, parameter)] as const);
  const needed = Object.entries(parameters).flatMap(([name, one]) => (one.type === "list" && one.least ? [name] : []));
  return fc.record(Object.fromEntries(fields), { requiredKeys: needed });
}

function anyValue(name: string, parameter: Parameter): fc.Arbitrary<unknown> {
  if (name === "podCidr") return fc.constantFrom(...POD_CIDRS);
  if (name === "serviceCidr") return fc.constantFrom(...SERVICE_CIDRS);
  if (name === "serial") return fc.constantFrom(...BUILDS);
  switch (parameter.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: parameter.minimum, max: parameter.maximum });
    case "list": {
      const item = parameter.of === "worker-pools" ? fc.constantFrom(...POOL_NAMES) : fc.constant(parameter.example);
      return fc.uniqueArray(item, { minLength: parameter.least ?? 0, maxLength: 2 });
    }
    case "string":
      return "allowed" in parameter
        ? fc.constantFrom(...parameter.allowed)
        : fc.oneof(
            { arbitrary: fc.constant(parameter.default), weight: 5 },
            { arbitrary: fc.constant(parameter.example), weight: name.endsWith("Version") ? 1 : 5 },
          );
  }
}

const of = (layer: PackDefinition["layer"]): PackDefinition[] => builtInPacks().filter((one) => one.layer === layer);

/** All packs of a profile: each layer once, and some add-ons. */
export function packsArbitrary(): fc.Arbitrary<Tree[]> {
  const layer = (name: "os" | "kubernetes" | "cni" | "csi"): fc.Arbitrary<Tree> => fc.oneof(...of(name).map(packOf));
  return fc
    .tuple(layer("os"), layer("kubernetes"), layer("cni"), layer("csi"), fc.subarray(of("addon"), { maxLength: 2 }))
    .chain(([os, kubernetes, cni, csi, addons]) =>
      fc.tuple(...addons.map(packOf)).map((more) => [os, kubernetes, cni, csi, ...more]),
    );
}
