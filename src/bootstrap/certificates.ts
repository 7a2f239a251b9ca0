import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { bits, boolean, explicit, implicit, integer, octets, oid, sequence, set, time, utf8 } from "./der.ts";

/*
 * Certificates for a cluster, in Node's own crypto. It signs but does not issue, so the certificate around a signature is
 * written here (RFC 5280): the packages that would do it sign through WebCrypto, which works on threads of the machine and
 * would take runs on the twin out of virtual time.
 *
 * Keys and serial numbers come from the system's generator and not from a run's Random: they have to be what nobody can
 * foretell, and must never come again.
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

const OID = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/** digitalSignature, keyEncipherment and, for a CA, keyCertSign: bits 0, 2 and 5, the rest of the byte unused. */
const USAGE_OF_CA = bits(Buffer.from([0b1010_0100]), 2);
const USAGE_OF_CLIENT = bits(Buffer.from([0b1010_0000]), 5);

/** A key on P-256, which every TLS implementation knows and whose certificates are short. */
export function newKey(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

export function privatePem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** A certificate authority as kubeadm makes its own, valid for ten years. */
export function newCa(commonName: string, nowMs: number): Certified {
  const { publicKey, privateKey } = newKey();
  const name = nameOf([[OID.commonName, commonName]]);
  const certificate = issue({
    subject: name,
    publicKey,
    issuer: name,
    signingKey: privateKey,
    notBeforeMs: nowMs - BACKDATED_MS,
    notAfterMs: nowMs + CA_DAYS * DAY_MS,
    extensions: [
      extension(OID.basicConstraints, sequence(boolean(true)), true),
      extension(OID.keyUsage, USAGE_OF_CA, true),
      extension(OID.subjectKeyId, octets(keyId(publicKey))),
      extension(OID.subjectAltName, sequence(implicit(2, Buffer.from(commonName)))),
    ],
  });
  return { key: privatePem(privateKey), certificate };
}

/** Whom a client certificate is for, who signs it, and for how long. */
export interface ClientRequest {
  /** At most 64 characters (RFC 5280, ub-common-name). */
  commonName: string;
  organization: string;
  /** The common name of the CA, as `newCa` wrote it. */
  issuer: string;
  signingKey: KeyObject;
  nowMs: number;
  lifetimeMs: number;
}

export function newClientCertificate(request: ClientRequest): Certified {
  const { commonName, organization, issuer, signingKey, nowMs, lifetimeMs } = request;
  const { publicKey, privateKey } = newKey();
  const authority = implicit(0, keyId(createPublicKey(signingKey)));
  const certificate = issue({
    subject: nameOf([
      [OID.organization, organization],
      [OID.commonName, commonName],
    ]),
    publicKey,
    issuer: nameOf([[OID.commonName, issuer]]),
    signingKey,
    notBeforeMs: nowMs - BACKDATED_MS,
    notAfterMs: nowMs + lifetimeMs,
    extensions: [
      extension(OID.basicConstraints, sequence(), true),
      extension(OID.keyUsage, USAGE_OF_CLIENT, true),
      extension(OID.extendedKeyUsage, sequence(oid(OID.clientAuth))),
      extension(OID.authorityKeyId, sequence(authority)),
    ],
  });
  return { key: privatePem(privateKey), certificate };
}

/** `sha256:<hex>` over a certificate's public key, as kubeadm's caCertHashes have it: SubjectPublicKeyInfo in DER. */
export function publicKeyHash(certificate: string): string {
  return `sha256:${createHash("sha256")
    .update(spki(createPublicKey(certificate)))
    .digest("hex")}`;
}

interface Issue {
  subject: Buffer;
  publicKey: KeyObject;
  issuer: Buffer;
  signingKey: KeyObject;
  notBeforeMs: number;
  notAfterMs: number;
  extensions: readonly Buffer[];
}

function issue({ subject, publicKey, issuer, signingKey, notBeforeMs, notAfterMs, extensions }: Issue): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const signed = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    algorithm,
    issuer,
    sequence(time(notBeforeMs), time(notAfterMs)),
    subject,
    spki(publicKey),
    explicit(3, sequence(...extensions)),
  );
  const certificate = sequence(signed, algorithm, bits(sign("sha256", signed, signingKey)));
  const lines = certificate.toString("base64").replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

/** Sixteen bytes, of which the first keeps the number positive and never begins with zeros that DER would not allow. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function nameOf(parts: readonly [type: string, value: string][]): Buffer {
  return sequence(...parts.map(([type, value]) => set(sequence(oid(type), utf8(value)))));
}

function extension(type: string, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(type), ...(isCritical ? [boolean(true)] : []), octets(value));
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/** SHA-1 over the bits of the public key (RFC 5280 §4.2.1.2): on P-256 the last 65 bytes of its SubjectPublicKeyInfo. */
function keyId(key: KeyObject): Buffer {
  return createHash("sha1").update(spki(key).subarray(-65)).digest();
}
