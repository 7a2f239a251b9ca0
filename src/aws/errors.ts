import { messageOf } from "../core/errors.ts";

/** A call to AWS that failed, after the retries that were due. */
export class AwsCallError extends Error {
  /** As IAM writes it: `ec2:CreateVpc`. */
  readonly action: string;
  /** AWS's error code (`InvalidVpcID.NotFound`), or Node's for a connection that broke (`ECONNRESET`). */
  readonly code: string;
  readonly httpStatus: number | undefined;
  /** AWS may or may not have done it: the answer was lost, or it was a server error that can follow the deed. */
  readonly outcomeUnknown: boolean;

  constructor(action: string, cause: unknown) {
    const code = codeOf(cause);
    super(`${action}: ${code}: ${messageOf(cause)}`, { cause });
    this.name = "AwsCallError";
    this.action = action;
    this.code = code;
    this.httpStatus = statusOf(cause);
    this.outcomeUnknown = isOutcomeUnknown(cause);
  }
}

/** Whether an error is AWS's answer with one of these codes. A code that ends in `*` matches by its beginning. */
export function isAwsError(error: unknown, ...codes: readonly string[]): error is AwsCallError {
  if (!(error instanceof AwsCallError)) return false;
  return codes.length === 0 || codes.some((code) => matchesCode(error.code, code));
}

export function matchesCode(code: string, pattern: string): boolean {
  return pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
}

/** Whether AWS refused for lack of permission; each service has its own words for it. */
export function isAccessDenied(error: unknown): error is AwsCallError {
  if (!(error instanceof AwsCallError)) return false;
  return (
    ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthorizationError"].includes(error.code) ||
    // moto answers JSON services in XML, which leaves nothing but the status (reference/moto.md §3).
    (error.httpStatus === 403 && error.code === "SyntaxError")
  );
}

/** Whether the credentials were good once and are too old now; each service has its own word for it. */
export function isExpired(error: unknown): error is AwsCallError {
  return isAwsError(error, "RequestExpired", "ExpiredToken*");
}

/** Whether asking the same again later can help: AWS or the way to it has trouble, and the request is not to blame. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsCallError)) return false;
  return (
    error.httpStatus === undefined ||
    error.httpStatus >= 500 ||
    isBrokenOff(error.httpStatus) ||
    REFUSED_BY_SERVER.some((known) => matchesCode(error.code, known))
  );
}

/**
 * AWS's own word for what went wrong. The SDK names errors after its classes (`LoadBalancerNotFoundException`), and keeps the
 * code of the answer, where that is another one, beside it (`LoadBalancerNotFound`; smithy.io/2.0/aws/protocols/aws-query-protocol.html).
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown";
  const { Code } = error as { Code?: unknown };
  if (typeof Code === "string") return Code;
  const system = (error as { code?: unknown }).code;
  return typeof system === "string" && error.name === "Error" ? system : error.name;
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** Server errors that say themselves that nothing was done. */
const REFUSED_BY_SERVER = [
  "RequestLimitExceeded",
  "Unavailable",
  "ServiceUnavailable",
  "Insufficient*",
  "Throttl*",
  "SlowDown",
];
/** Connections that were never made carried nothing. */
const NEVER_SENT = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CredentialsProviderError",
];

/** An error after "done": the connection broke in the middle of the answer, or nobody could read it. */
function isBrokenOff(status: number): boolean {
  return status >= 200 && status < 300;
}

function isOutcomeUnknown(error: unknown): boolean {
  const [code, status] = [codeOf(error), statusOf(error)];
  if (status !== undefined && status > 0 && status < 500) return isBrokenOff(status);
  return ![...REFUSED_BY_SERVER, ...NEVER_SENT].some((known) => matchesCode(code, known));
}
