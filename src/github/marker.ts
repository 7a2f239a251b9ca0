/** Which run wrote a comment, and about what. */
export interface Stamp {
  /** Which Slipway of this repository it is, where there are several: the folder of its files. */
  scope: string;
  /** An apply's words stand over a plan's. */
  phase: "plan" | "apply";
  /** The pull request's head that it is about. */
  headSha: string;
  runId: number;
  attempt: number;
  /** When this attempt began. */
  startedAtMs: number;
}

const VERSION = 1;
const PATTERN = /^<!-- slipway:v(\d+) (\{[^\n]*\}) -->(?:\n|$)/;

/** The first line of a comment: not seen, and found again. Nothing is ever decided by what it says but who wrote last. */
export function markerOf(stamp: Stamp): string {
  // `--` would end the comment in some readers, and a scope may hold it.
  const json = JSON.stringify(stamp).replace(/[<>-]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  return `<!-- slipway:v${VERSION} ${json} -->`;
}

/** What a text's first line says; "newer" when a newer Slipway wrote it, undefined when it is not a marker. */
export function stampIn(text: string): Stamp | "newer" | undefined {
  const [, version = "", json = ""] = PATTERN.exec(text.replaceAll("\r\n", "\n")) ?? [];
  if (version === "") return undefined;
  if (Number(version) > VERSION) return "newer";
  try {
    const stamp = JSON.parse(json) as Partial<Stamp>;
    const isWhole =
      typeof stamp.scope === "string" && typeof stamp.headSha === "string" && typeof stamp.startedAtMs === "number";
    return isWhole ? (stamp as Stamp) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether what stands there is by a newer run than this one. Attempts of one run have numbers. Of two runs the one of the pull request's current head is newer, whenever it ran: a re-run of an old run comes with the old
 * head. Only of runs of one head does time tell.
 */
export function isNewer(there: Stamp, mine: Stamp, currentHeadSha: string): boolean {
  if (there.phase !== mine.phase) return there.phase === "apply";
  if (there.runId === mine.runId) return there.attempt > mine.attempt;
  if (there.headSha !== mine.headSha) return mine.headSha !== currentHeadSha;
  return there.startedAtMs > mine.startedAtMs;
}
