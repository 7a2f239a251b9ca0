/**
 * Makes fixtures/kubernetes/: of the OpenAPI schemas of each Kubernetes minor the kinds that Slipway's packs have, with
 * all that they point at, without descriptions. They come with the Python package kubernetes-validate, which is made from
 * Kubernetes' own api/openapi-spec and refuses fields that a kind does not have. To be run when a minor is added:
 *
 *   node scripts/kubernetes-schemas.ts
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PACKAGE = "kubernetes-validate==1.37.0";
const MINORS = ["1.35", "1.36", "1.37"];
const FOLDER = "fixtures/kubernetes";

/** The kinds, by the name of their definition's last parts. */
const KINDS = [
  "core.v1.ConfigMap",
  "core.v1.Namespace",
  "core.v1.Secret",
  "core.v1.Service",
  "core.v1.ServiceAccount",
  "apps.v1.DaemonSet",
  "apps.v1.Deployment",
  "admissionregistration.v1.MutatingWebhookConfiguration",
  "admissionregistration.v1.ValidatingWebhookConfiguration",
  "networking.v1.IngressClass",
  "node.v1.RuntimeClass",
  "policy.v1.PodDisruptionBudget",
  "rbac.v1.ClusterRole",
  "rbac.v1.ClusterRoleBinding",
  "rbac.v1.Role",
  "rbac.v1.RoleBinding",
  "storage.v1.CSIDriver",
  "storage.v1.StorageClass",
];
const OTHERS = [
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
];

type Definitions = Record<string, unknown>;

/** A schema without what only people read; null is not taken for a value, as the API server takes it for none. */
function trimmed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(trimmed);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => key !== "description" && !key.startsWith("x-kubernetes-"));
  return Object.fromEntries(
    kept.map(([key, member]) => {
      if (key === "$ref") return [key, String(member).replace(/^.*#\/\$defs\//, "#/$defs/")];
      if (key === "properties") return [key, trimmedMembers(member as object)];
      if (key === "type" && Array.isArray(member)) {
        const types = member.filter((type) => type !== "null");
        return [key, types.length === 1 ? types[0] : types];
      }
      return [key, trimmed(member)];
    }),
  );
}

/** Fields may be called anything: `$ref`, `description`, `x-kubernetes-preserve-unknown-fields`. */
function trimmedMembers(properties: object): object {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, trimmed(schema)]));
}

/** The definitions of those names, and whatever they point at. */
function reachable(all: Definitions, names: readonly string[]): Definitions {
  const found: Definitions = {};
  const todo = [...names];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (name in found) continue;
    if (!(name in all)) throw new Error(`there is no ${name}`);
    found[name] = trimmed(all[name]);
    for (const [, other = ""] of JSON.stringify(found[name]).matchAll(/"#\/\$defs\/([^"]+)"/g)) todo.push(other);
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const work = mkdtempSync(path.join(tmpdir(), "kubernetes-schemas-"));
try {
  execFileSync("pip", ["download", "--quiet", "--no-deps", "--dest", work, PACKAGE], { stdio: "inherit" });
  const [wheel = ""] = globSync(path.join(work, "*.whl"));
  execFileSync("python3", ["-m", "zipfile", "-e", wheel, work], { stdio: "inherit" });
  mkdirSync(FOLDER, { recursive: true });
  for (const minor of MINORS) {
    const file = `kubernetes_validate/kubernetes-json-schema/v${minor}.0-local-strict/_definitions.json`;
    const { $defs } = JSON.parse(readFileSync(path.join(work, file), "utf8")) as { $defs: Definitions };
    const names = [...KINDS.map((kind) => `io.k8s.api.${kind}`), ...OTHERS];
    // A definition a line: what changes from one minor to the next is seen in a diff.
    const lines = Object.entries(reachable($defs, names)).map(
      ([name, definition]) => `${JSON.stringify(name)}:${JSON.stringify(definition)}`,
    );
    writeFileSync(path.join(FOLDER, `${minor}.json`), `{"$defs":{\n${lines.join(",\n")}\n}}\n`);
  }
} finally {
  rmSync(work, { recursive: true });
}
