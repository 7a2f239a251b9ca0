import type { Change } from "../../plan/change.ts";
import { html, type Markup } from "./markup.ts";

/** What becomes of something, as it is drawn: each has a colour, a sign and a shape of its own. */
export type Mark = "add" | "change" | "replace" | "remove";

export const MARKS: readonly Mark[] = ["add", "change", "replace", "remove"];

export const MARK_OF: Readonly<Record<Change["action"], Mark>> = {
  create: "add",
  scale: "change",
  update: "change",
  roll: "replace",
  replace: "replace",
  delete: "remove",
};

/** In words, for those who see neither colour nor shape. */
export const MARK_WORD: Readonly<Record<Mark, string>> = {
  add: "added",
  change: "changed",
  replace: "replaced",
  remove: "removed",
};

/** A circle, a square, a hexagon, a square on its corner; and a sign in each. */
const SHAPES: Readonly<Record<Mark, Markup>> = {
  add: html`<circle r="9"/><path class="sign" d="M-4.5 0H4.5M0-4.5V4.5"/>`,
  change: html`<rect x="-8.5" y="-8.5" width="17" height="17" rx="4"/><path class="sign" d="M-5 1.5c2-4.5 3.5-3 5-1.5s3 3 5-1.5"/>`,
  replace: html`<path d="M-5-9H5L10 0L5 9H-5L-10 0Z"/><path class="sign" d="M3.6-3A4.6 4.6 0 1 0 4.6 1M4.4-6V-2.6H1"/>`,
  remove: html`<path d="M0-10.5L10.5 0L0 10.5L-10.5 0Z"/><path class="sign" d="M-4.5 0H4.5"/>`,
};

/** The shapes, once a page; what is drawn refers to them. */
export function markSymbols(): Markup {
  const symbols = MARKS.map((mark) => html`<g id="mark-${mark}">${SHAPES[mark]}</g>`);
  return html`<svg width="0" height="0" class="symbols" aria-hidden="true"><defs>${symbols}</defs></svg>`;
}

/** A mark in a line of text. What it means is said beside it. */
export function markIcon(mark: Mark): Markup {
  return html`<svg class="mark ${mark}" viewBox="-11 -11 22 22" width="18" height="18" aria-hidden="true"><use href="#mark-${mark}"/></svg>`;
}

/** A mark in a drawing, around a point. */
export function markAt(mark: Mark | undefined, x: number, y: number): Markup | undefined {
  return mark && html`<use href="#mark-${mark}" class="mark ${mark}" x="${x}" y="${y}"/>`;
}
