/** What holds of Markdown that GitHub is to show, whoever wrote the names in it. */
import assert from "node:assert/strict";

/** What of a text Markdown would look at: neither fences nor code in a line. */
export function outsideOfCode(text: string): string {
  return text.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, "").replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "");
}

/** Whether what is opened is closed, fences and what is folded, and nothing is in it but text and markup of ours. */
export function assertMarkup(text: string): void {
  const outside = outsideOfCode(text);
  assert.doesNotMatch(outside, /^```/m, "a fence is open");
  for (const tag of ["details", "summary", "code"])
    assert.equal(
      outside.match(new RegExp(`<${tag}\\b`, "g"))?.length,
      outside.match(new RegExp(`</${tag}>`, "g"))?.length,
      tag,
    );
  assert.doesNotMatch(outside, /<!--|<(?!\/?(details|summary|br|code)\b)/, "markup that is not ours");
  assert.doesNotMatch(outside, /@(?!&#8203;)/, "a mention");
  assert.doesNotMatch(outside, /^\s*::/m, "a workflow command");
  assertVisible(text);
}

/** What may not be seen in any text: controls, directions (but the isolation that is ours), what has no width. */
export const UNSEEN = new RegExp(
  [
    "[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2067\\ufeff]",
    "[\\ud800-\\udfff]",
  ].join("|"),
  "u",
);

/** Nothing in it that is not seen. */
export function assertVisible(text: string): void {
  const found = UNSEEN.exec(text);
  assert.equal(
    found,
    null,
    JSON.stringify(text.slice(Math.max(0, (found?.index ?? 0) - 80), (found?.index ?? 0) + 20)),
  );
}
