/** What AWS said of a cluster that a release of Slipway had made: the answers of its API, and not what Slipway made of them. */
import type { ServiceName } from "../../../src/aws/services.ts";
import type { SourceFile } from "../../../src/config/yaml.ts";

/** One question to AWS and its whole answer, as JSON: pages put together, times as RFC 3339. */
export interface Answered {
  service: ServiceName;
  operation: string;
  input: Readonly<Record<string, unknown>>;
  answer: Readonly<Record<string, unknown>>;
}

/** An object of the bucket. Bytes are in base64; of what no plan reads there is the key alone. */
export interface RecordedObject {
  key: string;
  text?: string;
  base64?: string;
}

export interface Recording {
  /** The release that made the cluster. */
  version: string;
  scenario: string;
  region: string;
  accountId: string;
  /** The repository, as the cluster's tags have it. */
  owner: string;
  /** When AWS was asked, RFC 3339. */
  at: string;
  files: readonly SourceFile[];
  bucket: string;
  objects: readonly RecordedObject[];
  answers: readonly Answered[];
}

export const RECORDINGS = "fixtures/inventories";
