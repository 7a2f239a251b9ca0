/** AWS promises no order of what it lists. */
import type { Transport } from "../../src/aws/transport.ts";

/** Lists of a page the other way round. */
export function backwards(inner: Transport): Transport {
  return async (call) => {
    const answer = await inner(call);
    if (!call.operation.startsWith("Describe")) return answer;
    return Object.fromEntries(
      Object.entries(answer).map(([key, value]) => [key, Array.isArray(value) ? value.toReversed() : value]),
    );
  };
}
