/** AWS on loopback that takes a hundred milliseconds for each call, however many are asked at once. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
}

export interface Loopback {
  /** Leads the SDK of a process to it. */
  env: Record<string, string>;
  /** How many calls it has answered since it was last asked. */
  taken(): number;
  close(): void;
}

/**
 * Passes each call on to `target`, which a service may have an address of its own in, and keeps its answer. The same call
 * later has that answer after `delayMs`, and not after what the server behind takes, which may be slow and is busy with one
 * call at a time.
 */
export async function recorded(env: Readonly<Record<string, string>>, delayMs: number): Promise<Loopback> {
  const answers = new Map<string, Promise<Answer>>();
  let calls = 0;
  const server = createServer(async (request, response) => {
    calls += 1;
    const startedAtMs = performance.now();
    const body = await bodyOf(request);
    const key = `${request.method} ${request.url} ${request.headers["x-amz-target"] ?? ""} ${body.toString("latin1")}`;
    const isKnown = answers.has(key);
    const asked = answers.get(key) ?? ask(request, body, env);
    answers.set(key, asked);
    const answer = await asked;
    if (isKnown) await sleep(Math.max(0, delayMs - (performance.now() - startedAtMs)));
    response.writeHead(answer.status, headersOf(answer));
    response.end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { AWS_ENDPOINT_URL_PRICING: _, ...rest } = env;
  return {
    env: { ...rest, AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    taken: () => {
      const taken = calls;
      calls = 0;
      return taken;
    },
    close: () => close(server),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function ask(
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer,
  env: Readonly<Record<string, string>>,
): Promise<Answer> {
  const isPricing = String(headers["x-amz-target"] ?? "").startsWith("AWSPriceListService");
  const target = (isPricing ? env.AWS_ENDPOINT_URL_PRICING : undefined) ?? env.AWS_ENDPOINT_URL;
  const hasBody = method !== "GET" && method !== "HEAD";
  const given = await fetch(`${target}${url}`, { method, headers: passedOn(headers), ...(hasBody ? { body } : {}) });
  return { status: given.status, headers: given.headers, body: Buffer.from(await given.arrayBuffer()) };
}

/** What belongs to the connection stays with it. */
const OF_CONNECTION = new Set(["connection", "host", "content-length", "transfer-encoding", "expect", "keep-alive"]);

function passedOn(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    OF_CONNECTION.has(name) || value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
}

function headersOf({ headers, body }: Answer): Record<string, string> {
  const kept = [...headers].filter(([name]) => !OF_CONNECTION.has(name) && name !== "content-encoding");
  return { ...Object.fromEntries(kept), "content-length": String(body.length) };
}

function close(server: Server): void {
  server.closeAllConnections();
  server.close();
}
