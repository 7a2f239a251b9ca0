/** Of a limit without a time GitHub says: at least a minute, and longer each time. */
const LEAST_MS = 60_000;

/**
 * How long GitHub wants to be left alone; undefined: the answer is no limit. Limits come as 403 or 429; what tells them
 * from a missing permission is `retry-after`, a used-up `x-ratelimit-remaining`, or the words.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function rateLimitMs(
  { status, headers }: Pick<Response, "status" | "headers">,
  said: string,
  { nowMs, attempt }: { nowMs: number; attempt: number },
): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get("retry-after");
  if (after !== null) return Math.max(1, Number.parseInt(after, 10) || 1) * 1000;
  if (headers.get("x-ratelimit-remaining") === "0") {
    const resetMs = Number(headers.get("x-ratelimit-reset") ?? 0) * 1000;
    // GitHub's own clock, where it tells it: this machine's may be off.
    const thereMs = Date.parse(headers.get("date") ?? "") || nowMs;
    return Math.max(1000, resetMs - thereMs + 1000);
  }
  return status === 429 || /secondary rate limit|abuse detection/i.test(said) ? LEAST_MS * 2 ** attempt : undefined;
}
