/** What packs render is what the API server of each Kubernetes minor takes: its own OpenAPI schemas say so. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Cluster } from "../../src/config/cluster.ts";
import { builtInPacks } from "../../src/packs/built-in.ts";
import { kubeadm } from "../../src/packs/kubeadm.ts";
import { objectName } from "../../src/packs/object-findings.ts";
import type { KubeObject } from "../../src/packs/objects.ts";
import { groupOf } from "../../src/packs/scopes.ts";
import { CILIUM, clusterOf, objectsOf } from "./support.ts";

/** What packs can't do without. */
const NEEDED: Readonly<Record<string, object>> = {
  "external-dns": { hostedZoneIds: ["Z1", "Z2"], domains: ["example.com"] },
  "nvidia-device-plugin": { pools: ["default"] },
};

/** Kinds of cert-manager's own. */
const FOREIGN_GROUPS = ["cert-manager.io"];

const PATCH: Readonly<Record<string, string>> = { "1.35": "1.35.9", "1.36": "1.36.4", "1.37": "1.37.1" };

/** Every version line of every pack, and values that bring in what is left out by default. */
function clustersOn(version: string): [name: string, cluster: Cluster][] {
  const kubernetes = { version };
  const lines = builtInPacks()
    .filter(({ layer }) => layer !== "os" && layer !== "kubernetes")
    .flatMap((pack) =>
      pack.versions.map((line): [string, Cluster] => {
        const values = NEEDED[pack.name];
        const its = { name: pack.name, version: `${line}.0`, ...(values === undefined ? {} : { values }) };
        return [`${pack.name} ${line}`, clusterOf({ kubernetes, [pack.layer]: its })];
      }),
    );
  const proxyless = { ...CILIUM.cni, values: { kubeProxyReplacement: true } };
  return [...lines, ["Cilium without kube-proxy", clusterOf({ kubernetes, cni: proxyless })]];
}

class Schemas {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #definitions: Record<string, unknown>;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(minor: string) {
    const whole = JSON.parse(readFileSync(`fixtures/kubernetes/${minor}.json`, "utf8"));
    this.#definitions = whole.$defs;
    this.#ajv.addSchema(whole, "kubernetes");
  }

  /** What is wrong with an object; a kind without a schema is wrong too. */
  wrongWith(object: KubeObject): string[] {
    const [version = "", groupEnd = "core"] = object.apiVersion.split("/").reverse();
    const group = groupEnd.split(".")[0];
    const name = Object.keys(this.#definitions).find((one) =>
      one.endsWith(`.${short(group)}.${version}.${object.kind}`),
    );
    if (name === undefined) return [`no schema for ${object.apiVersion} ${object.kind}`];
    const known = this.#compiled.get(name) ?? this.#ajv.compile({ $ref: `kubernetes#/$defs/${name}` });
    this.#compiled.set(name, known);
    return known(object)
      ? []
      : (known.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  }
}

/** Kubernetes' packages are named by the first part of their group. */
function short(group: string | undefined): string {
  return group === "rbac" ? "rbac" : (group ?? "");
}

for (const minor of kubeadm.versions) {
  test(`what packs render is valid for Kubernetes ${minor}, down to the last field`, () => {
    const schemas = new Schemas(minor);
    let checked = 0;
    for (const [name, cluster] of clustersOn(PATCH[minor] ?? "")) {
      for (const object of objectsOf(cluster)) {
        if (FOREIGN_GROUPS.includes(groupOf(object))) continue;
        assert.deepEqual(schemas.wrongWith(object), [], `${name}: ${objectName(object)}`);
        checked += 1;
      }
    }
    assert.ok(checked > 300, `${checked} objects`);
  });
}

test("the schemas find a wrong field, a wrong type and a missing part", () => {
  const schemas = new Schemas("1.37");
  const metadata = { name: "x" };
  const wrong = (object: object): string => schemas.wrongWith(object as KubeObject).join();

  assert.match(wrong({ apiVersion: "v1", kind: "Service", metadata, spec: { prots: [] } }), /prots/);
  assert.match(
    wrong({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: "2" } }),
    /replicas must be integer/,
  );
  assert.match(wrong({ apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec: {} }), /selector/);
  assert.match(wrong({ apiVersion: "apps/v1beta1", kind: "Deployment", metadata }), /no schema/);
});
