/** The certificates of a cluster, judged by OpenSSL: what kubeadm and the API server will make of them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { inspect } from "node:util";
import { administrator, caCertificate, newPki, pkiOf } from "../../src/bootstrap/pki.ts";

const folder = mkdtempSync(path.join(tmpdir(), "slipway-pki-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const NOW = Date.now();
const pki = await newPki(NOW);
const files = JSON.parse(pki.bundle.reveal()) as Record<string, string>;
for (const [name, text] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

/** A machine without openssl fails here: what it would have judged is not judged by anything else. */
const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const shown = (file: string): string => openssl("x509", "-in", file, "-noout", "-text");

const CAS = [
  ["ca", "kubernetes"],
  ["etcd/ca", "etcd-ca"],
  ["front-proxy-ca", "front-proxy-ca"],
] as const;

test("three CAs as kubeadm makes them: P-256, ten years, may sign, and each with its own key", () => {
  for (const [file, name] of CAS) {
    const text = shown(`${file}.crt`);
    assert.match(text, new RegExp(`Subject: CN = ${name}\\n`));
    assert.match(text, /Signature Algorithm: ecdsa-with-SHA256/);
    assert.match(text, /NIST CURVE: P-256/);
    assert.match(text, /Basic Constraints: critical\s+CA:TRUE/);
    assert.match(text, /Key Usage: critical\s+Digital Signature, Key Encipherment, Certificate Sign\n/);
    assert.match(text, new RegExp(`Subject Alternative Name: \\n\\s+DNS:${name}\\n`));
    assert.match(text, /Subject Key Identifier/);
    assert.match(openssl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", `${file}.crt`, `${file}.crt`), /: OK/);
    assert.equal(
      openssl("x509", "-in", `${file}.crt`, "-noout", "-pubkey"),
      openssl("pkey", "-in", `${file}.key`, "-pubout"),
    );
    openssl("x509", "-in", `${file}.crt`, "-noout", "-checkend", String(3649 * 86_400));
    assert.match(files[`${file}.key`]!, /^-----BEGIN PRIVATE KEY-----\n/);
  }
  assert.equal(new Set(CAS.map(([file]) => files[`${file}.key`])).size, 3);
  assert.equal(openssl("pkey", "-in", "sa.key", "-pubout"), files["sa.pub"]);
});

test("all of it fits one standard SSM parameter, and no two are alike", async () => {
  for (let round = 0; round < 50; round++) assert.ok((await newPki(NOW)).bundle.reveal().length < 4096);
  assert.notEqual((await newPki(NOW)).caHash, pki.caHash);
  assert.deepEqual(Object.keys(files), [
    "ca.crt",
    "ca.key",
    "etcd/ca.crt",
    "etcd/ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "sa.key",
    "sa.pub",
    "encryption.json",
  ]);
});

test("Secrets are encrypted by secretbox with 32 bytes, and what is not encrypted yet can still be read", () => {
  const { apiVersion, kind, resources } = JSON.parse(files["encryption.json"]!);
  const [first, second] = resources[0].providers;

  assert.deepEqual([apiVersion, kind], ["apiserver.config.k8s.io/v1", "EncryptionConfiguration"]);
  assert.deepEqual(resources[0].resources, ["secrets"]);
  assert.equal(Buffer.from(first.secretbox.keys[0].secret, "base64").length, 32);
  assert.deepEqual(second, { identity: {} });
});

test("the CA's hash is the one that kubeadm compares with, also of a PKI that was read back", () => {
  const der = execFileSync("openssl", ["pkey", "-pubin", "-outform", "der"], {
    input: openssl("x509", "-in", "ca.crt", "-noout", "-pubkey"),
  });
  const hash = execFileSync("openssl", ["dgst", "-sha256", "-r"], { input: der, encoding: "utf8" }).split(" ")[0];

  assert.equal(pki.caHash, `sha256:${hash}`);
  assert.equal(pkiOf(pki.bundle.reveal()).caHash, pki.caHash);
});

test("a client certificate is an administrator's for its time, for TLS clients alone, and signed by the CA", async () => {
  const { key, certificate } = (await administrator(pki, "slipway:ops@laptop", NOW, 3_600_000)).reveal();
  writeFileSync(path.join(folder, "client.crt"), certificate);
  writeFileSync(path.join(folder, "client.key"), key);
  const text = shown("client.crt");

  assert.match(openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca.crt", "client.crt"), /: OK/);
  assert.throws(() => openssl("verify", "-purpose", "sslserver", "-CAfile", "ca.crt", "client.crt"));
  assert.throws(() => openssl("verify", "-CAfile", "etcd/ca.crt", "client.crt"));
  assert.match(text, /Subject: O = system:masters, CN = slipway:ops@laptop\n/);
  assert.match(text, /CA:FALSE/);
  assert.equal(
    openssl("x509", "-in", "client.crt", "-noout", "-pubkey"),
    openssl("pkey", "-in", "client.key", "-pubout"),
  );
  openssl("x509", "-in", "client.crt", "-noout", "-checkend", "3500");
  assert.throws(() => openssl("x509", "-in", "client.crt", "-noout", "-checkend", "3700"));
});

test("certificates that end in 2050 or later say their year in full", async () => {
  const late = await newPki(Date.UTC(2045, 5, 1));
  writeFileSync(path.join(folder, "late.crt"), caCertificate(late));

  assert.match(
    openssl("x509", "-in", "late.crt", "-noout", "-dates"),
    /notBefore=May 31 .* 2045 GMT\nnotAfter=.* 2055 GMT/,
  );
  assert.match(openssl("asn1parse", "-in", "late.crt"), /UTCTIME .*\n.*GENERALIZEDTIME/);
});

test("whatever prints a PKI shows its name and no key", async () => {
  const client = await administrator(pki, "x", NOW, 1000);
  const printed = [
    `${pki.bundle}`,
    JSON.stringify({ pki, client }),
    inspect({ pki, client }, { depth: 9, showHidden: true }),
  ];

  for (const text of printed) {
    assert.match(text, /\[secret: PKI\]/);
    assert.doesNotMatch(text, /BEGIN|secretbox/);
  }
});
