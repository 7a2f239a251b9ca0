/**
 * Lets the tools that will read what nodes are born with judge it: `kubeadm config validate`, `cloud-init schema`,
 * `systemd-analyze verify`. A tool that this machine has not is named; with CI set that is a failure.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeConfig, nodeTemplate } from "../src/bootstrap/node-config.ts";
import { cloudConfig } from "../src/bootstrap/user-data.ts";
import { clusterWith } from "../test/support/builders.ts";

const folder = mkdtempSync(path.join(tmpdir(), "slipway-bootstrap-"));
const cluster = clusterWith({ spec: { apiServer: { certSANs: ["api.example.com"] } } });
let failures = 0;

function judge(tool: string, args: readonly string[], what: string): void {
  const { status, error, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8" });
  const isMissing = error !== undefined && "code" in error && error.code === "ENOENT";
  if (isMissing ? process.env.CI : status !== 0) failures += 1;
  const verdict = isMissing ? "!!! NOT JUDGED, this machine has no" : status === 0 ? "✓ taken by" : "✗ refused by";
  console.log(`${what}: ${verdict} ${tool}${status === 0 || isMissing ? "" : `\n${stdout}${stderr}`}`);
}

for (const pool of [cluster.controlPlane, ...cluster.workerPools]) {
  const node = nodeConfig(nodeTemplate(cluster, pool), "api.elb.us-east-1.amazonaws.com", `sha256:${"0".repeat(64)}`);
  const text = cloudConfig(node);
  const file = path.join(folder, `${pool.name}.yaml`);
  writeFileSync(file, text);
  judge("cloud-init", ["schema", "--config-file", file], `user data of ${pool.name}`);
  if (pool.role === "control-plane") {
    const kubeadm = path.join(folder, "kubeadm.yaml");
    writeFileSync(kubeadm, node.kubeadm.map((document) => JSON.stringify(document)).join("\n---\n"));
    judge("kubeadm", ["config", "validate", "--config", kubeadm], "kubeadm's configuration");
  }
  const { write_files } = JSON.parse(text.slice(text.indexOf("\n"))) as {
    write_files: { path: string; content: string }[];
  };
  const units = write_files.filter((one) => one.path.endsWith(".service"));
  mkdirSync(path.join(folder, pool.name));
  const paths = units.map((unit) => path.join(folder, pool.name, path.basename(unit.path)));
  for (const [n, unit] of units.entries()) writeFileSync(paths[n]!, unit.content);
  judge("systemd-analyze", ["verify", ...paths], `units of ${pool.name}`);
}
rmSync(folder, { recursive: true });
process.exitCode = failures > 0 ? 1 : 0;
