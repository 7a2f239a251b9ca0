/**
 * A GitHub on loopback. It keeps state, and judges every request, and every answer of its own, by GitHub's description of
 * its API (fixtures/github-openapi.json): what does not fit is answered with 500 and kept in `breaches`, for the test to
 * look at when all is done.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerProblems, type Json, operationOf, requestProblems } from "./description.ts";
import type { Answered } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { ACTIONS, type Grant, type Scope, State } from "./state.ts";

export interface Request {
  /** `PATCH /repos/o/r/issues/comments/1`. */
  route: string;
  query: string;
  body: unknown;
  /** Who asked. */
  login: string;
}

/** Something that goes wrong with a call. */
export interface Fault {
  /** Of the operation, as GitHub writes it: `POST /repos/{owner}/{repo}/check-runs`. */
  operation: string;
  /** How many such calls; 1 unless said. */
  times?: number;
  /** Whether it is done all the same. */
  isDone?: boolean;
  /** "cut": the connection is, without an answer. */
  answer: { status: number; headers?: Record<string, string>; body?: unknown } | "cut";
  /** Called with the fault, before it is answered: somebody else acts meanwhile. */
  meanwhile?: () => void;
}

/** What a workflow's token may do when all permissions are given that Slipway can use. */
const ALL: Grant["scopes"] = {
  actions: "read",
  checks: "write",
  contents: "read",
  deployments: "write",
  issues: "write",
  pull_requests: "write",
};

export const TOKEN = "ghs_loopback";

export class LoopbackGithub {
  readonly state: State;
  readonly requests: Request[] = [];
  readonly breaches: string[] = [];
  readonly faults: Fault[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      this.breaches.push(String(error));
      response.writeHead(500).end();
    });
  });

  private constructor(state: State) {
    this.state = state;
    state.grants.set(TOKEN, { actor: ACTIONS, scopes: ALL });
  }

  static async start(options: { repository?: string; now?: () => number } = {}): Promise<LoopbackGithub> {
    const { repository = "acme/clusters", now = () => Date.now() } = options;
    const github = new LoopbackGithub(new State(repository, now));
    github.#server.listen(0, "127.0.0.1");
    await once(github.#server, "listening");
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the client, or a process's environment, is given. */
  access(token = TOKEN) {
    return { apiUrl: this.url, graphqlUrl: `${this.url}/graphql`, token, repository: this.state.repository };
  }

  env(): Record<string, string> {
    const { apiUrl, graphqlUrl, repository } = this.access();
    return {
      GITHUB_API_URL: apiUrl,
      GITHUB_GRAPHQL_URL: graphqlUrl,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: repository,
      "INPUT_GITHUB-TOKEN": TOKEN,
    };
  }

  /** A token of somebody else's, or one that may do less. */
  grant(token: string, changes: Partial<Grant>): string {
    this.state.grants.set(token, { actor: ACTIONS, scopes: ALL, ...changes });
    return token;
  }

  /** The requests that changed something, a line each. */
  writes(): string[] {
    return this.requests.filter(({ route }) => !route.startsWith("GET ")).map(({ route }) => route);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks).toString();
    const body: unknown = sent === "" ? undefined : JSON.parse(sent);
    const url = new URL(request.url ?? "/", this.url);
    const method = request.method ?? "GET";
    const grant = this.state.grants.get((request.headers.authorization ?? "").replace(/^Bearer /, ""));
    const route = `${method} ${url.pathname}`;
    this.requests.push({ route, query: url.search, body, login: grant?.actor.login ?? "" });
    // The machine's own clock has nothing to say where time is virtual.
    response.setHeader("date", new Date(this.state.now()).toUTCString());
    response.setHeader("x-github-request-id", `R${this.requests.length}`);
    if (grant === undefined) return send(response, 401, { message: "Bad credentials" });
    if (url.pathname === "/graphql") return this.#graphql(response, grant, body);
    const found = operationOf(method, url.pathname);
    if (found === undefined) return this.#breach(response, [`${route} is no operation of the fixture`]);
    const { operation, values } = found;
    const problems = requestProblems(operation, url.searchParams, body);
    if (problems.length > 0) return this.#breach(response, problems);
    const perform = (): Answered => {
      if (`${values.owner}/${values.repo}` !== this.state.repository)
        return { status: 404, body: { message: "Not Found" } };
      const known = ROUTES[operation];
      if (known === undefined) throw new Error(`${operation} is described, and has no route`);
      if (!mayDo(grant, known.scopes, method))
        return { status: 403, body: { message: "Resource not accessible by integration" } };
      return known.answer({ state: this.state, grant, values, query: url.searchParams, body: (body ?? {}) as Json });
    };
    const fault = this.#fault(operation);
    if (fault !== undefined) {
      fault.meanwhile?.();
      if (fault.isDone === true) perform();
      if (fault.answer === "cut") return void response.destroy();
      const { status, headers = {}, body: said = { message: "Server Error" } } = fault.answer;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return send(response, status, said);
    }
    const answered = perform();
    const answer = answered.list === undefined ? answered.body : paged(answered, url, response);
    const wrong = answerProblems(operation, answered.status, answer);
    if (wrong.length > 0) return this.#breach(response, wrong);
    send(response, answered.status, answer);
  }

  /** The one query that Slipway asks; there is no description to judge it by. */
  #graphql(response: ServerResponse, { actor }: Grant, body: unknown): void {
    const { query } = body as { query?: string };
    const isKnown = query?.replace(/\s+/g, " ") === "query { viewer { login } }";
    if (isKnown) send(response, 200, { data: { viewer: { login: actor.login } } });
    else this.#breach(response, [`the GraphQL query ${query} is not known here`]);
  }

  #fault(operation: string): Fault | undefined {
    const index = this.faults.findIndex((fault) => fault.operation === operation);
    const fault = this.faults[index];
    if (fault === undefined) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times === 0) this.faults.splice(index, 1);
    return fault;
  }

  #breach(response: ServerResponse, problems: readonly string[]): void {
    this.breaches.push(...problems);
    send(response, 400, { message: problems.join("\n") });
  }
}

function mayDo({ scopes }: Grant, anyOf: readonly Scope[], method: string): boolean {
  if (anyOf.length === 0) return true;
  return anyOf.some((scope) => scopes[scope] === "write" || (method === "GET" && scopes[scope] === "read"));
}

/** The page of a list that is asked for, with a Link header to the next. */
function paged({ list = [], member }: Answered, url: URL, response: ServerResponse): unknown {
  const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
  const page = Number(url.searchParams.get("page") ?? 1);
  const part = list.slice((page - 1) * size, page * size);
  if (page * size < list.length) {
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    response.setHeader("link", `<${next}>; rel="next"`);
  }
  return member === undefined ? part : { total_count: list.length, [member]: part };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? "" : JSON.stringify(body));
}
