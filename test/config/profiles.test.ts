/** Profiles: versions side by side, what overrides do to values, macros, and where a value comes from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dump } from "js-yaml";
import { values } from "../../src/commands/values.ts";
import { expandMacros } from "../../src/config/macros.ts";
import type { Pack } from "../../src/config/parts.ts";
import { blocksOf } from "../../src/report/blocks.ts";
import { jsonReport } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { noColours, renderTerminal } from "../../src/report/terminal.ts";
import { profileWith } from "../packs/support.ts";
import { accountTree, clusterTree, filesOf, profileTree, read } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";

const OWN = { layer: "addon", name: "own", version: "1.0.0", manifests: ["../own"] };

/** The values of the add-on `own`, with these in the profile and these in the cluster's override. */
function merged(profile: object, override: object): Pack["values"] {
  const tree = profileWith({ addon: { ...OWN, values: profile } });
  const { clusters, findings } = read(
    filesOf(clusterTree({ spec: { overrides: { own: { values: override } } } }), accountTree(), tree),
  );
  assert.deepEqual(findings, []);
  return clusters[0]!.profile.packs.at(-1)!.values;
}

test("overrides are merged deeply; lists and plain values are replaced, and null is a value", () => {
  assert.deepEqual(merged({ a: { b: 1, c: { d: 2 } }, e: [1, 2] }, { a: { c: { d: 3, f: 4 } }, e: [3] }), {
    a: { b: 1, c: { d: 3, f: 4 } },
    e: [3],
  });
  assert.deepEqual(merged({ a: { b: 1 }, c: 1 }, { a: [1], c: null }), { a: [1], c: null });
  assert.deepEqual(merged({ a: "plain" }, { a: { b: 1 } }), { a: { b: 1 } });
  assert.deepEqual(merged({ a: 1 }, {}), { a: 1 });
});

test("two versions of one profile live side by side, and each cluster has its own", () => {
  const newer = profileTree({ metadata: { version: "1.3.0" }, spec: { packs: packsWithMtu(1400) } });
  const other = clusterTree({ metadata: { name: "next" }, spec: { profile: "standard@1.3.0" } });
  const { clusters, findings } = read([
    ...filesOf(clusterTree()),
    { path: "clusters/profile-1.3.yaml", text: dump(newer) },
    { path: "clusters/next.yaml", text: dump(other) },
  ]);

  assert.deepEqual(findings, []);
  assert.deepEqual(
    clusters.map(({ name, profile }) => [name, profile.version, profile.packs[2]?.values]),
    [
      ["prod", "1.2.0", {}],
      ["next", "1.3.0", { mtu: 1400 }],
    ],
  );
});

function packsWithMtu(mtu: number): object[] {
  const { packs } = (profileTree() as { spec: { packs: { layer: string }[] } }).spec;
  return packs.map((pack) => (pack.layer === "cni" ? { ...pack, values: { mtu } } : pack));
}

test("macros name the cluster, and can do nothing else", () => {
  assert.deepEqual(
    merged(
      {
        name: "{{ cluster.name }}-web",
        zones: "{{ cluster.zones }}",
        each: ["zone={{ cluster.zones }}"],
        deep: [{ a: "{{cluster.region}}/{{ cluster.account }}" }],
      },
      { helm: '{{ .Release.Name }} {{ include "a.b" . }} {{ $x }} {{ end }} {{ }} {{ 1 + 1 }} {{ cluster }}' },
    ),
    {
      name: "prod-web",
      zones: ["us-east-1a", "us-east-1b", "us-east-1c"],
      each: ["zone=us-east-1a", "zone=us-east-1b", "zone=us-east-1c"],
      deep: [{ a: "us-east-1/123456789012" }],
      helm: '{{ .Release.Name }} {{ include "a.b" . }} {{ $x }} {{ end }} {{ }} {{ 1 + 1 }} {{ cluster }}',
    },
  );
});

test("what comes in by a macro is no macro again, and JavaScript's own names are none", () => {
  const macros = new Map([
    ["a.b", "{{ a.c }}"],
    ["a.c", "never"],
  ]);

  assert.deepEqual(expandMacros("{{ a.b }} {{ a.b }}", macros).value, "{{ a.c }} {{ a.c }}");
  assert.deepEqual(expandMacros(["x {{ a.b }}"], macros).value, ["x {{ a.c }}"]);
  assert.deepEqual(
    expandMacros({ x: ["{{ constructor.name }}"] }, macros).unknown.map(({ name, pointer }) => [name, pointer]),
    [["constructor.name", "/x/0"]],
  );
  assert.deepEqual(Object.keys(expandMacros(JSON.parse('{"__proto__":"{{ a.c }}"}'), macros).value as object), [
    "__proto__",
  ]);
});

test("slipway values: every value that packs work with, and where each comes from", () => {
  const profile = profileWith({
    cni: { values: { mtu: 1400 } },
    addon: {
      ...OWN,
      parameters: { size: { type: "integer", default: 2, description: "How many." } },
      values: {},
    },
  });
  const overrides = {
    kubernetes: { values: { podCidr: "10.200.0.0/16" } },
    calico: { version: "3.32.1", values: { logLevel: "Debug" } },
  };
  const configuration = read(filesOf(clusterTree({ spec: { overrides } }), accountTree(), profile));

  const result = values(configuration, "prod");

  assert.equal(result.result, "shown");
  assertGolden("values.txt", renderTerminal(blocksOf(result), noColours));
  assertGolden("values.md", renderMarkdown(blocksOf(result)));
  assertGolden("values.json", `${JSON.stringify(jsonReport(result).clusters[0]?.values, undefined, 2)}\n`);
});

test("slipway values does not show secrets, and knows names from secrets", () => {
  const own = {
    chart: { path: "../c" },
    values: { adminPassword: "hush-hush", existingSecretName: "login", auth: { token: "hush" } },
  };
  const { manifests: _none, ...rest } = OWN;
  const configuration = read(filesOf(clusterTree(), accountTree(), profileWith({ addon: { ...rest, ...own } })));

  const text = renderTerminal(blocksOf(values(configuration, "prod")), noColours);

  assert.doesNotMatch(text, /hush/);
  assert.match(text, /adminPassword\s+\(secret, 9 characters, [0-9a-f]{8}\)/);
  assert.match(text, /existingSecretName\s+"login"/);
});
