import type { FindingCode } from "./messages/messages.ts";

/** A place in a file of the user's repository; line and column count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/**
 * Something that the user should know about the files, the account or the plan.
 * An error stops, a warning asks for a look, a notice informs.
 */
export interface Finding {
  level: "error" | "warning" | "notice";
  /** Stable and documented: `config/unknown-key`. */
  code: FindingCode;
  /** What was found and what is allowed, in one or two sentences. */
  message: string;
  at?: Place;
  /** What to do about it. */
  fix?: string;
}

/** Adds a finding at a JSON pointer of the document that is looked at. */
export type Report = (
  level: Finding["level"],
  code: FindingCode,
  pointer: string,
  message: string,
  fix?: string,
) => void;

/** A list of findings, and what adds to it. `place` tells where a pointer is in the user's file. */
export function collector(place: (pointer: string) => Place): [Finding[], Report] {
  const findings: Finding[] = [];
  return [
    findings,
    (level, code, pointer, message, fix) => {
      findings.push({ level, code, message, at: place(pointer), ...(fix === undefined ? {} : { fix }) });
    },
  ];
}

/** Findings in the order in which people mend them: by file and line, those without a place last. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, notice: 2 } as const;
  const key = (f: Finding): [number, string, number, number] => [
    rank[f.level],
    f.at?.file ?? "\uffff",
    f.at?.line ?? 0,
    f.at?.column ?? 0,
  ];
  return [...findings].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return (x[i] as number) < (y[i] as number) ? -1 : 1;
    return 0;
  });
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.level === "error");
}
