/** Break-glass access: what is written, for whom, for how long, and what is said about it. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { load } from "js-yaml";
import { caCertificate, pkiOf } from "../../src/bootstrap/pki.ts";
import type { Cluster } from "../../src/config/cluster.ts";
import { secretOf } from "../../src/core/secret.ts";
import { jsonReport } from "../../src/report/json.ts";
import { saveSecret } from "../../src/save-secret.ts";
import { clusterWith } from "../support/builders.ts";
import { assertGolden } from "../support/golden.ts";
import { Simulation, troubles } from "../support/simulation.ts";

const folder = mkdtempSync(path.join(tmpdir(), "slipway-kubeconfig-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = { controlPlane: { size: 1, zones: ["us-east-1a"] }, workerPools: [] };
const CLUSTER = clusterWith({ spec: SMALL });
const PRIVATE = { access: "private", allowedCidrs: [] };

interface Config {
  clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
  users: [{ user: Record<"client-certificate-data" | "client-key-data", string> }];
}

async function issued(cluster: Cluster) {
  const simulation = new Simulation();
  const applied = await simulation.apply(cluster);
  assert.equal(applied.result, "applied", troubles(applied).join("\n"));
  let text = "";
  const result = await simulation.kubeconfig(cluster, async (secret) => {
    text = secret.reveal();
    return "/home/ops/.kube/slipway-prod";
  });
  return { simulation, result, text };
}

test("a kubeconfig trusts the cluster's CA at its load balancer, and is an administrator's for an hour", async () => {
  const { simulation, result, text } = await issued(CLUSTER);
  const config = load(text) as Config;
  const decoded = (base64: string): string => Buffer.from(base64, "base64").toString();
  const { user } = config.users[0];
  const client = new X509Certificate(decoded(user["client-certificate-data"]));
  const ca = decoded(config.clusters[0].cluster["certificate-authority-data"]);

  assert.equal(result.result, "issued");
  assert.equal(ca, caCertificate(pkiOf(simulation.world.parameters.get("/slipway/prod/pki")!.value)));
  assert.ok(client.verify(new X509Certificate(ca).publicKey));
  assert.match(client.subject, /^O=system:masters\nCN=slipway:process 2$/);
  const leftMs = client.validToDate.getTime() - simulation.clock.now();
  assert.ok(leftMs > 59 * 60_000 && leftMs <= 60 * 60_000, `${leftMs}`);
  assertGolden("bootstrap/kubeconfig.yaml", text.replace(/(-data: )\S+/g, "$1(cut)"));
});

test("what is said of it warns, tells where it is and until when, and shows nothing of it", async () => {
  const { result, text } = await issued(CLUSTER);
  const said = JSON.stringify(
    jsonReport({ command: "kubeconfig", result: "issued", findings: [], clusters: [result] }),
  );

  assert.match(
    result.findings[0]!.message,
    /^\/home\/ops\/\.kube\/slipway-prod lets whoever has it do everything in prod until 2026-\S+Z \(1h 00m\)/,
  );
  assert.equal(result.findings.length, 1);
  for (const [, secret] of text.matchAll(/-data: (\S+)/g)) assert.ok(!said.includes(secret!));
});

test("a private API server is reached through the bastion, by its own name; without one from inside", async () => {
  const withBastion = await issued(clusterWith({ spec: { ...SMALL, apiServer: PRIVATE } }));
  const without = await issued(
    clusterWith({ spec: { ...SMALL, apiServer: PRIVATE, bastion: false, sshKeyName: undefined } }),
  );

  assert.match(
    withBastion.result.findings[1]!.fix!,
    /ssh -N -L 6443:(\S+):6443 ubuntu@198\.18\.\d+\.\d+ {2}and then {2}kubectl .* --server https:\/\/127\.0\.0\.1:6443 --tls-server-name \1 get nodes/,
  );
  assert.match(without.result.findings[1]!.fix!, /from inside the VPC/);
});

test("without a PKI, and without the permission for it, nothing is written and it is said what to do", async () => {
  const never = async (): Promise<string> => assert.fail("something was written");
  const empty = new Simulation();
  const { simulation } = await issued(CLUSTER);

  const none = await empty.kubeconfig(CLUSTER, never);
  const denied = await simulation.kubeconfig(CLUSTER, never, { faults: [{ at: "ssm:GetParameter", kind: "deny" }] });

  assert.deepEqual([none.result, denied.result], ["blocked", "blocked"]);
  assert.match(none.findings[0]!.message, /prod has no PKI in us-east-1: there is no \/slipway\/prod\/pki/);
  assert.match(
    denied.findings[0]!.fix!,
    /ssm:GetParameter on arn:aws:ssm:us-east-1:123456789012:parameter\/slipway\/prod\/pki/,
  );
});

test("the file is its owner's alone, whatever was there before it", async () => {
  const target = path.join(folder, "someone-elses");
  writeFileSync(target, "old", { mode: 0o644 });
  const link = path.join(folder, "link");
  symlinkSync(target, link);

  for (const out of [path.join(folder, "new", "config"), target, link]) {
    assert.equal(await saveSecret(secretOf("text", "x"), out, process.stdout), out);
    assert.equal(readFileSync(out, "utf8"), "text");
    assert.equal(statSync(out).mode & 0o777, 0o600);
  }
  assert.equal(statSync(path.join(folder, "new")).mode & 0o777, 0o700);
  const below = path.join(target, "below");
  await assert.rejects(saveSecret(secretOf("text", "x"), below, process.stdout), /below can't be written: /);
});
