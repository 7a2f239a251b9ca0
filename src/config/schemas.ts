import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { CloudAccountDocument, ClusterDocument, ClusterProfileDocument } from "./documents.generated.ts";
import * as compiled from "./validators.generated.ts";

/** The kinds of documents, by the value of their `kind`. */
export interface DocumentKinds {
  Cluster: ClusterDocument;
  ClusterProfile: ClusterProfileDocument;
  CloudAccount: CloudAccountDocument;
}

export type DocumentKind = keyof DocumentKinds;

type Validators = { readonly [K in DocumentKind]: ValidateFunction<DocumentKinds[K]> };

export type SchemaError = ErrorObject;

/**
 * The schemas as functions. Ajv wrote them when the code was generated: compiling them in each run took as long as all else
 * that a run does with its files.
 */
export const VALIDATORS = {
  Cluster: compiled.Cluster,
  ClusterProfile: compiled.ClusterProfile,
  CloudAccount: compiled.CloudAccount,
} as unknown as Validators;
