/**
 * Text that came from files, AWS or nodes, safe to show: control characters would move the cursor or hide text, and
 * directional marks would show it in another order than it has.
 */
export function plain(text: string, lines: "one line" | "keep lines" = "one line"): string {
  const shown = text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return lines === "keep lines" ? shown : shown.replaceAll("\n", " ");
}

/** C0 and C1 controls but for the line feed, and Unicode's directional controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
