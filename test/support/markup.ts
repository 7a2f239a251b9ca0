/** HTML as a strict reader takes it: markup that is not written as Slipway writes it is an error. */
import assert from "node:assert/strict";

export interface Element {
  name: string;
  /** An end tag. */
  closes: boolean;
  /** `<rect/>`. */
  isWhole: boolean;
  attributes: ReadonlyMap<string, string>;
}

/** All tags, in their order; text between them has no `<` and no bare `&`. */
export function elementsOf(text: string): Element[] {
  const found: Element[] = [];
  const body = text.replace("<!DOCTYPE html>", "").replace(/<style>[^<]*<\/style>/, "<style></style>");
  let at = 0;
  for (const match of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z-][a-zA-Z0-9-]*(?:="[^"<]*")?)*) ?(\/?)>/g)) {
    assertPlain(body.slice(at, match.index));
    at = match.index + match[0].length;
    const attributes = [...(match[3] ?? "").matchAll(/ ([a-zA-Z0-9-]+)(?:="([^"]*)")?/g)].map(
      ([, key = "", value = ""]) => {
        assertPlain(value);
        return [key, value] as const;
      },
    );
    assert.equal(new Set(attributes.map(([key]) => key)).size, attributes.length, match[0]);
    found.push({
      name: match[2] ?? "",
      closes: match[1] === "/",
      isWhole: match[4] === "/",
      attributes: new Map(attributes),
    });
  }
  assertPlain(body.slice(at));
  return found;
}

function assertPlain(text: string): void {
  assert.doesNotMatch(text, /[<>]|&(?!(amp|lt|gt|quot|#39);)/, JSON.stringify(text.slice(0, 200)));
}

/** What a page says, without its markup. */
export function textOf(text: string): string {
  return text
    .replace(/<style>[^<]*<\/style>/, "")
    .replace(/<br>/g, "\n")
    .replace(/<\/(td|th|li|p|h\d|tr|dt|dd|div)>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
