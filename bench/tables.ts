/** The rows as people and programs read them. */
import { type Row, shown } from "./bars.ts";

export interface Report {
  /** ISO 8601. */
  measuredOn: string;
  machine: string;
  rows: readonly Row[];
  details: readonly string[];
  verdict: string;
}

const cells = ({ id, what, measured, bar, unit, isMet }: Row): [string, string, string, string, string] => [
  isMet ? "✓" : "✗",
  id,
  what,
  shown(measured, unit),
  `≤ ${bar}`,
];

/** For a terminal; the verdict is the last line. */
export function tableOf({ measuredOn, machine, rows, details, verdict }: Report): string {
  const lines = rows.map(cells);
  const width = (column: number): number => Math.max(0, ...lines.map((line) => line[column]?.length ?? 0));
  const table = lines.map((line) =>
    line
      .map((cell, column) => (column < 3 ? cell.padEnd(width(column)) : cell.padStart(width(column))))
      .join("  ")
      .trimEnd(),
  );
  return [`${measuredOn}, ${machine}`, "", ...table, "", ...details, "", verdict, ""].join("\n");
}

export function markdownOf({ measuredOn, machine, rows, details, verdict }: Report): string {
  const table = rows
    .map(cells)
    .map(([mark, id, what, value, bar]) => `| \`${id}\` | ${what} | ${value} | ${bar} | ${mark} |`);
  const head = ["| row | what | measured | bar | met |", "|---|---|---:|---:|---|"];
  const behind = details.map((line) => `- ${line}`);
  return [`${measuredOn}, ${machine}`, "", ...head, ...table, "", ...behind, "", verdict, ""].join("\n");
}

export function jsonOf(report: Report): string {
  return `${JSON.stringify({ schema: 1, ...report }, null, 2)}\n`;
}
