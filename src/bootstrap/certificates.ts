import { createHash, createPublicKey, KeyObject, webcrypto } from "node:crypto";

/*
 * Certificates for a cluster. Keys and serial numbers come from the system's generator and not from a run's Random: they
 * have to be what nobody can foretell, and must never come again.
 */

/** A private key, and the certificate of its public half; both in PEM. */
export interface Certified {
  key: string;
  certificate: string;
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** Clocks of machines differ: what was made just now must already be valid on all of them. */
const BACKDATED_MS = 5 * 60_000;

/** P-256, which every TLS implementation knows and whose certificates are short. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** The library is loaded when it is needed, which a plan never does. It asks for the polyfill to be there first. */
async function x509() {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

export async function newKeyPair(): Promise<{ key: string; publicKey: string }> {
  const keys = await generate();
  return { key: privatePem(keys), publicKey: pem(keys.publicKey, "spki") };
}

/** A certificate authority as kubeadm makes its own, valid for ten years. */
export async function newCa(commonName: string, nowMs: number): Promise<Certified> {
  const lib = await x509();
  const keys = await generate();
  const { digitalSignature, keyEncipherment, keyCertSign } = lib.KeyUsageFlags;
  const certificate = await lib.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(nowMs + CA_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new lib.BasicConstraintsExtension(true, undefined, true),
      new lib.KeyUsagesExtension(digitalSignature | keyEncipherment | keyCertSign, true),
      await lib.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new lib.SubjectAlternativeNameExtension([{ type: "dns", value: commonName }]),
    ],
  });
  return { key: privatePem(keys), certificate: `${certificate.toString("pem")}\n` };
}

/** Whom a client certificate is for, who signs it, and for how long. */
export interface ClientRequest {
  /** At most 64 characters (RFC 5280, ub-common-name). */
  commonName: string;
  organization: string;
  ca: Certified;
  nowMs: number;
  lifetimeMs: number;
}

export async function newClientCertificate(request: ClientRequest): Promise<Certified> {
  const { commonName, organization, ca, nowMs, lifetimeMs } = request;
  const lib = await x509();
  const keys = await generate();
  const issuer = new lib.X509Certificate(ca.certificate);
  const pkcs8 = lib.PemConverter.decodeFirst(ca.key);
  const { digitalSignature, keyEncipherment } = lib.KeyUsageFlags;
  const certificate = await lib.X509CertificateGenerator.create({
    subject: [{ O: [organization] }, { CN: [commonName] }],
    issuer: issuer.subject,
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(nowMs + lifetimeMs),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]),
    extensions: [
      new lib.BasicConstraintsExtension(false, undefined, true),
      new lib.KeyUsagesExtension(digitalSignature | keyEncipherment, true),
      new lib.ExtendedKeyUsageExtension([lib.ExtendedKeyUsage.clientAuth]),
      await lib.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { key: privatePem(keys), certificate: `${certificate.toString("pem")}\n` };
}

/** `sha256:<hex>` over a public key, or a certificate's, as kubeadm's caCertHashes have it: SubjectPublicKeyInfo in DER. */
export function publicKeyHash(pem: string): string {
  const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(spki).digest("hex")}`;
}

async function generate(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function privatePem({ privateKey }: webcrypto.CryptoKeyPair): string {
  return pem(privateKey, "pkcs8");
}

function pem(key: webcrypto.CryptoKey, type: "pkcs8" | "spki"): string {
  return KeyObject.from(key)
    .export({ type, format: "pem" } as never)
    .toString();
}
