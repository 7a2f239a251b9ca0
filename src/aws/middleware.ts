import type { DeserializeMiddleware, InitializeMiddleware, MiddlewareStack } from "@smithy/types";
import type { Clock } from "../core/clock.ts";
import { between, type Random } from "../core/random.ts";
import { ruleFor } from "./consistency.ts";
import { AwsCallError, isPassing } from "./errors.ts";
import { ONCE } from "./retries.ts";
import { SERVICE_OF_CLIENT, type ServiceName } from "./services.ts";
import type { Stopping } from "./stopping.ts";
import type { Throttle } from "./throttle.ts";
import type { Transport } from "./transport.ts";

/** One call, as it looked to its caller: retries are part of it. */
export interface CallRecord {
  /** As IAM writes it: `ec2:CreateVpc`. */
  action: string;
  startedAtMs: number;
  endedAtMs: number;
  error?: AwsCallError;
}

/** What the SDK's clients have in common, as far as it matters here. */
export interface Instrumented {
  // The stacks of different clients differ in their commands' types, which no middleware of ours looks at.
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own generic bound
  middlewareStack: MiddlewareStack<any, any>;
}

/**
 * Creates for which AWS knows no idempotency token: sent again after a lost answer they would make a second thing
 * (measured: the SDK re-sends CreateVpc three times on a 500; reference/aws.md §4).
 */
const TOKENLESS_CREATES = new Set([
  "CreateVpc",
  "CreateSubnet",
  "CreateInternetGateway",
  "AllocateAddress",
  "CreateSecurityGroup",
]);

/** Calls that leave everything as it is; S3's are named after what they do to objects. */
const READS = /:(Describe|Get|List|Head|Simulate|Decode)/;

/** What a call is made with, whichever way it takes. */
export interface CallOptions {
  clock: Clock;
  random: Random;
  throttle: Throttle;
  stopping: Stopping | undefined;
  onCall: ((call: CallRecord) => void) | undefined;
}

/** Around a whole call: waits for the action's token, and for AWS to agree with itself; tells of the call; shapes errors. */
export function callMiddleware(options: CallOptions): InitializeMiddleware<object, object> {
  const { clock, random, throttle, stopping, onCall } = options;
  const signal = stopping?.signal;
  return (next, context) => {
    const action = actionOf(context);
    const graceMs = READS.test(action) ? 0 : GRACE_MS;
    return async (args) => {
      const startedAtMs = clock.now();
      const told = (error?: AwsCallError): void =>
        onCall?.({ action, startedAtMs, endedAtMs: clock.now(), ...(error && { error }) });
      for (let attempt = 0; ; attempt++) {
        await throttle.take(action, args.input);
        try {
          const call = next(args);
          const result = await (stopping === undefined ? call : untilStopped(call, clock, stopping, graceMs));
          told();
          return result;
        } catch (cause) {
          if (cause instanceof NotPermitted) throw cause.reason;
          if (signal?.aborted && cause === signal.reason) throw cause;
          const error = new AwsCallError(action, cause);
          // It would have been tried again.
          if (signal?.aborted && isPassing(error)) throw signal.reason;
          const rule = ruleFor(error);
          const waitMs = between(random, 0.75, 1.25) * Math.min(8000, 1000 * 1.5 ** attempt);
          if (rule === undefined || clock.now() + waitMs - startedAtMs > rule.limitMs) {
            told(error);
            throw error;
          }
          await clock.sleep(waitMs, signal);
        }
      }
    };
  };
}

/**
 * How long a change that is on its way may take after the run was told to stop: nearly all are answered by then, and the
 * run still ends before the runner kills it (SIGINT, SIGTERM 7.5 s later, SIGKILL after 2.5 s more).
 */
const GRACE_MS = 2500;

/** Waits for a call, but once the run is to stop only for so long; then it rejects with the signal's reason. */
function untilStopped<T>(call: Promise<T>, clock: Clock, stopping: Stopping, graceMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let ended: AbortController | undefined;
    const stop = (): void => {
      const giveUp = (): void => reject(stopping.signal.reason);
      if (graceMs === 0) giveUp();
      else {
        ended = new AbortController();
        clock.sleep(graceMs, ended.signal).then(giveUp, () => {}); // answered in time
      }
    };
    const answered = (): void => {
      ended?.abort();
      stopping.forget(stop);
    };
    stopping.tell(stop);
    call.then(
      (answer) => {
        answered();
        resolve(answer);
      },
      (error) => {
        answered();
        reject(error);
      },
    );
  });
}

/** Carries what `permit` threw through the SDK, which would otherwise take it for an error of AWS. */
class NotPermitted extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super("not permitted");
    this.reason = reason;
  }
}

interface WireOptions {
  transport?: Transport;
  permit?: (action: string) => void;
}

/**
 * Next to the wire, once an attempt: asks for permission to change something, hands the call to a transport where there
 * is one, and marks what must not be sent twice.
 */
export function wireMiddleware({ transport, permit }: WireOptions): DeserializeMiddleware<object, object> {
  return (next, context) => {
    const action = actionOf(context);
    const isRead = READS.test(action);
    const [service, operation] = action.split(":") as [ServiceName, string];
    return async (args) => {
      if (!isRead) {
        try {
          permit?.(action);
        } catch (reason) {
          throw new NotPermitted(reason);
        }
      }
      try {
        if (transport === undefined) return await next(args);
        const output = await transport({
          service,
          operation,
          input: args.input,
          clientToken: clientToken(args.input, args.request as object),
        });
        return { response: {}, output: { ...output, $metadata: { httpStatusCode: 200 } } };
      } catch (error) {
        if (
          error instanceof Error &&
          TOKENLESS_CREATES.has(operation) &&
          new AwsCallError(action, error).outcomeUnknown
        ) {
          Object.assign(error, { [ONCE]: true });
        }
        throw error;
      }
    };
  };
}

function actionOf(context: { clientName?: string; commandName?: string }): string {
  const services: Readonly<Record<string, ServiceName>> = SERVICE_OF_CLIENT;
  const service = services[context.clientName ?? ""] ?? context.clientName;
  return `${service}:${(context.commandName ?? "").replace(/Command$/, "")}`;
}

/** The token of the input, or the one that was made up for it: in the request's body where there is one. */
function clientToken(input: object, request: { body?: unknown; clientToken?: unknown }): string | undefined {
  const given = (input as { ClientToken?: unknown }).ClientToken ?? request.clientToken;
  if (typeof given === "string") return given;
  const { body } = request;
  return typeof body === "string" ? /(?:^|&)ClientToken=([^&]+)/.exec(body)?.[1] : undefined;
}
