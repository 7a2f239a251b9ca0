import type { Cluster } from "../config/cluster.ts";
import type { Finding } from "../core/findings.ts";
import type { FindingCode } from "../core/messages/messages.ts";
import { definitionOf } from "./built-in.ts";
import type { RenderedPack } from "./definition.ts";
import type { KubeObject } from "./objects.ts";
import { groupOf, scopesOf } from "./scopes.ts";

/** What Kubernetes tells objects apart by. Another version of an API is the same object. */
export function objectKey(object: KubeObject): string {
  return [groupOf(object), object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/");
}

/** For people: `DaemonSet kube-system/calico-node`. */
export function objectName({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** What a rendered pack has that can't be applied again and again, or that two packs both want. */
export function objectFindings(cluster: Cluster, packs: readonly RenderedPack[]): Finding[] {
  const findings: Finding[] = [];
  const owner = new Map<string, string>();
  const isKnown = kindsOf(cluster, packs);
  for (const pack of packs) {
    const at = cluster.profile.packs.find(({ name }) => name === pack.name)?.place("");
    const report = (code: FindingCode, message: string, level: Finding["level"] = "error"): void => {
      findings.push({ level, code, message, ...(at === undefined ? {} : { at }) });
    };
    for (const object of pack.objects) {
      const name = objectName(object);
      const other = owner.get(objectKey(object));
      if (other !== undefined) {
        const both =
          other === pack.name ? `the pack ${pack.name} has it twice` : `${other} and ${pack.name} both have it`;
        report("packs/object-twice", `${name}: ${both}`);
      }
      owner.set(objectKey(object), pack.name);
      if (!isKnown(object)) {
        report(
          "packs/undefined-kind",
          `${name} of ${pack.name} is of a kind that neither Kubernetes nor a pack of the profile defines (${groupOf(object)}); it can't be applied unless something in the cluster defines it`,
          "warning",
        );
      }
      if (object.kind === "Job") {
        report(
          "packs/job",
          `${name} of ${pack.name} is a Job: it can't be changed once it is there, so packs have none`,
        );
      }
      if (object.metadata.annotations?.["helm.sh/hook"] !== undefined) {
        report(
          "packs/hook",
          `${name} of ${pack.name} is a Helm hook; packs are applied as they are, and nothing would run it in its time`,
        );
      }
      for (const image of imagesOf([object])) {
        if (!isPinned(image)) {
          report("packs/floating-image", `${name} of ${pack.name} runs ${image}: give the image a version or a digest`);
        }
      }
    }
  }
  return findings;
}

/** Whether a kind is Kubernetes' own, or defined in the packs, or by what a pack runs. */
function kindsOf(cluster: Cluster, packs: readonly RenderedPack[]): (object: KubeObject) => boolean {
  const scopeOf = scopesOf(packs.flatMap(({ objects }) => objects));
  const registered = new Set(cluster.profile.packs.flatMap((pack) => definitionOf(pack)?.registers ?? []));
  return (object) => scopeOf(object) !== "unknown" || registered.has(groupOf(object));
}

/** The images that objects run, each once, in order of name. */
export function imagesOf(objects: readonly KubeObject[]): string[] {
  const images = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inside] of Object.entries(value)) {
      if (/^(init|ephemeral)?containers$/i.test(key) && Array.isArray(inside)) {
        for (const { image } of inside as { image?: unknown }[]) if (typeof image === "string") images.add(image);
      }
      visit(inside);
    }
  };
  // The schema of a kind may well have a field "containers", which runs nothing.
  for (const object of objects) if (object.kind !== "CustomResourceDefinition") visit(object);
  return [...images].sort();
}

function isPinned(image: string): boolean {
  if (image.includes("@sha256:")) return true;
  const tag = image.split("/").at(-1)?.split(":")[1];
  return tag !== undefined && tag !== "latest";
}
