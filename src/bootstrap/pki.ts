import { randomBytes } from "node:crypto";
import type { Pki } from "../core/pki.ts";
import { type Secret, secretOf } from "../core/secret.ts";
import { type Certified, newCa, newClientCertificate, newKeyPair, publicKeyHash } from "./certificates.ts";

/** A standard SSM parameter holds so many bytes (docs.aws.amazon.com/systems-manager, parameter tiers). */
const MOST_BYTES = 4096;

/** The names that kubeadm gives its CAs. */
const CA_NAME = "kubernetes";
const ETCD_CA_NAME = "etcd-ca";
const FRONT_PROXY_CA_NAME = "front-proxy-ca";

/** The file that the API servers take their key for Secrets from. */
export const ENCRYPTION_FILE = "encryption.json";

export async function newPki(nowMs: number): Promise<Pki> {
  const ca = await newCa(CA_NAME, nowMs);
  const etcd = await newCa(ETCD_CA_NAME, nowMs);
  const frontProxy = await newCa(FRONT_PROXY_CA_NAME, nowMs);
  const serviceAccounts = await newKeyPair();
  const files = {
    "ca.crt": ca.certificate,
    "ca.key": ca.key,
    "etcd/ca.crt": etcd.certificate,
    "etcd/ca.key": etcd.key,
    "front-proxy-ca.crt": frontProxy.certificate,
    "front-proxy-ca.key": frontProxy.key,
    "sa.key": serviceAccounts.key,
    "sa.pub": serviceAccounts.publicKey,
    [ENCRYPTION_FILE]: JSON.stringify(encryption()),
  };
  const text = JSON.stringify(files);
  if (Buffer.byteLength(text) >= MOST_BYTES) throw new Error(`the PKI takes ${Buffer.byteLength(text)} bytes`);
  return { bundle: secretOf(text, "PKI"), caHash: publicKeyHash(ca.certificate) };
}

/**
 * How the API server encrypts Secrets in etcd. secretbox draws its nonces at random and authenticates what it encrypts;
 * identity comes second, so that it only ever reads (kubernetes.io/docs/tasks/administer-cluster/encrypt-data).
 */
function encryption(): object {
  const key = { name: "key1", secret: randomBytes(32).toString("base64") };
  return {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [{ resources: ["secrets"], providers: [{ secretbox: { keys: [key] } }, { identity: {} }] }],
  };
}

/** Of a key that nobody has. */
const NOBODYS_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEin7Zq4T4KHtQjx1k1MHSTvvBPsiB
tqHu4rNoSjYQ9rBV1H7vnOdH3T+cjO+aqmm0fJRv3OHBSO8FK1/0k0Jpyw==
-----END PUBLIC KEY-----
`;

/**
 * A PKI where no machine will ever use it, as in a rehearsal: a CA to be known by, and nothing secret. A real one takes a
 * tenth of a second, most of it to load what makes it.
 */
export function standInPki(publicKey = NOBODYS_PUBLIC_KEY): Pki {
  return { bundle: secretOf(JSON.stringify({ "ca.crt": publicKey }), "PKI"), caHash: publicKeyHash(publicKey) };
}

/** A PKI that was kept as text. */
export function pkiOf(text: string): Pki {
  const { "ca.crt": certificate = "" } = JSON.parse(text) as Record<string, string>;
  return { bundle: secretOf(text, "PKI"), caHash: publicKeyHash(certificate) };
}

/** The CA that clients of the API server trust. Not a secret. */
export function caCertificate(pki: Pki): string {
  return filesOf(pki)["ca.crt"] ?? "";
}

/** A client that may do everything, for a while. Nothing can take it back before it ends. */
export async function administrator(
  pki: Pki,
  commonName: string,
  nowMs: number,
  lifetimeMs: number,
): Promise<Secret<Certified>> {
  const { "ca.crt": certificate = "", "ca.key": key = "" } = filesOf(pki);
  const ca = { certificate, key };
  const client = await newClientCertificate({ commonName, organization: "system:masters", ca, nowMs, lifetimeMs });
  return secretOf(client, "client certificate");
}

function filesOf(pki: Pki): Readonly<Record<string, string>> {
  return JSON.parse(pki.bundle.reveal()) as Record<string, string>;
}
