import { plain } from "../plain.ts";

/** Markup that may go into a page as it is. Only `html` makes it, from literals of this code and from text that it escapes. */
export class Markup {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For `html` and `verbatim`: no text of files, AWS or nodes may come here. */
  static of(text: string): Markup {
    return new Markup(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text and numbers are escaped, lists are joined, false and undefined leave nothing. */
export type Part = string | number | Markup | false | undefined | readonly Part[];

/**
 * HTML or SVG in which everything that is filled in is text, in an element or in an attribute between quotes. Control
 * characters and marks of direction are shown by their number, as in the other reports.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return Markup.of(literals.map((literal, index) => `${literal}${drawn(parts[index])}`).join(""));
}

/** Text of this code's own that is no markup where it stands: a style sheet. */
export function verbatim(text: string): Markup {
  return Markup.of(text);
}

/** Text of several lines, line by line. */
export function lines(text: string): Part[] {
  return text.split("\n").map((line, index) => (index === 0 ? line : html`<br>${line}`));
}

function drawn(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.toString();
  if (typeof part === "string" || typeof part === "number") return escapedText(String(part));
  return part.map(drawn).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapedText(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
