/** What became of a call. `unknown` is a lost answer: GitHub may have done what was asked, or not. */
export type GithubErrorCode =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "invalid"
  | "rate-limited"
  | "unavailable"
  | "unknown"
  | "unexpected";

const CODE_BY_STATUS: Readonly<Record<number, GithubErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "not-found",
  422: "invalid",
};

export interface GithubErrorDetails {
  code: GithubErrorCode;
  /** `PATCH /repos/o/r/issues/comments/1`. */
  route: string;
  /** Absent where no answer came. */
  status?: number;
  /** GitHub's own words. */
  said: string;
  /** By which GitHub's support finds the call. */
  requestId?: string;
  cause?: unknown;
}

/** A call to GitHub that did not do what was asked. Its text never holds the token. */
export class GithubError extends Error {
  readonly code: GithubErrorCode;
  readonly route: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor({ code, route, status, said, requestId, cause }: GithubErrorDetails) {
    const answer = status === undefined ? "no answer" : `${status}`;
    const id = requestId === undefined ? "" : ` (request ${requestId})`;
    super(`GitHub: ${route}: ${answer}: ${said}${id}`, cause === undefined ? undefined : { cause });
    this.name = "GithubError";
    this.code = code;
    this.route = route;
    this.status = status;
    this.requestId = requestId;
  }
}

export function codeOfStatus(status: number): GithubErrorCode {
  return CODE_BY_STATUS[status] ?? (status >= 500 ? "unavailable" : "unexpected");
}

export function isGithubError(error: unknown, ...codes: readonly GithubErrorCode[]): error is GithubError {
  return error instanceof GithubError && (codes.length === 0 || codes.includes(error.code));
}

/** Whether the token may not do it: what a fork's pull request, Dependabot or a narrow `permissions:` meets. */
export function isRefused(error: unknown): error is GithubError {
  return isGithubError(error, "forbidden", "unauthorized");
}
