import type { Table } from "../tables.ts";
import { html, type Markup, type Part } from "./markup.ts";

interface TableLook {
  /** What it is about, for those who hear it. */
  label: string;
  /** How many rows at its end are sums. */
  sums?: number;
  /** A column whose cells are said loudly. */
  alarm?: number;
  /** What is drawn below the text of a column's cells, by row. */
  under?: { column: number; draw: (row: number) => Part };
}

/** A table of words and numbers; on a narrow screen it moves sideways by itself. */
export function drawTable({ head, rows, words }: Table, look: TableLook): Markup {
  const { label, sums = 0, alarm, under } = look;
  const cell = (text: string, column: number, row: number): Markup => {
    const more = under?.column === column ? under.draw(row) : undefined;
    if (column === 0) return html`<th scope="row">${text}</th>`;
    const looks = [...(column >= words ? ["num"] : []), ...(column === alarm && text !== "" ? ["bad"] : [])].join(" ");
    return looks === "" ? html`<td>${text}${more}</td>` : html`<td class="${looks}">${text}${more}</td>`;
  };
  const line = (cells: readonly string[], row: number): Markup =>
    html`<tr>${cells.map((text, column) => cell(text, column, row))}</tr>
`;
  const titles = head.map((text, column) =>
    column < words ? html`<th scope="col">${text}</th>` : html`<th scope="col" class="num">${text}</th>`,
  );
  const body = rows.slice(0, rows.length - sums);
  const foot = rows.slice(rows.length - sums);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${titles}</tr></thead><tbody>
${body.map(line)}</tbody>${foot.length > 0 && html`<tfoot>${foot.map((cells, n) => line(cells, body.length + n))}</tfoot>`}</table></div>`;
}
