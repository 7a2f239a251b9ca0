import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import accountSchema from "../../schemas/cloud-account.schema.json" with { type: "json" };
import clusterSchema from "../../schemas/cluster.schema.json" with { type: "json" };
import profileSchema from "../../schemas/cluster-profile.schema.json" with { type: "json" };
import { parseCidr } from "../core/cidr.ts";
import type { CloudAccountDocument, ClusterDocument, ClusterProfileDocument } from "./documents.generated.ts";

/** The kinds of documents, by the value of their `kind`. */
export interface DocumentKinds {
  Cluster: ClusterDocument;
  ClusterProfile: ClusterProfileDocument;
  CloudAccount: CloudAccountDocument;
}

export type DocumentKind = keyof DocumentKinds;

export type Validators = { readonly [K in DocumentKind]: ValidateFunction<DocumentKinds[K]> };

export type SchemaError = ErrorObject;

/** Compiles the schemas; some 30 ms, so once a process. */
export function makeValidators(): Validators {
  // `verbose` puts the schema that failed into the error: its description is what the user should read.
  const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strict: true });
  ajv.addFormat("cidr", { type: "string", validate: (text: string) => parseCidr(text) !== undefined });
  return {
    Cluster: ajv.compile<ClusterDocument>(clusterSchema),
    ClusterProfile: ajv.compile<ClusterProfileDocument>(profileSchema),
    CloudAccount: ajv.compile<CloudAccountDocument>(accountSchema),
  };
}
