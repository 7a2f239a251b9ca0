/** How Kubernetes' version may change: up, by one minor, the control plane first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkVersions } from "../../src/plan/version-checks.ts";
import type { LiveNode } from "../../src/resources/node/instances.ts";
import { clusterOf } from "../packs/support.ts";
import { EMPTY } from "../support/plans.ts";
import { Simulation } from "../support/simulation.ts";

/** `control-plane 1.36.4`: a node of that pool, born with that version; `-` for one that does not tell. */
function node(text: string): LiveNode {
  const [pool = "", version = "", state = "running"] = text.split(" ");
  const tags = version === "-" ? {} : { "slipway:version": version };
  return { pool, tags, state, role: pool === "control-plane" ? pool : "worker" } as unknown as LiveNode;
}

const CASES: readonly [what: string, live: readonly string[], wanted: string, codes: readonly string[]][] = [
  ["a new cluster", [], "1.37.1", []],
  ["the same version", ["control-plane 1.37.1", "default 1.37.1"], "1.37.1", []],
  ["a patch", ["control-plane 1.36.3", "default 1.36.3"], "1.36.4", []],
  ["a minor", ["control-plane 1.35.9", "default 1.35.9"], "1.36.4", ["plan/untried-with-kubernetes"]],
  ["two minors at once", ["control-plane 1.35.9", "default 1.35.9"], "1.37.1", ["plan/kubernetes-skips-minor"]],
  [
    "a second minor while a node of the first roll is left",
    ["control-plane 1.36.4", "control-plane 1.35.9"],
    "1.37.1",
    ["plan/kubernetes-skips-minor"],
  ],
  ["a minor back", ["control-plane 1.37.1", "default 1.36.4"], "1.36.4", ["plan/kubernetes-downgrade"]],
  ["a patch back", ["control-plane 1.36.4"], "1.36.3", ["plan/kubernetes-downgrade"]],
  [
    "back after the first node of a roll",
    ["control-plane 1.37.1", "control-plane 1.36.4"],
    "1.36.4",
    ["plan/kubernetes-downgrade"],
  ],
  [
    "on with a roll",
    ["control-plane 1.37.1", "control-plane 1.36.4", "default 1.36.4"],
    "1.37.1",
    ["plan/untried-with-kubernetes"],
  ],
  ["workers that follow", ["control-plane 1.37.1", "default 1.36.4"], "1.37.1", []],
  [
    "workers three minors behind",
    ["control-plane 1.36.4", "default 1.34.1"],
    "1.37.1",
    ["plan/untried-with-kubernetes"],
  ],
  [
    "workers four minors behind",
    ["control-plane 1.36.4", "default 1.33.1", "default 1.33.1"],
    "1.37.1",
    ["plan/kubelet-too-old", "plan/untried-with-kubernetes"],
  ],
  [
    "workers ahead of the control plane",
    ["control-plane 1.36.4", "default 1.37.1"],
    "1.37.1",
    ["plan/kubelet-newer", "plan/untried-with-kubernetes"],
  ],
  ["a node that is on its way out", ["control-plane 1.37.1 shutting-down", "control-plane 1.36.4"], "1.36.4", []],
  ["nodes that do not tell", ["control-plane -", "default -"], "1.35.9", []],
];

test("up by one minor at a time, never back, kubelets between the API server's minor and three before it", () => {
  for (const [what, live, wanted, codes] of CASES) {
    const cluster = clusterOf({ kubernetes: { version: wanted }, cni: { name: "cilium", version: "1.18.12" } });
    const findings = checkVersions(cluster, { ...EMPTY, nodes: live.map(node) });

    assert.deepEqual(
      findings.map(({ code }) => code),
      codes,
      what,
    );
    for (const { level, code, at } of findings) {
      assert.equal(level, code === "plan/untried-with-kubernetes" ? "warning" : "error", what);
      assert.match(at?.file ?? "", /^clusters\//, what);
    }
  }
});

test("packs that were tried with the new minor raise no word", () => {
  const nodes = [node("control-plane 1.35.9")];
  const said = (version: string) =>
    checkVersions(clusterOf({ kubernetes: { version } }), { ...EMPTY, nodes }).map(({ message }) => message);

  assert.deepEqual(said("1.36.4"), []);
  assert.match(
    checkVersions(clusterOf({ kubernetes: { version: "1.37.1" } }), {
      ...EMPTY,
      nodes: [node("control-plane 1.36.4")],
    })[0]!.message,
    /the makers of calico 3\.32\.0 have tried it with Kubernetes 1\.34 to 1\.36, and not with 1\.37 \(https:\/\/docs\.tigera\.io/,
  );
});

test("nodes carry the version that they were born with, and a plan refuses on the strength of it", async () => {
  const spec = { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] };
  const simulation = new Simulation();
  await simulation.apply(clusterOf({ kubernetes: { version: "1.36.4" } }, { spec }));

  const codes = async (version: string): Promise<string[]> => {
    const { result, findings } = await simulation.plan(clusterOf({ kubernetes: { version } }, { spec }));
    assert.equal(result, "blocked");
    return findings.filter(({ level }) => level === "error").map(({ code }) => code);
  };

  assert.deepEqual(await codes("1.35.9"), ["plan/kubernetes-downgrade"]);
  assert.deepEqual(await codes("1.36.3"), ["plan/kubernetes-downgrade"]);
});
