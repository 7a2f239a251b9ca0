/** Packs of the user's own: manifests and charts, read from a folder as a door would read it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { dump } from "js-yaml";
import {
  type ChartRequest,
  type Helm,
  HelmTrouble,
  manifestFindings,
  readPackFiles,
  renderOwnPacks,
} from "../../src/commands/read-packs.ts";
import { helmArguments, helmIn } from "../../src/helm.ts";
import { renderPacks } from "../../src/packs/bundle.ts";
import type { KubeObject } from "../../src/packs/objects.ts";
import { packFindings } from "../../src/packs/pack-findings.ts";
import { findingText, noColours } from "../../src/report/terminal.ts";
import { assertGolden } from "../support/golden.ts";
import { profileWith, readWith } from "./support.ts";

const SIGNAL = new AbortController().signal;
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A repository with these files in it. */
function repository(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(tmpdir(), "slipway-packs-"));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    // A name with an @ is a link.
    if (name.includes("@")) symlinkSync(text, path.join(root, name.replace("@", "")));
    else writeFileSync(path.join(root, name), text);
  }
  return root;
}

const noHelm: Helm = async () => assert.fail("helm was asked");

/** What is said of a profile with an add-on, in a repository with these files; and the add-on's objects. */
async function outcome(addon: object, files: Record<string, string>, cluster = {}, run: Helm = noHelm) {
  const read = readWith({ addon: { name: "own", version: "1.0.0", ...addon } }, cluster);
  const root = repository(files);
  const packFiles = await readPackFiles(root, read);
  const packs = packFindings(read.clusters, new Map());
  const findings = [...read.findings, ...packs, ...manifestFindings(read.clusters, packFiles)];
  const [one] = read.clusters;
  if (one === undefined) return { findings, objects: [] };
  const own = await renderOwnPacks(one, packFiles, run, SIGNAL);
  const all = new Map([...findings, ...own.findings].map((finding) => [JSON.stringify(finding), finding]));
  const rendered = renderPacks(one, own).packs;
  return { findings: [...all.values()], objects: rendered.find(({ name }) => name === "own")?.objects ?? [] };
}

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: { name: facts }
data:
  cluster: "{{ cluster.name }} in {{ cluster.region }}"
  replicas: "{{ values.replicas }}"
  zones: "{{ cluster.zones }}"
  other: "{{ .Values.notOurs }} {{ include \\"x\\" . }}"
`;
const PARAMETERS = { replicas: { type: "integer", default: 2, minimum: 1, maximum: 5, description: "How many." } };

test("manifests of the repository are rendered for the cluster, and go into the pack's namespace", async () => {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: "{{ values.replicas }}"
  template: { spec: { containers: [{ name: web, image: "web:1.0", args: ["--n={{ values.replicas }}", "{{ values.replicas }}"] }] } }
`;
  const { findings, objects } = await outcome(
    { manifests: ["../manifests"], namespace: "team", parameters: PARAMETERS },
    { "manifests/a.yaml": CONFIG, "manifests/deep/b.yml": deployment, "manifests/README.md": "not read" },
    { spec: { overrides: { own: { values: { replicas: 3 } } } } },
  );

  assert.deepEqual(findings, []);
  assert.deepEqual(
    objects.map(({ kind, metadata }) => [kind, metadata.namespace ?? metadata.name]),
    [
      ["Namespace", "team"],
      ["ConfigMap", "team"],
      ["Deployment", "team"],
    ],
  );
  assert.deepEqual(objects[1]?.data, {
    cluster: "prod in us-east-1",
    replicas: "3",
    zones: "us-east-1a,us-east-1b,us-east-1c",
    other: '{{ .Values.notOurs }} {{ include "x" . }}',
  });
  assert.match(JSON.stringify(objects[2]), /"replicas":3,.*"args":\["--n=3","3"\]/);
});

test("YAML is read as kubectl reads it: octal modes, yes and no, merge keys, lists", async () => {
  const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: { name: a }
  mode: 0644
  flag: yes
- &b { apiVersion: v1, kind: Secret, metadata: { name: b } }
`;
  const { findings, objects } = await outcome({ manifests: ["../b.yaml"] }, { "b.yaml": text });

  assert.deepEqual(findings, []);
  assert.deepEqual(
    objects.map(({ metadata, mode, flag }) => [metadata.name, mode, flag]),
    [
      ["a", 0o644, true],
      ["b", undefined, undefined],
    ],
  );
});

test("what a pack brings in may lie beside the clusters: it is Kubernetes' and not Slipway's", () => {
  const profile = profileWith({ addon: { name: "own", version: "1.0.0", manifests: ["own"] } });
  const { findings } = readWithFiles(profile, { path: "clusters/own/a.yaml", text: CONFIG });

  assert.deepEqual(findings, []);
  const elsewhere = readWithFiles(profile, { path: "clusters/other/a.yaml", text: CONFIG });
  assert.deepEqual(
    elsewhere.findings.map(({ code }) => code),
    ["config/unknown-kind"],
  );
});

function readWithFiles(profile: object, file: { path: string; text: string }) {
  return readWith({}, {}, [{ path: "clusters/profile.yaml", text: dump(profile) }, file]);
}

const POD = (image: string): string => `{ containers: [{ name: x, image: "${image}" }] }`;
const WRONG: readonly [what: string, addon: object, files: Record<string, string>, cluster?: object][] = [
  ["no such file", { manifests: ["../nothing"] }, {}],
  ["outside the repository", { manifests: ["../../etc"] }, {}],
  ["an empty folder", { manifests: ["../docs"] }, { "docs/README.md": "" }],
  ["not YAML", { manifests: ["../a.yaml"] }, { "a.yaml": "a: [" }],
  ["no object", { manifests: ["../a.yaml"] }, { "a.yaml": "hello\n---\n- a\n- b\n" }],
  ["no apiVersion", { manifests: ["../a.yaml"] }, { "a.yaml": "kind: ConfigMap\n" }],
  ["no kind", { manifests: ["../a.yaml"] }, { "a.yaml": "apiVersion: v1\nkind: configmap\n" }],
  [
    "no name",
    { manifests: ["../a.yaml"] },
    { "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { generateName: a- }\n" },
  ],
  ["Slipway's own", { manifests: ["../a.yaml"] }, { "a.yaml": "apiVersion: slipway/v1\nkind: Cluster\n" }],
  [
    "an unknown macro",
    { manifests: ["../a.yaml"] },
    { "a.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: "{{ cluster.nmae }}"\n' },
  ],
  [
    "an image without a version",
    { manifests: ["../a.yaml"] },
    { "a.yaml": `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: ${POD("nginx")}\n` },
  ],
  [
    "a Job",
    { manifests: ["../a.yaml"] },
    {
      "a.yaml": `apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\nspec: { template: { spec: ${POD("a:1")} } }\n`,
    },
  ],
  [
    "a kind that nobody defines",
    { manifests: ["../a.yaml"] },
    { "a.yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a, namespace: b }\n" },
  ],
  [
    "an unknown parameter",
    { manifests: ["../a.yaml"], parameters: PARAMETERS, values: { replica: 1 } },
    { "a.yaml": CONFIG },
  ],
  [
    "a value of the wrong type",
    { manifests: ["../a.yaml"], parameters: PARAMETERS, values: { replicas: "2" } },
    { "a.yaml": CONFIG },
  ],
  [
    "a value out of range, in the override",
    { manifests: ["../a.yaml"], parameters: PARAMETERS },
    { "a.yaml": CONFIG },
    { spec: { overrides: { own: { values: { replicas: 9 } } } } },
  ],
  ["a chart and manifests", { manifests: ["../a.yaml"], chart: { path: "../c" } }, { "a.yaml": CONFIG }],
  ["a chart from nowhere", { chart: { name: "web" } }, {}],
  ["a chart by http", { chart: { repository: "http://charts.example.com", name: "web" } }, {}],
  ["no chart in the folder", { chart: { path: "../c" } }, { "c/values.yaml": "{}\n" }],
  [
    "a chart with a link out of the repository",
    { chart: { path: "../c" } },
    { "c/Chart.yaml": "name: c\nversion: 1.0.0\n", "c/templates/@passwd": "/etc/passwd" },
  ],
  ["another version of the chart", { chart: { path: "../c" } }, { "c/Chart.yaml": "name: c\nversion: 2.0.0\n" }],
];

test("what is wrong with own packs is said at its place", async () => {
  const sections = await Promise.all(
    WRONG.map(async ([what, addon, files, cluster]) => {
      const fails: Helm = async () => "";
      const { findings } = await outcome(addon, files, cluster, fails);
      assert.ok(findings.length > 0, what);
      return `── ${what}\n${findings.map((finding) => findingText(finding, noColours)).join("\n")}\n`;
    }),
  );

  assertGolden("packs/own-findings.txt", sections.join("\n"));
});

const FOLDER = { chart: { path: "../c" } };
const FILES = { "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n" };

test("why a chart gives no objects is said where the profile names it", async () => {
  const drawn = ["1", "2"];
  const cases: [string, Helm][] = [
    ["there is no helm", () => Promise.reject(new HelmTrouble("packs/no-helm", "there is no helm", "install helm"))],
    ["helm fails", () => Promise.reject(new HelmTrouble("packs/chart", "chart c not found"))],
    ["it writes no YAML", async () => "a: ["],
    ["it writes no objects", async () => "hello"],
    ["it draws a password", async () => `apiVersion: v1\nkind: Secret\nmetadata: { name: a${drawn.pop()} }\n`],
  ];
  const sections: string[] = [];
  for (const [what, run] of cases) {
    const { findings } = await outcome(FOLDER, FILES, {}, run);
    assert.ok(
      findings.every(({ level, at }) => level === "error" && at?.file === "clusters/profile.yaml"),
      what,
    );
    sections.push(`── ${what}\n${findings.map((finding) => findingText(finding, noColours)).join("\n")}\n`);
  }

  assertGolden("packs/chart-findings.txt", sections.join("\n"));
});

test("helm is asked for the chart's very version, with the cluster's Kubernetes and the effective values", async () => {
  const asked: ChartRequest[] = [];
  const run: Helm = async (request) => {
    asked.push(request);
    return "";
  };
  const chart = { chart: { repository: "oci://registry.example.com/charts/", name: "web" }, namespace: "web" };
  await outcome(
    { ...chart, values: { a: { b: 1, c: "{{ cluster.name }}" } } },
    {},
    { spec: { overrides: { own: { values: { a: { b: 2 } } } } } },
    run,
  );

  assert.deepEqual(asked[0]?.values, { a: { b: 2, c: "prod" } });
  assert.deepEqual(helmArguments(asked[0]!), [
    "template",
    "own",
    "oci://registry.example.com/charts/web",
    "--version=1.0.0",
    "--namespace=web",
    "--kube-version=1.37.1",
    "--include-crds",
    "--skip-tests",
    "--values=-",
  ]);
  const https = { from: "chart", repository: "https://charts.example.com", chart: "web" } as const;
  assert.deepEqual(helmArguments({ ...asked[0]!, chart: https }).slice(0, 5), [
    "template",
    "own",
    "web",
    "--repo=https://charts.example.com",
    "--version=1.0.0",
  ]);
});

const hasHelm = isThere("helm");
if (!hasHelm)
  console.error(
    "NOT TESTED: charts with helm itself. There is no helm on the PATH (npm test -- packs makes one, with Go)",
  );

function isThere(program: string): boolean {
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const CHART = {
  "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
  "c/values.yaml": "size: 1\n",
  "c/crds/widget.yaml":
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: widgets.example.com }\nspec: { group: example.com, names: { kind: Widget }, scope: Cluster }\n",
  "c/templates/web.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-web }
data:
  size: {{ .Values.size | quote }}
  kubernetes: {{ .Capabilities.KubeVersion.Version }}
{{- if .Values.draw }}
  drawn: {{ randAlphaNum 8 }}
{{- end }}
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
`,
};

async function withRealHelm(addon: object, files: Record<string, string>) {
  const read = readWith({ addon: { name: "own", version: "1.0.0", ...addon } });
  const root = repository(files);
  const packFiles = await readPackFiles(root, read);
  const [one] = read.clusters;
  assert.ok(one !== undefined, JSON.stringify(read.findings));
  const own = await renderOwnPacks(one, packFiles, helmIn(root), SIGNAL);
  return { ...own, objects: own.rendered.get("own")?.objects ?? [] };
}

const name = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;

test("helm itself renders a chart of the repository, its definitions first", { skip: !hasHelm }, async () => {
  const { findings, objects } = await withRealHelm({ ...FOLDER, values: { size: 3 } }, CHART);

  assert.deepEqual(findings, []);
  assert.deepEqual(objects.map(name), [
    "CustomResourceDefinition widgets.example.com",
    "ConfigMap own-web",
    "Widget one",
  ]);
  assert.deepEqual(objects[1]?.data, { size: "3", kubernetes: "v1.37.1" });
});

test("helm itself: a chart that draws, and one that does not parse, are refused", { skip: !hasHelm }, async () => {
  const drawn = await withRealHelm({ ...FOLDER, values: { draw: true } }, CHART);
  const broken = await withRealHelm(FOLDER, { ...CHART, "c/templates/web.yaml": "{{ .Values.a.b }}" });

  assert.deepEqual(
    drawn.findings.map(({ code }) => code),
    ["packs/changing-chart"],
  );
  assert.match(broken.findings[0]?.message ?? "", /the chart of own can't be rendered: .*web\.yaml/);
});

test("helm itself: a repository's chart, and a version that it does not have", { skip: !hasHelm }, async () => {
  const root = repository(CHART);
  execFileSync("helm", ["package", "c"], { cwd: root, stdio: "ignore" });
  const archive = path.join(root, "c-1.0.0.tgz");
  const { readFileSync } = await import("node:fs");
  const index = "apiVersion: v1\nentries: { c: [{ name: c, version: 1.0.0, urls: [c-1.0.0.tgz] }] }\n";
  const server = createServer((request, response) =>
    response.end(request.url === "/index.yaml" ? index : readFileSync(archive)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const request = (version: string): ChartRequest => ({
      release: "own",
      namespace: "default",
      // The schema asks for https; what helm does with an address is the same.
      chart: { from: "chart", repository: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, chart: "c" },
      version,
      values: {},
      kubernetesVersion: "1.37.1",
    });

    assert.match(await helmIn(root)(request("1.0.0"), SIGNAL), /name: own-web/);
    await assert.rejects(helmIn(root)(request("1.0.1"), SIGNAL), /1\.0\.1.*not found|no chart version found/);
  } finally {
    server.close();
  }
});

test("without helm on the PATH it is said what to install", async () => {
  const usual = process.env.PATH;
  process.env.PATH = "/nowhere";
  try {
    const request = {
      release: "a",
      namespace: "a",
      chart: { from: "chart-folder", path: "c" },
      version: "1",
      values: {},
      kubernetesVersion: "1.37.1",
    } as const;
    await assert.rejects(
      helmIn(".")(request, SIGNAL),
      (error: HelmTrouble) => error.code === "packs/no-helm" && error.fix !== undefined,
    );
  } finally {
    process.env.PATH = usual;
  }
});
