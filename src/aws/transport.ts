import type { ServiceName } from "./services.ts";

/** A call as it reaches the wire: after the SDK has checked and serialised it, once for each of its attempts. */
export interface WireCall {
  service: ServiceName;
  /** The API's own name of the operation: `CreateVpc`. */
  operation: string;
  /** The command's input, without what the SDK fills in. */
  input: object;
  /** The idempotency token, also when the SDK made it up. */
  clientToken: string | undefined;
}

/**
 * What answers calls in place of HTTP. It gives the operation's output, or throws an error that carries `name` and
 * `$metadata.httpStatusCode` as the SDK's own errors do. The twin is one.
 */
export type Transport = (call: WireCall) => Promise<object>;
