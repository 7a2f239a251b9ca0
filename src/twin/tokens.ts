import type { WireCall } from "../aws/transport.ts";
import { hashOf } from "../core/hash.ts";
import { awsError } from "./errors.ts";
import type { World } from "./world.ts";

/**
 * Does something once for each idempotency token: the same token and parameters get the first answer again, other
 * parameters are an error (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html). Errors are not remembered.
 */
export function idempotent<T extends object>(world: World, call: WireCall, perform: () => T): T {
  if (call.clientToken === undefined) return perform();
  const key = `${call.operation} ${call.clientToken}`;
  const { ClientToken: _token, ...input } = call.input as { ClientToken?: string };
  const parameters = hashOf(input);
  const used = world.tokens.get(key);
  if (used !== undefined) {
    if (used.parameters === parameters) return used.result as T;
    throw awsError(
      "IdempotentParameterMismatch",
      "The parameters do not match those of the first request with this client token.",
    );
  }
  const result = perform();
  world.tokens.set(key, { parameters, result });
  return result;
}
