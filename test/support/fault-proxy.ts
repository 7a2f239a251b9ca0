/**
 * A proxy on loopback between one process and moto, at which calls go wrong on the wire: what the twin does to a call in
 * memory is here done to its connection, its bytes and its process.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * What becomes of one call.
 * reset-before: the connection breaks before AWS has heard of it; reset-after: after AWS has done it; cut: in the middle of
 * the answer; error-after: AWS has done it and says 500; throttle: in the service's own words for too many calls, not done;
 * slow: done, and answered late.
 */
export const MISHAPS = ["reset-before", "reset-after", "cut", "error-after", "throttle", "slow"] as const;
/** The signal that the process gets: before AWS has heard of the call, or when AWS has done it and before it says so. */
export const SIGNALS = ["SIGTERM", "SIGKILL-before", "SIGKILL-after"] as const;

/** Something that happens to one call of a process. */
export interface Strike {
  /** The call: the n-th of an action (`CreateVpc`; of S3 `PUT lease.json`), or of all changes, or of all reads. */
  of: string;
  nth: number;
  kind: (typeof MISHAPS)[number] | (typeof SIGNALS)[number];
}

export interface FaultProxy {
  /** Leads the SDK of a process here. */
  endpoint: string;
  /** What happened, in the order in which it did: `reset-after CreateVpc`. */
  readonly met: string[];
  /** Calls that came by. */
  readonly calls: { changes: number; reads: number };
  close(): void;
}

/** How late a slow answer is: it is the answer's nature, and nothing waits for it but the process under test. */
const SLOW_MS = 1500;

/** `kill` is told to signal the process whose calls come by. */
export async function startFaultProxy(
  target: string,
  strikes: readonly Strike[],
  kill: (signal: NodeJS.Signals) => void,
): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const met: string[] = [];
  const calls = { changes: 0, reads: 0 };
  const seen = new Map<string, number>();
  const due = (call: Call): Strike["kind"] | undefined => {
    calls[call.kind] += 1;
    const nth = (seen.get(call.action) ?? 0) + 1;
    seen.set(call.action, nth);
    const found = strikes.find(
      (one) => (one.of === call.action && one.nth === nth) || (one.of === call.kind && one.nth === calls[call.kind]),
    );
    if (found !== undefined) met.push(`${found.kind} ${call.action}`);
    return found?.kind;
  };

  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(
      async (body) => {
        const call = callOf(incoming, body);
        const kind = due(call);
        if (kind === "reset-before") return reset(outgoing);
        if (kind === "throttle") return answer(outgoing, TOO_MANY[call.service] ?? TOO_MANY.query);
        if (kind === "SIGKILL-before") return kill("SIGKILL");
        if (kind === "SIGTERM") kill("SIGTERM");
        const real = await forward(target, incoming, body);
        switch (kind) {
          case "reset-after":
            return reset(outgoing);
          case "error-after":
            return answer(outgoing, FAILURE[call.service] ?? FAILURE.query);
          case "SIGKILL-after":
            return kill("SIGKILL");
          case "cut":
            outgoing.writeHead(real.status, { ...real.headers, "content-length": Math.max(2, real.body.length) });
            outgoing.write(real.body.subarray(0, Math.floor(real.body.length / 2)), () => reset(outgoing));
            return undefined;
          case "slow":
            setTimeout(() => outgoing.writeHead(real.status, real.headers).end(real.body), SLOW_MS);
            return undefined;
          default:
            outgoing.writeHead(real.status, real.headers).end(real.body);
            return undefined;
        }
      },
      () => outgoing.destroy(),
    );
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met,
    calls,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Call {
  service: string;
  /** `CreateVpc`; of S3, which has methods and keys, `PUT lease.json`. */
  action: string;
  kind: "changes" | "reads";
}

/** The service is in the signature's scope: `Credential=<key>/<day>/<region>/<service>/aws4_request`. */
function callOf({ headers, method = "", url = "" }: IncomingMessage, body: Buffer): Call {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  if (service === "s3") {
    const key = decodeURIComponent(url.split("?")[0]?.split("/").at(-1) ?? "");
    return { service, action: `${method} ${key}`, kind: method === "GET" || method === "HEAD" ? "reads" : "changes" };
  }
  const target = headers["x-amz-target"];
  const named =
    typeof target === "string" ? target.split(".").at(-1) : new URLSearchParams(body.toString()).get("Action");
  const action = named ?? "";
  return { service, action, kind: /^(Describe|Get|List|Simulate|Assume)/.test(action) ? "reads" : "changes" };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, url = "", headers } = incoming;
  // Each on a connection of its own: moto closes idle ones when it likes, and that would be a mishap of nobody's making.
  const sent = request(new URL(url, target), { method: method ?? "GET", headers: { ...headers, connection: "close" } });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const answered = await bodyOf(response);
  const { "transfer-encoding": _encoding, connection: _connection, ...kept } = response.headers;
  // The answer to HEAD has the length of what is not sent.
  const length = method === "HEAD" ? {} : { "content-length": String(answered.length) };
  return { status: response.statusCode ?? 502, headers: { ...kept, ...length }, body: answered };
}

function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

type Canned = readonly [status: number, type: string, body: string];

function answer(outgoing: ServerResponse, [status, type, body]: Canned): void {
  outgoing.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

const ec2Error = (status: number, code: string, message: string): Canned => [
  status,
  "text/xml",
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>proxy</RequestID></Response>`,
];
const queryError = (status: number, code: string, message: string): Canned => [
  status,
  "text/xml",
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>proxy</RequestId></ErrorResponse>`,
];
const s3Error = (status: number, code: string, message: string): Canned => [
  status,
  "application/xml",
  `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
];
const jsonError = (status: number, code: string, message: string): Canned => [
  status,
  "application/x-amz-json-1.1",
  JSON.stringify({ __type: code, message }),
];

/** By service; `query` is that of all others (reference/aws.md §2; S3's SlowDown: API reference, "Error responses"). */
const TOO_MANY = {
  ec2: ec2Error(503, "RequestLimitExceeded", "Request limit exceeded."),
  ssm: jsonError(400, "ThrottlingException", "Rate exceeded"),
  servicequotas: jsonError(400, "ThrottlingException", "Rate exceeded"),
  s3: s3Error(503, "SlowDown", "Please reduce your request rate."),
  query: queryError(400, "Throttling", "Rate exceeded"),
} as Readonly<Record<string, Canned>> & { query: Canned };

const FAILURE = {
  ec2: ec2Error(500, "InternalError", "An internal error has occurred"),
  ssm: jsonError(500, "InternalServerError", "An error occurred on the server side."),
  servicequotas: jsonError(500, "ServiceException", "Something went wrong."),
  s3: s3Error(500, "InternalError", "We encountered an internal error. Please try again."),
  query: queryError(500, "InternalFailure", "The request processing has failed because of an unknown error."),
} as Readonly<Record<string, Canned>> & { query: Canned };
