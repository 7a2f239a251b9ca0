import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { codeOfStatus, GithubError, isGithubError } from "./errors.ts";
import { rateLimitMs } from "./rate-limit.ts";

/** Where GitHub is, and as whom to ask it. The door reads all of it from its environment. */
export interface GithubAccess {
  /** `GITHUB_API_URL`: https://api.github.com, or an Enterprise server's https://host/api/v3. */
  apiUrl: string;
  /** `GITHUB_GRAPHQL_URL`. */
  graphqlUrl: string;
  token: string;
  /** `GITHUB_REPOSITORY`: owner/name. */
  repository: string;
}

export interface GithubOptions {
  clock: Clock;
  /** Ends every call and every wait. */
  signal?: AbortSignal;
  /** How long one call may wait for its turn or for GitHub to come back, all its attempts together. */
  patienceMs?: number;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** A repository on GitHub. Paths are below `/repos/<owner>/<name>/`; make them with `path`. */
export interface Github {
  readonly repository: string;
  get<T>(path: string, query?: Query): Promise<T>;
  /** All pages of a list, `list` naming the member that holds it where the answer is an object. */
  all<T>(path: string, query?: Query, list?: string): Promise<T[]>;
  /** Not sent again after a lost answer: what it makes has no name of ours, and there would be two. See `createOnce`. */
  post<T>(path: string, body: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  delete(path: string): Promise<void>;
  /** One GraphQL query without variables; for the little that REST does not tell. */
  query<T>(query: string): Promise<T>;
}

export type Query = Readonly<Record<string, string | number>>;

const CALL_TIMEOUT_MS = 30_000;
const PATIENCE_MS = 180_000;
const FIRST_PAUSE_MS = 1000;
const PAGE_SIZE = 100;
/** GitHub gives no list longer than this many pages of ours; more is a loop. */
const MOST_PAGES = 100;
/** These say that nothing was sent, so that even a POST may be sent again. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** A path whose parts are as they are, and whose values are escaped: path`issues/${7}/labels/${"a/b"}`. */
export function path(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.map((part, index) => part + encodeURIComponent(values[index] ?? "")).join("");
}

/**
 * GitHub over Node's own fetch: @actions/github would bring 0.5 MB of octokit, reads the environment when it is imported,
 * and sleeps on the machine's clock.
 */
export function makeGithub(access: GithubAccess, options: GithubOptions): Github {
  const { repository } = access;
  const base = `${access.apiUrl.replace(/\/$/, "")}/repos/${repository}`;
  const call = (method: Method, url: URL, body?: object): Promise<Answer> =>
    patiently({ method, url, ...(body === undefined ? {} : { body }) }, access, options);
  const rest = async <T>(method: Method, below: string, query: Query = {}, body?: object): Promise<T> =>
    (await call(method, urlOf(base, below, query), body)).json as T;
  return {
    repository,
    get: (below, query) => rest("GET", below, query),
    post: (below, body) => rest("POST", below, {}, body),
    patch: (below, body) => rest("PATCH", below, {}, body),
    delete: (below) => rest("DELETE", below),
    async all<T>(below: string, query: Query = {}, list?: string): Promise<T[]> {
      const found: T[] = [];
      let next: URL | undefined = urlOf(base, below, { ...query, per_page: PAGE_SIZE });
      for (let page = 0; next !== undefined && page < MOST_PAGES; page++) {
        const answer: Answer = await call("GET", next);
        found.push(...((list === undefined ? answer.json : (answer.json as Record<string, T[]>)[list]) as T[]));
        next = nextPage(answer.link, next);
      }
      return found;
    },
    async query<T>(query: string): Promise<T> {
      const { json } = await call("POST", new URL(access.graphqlUrl), { query });
      const { data, errors } = json as { data?: T; errors?: { message: string }[] };
      if (data !== undefined && data !== null) return data;
      const said = (errors ?? []).map(({ message }) => message).join("; ");
      throw new GithubError({ code: "unexpected", route: "POST /graphql", said });
    },
  };
}

function urlOf(base: string, below: string, query: Query): URL {
  const url = new URL(below === "" ? base : `${base}/${below}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

/** The page that a Link header calls next; never one of another host, which would be given the token. */
function nextPage(link: string | null, from: URL): URL | undefined {
  const address = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  const next = address === undefined ? undefined : new URL(address, from);
  return next?.origin === from.origin ? next : undefined;
}

interface Call {
  method: Method;
  url: URL;
  body?: object;
}

interface Answer {
  json: unknown;
  link: string | null;
}

/** Sends a call until GitHub has answered it, or patience is at its end. */
async function patiently(call: Call, access: GithubAccess, options: GithubOptions): Promise<Answer> {
  const { clock, signal, patienceMs = PATIENCE_MS } = options;
  const endMs = clock.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    const outcome = await once(call, attempt, access, options);
    if ("json" in outcome) return outcome;
    const { error, waitMs = FIRST_PAUSE_MS * 2 ** attempt } = outcome;
    const isFutile = outcome.isFinal || clock.now() + waitMs > endMs;
    if (isFutile) throw error;
    await clock.sleep(waitMs, signal);
  }
}

interface Failure {
  error: GithubError;
  /** Sending it again would be of no use, or would do it twice. */
  isFinal: boolean;
  /** When GitHub said how long to wait. */
  waitMs?: number;
}

async function once(
  call: Call,
  attempt: number,
  access: GithubAccess,
  { clock, signal }: GithubOptions,
): Promise<Answer | Failure> {
  const { method, url, body } = call;
  const route = `${method} ${url.pathname}`;
  const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
  // A POST that was answered by a gateway, or not at all, may have been done.
  const isRepeatable = method !== "POST" || url.href === access.graphqlUrl;
  try {
    const response = await clock.hold(
      fetch(url, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${access.token}`,
          "user-agent": "slipway",
          "x-github-api-version": "2022-11-28",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        // A followed POST would become a GET. (Of a GET to another host fetch itself takes the token off.)
        redirect: method === "GET" ? "follow" : "error",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await clock.hold(response.text());
    if (response.ok) return { json: text === "" ? undefined : JSON.parse(text), link: response.headers.get("link") };
    const { status } = response;
    const said = withoutToken(saidIn(text), access.token);
    const requestId = response.headers.get("x-github-request-id") ?? undefined;
    const details = { route, status, said, ...(requestId === undefined ? {} : { requestId }) };
    const waitMs = rateLimitMs(response, said, { nowMs: clock.now(), attempt });
    if (waitMs !== undefined)
      return { error: new GithubError({ ...details, code: "rate-limited" }), isFinal: false, waitMs };
    return {
      error: new GithubError({ ...details, code: codeOfStatus(status) }),
      isFinal: status < 500 || !isRepeatable,
    };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const reason = withoutToken(reasonOf(error), access.token);
    const wasNotSent = NOT_SENT.has(codeIn(error));
    return {
      error: new GithubError({ code: wasNotSent ? "unavailable" : "unknown", route, said: reason }),
      isFinal: !wasNotSent && !isRepeatable,
    };
  }
}

/** What an answer says went wrong. A gateway's page is no message. */
function saidIn(text: string): string {
  try {
    const { message, errors } = JSON.parse(text) as { message?: unknown; errors?: unknown };
    const more = Array.isArray(errors) && errors.length > 0 ? ` ${JSON.stringify(errors)}` : "";
    return `${String(message ?? "")}${more}`.slice(0, 500);
  } catch {
    return "an answer that is not JSON";
  }
}

/** fetch hides what happened in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}

function codeIn(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
}

function withoutToken(text: string, token: string): string {
  return token === "" ? text : text.replaceAll(token, "***");
}

/**
 * Makes something that has no name of ours but can be found: what a lost answer left behind is looked for before it is
 * asked for again. `find` must read anew each time.
 */
export async function createOnce<T>(find: () => Promise<T | undefined>, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!isGithubError(error, "unknown", "unavailable")) throw error;
    return (await find()) ?? (await create());
  }
}
