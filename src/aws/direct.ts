import { randomUUID } from "node:crypto";
import { retryMiddleware } from "@smithy/core/retry";
import { NormalizedSchema } from "@smithy/core/schema";
import type {
  FinalizeHandler,
  HandlerExecutionContext,
  InitializeHandler,
  MetadataBearer,
  RetryStrategyV2,
  StaticOperationSchema,
} from "@smithy/types";
import { oncePer } from "../core/remembering.ts";
import { type CallOptions, callMiddleware, wireMiddleware } from "./middleware.ts";
import { ATTEMPTS } from "./retries.ts";
import type { Transport } from "./transport.ts";

export interface DirectOptions extends CallOptions {
  transport: Transport;
  retryStrategy: RetryStrategyV2;
  permit?: (action: string) => void;
}

/** What of a client is used anywhere: `send`. */
export interface Sender {
  send(command: { input: object }): Promise<object>;
}

type Handler = (input: object) => Promise<object>;

/**
 * A client that hands commands to a transport as they are: the same waits, retries, permissions and errors as through the
 * SDK's own client, and what that would refuse to serialise is refused, but nothing is serialised or signed. That is most of
 * what a call on the twin would cost (a test proves that both ways answer alike).
 */
export function directClient(clientName: string, options: DirectOptions): Sender {
  const handlers = new Map<string, Handler>();
  return {
    send(command) {
      const schema = schemaOf(command);
      const operation = schema[2];
      let handler = handlers.get(operation);
      if (handler === undefined) {
        handler = handlerOf({ clientName, commandName: `${operation}Command` }, schema, options);
        handlers.set(operation, handler);
      }
      return handler(command.input);
    },
  };
}

/** Every command of the SDK's carries its operation: name, shape of its input, shape of its output. */
function schemaOf(command: object): StaticOperationSchema {
  const { schema } = command as { schema?: StaticOperationSchema };
  if (schema === undefined) throw new Error("a command without the schema of its operation");
  return schema;
}

function handlerOf(context: HandlerExecutionContext, schema: StaticOperationSchema, options: DirectOptions): Handler {
  const nowhere = (): Promise<never> => Promise.reject(new Error("a transport answers every call"));
  const attempt = wireMiddleware(options)(nowhere, context) as unknown as FinalizeHandler<object, MetadataBearer>;
  const attempts = retryMiddleware({
    retryStrategy: async () => options.retryStrategy,
    maxAttempts: async () => ATTEMPTS,
  })(attempt, context);
  const { labels, takesToken } = needsOf(schema);
  const once: InitializeHandler<object, MetadataBearer> = (args) => {
    const input = args.input as { readonly [member: string]: unknown; readonly ClientToken?: unknown };
    for (const label of labels) refuseEmpty(label, input[label]);
    // Made up once, as the SDK does while it serialises: all attempts carry the same.
    const clientToken = takesToken ? (input.ClientToken ?? randomUUID()) : undefined;
    return attempts({ ...args, request: { clientToken } });
  };
  const call = callMiddleware(options)(once, context);
  return async (input) => (await call({ input })).output;
}

interface Needs {
  /** Members that are part of the request's path. */
  labels: readonly string[];
  /** The SDK makes up a token where the caller has none. */
  takesToken: boolean;
}

const needsOf = oncePer((schema: StaticOperationSchema): Needs => {
  const input = NormalizedSchema.of(schema[4]);
  const members = input.isStructSchema() ? [...input.structIterator()] : [];
  return {
    labels: members.filter(([, member]) => member.getMergedTraits().httpLabel === 1).map(([name]) => name),
    takesToken: members.some(([name, member]) => name === "ClientToken" && member.isIdempotencyToken()),
  };
});

/** In the words of the SDK's serialiser, which refuses it as well. */
function refuseEmpty(label: string, value: unknown): void {
  if (value === undefined || value === null || (label === "Bucket" && value === "")) {
    throw new Error(`No value provided for input HTTP label: ${label}.`);
  }
}
