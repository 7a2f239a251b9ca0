import type { Secret } from "./secret.ts";

/**
 * Everything secret of a cluster, as its control-plane nodes need it in /etc/kubernetes/pki: file names and contents.
 * Kept as one JSON text, so that one create-only write makes all of it or nothing: no two runs can mix one's certificate
 * with another's key.
 */
export interface Pki {
  bundle: Secret<string>;
  /** Hash of the CA's public key, by which joining nodes know the API server. Not a secret. */
  caHash: string;
}

/** Makes a cluster's PKI; its certificates are valid from that moment on. */
export type PkiMaker = (nowMs: number) => Promise<Pki>;
